"""Running the program in a test: starting, waiting, and seeing what is on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from coach.tui.app import CoachApp
from coach.tui.widgets.turn_view import TurnView
from tests.tui.fakes import ScriptedCoach, app_over

#: Looks, some milliseconds apart, before a test gives up.
_LOOKS = 500


class Driver:
    """A running program and the coach behind it."""

    def __init__(self, app: CoachApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def until(self, holds: Callable[[], Any], what: str = "") -> None:
        """Wait until `holds`, however long the engine's thread takes."""
        for _ in range(_LOOKS):
            if holds():
                await self.pilot.pause()
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"never: {what or holds}\n{self.frame}")

    async def shows(self, text: str) -> None:
        await self.until(lambda: text in self.frame or text in self.flowing, f"shows {text!r}")

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        await self.pilot.press(*("space" if c == " " else c for c in text))

    async def ask(self, question: str) -> None:
        """Ask, and wait until the answer is there or could not be made."""
        turns = len(self.turns)
        self.app.conversation.composer.put(question)
        await self.press("enter")
        await self.until(lambda: len(self.turns) > turns and not self.app.conversation.answering, "answered")

    @property
    def turns(self) -> list[TurnView]:
        return self.app.conversation.transcript.turns

    @property
    def prompt(self) -> str:
        return self.app.conversation.composer.text

    @property
    def frame(self) -> str:
        """Everything on the screen as it goes to the terminal's cells, line by line."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line) for line in lines)

    @property
    def flowing(self) -> str:
        """What is on the screen as one line, as it would read without wrapping."""
        return " ".join(self.frame.replace("▌", " ").split())

    @property
    def toasts(self) -> str:
        return "\n".join(n.message for n in self.app._notifications)


@asynccontextmanager
async def running(
    coach: ScriptedCoach | None = None, *, size: tuple[int, int] = (100, 40), ready: bool = True, **options: Any
) -> AsyncIterator[Driver]:
    """Run the program over a scripted coach, at first until it can be asked."""
    async with running_app(app_over(coach or ScriptedCoach(), **options), size=size, ready=ready) as driver:
        yield driver


@asynccontextmanager
async def running_app(app: CoachApp, *, size: tuple[int, int] = (100, 40), ready: bool = True) -> AsyncIterator[Driver]:
    """Run a program, at first until it can be asked."""
    async with app.run_test(size=size, notifications=True) as pilot:
        driver = Driver(app, pilot)
        if ready:
            await driver.until(lambda: app.opening.ready, "ready")
        yield driver
