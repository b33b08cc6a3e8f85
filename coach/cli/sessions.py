"""`coach sessions`: conversations that were kept."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli import options
from coach.cli.console import say
from coach.cli.opening import opened
from coach.cli.rows import print_json
from coach.domain.changes import stale_line
from coach.domain.errors import InputError
from coach.domain.text import clean_line

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.store.sessions import Session

sessions = typer.Typer(help="Conversations that were kept.", rich_markup_mode=None)

_Id = Annotated[str, typer.Argument(metavar="ID", help="Id of a conversation; its first characters are enough.")]


@sessions.callback(invoke_without_command=True)
def default(context: typer.Context, json: options.Json = False) -> None:
    """List the conversations, or show, rename and delete them."""
    if context.invoked_subcommand is None:
        list_sessions(json)


@sessions.command("list")
def list_sessions(json: options.Json = False) -> None:
    """List the conversations, last used first, with how many of their answers cite what changed since."""
    with opened(indexed=False) as coach:
        kept = coach.sessions()
        stale = Counter(s.session for s in coach.past.stale())
    if json:
        print_json([_row(s) | {"stale": stale[s.id]} for s in kept])
        return
    for session in kept:
        old = f" ({stale[session.id]} stale {_answers(stale[session.id])})" if stale[session.id] else ""
        say(f"{session.id}  {session.updated.astimezone():%Y-%m-%d %H:%M}  {session.title}{old}")
    if stale:
        say("Stale: a cited statement changed since, or is gone. coach sessions show ID names it.")
    if not kept:
        say('There are no conversations yet. Begin one: coach ask "…"')


@sessions.command("show")
def show(session_id: _Id, json: options.Json = False) -> None:
    """Show the questions and answers of a conversation, and which statements changed since an answer cited them."""
    with opened(indexed=False) as coach:
        session = found(coach, session_id)
        turns = coach.turns(session.id)
        stale = {s.turn: s.changes for s in coach.past.stale(session.id)}
    if json:
        rows = [
            {
                "question": turn.question,
                "answer": turn.answer,
                "stale": [{"id": i, "state": change.value} for i, change in stale.get(number, ())],
            }
            for number, turn in enumerate(turns, 1)
        ]
        print_json(_row(session) | {"turns": rows})
        return
    say(session.title)
    for number, turn in enumerate(turns, 1):
        say(f"\nYou: {turn.question}\n\nCoach: {turn.answer}")
        if number in stale:
            say(f"\n{stale_line(stale[number])}")


@sessions.command("rename")
def rename(session_id: _Id, title: Annotated[list[str], typer.Argument(help="The new title.")]) -> None:
    """Give a conversation another title."""
    new = clean_line(" ".join(title))
    if not new:
        raise InputError("A title must not be empty.", "Say what the conversation is about.")
    with opened(indexed=False) as coach:
        session = found(coach, session_id)
        coach.rename_session(session.id, new)
    say(f"{session.id} is now called: {new}")


@sessions.command("delete")
def delete(session_id: _Id) -> None:
    """Forget a conversation for good."""
    with opened(indexed=False) as coach:
        session = found(coach, session_id)
        asyncio.run(coach.delete_session(session.id))
    say(f"Deleted {session.id} {session.title}.")


def found(coach: Coach, start: str) -> Session:
    """Return the one conversation whose id begins so.

    Raises:
        InputError: there is none, or more than one.
    """
    fitting = [s for s in coach.sessions() if start and s.id.startswith(start)]
    exact = [s for s in fitting if s.id == start]
    if exact or len(fitting) == 1:
        return (exact or fitting)[0]
    if fitting:
        raise InputError(f"{len(fitting)} conversations begin with {start}.", "Give more of the id.")
    raise InputError(f"There is no conversation {start!r}.", "List them with: coach sessions")


def _answers(count: int) -> str:
    return "answer" if count == 1 else "answers"


def _row(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "title": session.title,
        "created": session.created.isoformat(),
        "updated": session.updated.isoformat(),
    }
