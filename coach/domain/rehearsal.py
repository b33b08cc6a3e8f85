"""Rehearsals: what each line of the person's did, what answered it, and the turns with the branches of rewinds."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from coach.domain.answer import Citation
from coach.domain.counterpart import Counterpart
from coach.domain.errors import InputError

#: Turns of one rehearsal, branches included: nobody practises one talk longer, and a transcript stays readable.
MOST_TURNS = 200
#: Of a line.
MOST_CHARACTERS = 2_000


class Move(StrEnum):
    """What a counterpart does in one turn."""

    DEFLECT = "deflect"
    PRESS = "press for the date"
    MINIMISE = "minimise"
    COUNTER_ACCUSE = "counter-accuse"
    APPEAL = "appeal to authority"
    GO_SILENT = "go silent"
    SHARP_QUESTION = "ask a sharp question"
    HALF_AGREE = "half-agree"
    AGREE = "agree to one thing"
    #: What follows is no resistance: the beginning, an answer to silence or rudeness, and the end.
    GREET = "begin"
    WAIT = "wait for a word"
    SET_LIMIT = "ask for a civil tone"
    END = "end the talk kindly"


class Act(StrEnum):
    """What a line of the person's did, as rules see it."""

    FACT = "dated fact"
    OPEN_QUESTION = "open question"
    PARAPHRASE = "took up their view"
    OWN_PART = "named own part"
    REQUEST = "one clear request"
    OPTION = "offered an option"
    LIMIT = "said no plainly"
    ALWAYS_NEVER = "always or never"
    TRAIT = "trait label"
    INTENT = "claimed to know the intent"
    THREAT = "threat"
    REPEAT = "said the same again"
    FLATTERY = "flattery"
    CAVE_IN = "gave in"
    INSULT = "insult"
    SILENT = "silence"


