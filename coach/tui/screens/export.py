"""Exporting a conversation: asks where to, and writes the file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
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
    await write_as(app, "Write this conversation as Markdown to", export.file_name(title), text)


async def write_as(app: App[Any], question: str, wanted: str, text: str) -> None:
    """Ask for a path and write `text` there; what goes wrong is shown, and can be tried again.

    To be called in a worker.

    Args:
        app: asks.
        question: what is asked.
        wanted: the path that is offered.
        text: what is written.
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
        return
