from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from coach.agent.talks.rehearse import Rehearsing, Spoke
from coach.domain.errors import StoreError
from coach.domain.rehearsal import State
from coach.store.rehearsals import Rehearsals
from coach.tui.screens.talks.counterpart import CounterpartScreen
from coach.tui.screens.talks.debrief import DebriefScreen
from coach.tui.screens.talks.rehearse import RehearseScreen
from tests.tui.driving import Driver
from tests.tui.talks.stage import Opened
from tests.tui.talks.test_prepare import prepared

LINES = ("On 3 November you promised 1 December. What is that date for?", "You always do this.")


async def begun(tui: Driver) -> RehearseScreen:
    await prepared(tui)
    await tui.press("r")
    await tui.until(lambda: isinstance(tui.app.screen, CounterpartScreen))
    await tui.shows("product director")
    await tui.press("ctrl+d")
    await tui.until(lambda: isinstance(tui.app.screen, RehearseScreen))
    screen = tui.app.screen
    assert isinstance(screen, RehearseScreen)
    await tui.until(lambda: screen.sheet.rows)
    return screen


async def said(tui: Driver, screen: RehearseScreen, line: str) -> None:
    turns = len(screen._rehearsing.rehearsal.turns)
    screen.writing.put(line)
    await tui.press("enter")
    await tui.until(lambda: len(screen._rehearsing.rehearsal.turns) > turns and not screen.busy, "answered")


async def test_the_counterpart_is_seen_and_changed_first(opened: Opened) -> None:
    async with opened.running() as tui:
        await prepared(tui)
        await tui.press("r")
        await tui.until(lambda: isinstance(tui.app.screen, CounterpartScreen))
        await tui.shows("product director")
        await tui.press("tab", "tab", "tab", "tab")
        await tui.type("9")
        await tui.press("ctrl+d")
        await tui.shows("Difficulty goes from 1 to 5.")
        await tui.press("end", "ctrl+u")
        await tui.type("5")
        await tui.press("ctrl+d")
        await tui.shows("difficulty 5 of 5")


async def test_a_talk_with_every_command(opened: Opened) -> None:
    async with opened.running() as tui:
        screen = await begun(tui)
        for line in LINES:
            await said(tui, screen, line)
        await tui.shows("2 You")
        await tui.press("ctrl+g")
        await tui.until(lambda: screen.sheet.rows[-1].row.kind in ("Why", "You could say", "Your brief", ""))
        # Again: the last line is in the prompt, and no longer in the talk.
        await tui.press("ctrl+r")
        await tui.until(lambda: screen.writing.text == LINES[1])
        assert screen._rehearsing.rehearsal.at == 1
        await said(tui, screen, "I would like to find a way with you.")
        await tui.press("ctrl+b")
        await tui.shows("Say which line another way?")
        await tui.shows("(left)")
        await tui.press("escape")
        await tui.press("escape")
        await tui.until(lambda: not isinstance(tui.app.screen, RehearseScreen))
    [kept] = opened.before(lambda coach: Rehearsals(coach.database).list())
    assert kept.rehearsal.state is State.OPEN
    assert len(kept.rehearsal.turns) == 3


async def test_stopping_looks_back_with_the_own_view_first_and_a_line_can_be_tried_again(opened: Opened) -> None:
    async with opened.running() as tui:
        screen = await begun(tui)
        for line in LINES:
            await said(tui, screen, line)
        await tui.press("ctrl+d")
        await tui.shows("in your own eyes?")
        await tui.type("I lost my calm")
        await tui.press("enter")
        await tui.until(lambda: isinstance(tui.app.screen, DebriefScreen))
        await tui.shows("I lost my calm")
        await tui.shows("Counted")
        page = tui.app.screen
        assert isinstance(page, DebriefScreen)
        for row in page.sheet.rows:
            if row.row.kind.startswith("Line "):
                quote = row.row.text.split("”")[0].removeprefix("“")
                assert any(quote in line for line in LINES)
        await tui.press("r")
        await tui.until(lambda: tui.app.screen is screen)
        await tui.until(lambda: not screen._rehearsing.over)
        assert screen.writing.text in LINES


async def test_a_line_that_fails_or_is_broken_off_is_in_the_prompt_again(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: Rehearsing, line: str) -> AsyncGenerator[Spoke, None]:
        yield Spoke("Well")
        raise StoreError("The disk is full.", "Make room.")

    async def slow(self: Rehearsing, line: str) -> AsyncGenerator[Spoke, None]:
        yield Spoke("Let me think")
        await asyncio.Event().wait()

    async with opened.running(size=(80, 24)) as tui:
        screen = await begun(tui)
        monkeypatch.setattr(Rehearsing, "say", broken)
        screen.writing.put(LINES[0])
        await tui.press("enter")
        await tui.until(lambda: "The disk is full." in tui.toasts)
        await tui.until(lambda: screen.writing.text == LINES[0])
        monkeypatch.setattr(Rehearsing, "say", slow)
        await tui.press("enter")
        await tui.shows("Let me think")
        await tui.press("escape")
        await tui.until(lambda: screen.writing.text == LINES[0] and not screen.busy)
        await tui.until(lambda: "Let me think" not in tui.flowing)


async def test_kept_ones_are_listed_gone_on_with_and_deleted(opened: Opened) -> None:
    async with opened.running() as tui:
        screen = await begun(tui)
        await said(tui, screen, LINES[0])
        await tui.press("escape")
        await tui.until(lambda: not isinstance(tui.app.screen, RehearseScreen))
        await tui.press("escape")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        await tui.press("ctrl+t", "r")
        await tui.shows("open, to go on with")
        await tui.press("enter")
        await tui.until(lambda: isinstance(tui.app.screen, RehearseScreen))
        await tui.shows("1 You")
        await tui.press("escape")
        await tui.shows("1 rehearsal.")
        await tui.press("d", "y")
        await tui.shows("There are no rehearsals yet.")
