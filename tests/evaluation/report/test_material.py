from __future__ import annotations

import pytest

from coach.evaluation.gate import ExitStatus
from coach.evaluation.report.material import cached_line
from tests.evaluation.making import case, outcome, run
from tests.evaluation.report.conftest import Made


def test_what_got_worse_comes_with_the_most_first(made: Made) -> None:
    worse = made().worse
    assert [r.case.id for r in worse] == ["s001", "s002"]
    assert {m.metric for m in worse[0].worse} >= {"points conveyed", "claims cited", "citation recall"}
    assert worse[1].worse[0].text == "forbidden said 0 → 1"
    assert worse[0].better == ()


def test_held_back_cases_are_told_only_where_asked_for(made: Made) -> None:
    assert [r.case.id for r in made().told] == ["s001", "s002", "e001", "s004"]
    shown = made(show_holdback=True)
    assert len(shown.told) == 6
    assert {r.case.id for r in shown.worse} == {"s001", "s002", "s003", "i001"}


def test_without_a_baseline_there_are_faults_all_the_same(made: Made) -> None:
    found = made(baseline=False)
    assert found.entry is None
    assert found.worse == ()
    assert {r.case.id for r in found.told if r.faults} == {"s001", "s002"}
    assert found.gate.status is ExitStatus.FLOOR


def test_what_is_shown_of_several_repeats_is_the_one_with_a_fault(made: Made) -> None:
    row = next(r for r in made().rows if r.case.id == "s002")
    assert row.shown is not None
    assert row.shown.case == "s002"
    assert next(r for r in made().rows if r.case.id == "e001").shown is None


@pytest.mark.parametrize(("cached", "words"), [(0, "none was read"), (1, "1 of 2"), (2, "nothing that they depend on")])
def test_how_many_were_cached(cached: int, words: str) -> None:
    cases = [case("s001"), case("s002")]
    assert words in cached_line(run(cases, [outcome(c.id, cached=i < cached) for i, c in enumerate(cases)]))
