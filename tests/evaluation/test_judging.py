"""ALCE's questions of a judge: all cited statements together, each alone, and all but each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from coach.domain.answer import Citation, Verdict
from coach.domain.errors import ModelError
from coach.evaluation.judging import judge
from coach.grounding.checkers.base import Pair, Score
from tests.evaluation.making import TEXTS, answer, sentence
from tests.fakes import busy
from tests.grounding.fakes import FakeChecker


class ByEvidence:
    """Says what it was told of each evidence, and remembers what it was asked."""

    name = "by evidence"

    def __init__(self, said: dict[tuple[str, ...], float]) -> None:
        self.said = {"\n".join(TEXTS[i] for i in ids): value for ids, value in said.items()}
        self.asked: list[Pair] = []

    async def score(self, pairs: Sequence[Pair]) -> list[Score]:
        self.asked += pairs
        return [Score(self.said[p.evidence], checker=self.name) for p in pairs]


async def test_together_alone_and_without_each() -> None:
    checker = ByEvidence({("P8.1", "P8.2"): 0.9, ("P8.1",): 0.3, ("P8.2",): 0.7})
    said = await judge(answer(sentence("A claim of two.", "P8.1", "P8.2")), checker)
    assert said.supported == (0.9,)
    assert said.alone == ((0.3, 0.7),)
    assert said.without == ((0.7, 0.3),)
    assert said.judges == ("by evidence",)
    assert len(checker.asked) == 3, "what was asked once is not asked again"


async def test_three_citations_are_asked_in_pairs_too() -> None:
    ids = ("P8.1", "P8.2", "C1.1")
    told: dict[tuple[str, ...], float] = {ids: 0.9, **{(i,): 0.2 for i in ids}}
    told |= {("P8.2", "C1.1"): 0.1, ("P8.1", "C1.1"): 0.4, ("P8.1", "P8.2"): 0.6}
    said = await judge(answer(sentence("A claim of three.", *ids)), ByEvidence(told))
    assert said.without == ((0.1, 0.4, 0.6),)


async def test_the_only_citation_leaves_nothing_without_it() -> None:
    said = await judge(answer(sentence("A claim.", "P8.1")), FakeChecker(default=0.8))
    assert (said.supported, said.alone, said.without) == ((0.8,), ((0.8,),), ((0.0,),))


async def test_word_for_word_needs_no_judge() -> None:
    checker = FakeChecker(default=0.0)
    said = await judge(answer(sentence(TEXTS["P8.1"], "P8.1")), checker)
    assert said.supported == (1.0,)
    assert said.judges == ("verbatim",)
    assert checker.asked == []


async def test_a_claim_without_citations_is_unsupported() -> None:
    said = await judge(answer(sentence("Trust me.", verdict=Verdict.UNCITED)), FakeChecker(default=1.0))
    assert (said.supported, said.alone, said.without) == ((0.0,), ((),), ((),))


async def test_what_was_not_in_evidence_is_not_read() -> None:
    given = answer(sentence("A claim.", "P8.1"))
    claim = given.sentences[0]
    stray = (Citation("P8.1", claim.citations[0].hash), Citation("P99.1", "0" * 16))
    checker = FakeChecker(default=0.9)
    said = await judge(replace(given, sentences=(replace(claim, citations=stray),)), checker)
    assert said.supported == (0.9,)
    assert {p.evidence for p in checker.asked} == {TEXTS["P8.1"]}


async def test_a_refusal_has_nothing_to_judge() -> None:
    checker = FakeChecker()
    said = await judge(answer(sentence("I have nothing on this.")), checker)
    assert (said.supported, said.alone, said.without, said.judges) == ((), (), (), ())
    assert checker.asked == []


async def test_private_evidence_is_said_to_be_private() -> None:
    given = answer(sentence("A claim.", "P8.1", "N1.1"))
    private = tuple(replace(e, private=e.id == "N1.1") for e in given.evidence)
    checker = FakeChecker()
    await judge(replace(given, evidence=private), checker)
    assert {p.private for p in checker.asked if TEXTS["N1.1"] in p.evidence} == {True}
    assert {p.private for p in checker.asked if TEXTS["N1.1"] not in p.evidence} == {False}


async def test_a_judge_that_cannot_be_asked() -> None:
    class Broken(FakeChecker):
        async def score(self, pairs: Sequence[Pair]) -> list[Score]:
            raise busy()

    with pytest.raises(ModelError):
        await judge(answer(), Broken())
