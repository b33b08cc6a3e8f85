"""Looking back at a rehearsal: the person's own lines, what each did, and what was counted. Never who somebody is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from coach.domain.answer import Citation
from coach.domain.rehearsal import Act, Rehearsal, Turn


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the person's, cut out of the line that they said: it cannot say anything else than the line does."""

    turn: Turn
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.turn.line):
            raise ValueError("a quote stands within its line")

    @property
    def text(self) -> str:
        """The words."""
        return self.turn.line[self.start : self.end]

    @classmethod
    def from_dict(cls, data: dict[str, Any], rehearsal: Rehearsal) -> Quote:
        """Return the quote that `as_dict` wrote, cut anew. Raises ValueError where the line has other words now."""
        quote = cls(rehearsal.turn(int(data["turn"])), int(data["start"]), int(data["end"]))
        if quote.text != data["text"]:
            raise ValueError("the line was changed since it was quoted")
        return quote

    def as_dict(self) -> dict[str, Any]:
        """The quote as plain JSON values."""
        return {"turn": self.turn.number, "start": self.start, "end": self.end, "text": self.text}


@dataclass(frozen=True, slots=True)
class Noted:
    """A line of the person's and what it did, or what was not done; tied to the statements that speak of it."""

    #: None where it is about something that was not done in any line.
    quote: Quote | None
    acts: tuple[Act, ...]
    #: What the words did, in plain words.
    text: str
    citations: tuple[Citation, ...] = ()

    @classmethod
    def from_dict(cls, data: dict[str, Any], rehearsal: Rehearsal) -> Noted:
        """Return what `as_dict` wrote. Raises KeyError, TypeError or ValueError where it has not that form."""
        return cls(
            quote=Quote.from_dict(data["quote"], rehearsal) if data["quote"] else None,
            acts=tuple(Act(a) for a in data["acts"]),
            text=str(data["text"]),
            citations=_citations(data),
        )

    def as_dict(self) -> dict[str, Any]:
        """It as plain JSON values."""
        return {
            "quote": self.quote.as_dict() if self.quote else None,
            "acts": [a.value for a in self.acts],
            "text": self.text,
            "citations": [asdict(c) for c in self.citations],
        }


@dataclass(frozen=True, slots=True)
class Worded:
    """A sentence to say or to plan with, in the words of a statement, or of a model where these passed the gate."""

    text: str
    citations: tuple[Citation, ...]
    #: "statement", or the model's name.
    worded_by: str = "statement"
    #: Number of the line that it could stand in place of; 0 where it stands for none.
    turn: int = 0

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Worded:
        """Return what `as_dict` wrote. Raises KeyError, TypeError or ValueError where it has not that form."""
        return cls(str(data["text"]), _citations(data), str(data["worded_by"]), int(data["turn"]))

    def as_dict(self) -> dict[str, Any]:
        """It as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Measure:
    """Something counted."""

    name: str
    count: int
    #: Out of how many; 0 where it is out of none.
    of: int
    #: What was counted, one sentence.
    text: str
    #: Numbers of the lines that were counted, a line for each count where it may be counted twice.
    lines: tuple[int, ...] = ()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Measure:
        """Return what `as_dict` wrote. Raises KeyError, TypeError or ValueError where it has not that form."""
        return cls(
            str(data["name"]), int(data["count"]), int(data["of"]), str(data["text"]), tuple(map(int, data["lines"]))
        )

    def as_dict(self) -> dict[str, Any]:
        """It as plain JSON values."""
        return {**asdict(self), "lines": list(self.lines)}


@dataclass(frozen=True, slots=True)
class Cited:
    """A statement that a debrief cites, as it was then."""

    id: str
    hash: str
    text: str
    #: Title of its source.
    source: str


@dataclass(frozen=True, slots=True)
class Debrief:
    """The review of one way through a rehearsal."""

    #: What the person said of it before anything else was said; empty where they passed.
    own_view: str
    #: Numbers of the lines that it looks at.
    lines: tuple[int, ...]
    quotes: tuple[Noted, ...]
    strength: Noted | None
    change: Noted | None
    rewrite: Worded | None
    plan: Worded | None
    measures: tuple[Measure, ...]
    #: Number of the line to try again; 0 where nothing was said.
    retry: int
    statements: tuple[Cited, ...]
    created: datetime
    #: What was left out, and why.
    remarks: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: dict[str, Any], rehearsal: Rehearsal) -> Debrief:
        """Return what `as_dict` wrote of this rehearsal. A quote whose line has other words now is left out.

        Raises:
            KeyError, TypeError, ValueError: it does not have that form.
        """

        def noted(value: Any) -> Noted | None:
            if not value or not _stands(value, rehearsal):
                return None
            return Noted.from_dict(value, rehearsal)

        return cls(
            own_view=str(data["own_view"]),
            lines=tuple(map(int, data["lines"])),
            quotes=tuple(n for value in data["quotes"] if (n := noted(value))),
            strength=noted(data["strength"]),
            change=noted(data["change"]),
            rewrite=Worded.from_dict(data["rewrite"]) if data["rewrite"] else None,
            plan=Worded.from_dict(data["plan"]) if data["plan"] else None,
            measures=tuple(Measure.from_dict(m) for m in data["measures"]),
            retry=int(data["retry"]),
            statements=tuple(Cited(s["id"], s["hash"], s["text"], s["source"]) for s in data["statements"]),
            created=datetime.fromisoformat(data["created"]),
            remarks=tuple(map(str, data["remarks"])),
        )

    def as_dict(self) -> dict[str, Any]:
        """The debrief as plain JSON values, in the form that ``coach debrief --json`` prints."""
        return {
            "own_view": self.own_view,
            "lines": list(self.lines),
            "quotes": [q.as_dict() for q in self.quotes],
            "strength": self.strength.as_dict() if self.strength else None,
            "change": self.change.as_dict() if self.change else None,
            "rewrite": self.rewrite.as_dict() if self.rewrite else None,
            "plan": self.plan.as_dict() if self.plan else None,
            "measures": [m.as_dict() for m in self.measures],
            "retry": self.retry,
            "statements": [asdict(s) for s in self.statements],
            "created": self.created.isoformat(),
            "remarks": list(self.remarks),
        }


def _citations(data: dict[str, Any]) -> tuple[Citation, ...]:
    return tuple(Citation(str(c["id"]), str(c["hash"])) for c in data["citations"])


def _stands(value: dict[str, Any], rehearsal: Rehearsal) -> bool:
    """Whether the words that it quotes still stand in their line: some may have been forgotten since."""
    quote = value["quote"]
    if not quote:
        return True
    turns = {t.number: t.line for t in rehearsal.turns}
    return bool(turns.get(quote["turn"], "")[quote["start"] : quote["end"]] == quote["text"])
