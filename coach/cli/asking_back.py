"""The one question at the start: what happened to the plan that is due?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from coach.domain.commitment import OUTCOMES, State
from coach.domain.due import said_day
from coach.domain.errors import InputError

if TYPE_CHECKING:
    from coach.agent.talks.commitments import Keeper

_WORDS = ", ".join(state.value for state in OUTCOMES[:-1]) + f" or {OUTCOMES[-1].value}"
#: What puts the question off for a week.
LATER = "/later"
_READ = Callable[[str], str]
_SAY = Callable[[str], None]


def ask_back(keeper: Keeper, now: datetime, read: _READ, say: _SAY) -> None:
    """Ask about one commitment that is due, if there is one that was not asked about today.

    Args:
        keeper: keeps the commitments.
        now: the clock.
        read: shows a prompt and returns a line; EOFError where there is none.
        say: prints a line.

    Raises:
        StoreError: they cannot be read or kept.
    """
    due = keeper.due(now)
    commitment = keeper.to_ask(now)
    if commitment is None:
        return
    commitment = keeper.asked(commitment, now)
    say(f"On {said_day(commitment.created.astimezone(now.tzinfo).date(), now.date())}, you planned: {commitment.plan}")
    answer = told(read, say, skip=f"Enter asks tomorrow, {LATER} in a week")
    if answer is None:
        return
    state, what = answer
    if state is State.OPEN:
        put_off = keeper.snooze(commitment.id, "in a week")
        say(f"It comes back on {said_day(put_off.snoozed or put_off.due, now.date())}.")
        return
    settled = keeper.settle(commitment.id, state, what)
    say(f"Kept, private, as {settled.note}. Forget it with: coach forget commitment {settled.id}")
    if len(due) > 1:
        say(f"{len(due) - 1} more {'is' if len(due) == 2 else 'are'} due: coach commitments --due")


def told(read: _READ, say: _SAY, what: str | None = None, *, skip: str = "Enter leaves it") -> tuple[State, str] | None:
    """Return what came of it, as somebody at a terminal tells it; `State.OPEN` where it is put off.

    Args:
        read: shows a prompt and returns a line.
        say: prints a line.
        what: what happened, where that was said already.
        skip: what is said about leaving it.

    Returns:
        None where nothing is told.
    """
    try:
        line = what if what is not None else read(f"What happened? ({skip}): ").strip()
        if not line:
            return None
        if line.lower() == LATER:
            return State.OPEN, ""
        state, text = split_outcome(line)
        while state is None:
            word = read(f"Was it {_WORDS}? ").strip()
            if not word:
                return None
            state, rest = split_outcome(word)
            if state is None or rest:
                state = None
                say(f"Say {_WORDS}; Enter leaves it.")
        return state, text
    except EOFError:
        return None


def split_outcome(line: str) -> tuple[State | None, str]:
    """Return the outcome that a line begins with and what follows it; None and the line where it begins otherwise.

    "Kept. She took it well." and "missed: no request came" begin with one, "I kept quiet" and "kept quiet" do not.
    """
    words = line.split(maxsplit=1)
    first = words[0] if words else ""
    bare = first.rstrip(".,:;!").lower()
    if bare in [state.value for state in OUTCOMES] and (bare != first.lower() or len(words) == 1):
        return State(bare), words[1].strip() if len(words) > 1 else ""
    return None, line


def read_outcome(word: str | None) -> State:
    """Return the outcome that a word names. Raises `InputError` where it names none."""
    said = (word or "").strip().lower()
    if said not in [state.value for state in OUTCOMES]:
        raise InputError(
            f"{word!r} is no outcome." if word else "The outcome is missing.", f"Say {_WORDS}: --outcome kept"
        )
    return State(said)
