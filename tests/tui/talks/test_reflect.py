from __future__ import annotations

from coach.tui.screens.talks.reflect import ReflectScreen
from tests.agent.world import VP
from tests.tui.talks.stage import Opened


async def test_too_little_is_said_plainly(opened: Opened) -> None:
    async with opened.running(size=(80, 24)) as tui:
        await tui.press("ctrl+t", "l")
        await tui.shows("Nothing was asked in this time.")
        await tui.shows("Too little")
        await tui.press("escape")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)


async def test_the_week_with_its_chart_and_the_week_before(opened: Opened) -> None:
    async with opened.running() as tui:
        await tui.ask(VP)
        await tui.press("ctrl+t", "l")
        await tui.shows("1 answer.")
        await tui.shows("█")
        screen = tui.app.screen
        assert isinstance(screen, ReflectScreen)
        assert "█" in screen.sheet.rows[-1].row.text
        await tui.press("p")
        await tui.shows("Nothing was asked in this time.")
