"""The conversation that is open: its id, and its turns page by page, newest first, so that a long one opens at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from coach.domain.answer import Answer
from coach.domain.errors import CoachError
from coach.tui.engine import Engine
from coach.tui.passages import texts

if TYPE_CHECKING:
    from coach.agent.coach import Coach

#: Turns that are shown at first: some windows full, and few enough to be there at once.
FIRST = 10
#: Turns that are added at a time.
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
        self._texts: asyncio.Task[list[list[str]]] | None = None

    async def newest(self) -> list[Answer]:
        """Return the last turns, oldest first.

        Raises:
            CoachError: they cannot be read.
        """
        if self.session is None:
            return []
        return await self._page(self.session, 0, FIRST)

    async def earlier(self, shown: int) -> list[Answer]:
        """Return turns before the `shown` last ones, oldest first.

        Raises:
            CoachError: they cannot be read.
        """
        if self.session is None or not self.more:
            return []
        return await self._page(self.session, shown, PAGE)

    async def _page(self, session: str, shown: int, most: int) -> list[Answer]:
        answers = await self._engine.read(lambda coach: coach.answers(session, shown + most + 1))
        earlier = answers[: len(answers) - shown]
        self.more = len(earlier) > most
        return earlier[-most:]

    async def between(self, first: int, last: int, added: int) -> list[Answer]:
        """Return turns that are counted from the end, from 0: those before `last` without those before `first`.

        Args:
            first: how many turns stand after them.
            last: the same, and they themselves.
            added: how many turns were kept since; they are not counted.

        Raises:
            CoachError: they cannot be read.
        """
        session = self.session
        if session is None:
            return []
        answers = await self._engine.read(lambda coach: coach.answers(session, last + added))
        return answers[: max(0, len(answers) - first - added)]

    async def texts(self, added: int, leaves: str) -> list[list[str]]:
        """Return everything that can be searched in all its turns but the `added` last ones, oldest first.

        It is read and laid out once, in another thread, however often it is asked for. For `leaves` see
        `coach.tui.passages.standing`.

        Raises:
            CoachError: they cannot be read.
        """
        session = self.session
        if session is None:
            return []
        if self._texts is None:

            def lay_out(coach: Coach) -> list[list[str]]:
                answers = coach.answers(session)
                return [texts(answer, leaves) for answer in answers[: len(answers) - added]]

            self._texts = asyncio.ensure_future(self._engine.read(lay_out))
        try:
            # Whoever looks for another word meanwhile waits for the same.
            return await asyncio.shield(self._texts)
        except CoachError:
            self._texts = None
            raise

    async def title(self) -> str:
        """Return its title; empty where it has none.

        Raises:
            CoachError: it cannot be read.
        """
        sessions = await self._engine.read(lambda coach: coach.sessions())
        return next((s.title for s in sessions if s.id == self.session), "")
