"""The conversation that is open: its id, and its turns page by page, newest first, so that a long one opens at once."""

from __future__ import annotations

from coach.domain.answer import Answer
from coach.tui.engine import Engine

#: Turns that are shown at first, and that are added at a time.
PAGE = 20


class KeptConversation:
    """Reads a kept conversation.

    Args:
        engine: reads it.
        session: its id; None until its first answer is kept.
    """

    def __init__(self, engine: Engine, session: str | None = None) -> None:
        self._engine = engine
        self.session = session
        #: Whether there are earlier turns that were not read yet. Not how many: counting would read them all.
        self.more = False

    async def newest(self) -> list[Answer]:
        """Return the last turns, oldest first.

        Raises:
            CoachError: they cannot be read.
        """
        if self.session is None:
            return []
        return await self._page(self.session, 0)

    async def earlier(self, shown: int) -> list[Answer]:
        """Return turns before the `shown` last ones, oldest first.

        Raises:
            CoachError: they cannot be read.
        """
        if self.session is None or not self.more:
            return []
        return await self._page(self.session, shown)

    async def _page(self, session: str, shown: int) -> list[Answer]:
        answers = await self._engine.read(lambda coach: coach.answers(session, shown + PAGE + 1))
        earlier = answers[: len(answers) - shown]
        self.more = len(earlier) > PAGE
        return earlier[-PAGE:]

    async def title(self) -> str:
        """Return its title; empty where it has none.

        Raises:
            CoachError: it cannot be read.
        """
        sessions = await self._engine.read(lambda coach: coach.sessions())
        return next((s.title for s in sessions if s.id == self.session), "")
