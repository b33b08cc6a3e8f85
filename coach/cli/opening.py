"""Opening the coach for a command: settings with its options, sources indexed, progress shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from coach.cli.console import whisper
from coach.cli.progress import Bar
from coach.domain.errors import InputError

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.settings import Settings

T = TypeVar("T")


def settings_with(**options: Any) -> Settings:
    """Return the settings; an option that was not given (None, or a flag that is not set) leaves its setting alone."""
    from coach.settings import load_settings

    return load_settings(**{name: value for name, value in options.items() if value is not None and value is not False})


def open_it(settings: Settings) -> Coach:
    """Return the coach as it is, nothing indexed. Whoever opens it closes it: it is an async context manager."""
    from coach.agent.assembly import open_coach

    return open_coach(settings)


def open_indexed(settings: Settings, *, plain: bool = False) -> Coach:
    """Return the coach with its sources indexed; the first time that takes a while, and a bar shows how far it is.

    Not to be called within an event loop, which would not let Ctrl-C through while it works.
    """
    coach = open_it(settings)
    try:
        with Bar("Indexing the sources", plain=plain) as bar:
            # Another process that is indexing goes on; what it has not done yet is found by its words.
            coach.library.bring_up_to_date(bar, wait=False)
    except BaseException:
        asyncio.run(coach.aclose())
        raise
    return coach


@contextmanager
def opened(*, indexed: bool = True) -> Iterator[Coach]:
    """Give the coach, as the settings say, to a command that asks no model, and close it in the end."""
    settings = settings_with()
    coach = open_indexed(settings) if indexed else open_it(settings)
    try:
        yield coach
    finally:
        asyncio.run(coach.aclose())


def patiently(work: Callable[[bool], T]) -> T:
    """Return what `work` returns; it is told whether to wait for a sync of the notes that is at work.

    Where it would have to, that is said first.
    """
    from coach.agent.vault_lock import VaultBusyError

    try:
        return work(False)
    except VaultBusyError as e:
        whisper(f"{e.message} This goes on when that has finished.")
        return work(True)


def what_leaves(coach: Coach) -> str:
    """Return what leaves the machine while this coach answers, in a few sentences; empty where nothing does."""
    from coach.agent.team import what_leaves

    told = coach.choice.leaves if coach.choice.remote else ""
    return f"{told} {what_leaves(coach.settings)}".strip()


def check_session_options(*, last: bool, session: str | None, keep: bool) -> None:
    """Raise `InputError` where the options contradict each other."""
    if last and session is not None:
        raise InputError("--continue and --session say two things.", "Give one of them.")
    if (last or session is not None) and not keep:
        raise InputError("A conversation that goes on is kept.", "Leave --no-keep out, or begin a new conversation.")


def chosen_session(coach: Coach, *, last: bool, session: str | None, keep: bool) -> str | None:
    """Return the id of the conversation to go on with, or None for a new one.

    Raises:
        InputError: the options contradict each other, or there is no conversation yet.
    """
    check_session_options(last=last, session=session, keep=keep)
    if not last:
        return session
    latest = coach.latest_session()
    if latest is None:
        raise InputError("There is no conversation to go on with yet.", "Begin one: leave --continue out.")
    return latest.id
