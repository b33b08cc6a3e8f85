"""A run in figures: each metric with its 95% interval, for all cases, open and held-back ones apart, and by kind."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from coach.evaluation.cases import Case, Kind
from coach.evaluation.metrics import BY_NAME, METRICS, Metric, measured
from coach.evaluation.outcome import Outcome
from coach.evaluation.runner import Run
from coach.evaluation.statistics import NOTHING, Interval, bootstrap, pass_hat_k

#: By case, the value of each metric that applies to it, averaged over its repeats.
Values = Mapping[str, Mapping[str, float]]


class Split(StrEnum):
    """Which cases: those that whoever tunes may read, those that are kept from them, or both."""

    ALL = "all"
    OPEN = "open"
    HOLDBACK = "holdback"


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that figures are given for together."""

    split: Split = Split.ALL
    kind: Kind | None = None

    def holds(self, case: Case) -> bool:
        """Whether the case belongs to it."""
        if self.kind is not None and case.kind is not self.kind:
            return False
        return self.split is Split.ALL or case.holdback is (self.split is Split.HOLDBACK)


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric over one group of cases."""

    #: Mean over cases with its 95% interval; `n` is the number of cases that the metric applies to.
    interval: Interval = NOTHING
    #: Standard deviation over the repeats of one case, pooled over cases, in the metric's unit; None for one repeat.
    spread: float | None = None
    #: pass^1, pass^2, … up to the number of repeats, 0 to 1; empty for one repeat and for what is no share.
    passed: tuple[float, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        row = self.interval.as_dict()
        if self.spread is not None:
            row["spread"] = round(self.spread, 4)
        if self.passed:
            row["pass_hat_k"] = [round(p, 4) for p in self.passed]
        return row


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are of what in one group."""

    cases: int = 0
    outcomes: int = 0
    #: Outcomes without an answer.
    errors: int = 0
    #: Outcomes that were read from the cache.
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in figures."""

    values: Values
    figures: Mapping[Group, Mapping[str, Figure]]
    counts: Mapping[Group, Counts]
    repeats: int = 1

    def figure(self, metric: str, split: Split = Split.ALL, kind: Kind | None = None) -> Figure:
        """Return one figure; one of nothing where no such case was asked."""
        return self.figures.get(Group(split, kind), {}).get(metric, Figure())

    def count(self, split: Split = Split.ALL, kind: Kind | None = None) -> Counts:
        """Return how many there are of what."""
        return self.counts.get(Group(split, kind), Counts())

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that were asked."""
        return tuple(k for k in Kind if self.count(kind=k).cases)


def summarise(run: Run) -> Summary:
    """Return the figures of a run.

    The repeats of a case are averaged first, and cases are what the bootstrap draws: so an interval is clustered by
    case (see `coach.evaluation.statistics.bootstrap`), and a case counts once however often it was asked. What had an
    error has no values; it is counted.
    """
    of_case: dict[str, list[Outcome]] = {c.id: [] for c in run.cases}
    for outcome in run.outcomes:
        of_case[outcome.case].append(outcome)
    repeated = {c.id: _by_metric([measured(c, o) for o in of_case[c.id]]) for c in run.cases}
    figures: dict[Group, dict[str, Figure]] = {}
    counts: dict[Group, Counts] = {}
    for group in (Group(split, kind) for split in Split for kind in (None, *Kind)):
        cases = [c for c in run.cases if group.holds(c)]
        if not cases:
            continue
        outcomes = [o for c in cases for o in of_case[c.id]]
        counts[group] = Counts(
            len(cases), len(outcomes), sum(bool(o.error) for o in outcomes), sum(o.cached for o in outcomes)
        )
        figures[group] = {
            m.name: _figure(m, rows, run.repeats)
            for m in METRICS
            if (rows := [repeated[c.id][m.name] for c in cases if m.name in repeated[c.id]])
        }
    values = {case: {name: _mean(row) for name, row in of.items()} for case, of in repeated.items()}
    return Summary(values, figures, counts, run.repeats)


def is_perfect(metric: str, value: float) -> bool:
    """Whether a share is as good as it gets: 1 where more is better, 0 where less is."""
    return value >= 1.0 if BY_NAME[metric].more_is_better else value <= 0.0


def _by_metric(repeats: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for values in repeats:
        for name, value in values.items():
            found.setdefault(name, []).append(value)
    return found


def _figure(metric: Metric, rows: Sequence[Sequence[float]], repeats: int) -> Figure:
    interval = bootstrap([_mean(row) for row in rows])
    if repeats == 1:
        return Figure(interval)
    return Figure(interval, _spread(rows), _passed(metric, rows, repeats))


def _spread(rows: Sequence[Sequence[float]]) -> float | None:
    freedom = sum(len(row) - 1 for row in rows)
    if not freedom:
        return None
    return math.sqrt(sum((v - _mean(row)) ** 2 for row in rows for v in row) / freedom)


def _passed(metric: Metric, rows: Sequence[Sequence[float]], repeats: int) -> tuple[float, ...]:
    if metric.unit != "share" or metric.more_is_better is None:
        return ()
    found = []
    for k in range(1, repeats + 1):
        # An error leaves a case with fewer trials; it then says nothing of longer series.
        chances = [
            pass_hat_k(sum(is_perfect(metric.name, v) for v in row), len(row), k) for row in rows if len(row) >= k
        ]
        if not chances:
            break
        found.append(_mean(chances))
    return tuple(found)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
