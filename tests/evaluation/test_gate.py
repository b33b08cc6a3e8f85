"""Worse, or chance? Two runs over the same cases, of which some differ."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from coach.domain.answer import Answer, Status
from coach.evaluation.baseline import Entry, read_entry, update
from coach.evaluation.cases import Case
from coach.evaluation.floors import Floor
from coach.evaluation.gate import ExitStatus, Gate, Trend, decide
from coach.evaluation.outcome import Outcome
from coach.evaluation.runner import Run
from coach.evaluation.summary import Split, summarise
from tests.evaluation.making import answer, case, failed, outcome, run, sentence

CASES = [case(f"s{i:03d}", holdback=i % 4 == 0) for i in range(40)]
SILENT = answer(status=Status.SILENT)
LONG = answer(sentence("word " * 200, "P8.1"))


def made(
    silent: Sequence[int] = (), cases: Sequence[Case] = CASES, said: Answer | None = None, **changes: object
) -> Run:
    """A run in which these cases met silence."""
    outcomes = [outcome(c.id, SILENT if i in silent else said) for i, c in enumerate(cases)]
    return run(cases, outcomes, **changes)


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    """What a run reached in which the first four cases met silence."""
    return kept(tmp_path, made(range(4)))


def kept(folder: Path, before: Run) -> Entry:
    update(folder / "b.json", "quote", before, summarise(before), [])
    found = read_entry(folder / "b.json", "quote")
    assert found is not None
    return found


def gate(after: Run, entry: Entry | None, floors: Sequence[Floor] = (), tolerated: float = 0.0) -> Gate:
    return decide(after, summarise(after), entry, list(floors), "quote", tolerated)


def trend(found: Gate, metric: str) -> Trend:
    return next(c.trend for c in found.changes if c.metric == metric)


def test_the_same_run_changes_nothing(entry: Entry) -> None:
    found = gate(made(range(4)), entry)
    assert {c.trend for c in found.changes} == {Trend.SAME}
    assert {c.difference.mean for c in found.changes} == {0.0}
    assert (found.status, found.only_before, found.only_now, found.reworded) == (ExitStatus.GOOD, (), (), ())


def test_one_case_more_is_noise(entry: Entry) -> None:
    found = gate(made(range(5)), entry)
    change = next(c for c in found.changes if c.metric == "excess silence")
    assert change.difference.mean == pytest.approx(1 / 40)
    assert change.trend is Trend.SAME
    assert found.status is ExitStatus.GOOD


def test_ups_and_downs_are_noise(entry: Entry) -> None:
    assert gate(made([4, 5, 6, 7, 8]), entry).status is ExitStatus.GOOD


def test_ten_cases_more_are_a_regression(entry: Entry) -> None:
    found = gate(made(range(14)), entry)
    assert found.status is ExitStatus.REGRESSION
    assert {c.metric for c in found.regressions} == {"excess silence", "status right"}
    assert "excess silence" in found.verdict
    change = next(c for c in found.regressions if c.metric == "excess silence")
    assert change.difference.low is not None
    assert 0 < change.difference.low < 0.25


def test_ten_cases_fewer_are_an_improvement(tmp_path: Path) -> None:
    found = gate(made(), kept(tmp_path, made(range(10))))
    assert {c.metric for c in found.improvements} == {"excess silence", "status right"}
    assert (found.regressions, found.status) == ((), ExitStatus.GOOD)


def test_pairing_shows_what_unpaired_intervals_would_hide(entry: Entry) -> None:
    """Six of forty worse: the intervals of both runs overlap, the paired difference does not hold 0."""
    found = gate(made(range(10)), entry)
    change = next(c for c in found.changes if c.metric == "excess silence")
    assert change.before.high is not None
    assert change.now.low is not None
    assert change.now.low < change.before.high
    assert change.trend is Trend.WORSE


def test_longer_answers_are_neither_better_nor_worse(entry: Entry) -> None:
    found = gate(made(range(4), said=LONG), entry)
    assert trend(found, "words") is Trend.MOVED
    assert found.status is ExitStatus.GOOD


def test_too_few_cases_show_nothing(tmp_path: Path) -> None:
    entry = kept(tmp_path, made(cases=CASES[:5]))
    assert trend(gate(made(range(5), CASES[:5]), entry), "excess silence") is Trend.TOO_FEW
    entry = kept(tmp_path, made(cases=CASES[:6]))
    assert trend(gate(made(range(6), CASES[:6]), entry), "excess silence") is Trend.WORSE


def test_cases_of_one_side_are_listed_and_not_compared(entry: Entry) -> None:
    cases = [*CASES[10:], *(case(f"t{i:03d}") for i in range(10))]
    found = gate(made(range(30, 40), cases), entry)
    assert found.only_before == tuple(f"s{i:03d}" for i in range(10))
    assert found.only_now == tuple(f"t{i:03d}" for i in range(10))
    assert {c.difference.n for c in found.changes if c.metric == "status right"} == {30}
    assert found.status is ExitStatus.GOOD, "all that is worse is new"


def test_reworded_cases_are_listed_and_not_compared(entry: Entry) -> None:
    cases = [*(case(f"s{i:03d}", turns=["another question"]) for i in range(14)), *CASES[14:]]
    found = gate(made(range(14), cases), entry)
    assert found.reworded == tuple(f"s{i:03d}" for i in range(14))
    assert found.status is ExitStatus.GOOD


def test_two_judges_are_not_compared(entry: Entry) -> None:
    found = gate(made(range(4), judge="another"), entry)
    assert not {"citation recall", "citation precision"} & {c.metric for c in found.changes}
    assert any("another" in remark for remark in found.remarks)


def test_another_number_of_repeats_is_said(entry: Entry) -> None:
    outcomes = [outcome(c.id, repeat=r) for c in CASES for r in range(2)]
    assert any("2 times" in r for r in gate(run(CASES, outcomes, repeats=2), entry).remarks)


def test_thirds_are_not_a_change(tmp_path: Path) -> None:
    points = [{"point": str(i), "by": [by]} for i, by in enumerate(("P8.1", "P8.2", "P2.1"))]
    cases = [case(f"s{i:03d}", convey=points) for i in range(10)]
    assert trend(gate(made(cases=cases), kept(tmp_path, made(cases=cases))), "points conveyed") is Trend.SAME


FLOOR = Floor(metric="excess silence", at_most=0.2)


def broken(after: Run, share: int) -> Run:
    """The run with errors in so many of its last cases."""
    outcomes: list[Outcome] = list(after.outcomes)
    outcomes[-share:] = [failed(o.case) for o in outcomes[-share:]]
    return run(after.cases, outcomes)


@pytest.mark.parametrize(
    ("after", "floors", "tolerated", "status"),
    [
        (made(), [FLOOR], 0.0, ExitStatus.GOOD),
        (made(range(4)), [FLOOR], 0.0, ExitStatus.GOOD),
        (made(range(14)), [], 0.0, ExitStatus.REGRESSION),
        (made(range(14)), [FLOOR], 0.0, ExitStatus.FLOOR),
        (broken(made(range(14)), 1), [FLOOR], 0.0, ExitStatus.ERRORS),
        (broken(made(range(14)), 1), [FLOOR], 0.025, ExitStatus.FLOOR),
        (broken(made(range(14)), 1), [], 0.025, ExitStatus.REGRESSION),
        (broken(made(range(4)), 2), [], 0.025, ExitStatus.ERRORS),
        (broken(made(range(4)), 2), [], 0.05, ExitStatus.GOOD),
    ],
)
def test_errors_come_before_floors_and_these_before_regressions(
    entry: Entry, after: Run, floors: list[Floor], tolerated: float, status: ExitStatus
) -> None:
    found = gate(after, entry, floors, tolerated)
    assert found.status is status
    assert found.verdict


def test_the_numbers_that_ci_relies_on() -> None:
    assert {s.name: int(s) for s in ExitStatus} == {"GOOD": 0, "REGRESSION": 3, "FLOOR": 4, "ERRORS": 5}


def test_without_a_baseline_floors_still_hold() -> None:
    found = gate(made(range(14)), None, [FLOOR])
    assert found.changes == ()
    assert found.status is ExitStatus.FLOOR
    assert FLOOR.label in found.verdict
    assert "no baseline" in gate(made(), None).verdict


def test_a_floor_of_held_back_cases_alone() -> None:
    floor = Floor(metric="excess silence", split=Split.HOLDBACK, at_most=0)
    assert gate(made([0]), None, [floor]).status is ExitStatus.FLOOR
    assert gate(made([1]), None, [floor]).status is ExitStatus.GOOD
