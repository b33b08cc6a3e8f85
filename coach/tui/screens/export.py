"""Exporting a conversation: asks where to, and writes the file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach.domain.answer import Answer
from coach.domain.changes import cited_in
from coach.domain.errors import CoachError
from coach.tui import export, safe
from coach.tui.engine import Engine
from coach.tui.screens.ask_text import AskText

if TYPE_CHECKING:
    from textual.app import App

    from coach.agent.coach import Coach
    from coach.domain.preparation import Brief


async def export_session(app: App[Any], engine: Engine, session: str | None, unkept: Sequence[Answer] = ()) -> None:
    """Ask for a path and write the conversation there as Markdown; what goes wrong is shown, and can be tried again.

    To be called in a worker.

    Args:
        app: asks.
        engine: reads what is kept.
        session: id of the conversation; None where nothing of it is kept.
        unkept: answers of it that are only on the screen.
    """
    title, answers = "Conversation", list(unkept)
    try:
        if session is not None:
            sessions = await engine.read(lambda coach: coach.sessions())
            title = next((s.title for s in sessions if s.id == session), title)
            answers = await engine.read(lambda coach: coach.answers(session)) + answers
        changes = await engine.changes(cited_in(answers))
    except CoachError as e:
        safe.tell_error(app, e)
        return
    text = await asyncio.to_thread(export.markdown, title, answers, changes)
    things = [f"session:{session}"] if session is not None else []
    await write_as(app, engine, "Write this conversation as Markdown to", export.file_name(title), text, things)


async def write_as(
    app: App[Any], engine: Engine, question: str, wanted: str, text: str, things: Iterable[str] = ()
) -> None:
    """Ask for a path and write `text` there; what goes wrong is shown, and can be tried again.

    To be called in a worker.

    Args:
        app: asks.
        engine: notes which file it was.
        question: what is asked.
        wanted: the path that is offered.
        text: what is written.
        things: what stands in it; see `coach.agent.talks.exported.note_export`.
    """
    while True:
        hint = f"In {Path.cwd()}, unless you say another folder. Enter writes, Esc leaves it."
        asked = await app.push_screen_wait(AskText(question, wanted, hint))
        if asked is None:
            return
        wanted = asked
        path = Path(asked).expanduser()
        try:
            await asyncio.to_thread(export.write, path, text)
        except CoachError as e:
            safe.tell_error(app, e)
            continue
        safe.tell(app, f"Written to {path}.")
        try:
            await engine.read(partial(_note, path, list(things)))
        except CoachError as e:
            safe.tell_error(app, e)
        return


def _note(path: Path, things: Sequence[str], coach: Coach) -> None:
    if things:
        from coach.agent.talks.exported import note_export

        note_export(coach, path, things)


async def write_brief(app: App[Any], engine: Engine, brief: Brief) -> None:
    """Ask for a path and write a brief there as Markdown. To be called in a worker."""
    from coach.agent.talks.brief_text import markdown

    things = [f"brief:{brief.id}"] if brief.id else []
    question, name = "Write this brief as Markdown to", export.file_name(brief.title)
    await write_as(app, engine, question, name, markdown(brief), things)
