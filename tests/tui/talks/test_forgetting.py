"""Forgetting for good from the lists: what goes is said first, and nothing of it stays on the screen."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from coach.agent.coach import Coach
from coach.agent.talks.commitments import keeper
from coach.agent.talks.forget import Forgotten
from coach.domain.commitment import Commitment
from coach.domain.errors import StoreError
from coach.store.briefs import Briefs
from coach.store.rehearsals import Rehearsals
from coach.tui.screens.forget import ForgetScreen
from coach.tui.screens.sessions import SessionsScreen
from coach.tui.widgets.due import DueQuestion
from tests.agent.world import DELEGATE, VP, remains
from tests.tui.driving import Driver
from tests.tui.talks.stage import Opened
from tests.tui.talks.test_prepare import prepared
from tests.tui.talks.test_rehearse import begun, said

GONE = "the VP of the quagga team wants a date for the launch that we cannot keep, how do I refuse?"


async def asked(tui: Driver) -> ForgetScreen:
    await tui.press("f")
    await tui.until(lambda: isinstance(tui.app.screen, ForgetScreen))
    await tui.shows("Forget this for good?")
    screen = tui.app.screen
    assert isinstance(screen, ForgetScreen)
    return screen


async def home(tui: Driver) -> None:
    while tui.app.screen is not tui.app.conversation:
        await tui.press("escape")


def plans(opened: Opened) -> list[str]:
    return opened.before(lambda coach: [c.plan for c in keeper(coach).all()])


async def test_a_conversation_goes_with_its_commitments_from_the_screen_and_the_prompt(opened: Opened) -> None:
    async with opened.running() as tui:
        await tui.ask(DELEGATE)
        await tui.press("ctrl+n")
        await tui.ask(GONE)
        await tui.press("ctrl+t", "k")
        await tui.shows("Keep one plan")
        await tui.press("enter", "enter")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        gone = tui.app.conversation.session
        assert gone is not None
        await tui.press("ctrl+s")
        await tui.shows("(open)")
        await asked(tui)
        await tui.shows("the conversation “the VP of the quagga")
        await tui.shows("the commitment")
        await tui.press("n")
        await tui.until(lambda: isinstance(tui.app.screen, SessionsScreen))
        await asked(tui)
        await tui.press("y")
        await tui.until(lambda: "nothing of it was found" in tui.toasts)
        await tui.shows("1 conversation.")
        await tui.press("escape")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        assert tui.app.conversation.session is None
        assert GONE not in tui.flowing
        await tui.press("up")
        assert tui.app.conversation.composer.text == DELEGATE
    assert plans(opened) == []
    assert remains(opened.world.home, "quagga") == []


async def test_the_commitments_are_kept_where_that_is_wished(opened: Opened) -> None:
    async with opened.running(size=(80, 24)) as tui:
        await tui.ask(VP)
        await tui.press("ctrl+t", "k")
        await tui.shows("Keep one plan")
        await tui.press("enter", "enter")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        await tui.press("ctrl+s")
        await tui.shows("(open)")
        await asked(tui)
        await tui.shows("k keeps the commitments")
        await tui.press("k")
        await tui.shows("This stays:")
        await tui.press("y")
        await tui.shows("There are no conversations yet.")
    assert len(plans(opened)) == 1
    assert opened.before(lambda coach: keeper(coach).all()[0].origin) == ""


async def test_a_brief_goes_with_its_rehearsals_and_the_exported_file_is_named(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened.running() as tui:
        screen = await begun(tui)
        await said(tui, screen, "On 3 November you promised 1 December.")
        await tui.press("escape")
        await tui.shows("Ways to open")
        await tui.press("x")
        await tui.shows("Write this brief as Markdown to")
        await tui.press("enter")
        await tui.until(lambda: "Written to" in tui.toasts)
        await home(tui)
        await tui.press("ctrl+t", "b")
        await tui.shows("1 brief.")
        await asked(tui)
        await tui.shows("the rehearsal “Talk with")
        await tui.shows("which you exported; delete it yourself")
        await tui.press("y")
        await tui.shows("There are no briefs yet.")
        await tui.until(lambda: "Still there, since you exported it" in tui.toasts)
    assert opened.before(lambda coach: (Briefs(coach.database).list(), Rehearsals(coach.database).list())) == ([], [])
    assert list(tmp_path.glob("coach-talk-*.md"))


async def test_a_plan_that_is_asked_about_is_no_longer_asked_about(opened: Opened, due: Commitment) -> None:
    async with opened.running() as tui:
        await tui.until(lambda: tui.app.conversation.query(DueQuestion))
        await tui.press("ctrl+t", "c")
        await tui.shows("● due")
        await asked(tui)
        assert "k keeps" not in tui.flowing
        # It has no effect here.
        await tui.press("k", "y")
        await tui.shows("Nothing is open.")
        await tui.press("escape")
        await tui.until(lambda: not tui.app.conversation.query(DueQuestion))
        await tui.press("ctrl+t", "w")
        assert not tui.toasts.count("There is no question open.")
    assert plans(opened) == []


async def test_what_remains_and_what_failed_is_said(
    opened: Opened, due: Commitment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def remaining(_: object, scope: Any, progress: Any = None) -> Forgotten:
        progress(1, 2)
        await asyncio.sleep(0)
        return Forgotten(scope, ("/home/coach.db",), redacted=2)

    async def broken(*_: object) -> Forgotten:
        raise StoreError("The disk is full.", "Make room.")

    async with opened.running() as tui:
        await tui.press("ctrl+t", "c")
        await tui.shows("● due")
        monkeypatch.setattr("coach.agent.talks.forget.Forgetter.forget", remaining)
        await asked(tui)
        await tui.press("y")
        await tui.until(lambda: "Something of it still stands in /home/coach.db." in tui.toasts)
        await tui.until(lambda: not isinstance(tui.app.screen, ForgetScreen))
        monkeypatch.setattr("coach.agent.talks.forget.Forgetter.forget", broken)
        await asked(tui)
        await tui.press("y")
        await tui.until(lambda: "The disk is full." in tui.toasts)
        assert "coach forget leftovers" in tui.toasts


async def test_what_is_gone_already_is_said(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened.running() as tui:
        await prepared(tui)
        await tui.press("escape")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        await tui.press("ctrl+t", "b")
        await tui.shows("1 brief.")

        def gone(coach: Coach) -> None:
            briefs = Briefs(coach.database)
            briefs.delete(briefs.list()[0].id)

        opened.before(gone)
        await tui.press("f")
        await tui.until(lambda: "There is no brief" in tui.toasts)
        assert not isinstance(tui.app.screen, ForgetScreen)
