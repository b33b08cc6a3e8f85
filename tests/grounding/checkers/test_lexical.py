from __future__ import annotations

import math

import pytest

from coach.grounding import features
from coach.grounding.checkers.base import Pair
from coach.grounding.checkers.lexical import LexicalChecker
from coach.grounding.logistic import load
from coach.retrieval.embedding import MiniLMEmbedder
from tests.grounding.fakes import WordEmbedder

EVIDENCE = "Negotiate deadlines and resources, and do not overpromise."


@pytest.fixture(scope="module")
def checker() -> LexicalChecker:
    return LexicalChecker(MiniLMEmbedder(1))


async def test_a_paraphrase_scores_above_an_addition_and_another_topic(checker: LexicalChecker) -> None:
    claims = [
        "Bargain over the deadline and the resources without overpromising.",
        "Negotiate deadlines, and offer every engineer a bonus of 500 euros for weekend work.",
        "Buy the team new chairs.",
    ]
    good, added, other = await checker.score([Pair(EVIDENCE, c) for c in claims])
    assert good.supported
    assert good.reason == ""
    assert not added.supported
    assert "500" in added.reason
    assert other.probability < added.probability or not other.supported
    assert other.reason
    assert {s.checker for s in (good, added, other)} == {checker.name}


async def test_nothing_to_score(checker: LexicalChecker) -> None:
    assert await checker.score([]) == []


@pytest.mark.parametrize("claim", ["", "?", "…", "🙂" * 50, "a" * 5000, "1 2 3", "und nun auf Deutsch"])
@pytest.mark.parametrize("evidence", ["", EVIDENCE, "\n\n"])
async def test_odd_texts_get_a_probability(claim: str, evidence: str) -> None:
    [score] = await LexicalChecker(WordEmbedder()).score([Pair(evidence, claim)])
    assert 0.0 <= score.probability <= 1.0
    assert not math.isnan(score.probability)


async def test_all_texts_are_embedded_at_once() -> None:
    embedder = WordEmbedder()
    await LexicalChecker(embedder).score([Pair(EVIDENCE, f"Negotiate {n}.") for n in ("dates", "money", "people")])
    assert embedder.calls == 1


async def test_cosines_of_another_vector_space_count_for_nothing() -> None:
    embedder = WordEmbedder("text-embedding-3")
    [score] = await LexicalChecker(embedder).score([Pair(EVIDENCE, EVIDENCE)])
    assert embedder.seen == []
    assert score.supported


async def test_private_evidence_is_not_sent_to_a_remote_embedder() -> None:
    embedder = WordEmbedder(remote=True)
    secret = Pair("The layoffs come in May.", "The layoffs come in May.", private=True)
    scores = await LexicalChecker(embedder).score([secret, Pair(EVIDENCE, "Negotiate.")])
    assert len(scores) == 2
    assert embedder.seen
    assert not any("layoffs" in text for text in embedder.seen)


def test_the_coefficients_name_every_feature_and_how_they_were_fitted() -> None:
    model = load("lexical")
    assert set(model.features) == set(features.NAMES)
    assert model.extra["fitted_on"] >= 400
    assert model.extra["cross_validated"]["auc"] >= 0.75
