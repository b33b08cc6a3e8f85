"""Commitments: one if-then plan that a person decided on, the day on which it comes back, and what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from coach.domain.answer import Citation


class State(StrEnum):
    """What became of a commitment."""

    OPEN = "open"
    KEPT = "kept"
    PARTLY = "partly"
    MISSED = "missed"
    DROPPED = "dropped"


#: The states that end it.
OUTCOMES = tuple(state for state in State if state is not State.OPEN)
#: Before the id of a commitment, as the path of the note that keeps what came of it.
OUTCOME_PATH = "coach:commitment/"
#: What the title of such a note begins with.
OUTCOME_TITLE = "What came of it:"


@dataclass(frozen=True, slots=True)
class Commitment:
    """What somebody decided to do."""

    id: str
    #: In the person's own voice: "If the director asks for a date, then I name its cost first."
    plan: str
    #: The day on which it comes back.
    due: date
    #: With its zone.
    created: datetime
    #: ``session:ID``, ``brief:ID``, ``rehearsal:ID``, or empty.
    origin: str = ""
    #: The statements that the plan was made from; none where the person wrote it alone.
    citations: tuple[Citation, ...] = ()
    state: State = State.OPEN
    #: What happened, in the person's words.
    outcome: str = ""
    #: Not asked about before this day.
    snoozed: date | None = None
    #: The day on which the person was last asked.
    asked: date | None = None
    settled: datetime | None = None
    #: Id of the note that keeps what came of it, such as ``N12``; empty before that.
    note: str = ""

    def is_due(self, today: date) -> bool:
        """Whether it is open and its day has come, and it was not put off beyond `today`."""
        return self.state is State.OPEN and self.due <= today and (self.snoozed is None or self.snoozed <= today)

    def comes_back(self, today: date) -> bool:
        """Whether it is due and was not asked about on this day already."""
        return self.is_due(today) and (self.asked is None or self.asked < today)

    def as_dict(self) -> dict[str, Any]:
        """The commitment as plain JSON values, in the form that ``coach commitments --json`` prints."""
        return {
            "id": self.id,
            "plan": self.plan,
            "due": self.due.isoformat(),
            "created": self.created.isoformat(),
            "origin": self.origin,
            "citations": [asdict(c) for c in self.citations],
            "state": self.state.value,
            "outcome": self.outcome,
            "snoozed": self.snoozed.isoformat() if self.snoozed else None,
            "asked": self.asked.isoformat() if self.asked else None,
            "settled": self.settled.isoformat() if self.settled else None,
            "note": self.note,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Commitment:
        """Return the commitment that `as_dict` wrote.

        Raises:
            KeyError, TypeError, ValueError: it does not have that form.
        """
        return cls(
            id=data["id"],
            plan=data["plan"],
            due=date.fromisoformat(data["due"]),
            created=datetime.fromisoformat(data["created"]),
            origin=data["origin"],
            citations=tuple(Citation(**c) for c in data["citations"]),
            state=State(data["state"]),
            outcome=data["outcome"],
            snoozed=date.fromisoformat(data["snoozed"]) if data["snoozed"] else None,
            asked=date.fromisoformat(data["asked"]) if data["asked"] else None,
            settled=datetime.fromisoformat(data["settled"]) if data["settled"] else None,
            note=data["note"],
        )
