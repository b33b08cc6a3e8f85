"""Briefs, counterparts and talks that the tests of rehearsals are about; played without a coach or a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any, cast

from coach.agent.library import Library
from coach.agent.talks import resistance
from coach.agent.talks.acts import acts
from coach.agent.talks.lines import line as written_line
from coach.domain.answer import Verdict
from coach.domain.counterpart import Counterpart, Standing, Style
from coach.domain.errors import InputError
from coach.domain.preparation import Brief, Interview, Line, LineKind, in_order
from coach.domain.rehearsal import Act, Move, Rehearsal, State, Turn
from coach.domain.source import Source, Statement
from coach.sources.builtin import read_builtin

#: Stand in what a brief keeps to itself, and nowhere else.
FEARED, CONCEDED, KEPT, WANTED, OUTCOME, PRIVATE = "zebrafish", "quagga", "okapi", "axolotl", "pangolin", "narwhal"
SECRETS = (FEARED, CONCEDED, KEPT, WANTED, OUTCOME, PRIVATE)
CREATED = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)

GOOD = (
    "We can't go live on Thursday. On 3 March the evaluation showed 14 false alarms in 100.",
    "So you are worried about what to tell upstairs. What happens on that day for you?",
    "My part is that I said we will see, and that was on me.",
    "We could go live in one market, with a person checking the uncertain cases.",
    "Would you agree to the one market on Thursday?",
    "What would help you to explain the one market?",
    "One option is a demo on Thursday, and the rest in May.",
    "Please tell the client today that it is one market first.",
)
RUDE = ("You are an idiot.", "Shut up.", "Screw you.", "You are pathetic.")
SILENT = ("", "...", "(silence)", "", "", "")
FLATTERS = (
    "You are the best director that I ever had.",
    "With all your experience nobody understands this like you.",
    "I have always admired you.",
    "You are so brilliant.",
    "I look up to you.",
    "The best boss in the whole company.",
)
CAVES = ("Okay, fine.", "You win.", "Fine, we'll make it work.", "Forget it.", "We will find a way.", "I give up.")
PERSONS = {"rude": RUDE, "silent": SILENT, "flatters": FLATTERS, "caves in": CAVES}


def line(text: str, kind: LineKind = LineKind.FACT, *, private: bool = False, said_by: str = "you") -> Line:
    return Line(text, kind, said_by, (), Verdict.NOT_A_CLAIM, private)


def brief(**changes: Any) -> Brief:
    """A brief with a secret in every place that the counterpart must not see."""
    made = Brief(
        title="No for Thursday",
        interview=Interview(
            who="my product director",
            happened=f"On 3 March sales told the client that the launch date is Thursday; the {PRIVATE} team knows.",
            wanted=f"a later date for the {WANTED}",
            feared=f"that he gives my {FEARED} away",
            concede=f"one market first, or the {CONCEDED} dashboard",
            keep=f"a person checks the uncertain cases and the {KEPT}",
            when="Thursday",
        ),
        parts=in_order(
            {
                "purpose": [line(f"To keep the {WANTED}.", LineKind.SUGGESTION)],
                "facts": [
                    line("On 3 March sales told the client that the launch date is Thursday."),
                    line(f"The {PRIVATE} budget pays for the launch date.", private=True, said_by="N3.1"),
                ],
                "stories": [line(f"He plans against the {FEARED}.", LineKind.STORY)],
                "their view": [
                    line("They may have given their own word upstairs.", LineKind.SUGGESTION, said_by=""),
                    line(f"He hides the {PRIVATE}.", LineKind.STORY, private=True),
                    Line("What is their view?", LineKind.QUESTION),
                ],
                "openings": [
                    Line("Open with …", LineKind.QUESTION),
                    line("You and I see Thursday differently.", LineKind.SUGGESTION),
                ],
                "outcome": [line(f"At least the {OUTCOME}.", LineKind.SUGGESTION)],
                "reactions": [
                    line("If they press for one date, then offer the first evaluation on Friday.", LineKind.SUGGESTION),
                    Line("If …, then …", LineKind.QUESTION),
                ],
            }
        ),
        id="b1",
        version=2,
        created=CREATED.isoformat(),
    )
    return replace(made, **changes)


def counterpart(**changes: Any) -> Counterpart:
    made = Counterpart(
        "product director",
        "They may have given their own word upstairs.",
        "the launch date",
        Style.BLUNT,
        3,
        Standing.ABOVE,
    )
    return replace(made, **changes)


def play(lines: Sequence[str], other: Counterpart | None = None, seed: int = 7) -> Rehearsal:
    """Return a rehearsal in which these lines were said one after the other, until the counterpart ends it."""
    other = other or counterpart()
    played = Rehearsal(
        "r1", "b1", 2, "No for Thursday", other, written_line(other, Move.GREET, Random(seed)), CREATED, seed=seed
    )
    for said in lines:
        played = said_in(played, said)
        if played.state is State.ENDED:
            break
    return played


def said_in(played: Rehearsal, said: str) -> Rehearsal:
    """Return the rehearsal with one more line, answered as without a model."""
    path, other = played.path, played.counterpart
    replies = [played.greeting, *(t.reply for t in path)]
    found = acts(said, replies, [t.line for t in path])
    mood = resistance.heard(other, resistance.mood(other, path), found)
    random = Random(f"{played.seed}|{len(path)}|{said}")
    move = resistance.choose(other, mood, found, random)
    reply = written_line(other, move, random, replies)
    turn = Turn(len(played.turns) + 1, played.at, said, found, move, reply, mood.resistance)
    return played.said(turn, State.ENDED if move is Move.END else State.OPEN)


def did(said: str, replies: Sequence[str] = (), before: Sequence[str] = ()) -> set[Act]:
    """Return what a line did."""
    return {found.act for found in acts(said, replies, before)}


class BuiltinLibrary:
    """The corpus as it comes with the package, read without a ledger; asked only for single statements."""

    def __init__(self, *, practices: bool = True) -> None:
        self._practices = practices

    def find(self, any_id: str) -> tuple[Source, Statement | None]:
        found = _statements().get(any_id)
        if found is None or not (self._practices or any_id.startswith("P")):
            raise InputError(f"There is no source {any_id!r}.", "List them with: coach sources")
        return found


def library(*, practices: bool = True) -> Library:
    return cast("Library", BuiltinLibrary(practices=practices))


@cache
def _statements() -> dict[str, tuple[Source, Statement | None]]:
    found: dict[str, tuple[Source, Statement | None]] = {}
    for draft in read_builtin():
        name = f"{draft.kind.letter}{draft.number}"
        texts = tuple(replace(s, id=f"{name}.{i}") for i, s in enumerate(draft.statements, 1))
        source = Source(name, draft.kind, draft.title, texts, builtin=True)
        found |= {s.id: (source, s) for s in texts}
    return found
