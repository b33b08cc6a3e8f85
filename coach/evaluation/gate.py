"""May a change land? A run against its baseline, case by case, and against absolute floors.

Exit statuses, the gravest first: errors 5, a floor that is not held 4, a regression 3, none of these 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from coach.evaluation.baseline import DIGITS, Entry, digest
from coach.evaluation.floors import Floor, Held, held
from coach.evaluation.metrics import METRICS, Metric
from coach.evaluation.runner import Run
from coach.evaluation.statistics import Interval, bootstrap, paired
from coach.evaluation.summary import Summary

#: Cases that a regression needs: with fewer, no paired test could tell it from chance (sign test, 2 * 0.5^5 > 0.05).
FEWEST = 6
#: Metrics that say what the judge finds: two judges are not compared.
JUDGED = ("citation recall", "citation precision")


class ExitStatus(IntEnum):
    """How `coach eval run` ends."""

    GOOD = 0
    REGRESSION = 3
    FLOOR = 4
    ERRORS = 5


class Trend(StrEnum):
    """Where a metric went since the baseline."""

    WORSE = "worse"
    BETTER = "better"
    #: The interval of the difference holds 0.
    SAME = "no clear change"
    #: Beyond noise, of a metric neither end of which is good.
    MOVED = "moved"
    #: On fewer than `FEWEST` cases.
    TOO_FEW = "too few cases"


@dataclass(frozen=True, slots=True)
class Change:
    """One metric over the cases that both runs have."""

    metric: str
    before: Interval
    now: Interval
    #: Mean over cases of now minus before, with its 95% interval.
    difference: Interval
    trend: Trend


@dataclass(frozen=True, slots=True)
class Gate:
    """What is said of a run."""

    changes: tuple[Change, ...]
    floors: tuple[Held, ...]
    outcomes: int
    errors: int
    #: Share of outcomes that may be errors, 0 to 1.
    tolerated: float
    #: Ids of cases that only one side has, and of those that say something else than they did. They are not compared.
    only_before: tuple[str, ...] = ()
    only_now: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()
    #: What was not compared, in plain words.
    remarks: tuple[str, ...] = ()

    @property
    def regressions(self) -> tuple[Change, ...]:
        """Metrics that are worse beyond noise."""
        return tuple(c for c in self.changes if c.trend is Trend.WORSE)

    @property
    def improvements(self) -> tuple[Change, ...]:
        """Metrics that are better beyond noise."""
        return tuple(c for c in self.changes if c.trend is Trend.BETTER)

    @property
    def failed(self) -> tuple[Held, ...]:
        """Floors that are not held."""
        return tuple(f for f in self.floors if f.ok is False)

    @property
    def status(self) -> ExitStatus:
        """How the command ends: errors before floors before regressions."""
        if self.errors > self.tolerated * self.outcomes:
            return ExitStatus.ERRORS
        if self.failed:
            return ExitStatus.FLOOR
        return ExitStatus.REGRESSION if self.regressions else ExitStatus.GOOD

    @property
    def verdict(self) -> str:
        """The status in one sentence that names what it is about."""
        match self.status:
            case ExitStatus.ERRORS:
                return f"Errors: {self.errors} of {self.outcomes} outcomes have no answer."
            case ExitStatus.FLOOR:
                return f"Not reached: {'; '.join(f.floor.label for f in self.failed)}."
            case ExitStatus.REGRESSION:
                return f"Worse than the baseline: {', '.join(c.metric for c in self.regressions)}."
            case ExitStatus.GOOD:
                compared = "nothing is worse than the baseline" if self.changes else "there is no baseline to compare"
                floors = "every floor is held" if any(f.ok for f in self.floors) else "no floor was measured"
                return f"Good: {compared}, and {floors}."


def decide(
    run: Run, summary: Summary, entry: Entry | None, floors: list[Floor], profile: str, tolerated: float = 0.0
) -> Gate:
    """Return what is said of a run.

    A metric is worse where the 95% interval of its paired difference (`coach.evaluation.statistics.paired`), over the
    cases that both runs have, lies wholly on the worse side of 0. With twenty metrics one of them may do so by chance,
    where answers vary from run to run; those of the quote composer do not.

    Args:
        run: what was asked.
        summary: its figures.
        entry: what its profile reached before; None where there is nothing to compare with.
        floors: those of all profiles.
        profile: name of this one.
        tolerated: share of outcomes that may be errors, 0 to 1.
    """
    of_floors = held(floors, summary, profile)
    if entry is None:
        return Gate((), of_floors, len(run.outcomes), len(run.errors), tolerated)
    now = {c.id: digest(c) for c in run.cases}
    shared = now.keys() & entry.cases.keys()
    reworded = {i for i in shared if now[i] != entry.cases[i].digest}
    remarks = []
    if entry.judge != run.judge:
        remarks.append(f"The judge was {entry.judge} and is {run.judge}: {' and '.join(JUDGED)} are not compared.")
    if entry.repeats != run.repeats:
        remarks.append(f"The baseline asked each case {entry.repeats} times, this run {run.repeats} times.")
    changes = [
        change
        for metric in METRICS
        if (metric.name not in JUDGED or entry.judge == run.judge)
        and (change := _change(metric, _column(metric, entry, shared - reworded), _now(metric, summary)))
    ]
    return Gate(
        tuple(changes),
        of_floors,
        len(run.outcomes),
        len(run.errors),
        tolerated,
        tuple(sorted(entry.cases.keys() - now.keys())),
        tuple(sorted(now.keys() - entry.cases.keys())),
        tuple(sorted(reworded)),
        tuple(remarks),
    )


def _column(metric: Metric, entry: Entry, cases: set[str]) -> dict[str, float]:
    return {i: v for i in cases if (v := entry.cases[i].values.get(metric.name)) is not None}


def _now(metric: Metric, summary: Summary) -> dict[str, float]:
    # Rounded as in the baseline: a third is no different from 0.3333.
    return {
        case: round(values[metric.name], DIGITS) for case, values in summary.values.items() if metric.name in values
    }


def _change(metric: Metric, before: Mapping[str, float], now: Mapping[str, float]) -> Change | None:
    shared = sorted(before.keys() & now.keys())
    if not shared:
        return None
    difference = paired(before, now)
    return Change(
        metric.name,
        bootstrap([before[i] for i in shared]),
        bootstrap([now[i] for i in shared]),
        difference,
        _trend(metric, difference),
    )


def _trend(metric: Metric, difference: Interval) -> Trend:
    if difference.low is None or difference.high is None:
        return Trend.SAME
    up, down = difference.low > 0, difference.high < 0
    if not (up or down):
        return Trend.SAME
    if difference.n < FEWEST:
        return Trend.TOO_FEW
    if metric.more_is_better is None:
        return Trend.MOVED
    return Trend.BETTER if up is metric.more_is_better else Trend.WORSE
