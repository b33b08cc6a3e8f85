"""Beginning a rehearsal of a brief, and going on with one that was kept."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

from coach.agent.talks.lines import line as written_line
from coach.agent.talks.matters import matter_in
from coach.agent.talks.present import open_now
from coach.agent.talks.rehearse import Rehearsing
from coach.domain.counterpart import Counterpart
from coach.domain.errors import InputError, StoreError
from coach.domain.preparation import Brief
from coach.domain.rehearsal import Move, Rehearsal, State
from coach.store.briefs import Briefs
from coach.store.rehearsals import Rehearsals

if TYPE_CHECKING:
    from coach.agent.coach import Coach


def begin(
    coach: Coach,
    brief: Brief,
    counterpart: Counterpart,
    *,
    seed: int | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Rehearsing:
    """Return a rehearsal of this brief that is about to begin. It is kept once the first line was said.

    Raises:
        InputError: the brief prepares a talk with somebody whom a matter was referred to, or the counterpart names one.
    """
    if brief.referred:
        raise InputError(
            "This brief prepares a talk about a matter that belongs to somebody else, and that is not rehearsed "
            "against resistance.",
            "Take the page with you and read it out; it stands there for that.",
        )
    counterpart = open_now(counterpart, brief, coach.library.private)
    if matter_in(f"{counterpart.role}. {counterpart.stakes}", coach.equipment()):
        raise InputError(
            "What is said of the counterpart names a matter that belongs to somebody else.",
            'Ask where to turn with it: coach ask "…"',
        )
    drawn = draw() if seed is None else seed
    greeting = written_line(counterpart, Move.GREET, Random(f"{drawn}"))
    rehearsals = Rehearsals(coach.database)
    rehearsal = Rehearsal(
        id=rehearsals.new_id(),
        brief_id=brief.id,
        brief_version=brief.version,
        title=brief.title,
        counterpart=counterpart,
        greeting=greeting,
        created=now(),
        seed=drawn,
    )
    return Rehearsing(coach, rehearsals, rehearsal, brief)


def resume(coach: Coach, start: str, line: int = 0) -> Rehearsing:
    """Return a kept rehearsal to go on with, where it stands or from before `line`.

    Args:
        coach: whose it is.
        start: its id, or how that begins.
        line: number of the line to say another way; 0 goes on from where it stands.

    Raises:
        InputError: there is no such rehearsal or line, or it is over and no line was given.
        StoreError: it cannot be read.
    """
    rehearsals = Rehearsals(coach.database)
    rehearsal = rehearsals.get(rehearsals.find_id(start)).rehearsal
    going_on = Rehearsing(coach, rehearsals, rehearsal, brief_of(coach, rehearsal))
    if line:
        going_on.rewind(line)
    elif rehearsal.state is not State.OPEN:
        raise InputError(
            "This rehearsal is over.",
            f"Go back to one of its lines: coach rehearse --continue {rehearsal.id} --from {max(rehearsal.at, 1)}",
        )
    return going_on


def brief_of(coach: Coach, rehearsal: Rehearsal) -> Brief | None:
    """Return the brief that was rehearsed, in the version of then; None where it is gone or cannot be read."""
    try:
        return Briefs(coach.database).get(rehearsal.brief_id, rehearsal.brief_version)
    except (InputError, StoreError):
        return None


def draw() -> int:
    """Return a seed for what a counterpart does, so that no two rehearsals of a brief go alike."""
    return secrets.randbits(31)
