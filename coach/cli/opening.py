"""Opening the coach for a command: settings with its options, sources indexed, progress shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coach.cli.progress import Bar
from coach.domain.errors import InputError

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.settings import Settings


def settings_with(**options: Any) -> Settings:
    """Return the settings; an option that was not given (None, or a flag that is not set) leaves its setting alone."""
    from coach.settings import load_settings

    return load_settings(**{name: value for name, value in options.items() if value is not None and value is not False})


def opened(settings: Settings, *, plain: bool = False) -> Coach:
    """Return the coach with its sources indexed; the first time that takes a while, and a bar shows how far it is."""
    from coach.agent.assembly import open_coach

    coach = open_coach(settings)
    with Bar("Indexing the sources", plain=plain) as bar:
        coach.library.bring_up_to_date(bar)
    return coach


def what_leaves(coach: Coach) -> str:
    """Return what leaves the machine while this coach answers, one sentence; empty where nothing does."""
    return coach.choice.leaves if coach.choice.remote else ""


def chosen_session(coach: Coach, *, last: bool, session: str | None, keep: bool) -> str | None:
    """Return the id of the conversation to go on with, or None for a new one.

    Raises:
        InputError: the options contradict each other, or there is no conversation yet.
    """
    if last and session is not None:
        raise InputError("--continue and --session say two things.", "Give one of them.")
    if (last or session is not None) and not keep:
        raise InputError("A conversation that goes on is kept.", "Leave --no-keep out, or begin a new conversation.")
    if not last:
        return session
    latest = coach.latest_session()
    if latest is None:
        raise InputError("There is no conversation to go on with yet.", "Begin one: leave --continue out.")
    return latest.id
