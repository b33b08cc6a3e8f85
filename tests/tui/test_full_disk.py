"""A disk that fills up while somebody talks, with the real ledger and the graph's real memory."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from textual.widgets import Input

from coach.agent.coach import Coach
from coach.tui.app import CoachApp
from coach.tui.screens.ask_text import AskText
from tests.agent.world import DELEGATE, FOLLOW_UP, VP, World, rows
from tests.tui.disk import full
from tests.tui.driving import Driver, running_app


@contextmanager
def memory_full() -> Iterator[None]:
    """What the graph remembers cannot be written within."""

    async def fails(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AsyncSqliteSaver, "aput", fails)
        yield


@asynccontextmanager
async def talking(world: World) -> AsyncIterator[tuple[Driver, Coach]]:
    coach = world.open()
    async with running_app(CoachApp(lambda: coach), size=(100, 60)) as tui:
        yield tui, coach


@pytest.mark.parametrize("where", ["ledger", "memory"])
async def test_an_answer_that_cannot_be_kept_is_read_copied_and_exported_and_the_next_is_kept(
    world: World, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    async with talking(world) as (tui, coach):
        await tui.ask(VP)
        session = tui.app.conversation.session
        assert session
        with full(coach) if where == "ledger" else memory_full():
            await tui.ask(DELEGATE)
            await tui.until(lambda: "disk is full" in tui.toasts)
            # Not what the screen shows: the toast lies over a part of it for a while.
            said = " ".join(p.plain for p in tui.turns[-1].prose)
            for text in ("Choose one task and say what done means. [C2.1]", "Not kept: The", "Ctrl+E."):
                assert text in said
            assert tui.prompt == "", "it was answered"
            assert [t.question for t in coach.turns(session)] == [VP]

            await tui.press("shift+tab", "Y")
            await tui.until(lambda: "Choose one task and say what done means." in tui.app.clipboard)
            await tui.press("ctrl+e")
            await tui.until(lambda: isinstance(tui.app.screen, AskText))
            await tui.press("enter")
            await tui.until(lambda: "Written to" in tui.toasts)
            [written] = tmp_path.glob("coach-*.md")
            assert f"## {VP}" in written.read_text()
            assert f"## {DELEGATE}" in written.read_text()
        await tui.press("escape")
        await tui.ask(FOLLOW_UP)
        assert tui.app.conversation.session == session
        assert [t.question for t in coach.turns(session)] == [VP, FOLLOW_UP]
        assert "Not kept" not in " ".join(p.plain for p in tui.turns[-1].prose)


@pytest.mark.parametrize("where", ["ledger", "memory"])
async def test_a_conversation_whose_first_answer_cannot_be_kept_leaves_nothing(
    world: World, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    async with talking(world) as (tui, coach):
        with full(coach) if where == "ledger" else memory_full():
            await tui.ask(VP)
            await tui.shows("Not kept:")
        assert coach.sessions() == []
        assert rows(world) == 0, "what is in no list could never be deleted"
        assert tui.app.conversation.session is None
        # What is only on the screen can be written to a file.
        await tui.press("ctrl+e")
        await tui.until(lambda: isinstance(tui.app.screen, AskText))
        await tui.press("enter")
        await tui.until(lambda: (tmp_path / "coach-conversation.md").exists())
        await tui.ask(DELEGATE)
        [session] = coach.sessions()
        assert [t.question for t in coach.turns(session.id)] == [DELEGATE]
        assert tui.app.conversation.session == session.id


async def test_a_question_is_answered_though_the_memory_cannot_even_be_opened(world: World) -> None:
    """As on a disk without a single free page."""
    async with talking(world) as (tui, coach):
        await tui.ask(DELEGATE)
        session = tui.app.conversation.session
        for path in world.home.glob("checkpoints.db*"):
            path.unlink()
        (world.home / "checkpoints.db").mkdir()
        await tui.ask(FOLLOW_UP)
        await tui.shows("Not kept: The conversation could not be kept in")
        assert tui.turns[-1].answer is not None
        # It goes on from the turn before, which the ledger has.
        assert {c.id[:2] for c in tui.turns[-1].cited} & {"P2", "C2"}
        (world.home / "checkpoints.db").rmdir()
        await tui.ask(VP)
        assert session
        assert [t.question for t in coach.turns(session)] == [DELEGATE, VP]


async def test_a_title_that_cannot_be_changed_stays_and_that_is_said(world: World) -> None:
    async with talking(world) as (tui, coach):
        await tui.ask("vp wants date")
        await tui.press("ctrl+s")
        await tui.shows("1 conversation.")
        with full(coach):
            await tui.press("r")
            await tui.until(lambda: isinstance(tui.app.screen, AskText))
            await tui.type("Dates")
            await tui.press("enter")
            await tui.until(lambda: "The disk is full; nothing was changed." in tui.toasts)
        assert [s.title for s in coach.sessions()] == ["vp wants date"]
        await tui.press("r")
        await tui.until(lambda: isinstance(tui.app.screen, AskText))
        await tui.type("Dates")
        await tui.press("enter")
        await tui.shows("(open) Dates")
        assert [s.title for s in coach.sessions()] == ["Dates"]


async def test_a_conversation_that_cannot_be_deleted_is_shown_again(world: World) -> None:
    async with talking(world) as (tui, coach):
        await tui.ask("vp wants date")
        await tui.press("ctrl+n", "ctrl+s")
        await tui.shows("1 conversation.")
        with full(coach):
            await tui.press("d")
            await tui.shows("1 conversation deleted")
            await tui.press("escape")
            await tui.until(lambda: "The disk is full" in tui.toasts)
            await tui.shows("1 conversation.")
        [session] = coach.sessions()
        assert [t.question for t in coach.turns(session.id)] == ["vp wants date"]
        await tui.press("d", "escape")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        assert coach.sessions() == []


async def test_a_file_that_cannot_be_written_can_be_written_elsewhere(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with talking(world) as (tui, _):
        await tui.ask(VP)
        await tui.press("ctrl+e")
        await tui.until(lambda: isinstance(tui.app.screen, AskText))
        tui.app.screen.query_one(Input).value = str(tmp_path / "file" / "a.md")
        await tui.press("enter")
        await tui.until(lambda: "could not be written" in tui.toasts and isinstance(tui.app.screen, AskText))
        tui.app.screen.query_one(Input).value = str(tmp_path / "a.md")
        await tui.press("enter")
        await tui.until(lambda: (tmp_path / "a.md").exists())
