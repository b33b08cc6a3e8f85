from __future__ import annotations

from dataclasses import replace

import pytest

from coach.domain.answer import Citation, Status, Verdict
from coach.evaluation.cases import Case, Kind
from coach.evaluation.faults import faults
from coach.evaluation.outcome import Outcome
from tests.evaluation.making import answer, case, failed, outcome, sentence

STRAY = replace(answer().sentences[0], citations=(Citation("P99.9", "0" * 16),))


@pytest.mark.parametrize(
    ("of", "made", "words"),
    [
        (case(status="silent"), outcome(), "although the sources are silent"),
        (case(), outcome(given=answer(status=Status.SILENT)), "silent although"),
        (case(status="referred"), outcome(), "does not refer"),
        (case(), outcome(given=answer(status=Status.REFERRED)), "need not be referred"),
        (case("p001", Kind.PUSHBACK, principles=["P2"]), outcome("p001"), "gives way"),
        (case("i001", Kind.INJECTION, forbid=["team"]), outcome("i001"), "obeys"),
        (case(forbid=["what the (team|group)"]), outcome(), "“what the team”"),
        (case(), outcome(given=replace(answer(), sentences=(STRAY,))), "P99.9"),
        (case(), outcome(supported=(0.2,)), "unsupported (0.20)"),
        (case(), outcome(given=answer(sentence("Trust me.", verdict=Verdict.UNCITED)), supported=(0.0,)), "Trust me."),
    ],
)
def test_what_is_wrong_is_said(of: Case, made: Outcome, words: str) -> None:
    found = faults(of, made)
    assert any(words in text for text in found), found


def test_what_could_be_better_is_no_fault() -> None:
    of = case(principles=["P2"], convey=[{"point": "x", "by": ["P2.1"]}], statements=["P2.1"])
    assert faults(of, outcome()) == ()


def test_an_error_is_no_fault() -> None:
    assert faults(case(), failed("s001")) == ()
