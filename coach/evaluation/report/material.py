"""What every report tells, in the order in which it is read: what got worse by case first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from coach.evaluation.baseline import Entry, KeptAnswer, profile_of, read_answers, read_entry
from coach.evaluation.cases import Case
from coach.evaluation.faults import faults
from coach.evaluation.floors import read_floors
from coach.evaluation.gate import JUDGED, Gate, decide
from coach.evaluation.metrics import METRICS
from coach.evaluation.outcome import Outcome
from coach.evaluation.runner import Run
from coach.evaluation.summary import Summary, summarise

#: A case's value that changed by less did not change.
_LEAST = 5e-4


@dataclass(frozen=True, slots=True)
class Moved:
    """One metric of one case, then and now."""

    metric: str
    before: float
    now: float

    @property
    def text(self) -> str:
        """Such as "points conveyed 1 → 0.33"."""
        return f"{self.metric} {self.before:.2g} → {self.now:.2g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One case and all that came of it."""

    case: Case
    outcomes: tuple[Outcome, ...]
    values: Mapping[str, float]
    #: Metrics on which it is worse, and better, than in the baseline.
    worse: tuple[Moved, ...]
    better: tuple[Moved, ...]
    #: What is wrong with one of its answers whatever the baseline says.
    faults: tuple[str, ...]

    @property
    def errors(self) -> tuple[Outcome, ...]:
        """Its outcomes without an answer."""
        return tuple(o for o in self.outcomes if o.error)

    @property
    def cached(self) -> int:
        """How many of its outcomes were read from the cache."""
        return sum(o.cached for o in self.outcomes)

    @property
    def shown(self) -> Outcome | None:
        """The outcome to look at: the first with a fault, else the first with an answer."""
        answered = [o for o in self.outcomes if o.answer is not None]
        return next((o for o in answered if faults(self.case, o)), answered[0] if answered else None)


@dataclass(frozen=True)
class Material:
    """A run, its figures, and what it is held against."""

    run: Run
    summary: Summary
    gate: Gate
    profile: str
    entry: Entry | None = None
    answers: Mapping[str, KeptAnswer] = field(default_factory=dict)
    #: Whether held-back cases are told one by one.
    show_holdback: bool = False

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All cases, in the order in which they were asked."""
        of_case: dict[str, list[Outcome]] = {c.id: [] for c in self.run.cases}
        for outcome in self.run.outcomes:
            of_case[outcome.case].append(outcome)
        return tuple(self._row(c, tuple(of_case[c.id])) for c in self.run.cases)

    @cached_property
    def told(self) -> tuple[Row, ...]:
        """The cases that are told one by one: those held back only where that was asked for."""
        return tuple(r for r in self.rows if self.show_holdback or not r.case.holdback)

    @property
    def worse(self) -> tuple[Row, ...]:
        """What got worse, the most first."""
        return tuple(sorted((r for r in self.told if r.worse), key=lambda r: -sum(_size(m) for m in r.worse)))

    @property
    def texts(self) -> Mapping[str, str]:
        """Text by id of every statement that was in evidence for a case that is told."""
        return {
            e.id: e.statement.text
            for r in self.told
            for o in r.outcomes
            if o.answer is not None
            for e in o.answer.evidence
        }

    def _row(self, case: Case, outcomes: tuple[Outcome, ...]) -> Row:
        values = self.summary.values.get(case.id, {})
        before = self._before(case)
        worse: list[Moved] = []
        better: list[Moved] = []
        for metric in METRICS:
            if metric.more_is_better is None or metric.name not in values or metric.name not in before:
                continue
            moved = Moved(metric.name, before[metric.name], values[metric.name])
            if _size(moved) < _LEAST:
                continue
            (better if (moved.now > moved.before) is metric.more_is_better else worse).append(moved)
        found = dict.fromkeys(text for o in outcomes for text in faults(case, o))
        return Row(case, outcomes, values, tuple(worse), tuple(better), tuple(found))

    def _before(self, case: Case) -> Mapping[str, float]:
        if self.entry is None or case.id not in self.entry.cases or case.id in self.gate.reworded:
            return {}
        same_judge = self.entry.judge == self.run.judge
        return {m: v for m, v in self.entry.cases[case.id].values.items() if same_judge or m not in JUDGED}


def gathered(
    run: Run,
    baseline: Path,
    floors: Path,
    profile: str | None = None,
    *,
    tolerated: float = 0.0,
    show_holdback: bool = False,
) -> Material:
    """Return a run with its figures and what it is held against.

    Args:
        run: what was asked.
        baseline: file with what was reached before; it need not be there.
        floors: file with the floors; it need not be there.
        profile: entry of the baseline; by default `coach.evaluation.baseline.profile_of` the subject.
        tolerated: share of outcomes that may be errors, 0 to 1.
        show_holdback: whether held-back cases are told one by one.

    Raises:
        InputError: one of the files is not valid.
    """
    name = profile or profile_of(run.subject)
    entry = read_entry(baseline, name)
    summary = summarise(run)
    gate = decide(run, summary, entry, read_floors(floors), name, tolerated)
    return Material(run, summary, gate, name, entry, read_answers(baseline, name, entry), show_holdback)


def _size(moved: Moved) -> float:
    return abs(moved.now - moved.before)


def cached_line(run: Run) -> str:
    """Return how many outcomes were read from the cache, one sentence."""
    total = len(run.outcomes)
    if not run.cached:
        return f"All {total} outcomes are fresh; none was read from the cache."
    if run.cached == total:
        return f"All {total} outcomes were read from the cache: nothing that they depend on has changed."
    return f"{run.cached} of {total} outcomes were read from the cache, the others are fresh."
