"""A look back over weeks: what was asked and planned, counted, with one pattern and one question."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from coach.domain.commitment import Commitment
from coach.domain.weeks import Period


@dataclass(frozen=True, slots=True)
class CameUp:
    """A principle that answers cited."""

    id: str
    title: str
    #: How many answers cited it.
    answers: int


@dataclass(frozen=True, slots=True)
class Week:
    """What one week held."""

    #: ``2026-W47``.
    name: str
    monday: date
    answers: int
    #: The principle that most answers cited, and how many did; empty and 0 where none did or none led.
    principle: str = ""
    cited: int = 0
    #: How many plans were settled, and how many of them were kept.
    settled: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """One piece of evidence: a question that was asked, or a plan that was settled."""

    day: date
    #: Title of the conversation, or the plan.
    text: str
    #: ``session:ID`` or ``commitment:ID``.
    where: str
    #: What became of a plan; empty for a question.
    state: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One thing that was counted, with what was counted."""

    #: A sentence with its figures.
    text: str
    principle: str
    evidence: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the corpus."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Reflection:
    """What the look back shows."""

    period: Period
    #: Answers of the period, and how many of them could not be read.
    answers: int
    unread: int
    #: Of the period, the most cited first.
    principles: tuple[CameUp, ...]
    #: Plans that were made in the period, and those that were settled in it.
    committed: tuple[Commitment, ...]
    settled: tuple[Commitment, ...]
    #: Plans that are open and whose day has come.
    due: tuple[Commitment, ...]
    #: Over the weeks of the chart; None where there is none, or too little to see one.
    pattern: Pattern | None
    question: Question | None
    #: Those of the chart, oldest first.
    weeks: tuple[Week, ...]
    #: Why no pattern can be seen, in plain words; empty where there is enough.
    too_little: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The reflection as plain JSON values, in the form that ``coach reflect --json`` prints."""
        return {
            "since": self.period.since.isoformat(),
            "until": self.period.until.isoformat(),
            "name": self.period.name,
            "answers": self.answers,
            "unread": self.unread,
            "principles": [asdict(p) for p in self.principles],
            "committed": [c.as_dict() for c in self.committed],
            "settled": [c.as_dict() for c in self.settled],
            "due": [c.as_dict() for c in self.due],
            "pattern": _plain(self.pattern),
            "question": asdict(self.question) if self.question else None,
            "weeks": [{**asdict(w), "monday": w.monday.isoformat()} for w in self.weeks],
            "too_little": self.too_little,
        }


def _plain(pattern: Pattern | None) -> dict[str, Any] | None:
    if pattern is None:
        return None
    return {**asdict(pattern), "evidence": [{**asdict(e), "day": e.day.isoformat()} for e in pattern.evidence]}
