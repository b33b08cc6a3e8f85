"""The program over a real coach: the small corpus, quoted pages, and a ledger of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from coach.agent.coach import Coach
from coach.tui.app import CoachApp
from tests.agent.world import World
from tests.tui.driving import Driver, running_app

T = TypeVar("T")
TOLD = (
    "I have to tell my product director no on Thursday. On 3 November he promised the client the fraud model for "
    "1 December. I want to keep the January date."
)


class Opened:
    """Opens the program as often as a test likes, over the same folder."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.coach: Coach | None = None

    def before(self, work: Callable[[Coach], T]) -> T:
        """Do something with a coach before, or after, the program runs."""

        def run() -> T:
            coach = self.world.open()
            try:
                return work(coach)
            finally:
                asyncio.run(coach.aclose())

        # In a thread of its own: the loop of the test may be running.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(run).result()

    @asynccontextmanager
    async def running(self, *, size: tuple[int, int] = (120, 40), **options: Any) -> AsyncIterator[Driver]:
        def opener() -> Coach:
            self.coach = self.world.open()
            return self.coach

        app = CoachApp(opener, **options)
        app.animation_level = "none"
        async with running_app(app, size=size) as driver:
            yield driver
