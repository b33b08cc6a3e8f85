from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pytest

from coach.domain.evidence import Turn
from coach.domain.source import SourceKind
from coach.retrieval.retriever import Retriever
from coach.retrieval.router import Routing
from coach.store.fulltext import FullText
from tests.retrieval.fakes import World, found, ids, note, principle

ASKED = "sales promised our model too early"

# What is found, and why.


def test_sources_and_statements_best_first(filled: World) -> None:
    retrieval = filled.retriever().retrieve(ASKED)

    assert retrieval.query == ASKED
    assert [m.source_id for m in retrieval.principles] == ["P1", "P2"]
    assert {m.source_id for m in retrieval.practices} == {"C1", "C2"}
    assert retrieval.principles[0].nearest == ASKED
    assert retrieval.principles[0].title == "Principle 1"
    scores = [e.score for e in retrieval.evidence]
    assert scores == sorted(scores, reverse=True)
    assert set(ids(retrieval.evidence)) == {"P1.1", "P1.2", "P2.1", "C1.1", "C1.2", "C2.1"}
    assert retrieval.missing == ()


def test_why_a_statement_was_found(filled: World) -> None:
    retrieval = filled.retriever().retrieve(ASKED)

    first = found(retrieval, "P1.1")
    assert first.why == f"situation 1.00 “{ASKED}”, meaning 0.15, wording"
    assert first.source_title == "Principle 1"
    assert first.source_kind is SourceKind.PRINCIPLE
    assert "wording" not in found(retrieval, "C1.2").why


def test_why_a_line_of_a_note_was_found(world: World) -> None:
    world.put(note(1, "Retrain the fraud model monthly."), note(2, "And the top of it all."))
    retriever = world.retriever()

    worded = found(retriever.retrieve("retrain the fraud model monthly"), "N1.1")
    near = found(retriever.retrieve("and the of it all"), "N2.1")  # stop words, which are not searched for

    assert worded.why == f"meaning {worded.score - 0.1:.2f}, wording"
    assert near.why == f"meaning {near.score:.2f}"


def test_a_shared_word_lifts_a_statement(world: World) -> None:
    world.put(principle(1, "Then the drift.", "Measure and the rest."))

    # Each shares two of its words with the question; "and" and "the" are not searched for.
    retrieval = world.retriever().retrieve("the drift and")

    assert ids(retrieval.evidence) == ["P1.1", "P1.2"]
    assert found(retrieval, "P1.1").score > found(retrieval, "P1.2").score + 0.1


def test_the_limit_keeps_the_best(filled: World) -> None:
    retriever = filled.retriever()
    everything = retriever.retrieve(ASKED).evidence

    assert retriever.retrieve(ASKED, limit=2).evidence == everything[:2]
    assert retriever.retrieve(ASKED, limit=0).evidence == ()
    assert len(retriever.retrieve(ASKED, limit=1).principles) == 2


def test_a_follow_up_is_understood_with_its_turns(filled: World) -> None:
    retriever = filled.retriever()
    turns = [Turn("My engineer did the work unseen and someone else took the credit in front of the whole board", "…")]

    retrieval = retriever.retrieve("and what do I say?", turns)

    assert retrieval.query == f"{turns[0].question} and what do I say?"
    assert retrieval.principles[0].source_id == "P2"
    alone = "my best engineer wants to leave because another team pays more"
    assert retriever.retrieve(alone, turns).query == alone


def test_who_insists_is_told_by_what_applied_before(filled: World) -> None:
    retriever = filled.retriever()
    situation = "My engineer did the work unseen and someone else took the credit in front of the whole board"
    turns = [Turn(situation), Turn("just say yes")]
    insisting = "The VP wants it, so just say yes: a deadline in May for sales is a deadline"
    aside = [Turn("My annotators need a deadline that sales can negotiate with the VP"), *turns]

    retrieval = retriever.retrieve(insisting, turns)

    assert retriever.insists(insisting, turns)
    assert not retriever.insists(situation, turns)
    scores = {p.source_id: p.score for p in retrieval.principles}
    joined = {p.source_id: p.score for p in retriever.retrieve(retrieval.query).principles}
    before = {p.source_id: p.score for p in retriever.retrieve(situation).principles}
    assert scores == {p: pytest.approx(0.4 * joined[p] + 0.6 * before[p], abs=1e-5) for p in scores}
    assert retriever.retrieve(insisting, aside).principles == retrieval.principles