#: Acts that earn softening, and acts that harden. `LIMIT` does neither: holding a line is no reason to give way.
EARNING = frozenset({Act.FACT, Act.OPEN_QUESTION, Act.PARAPHRASE, Act.OWN_PART, Act.REQUEST, Act.OPTION})
HARDENING = frozenset(
    {
        Act.ALWAYS_NEVER,
        Act.TRAIT,
        Act.INTENT,
        Act.THREAT,
        Act.REPEAT,
        Act.FLATTERY,
        Act.CAVE_IN,
        Act.INSULT,
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """An act, and where in the line its words stand: ``line[start:end]``; both 0 for silence."""

    act: Act
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of the person's and what the counterpart answered."""

    #: From 1, in the order in which the lines were said: its place among the turns; never used again after a rewind.
    number: int
    #: Number of the turn that it goes on from; 0 at the beginning. Two turns with one parent are two branches.
    parent: int
    #: As the person said it; empty for silence.
    line: str
    acts: tuple[Found, ...]
    move: Move
    reply: str
    #: Resistance after it, 0 (gives way) to `coach.agent.talks.resistance.MOST`.
    resistance: int
    #: What worded the reply: "template", or a model's name.
    worded_by: str = "template"
    #: Why what the model wrote was not said; empty where it was, or where no model wrote.
    refused: str = ""
    #: Statements that the coach named when it was asked before this line.
    coached: tuple[Citation, ...] = ()

    def has(self, act: Act) -> bool:
        """Whether the line did this."""
        return any(f.act is act for f in self.acts)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Turn:
        """Return what `as_dict` wrote. Raises KeyError, TypeError or ValueError where it has not that form."""
        line = str(data["line"])
        # Words of a line may have been forgotten since; what they did goes with them.
        acts = tuple(
            Found(Act(a["act"]), int(a["start"]), int(a["end"]))
            for a in data["acts"]
            if line[int(a["start"]) : int(a["end"])] == a["words"]
        )
        return cls(
            number=int(data["number"]),
            parent=int(data["parent"]),
            line=line,
            acts=acts,
            move=Move(data["move"]),
            reply=str(data["reply"]),
            resistance=int(data["resistance"]),
            worded_by=str(data["worded_by"]),
            refused=str(data["refused"]),
            coached=tuple(Citation(str(c["id"]), str(c["hash"])) for c in data["coached"]),
        )

    def as_dict(self) -> dict[str, Any]:
        """The turn as plain JSON values; each act with the words that it was found in."""
        return {
            **asdict(self),
            "acts": [{"act": a.act.value, **_span(a), "words": self.line[a.start : a.end]} for a in self.acts],
            "move": self.move.value,
            "coached": [asdict(c) for c in self.coached],
        }


class State(StrEnum):
    """How a rehearsal stands."""

    OPEN = "open"
    #: The person stopped it.
    STOPPED = "stopped"
    #: The counterpart ended it.
    ENDED = "ended"
    #: A matter was named that belongs to somebody else.
    REFERRED = "referred"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A role-play of one brief: every line that was said, and where it stands now."""

    id: str
    brief_id: str
    brief_version: int
    title: str
    counterpart: Counterpart
    #: What the counterpart said first.
    greeting: str
    created: datetime
    #: All turns, those of left branches too, in the order in which they were said.
    turns: tuple[Turn, ...] = ()
    #: Number of the turn that it stands at; 0 at the beginning.
    at: int = 0
    state: State = State.OPEN
    #: Makes the counterpart's choices; the same lines get the same answers.
    seed: int = 0
    #: Matter that it was stopped for; empty where it was not.
    matter: str = ""

    @property
    def path(self) -> tuple[Turn, ...]:
        """The turns from the beginning to where it stands: one branch, as a talk without rewinds."""
        return self.path_to(self.at)

    def path_to(self, number: int) -> tuple[Turn, ...]:
        """Return the turns that lead to turn `number`, that one included; none for 0."""
        found: list[Turn] = []
        while number:
            found.append(self.turn(number))
            number = found[-1].parent
        return tuple(reversed(found))

    def turn(self, number: int) -> Turn:
        """Return a turn. Raises `InputError` where there is no such turn."""
        if 1 <= number <= len(self.turns):
            return self.turns[number - 1]
        lines = f"The lines are 1 to {len(self.turns)}." if self.turns else "Nothing was said yet."
        raise InputError(f"There is no line {number}.", lines)

    @property
    def branches(self) -> tuple[tuple[Turn, ...], ...]:
        """Every way through the talk, each from the beginning to its end, in the order in which they ended."""
        parents = {t.parent for t in self.turns}
        return tuple(self.path_to(t.number) for t in self.turns if t.number not in parents)

    def said(self, turn: Turn, state: State = State.OPEN) -> Rehearsal:
        """Return the rehearsal with one more turn, at which it stands."""
        return replace(self, turns=(*self.turns, turn), at=turn.number, state=state)

    def before(self, number: int) -> Rehearsal:
        """Return the rehearsal as it stood before line `number`, every turn kept. Raises `InputError`."""
        return replace(self, at=self.turn(number).parent, state=State.OPEN, matter="")

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Rehearsal:
        """Return what `as_dict` wrote. Raises KeyError, TypeError or ValueError where it has not that form."""
        turns = tuple(Turn.from_dict(t) for t in data["turns"])
        if any(t.number != i or not 0 <= t.parent < i for i, t in enumerate(turns, 1)):
            raise ValueError("the turns are not numbered in the order in which they were said")
        return cls(
            id=str(data["id"]),
            brief_id=str(data["brief_id"]),
            brief_version=int(data["brief_version"]),
            title=str(data["title"]),
            counterpart=Counterpart.from_dict(data["counterpart"]),
            greeting=str(data["greeting"]),
            created=datetime.fromisoformat(data["created"]),
            turns=turns,
            at=_place(data["at"], turns),
            state=State(data["state"]),
            seed=int(data["seed"]),
            matter=str(data["matter"]),
        )

    def as_dict(self) -> dict[str, Any]:
        """The rehearsal as plain JSON values, in the form that ``coach rehearse --json`` prints."""
        return {
            "id": self.id,
            "brief_id": self.brief_id,
            "brief_version": self.brief_version,
            "title": self.title,
            "counterpart": self.counterpart.as_dict(),
            "greeting": self.greeting,
            "created": self.created.isoformat(),
            "turns": [t.as_dict() for t in self.turns],
            "at": self.at,
            "state": self.state.value,
            "seed": self.seed,
            "matter": self.matter,
        }


def _place(at: Any, turns: tuple[Turn, ...]) -> int:
    if not 0 <= int(at) <= len(turns):
        raise ValueError("it stands at a turn that it does not have")
    return int(at)


def _span(found: Found) -> dict[str, int]:
    return {"start": found.start, "end": found.end}