@pytest.mark.parametrize(
    "question", ["", "   ", '"', "NEAR(a b) AND NOT *", "text:fraud OR", "'; DROP TABLE statements; --", "🙂" * 500]
)
def test_any_question_may_be_asked(filled: World, question: str) -> None:
    retrieval = filled.retriever().retrieve(question)

    assert len(retrieval.principles) == 2
    assert np.isfinite([e.score for e in retrieval.evidence]).all()


# Kinds.


@pytest.mark.parametrize(
    ("kinds", "letters"),
    [
        ([SourceKind.PRINCIPLE], "P"),
        ([SourceKind.PRACTICE], "C"),
        ([SourceKind.NOTE], "N"),
        ([SourceKind.PRINCIPLE, SourceKind.NOTE], "PN"),
        (iter([SourceKind.PRINCIPLE, SourceKind.PRACTICE]), "PC"),
        ([], ""),
    ],
)
def test_only_the_kinds_asked_for(filled: World, kinds: Iterable[SourceKind], letters: str) -> None:
    retrieval = filled.retriever().retrieve("retrain the fraud model, smaller scope, credit by name", kinds=kinds)

    assert {i[0] for i in ids(retrieval.evidence)} == set(letters)
    assert bool(retrieval.practices) == ("C" in letters)


# Similarity.


def test_similarity_of_statements(filled: World) -> None:
    filled.put(principle(3, "Give credit by name, always."))

    matrix = filled.retriever().similarity(["P2.1", "P3.1", "C2.1", "P99.9"])

    assert matrix.shape == (4, 4)
    np.testing.assert_allclose(matrix, matrix.T)
    np.testing.assert_allclose(np.diag(matrix), [1, 1, 1, 0], atol=1e-5)
    assert matrix[0, 1] > 0.8
    assert matrix[0, 2] == pytest.approx(0, abs=1e-5)
    assert filled.retriever().similarity([]).shape == (0, 0)


# What the router says.


def routed(world: World, *, knows_outside: bool = True, refer: frozenset[str] = frozenset()) -> Retriever:
    gate = {"inside": 0.3, "outside": 0.6, "health": 0.1}

    def route(texts: Sequence[str]) -> list[Routing]:
        return [Routing({"P1": 0.01, "P2": 0.99}, {"C1": 0.5, "C2": 0.5}, gate) for _ in texts]

    compiled = world.indexer().bring_up_to_date()
    return Retriever(
        world.ledger,
        FullText(world.database),
        world.store(),
        world.embedder,
        lambda: compiled,
        route,
        knows_outside=knows_outside,
        refer=refer,
    )


def test_the_router_is_heard(filled: World) -> None:
    retrieval = routed(filled).retrieve("annotators")

    assert retrieval.principles[0].source_id == "P2"
    assert retrieval.coverage == 0.3
    assert retrieval.gate == {"inside": 0.3, "outside": 0.6, "health": 0.1}
    assert routed(filled).gate(["a", "b"]) == [retrieval.gate] * 2


def test_each_text_is_compared_with_what_is_referred_and_what_is_not(filled: World) -> None:
    retriever = routed(filled, refer=frozenset({"P1"}))

    near, far = retriever.nearer_to_refer([ASKED, "someone took credit for my work"])

    assert near > 0 > far
    assert retriever.nearer_to_refer([ASKED]) == [near]
    assert retriever.nearer_to_refer([]) == []


def test_where_nothing_or_everything_is_referred_nothing_is_nearer(filled: World) -> None:
    for refer in (frozenset[str](), frozenset({"P1", "P2", "C1", "C2"})):
        assert routed(filled, refer=refer).nearer_to_refer([ASKED, "x"]) == [-2.0, -2.0]


def test_what_lies_outside_is_not_known_to_a_corpus_of_ones_own(filled: World) -> None:
    retrieval = routed(filled, knows_outside=False).retrieve("annotators")

    assert retrieval.gate == {"inside": pytest.approx(0.9), "health": 0.1}
    assert retrieval.coverage == pytest.approx(0.9)


def test_without_a_router_everything_is_inside(filled: World) -> None:
    retriever = filled.retriever()

    assert retriever.retrieve(ASKED).coverage == 1.0
    assert retriever.gate(["a", "b"]) == [{}, {}]
