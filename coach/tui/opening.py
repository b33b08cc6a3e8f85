"""Opening the coach while somebody is typing already: what is known so far, and waiting for the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from coach.domain.source import SourceKind
from coach.tui.engine import Engine
from coach.tui.wording import count


class Opening:
    """Opens and indexes once, however many wait for it; after a failure whoever comes next tries again.

    Args:
        engine: the engine that is to be opened.
        changed: called on the event loop of the program whenever something new is known.
    """

    def __init__(self, engine: Engine, changed: Callable[[], None]) -> None:
        self.engine = engine
        self._changed = changed
        self._lock = asyncio.Lock()
        #: Whether everything can be asked.
        self.ready = False
        #: Name of the model; empty until it is known.
        self.model = ""
        #: Why this model, one sentence.
        self.why = ""
        #: What leaves the machine, one sentence, where something does or not.
        self.sends = ""
        #: Whether anything leaves the machine.
        self.remote = False
        #: Whether no model was set or found, so that one may be offered.
        self.offers = False
        #: How far the local model is being pulled, such as ``34%``; empty where it is not.
        self.pulling = ""
        #: How far the notes are being read, such as ``reading notes 34%``; empty where they are not.
        self.syncing = ""
        #: How much is indexed, of how much.
        self.progress: tuple[int, int] = (0, 0)
        #: What goes to the team's server; empty where nothing does.
        self._team = ""
        #: What there is to answer from, such as ``10 principles, 18 practices, 3 notes``.
        self.sources = ""

    @property
    def indexing(self) -> bool:
        """Whether sources are being indexed."""
        return not self.ready and self.progress[1] > 0

    @property
    def share(self) -> float:
        """How much is indexed, 0 to 1."""
        return self.progress[0] / self.progress[1] if self.progress[1] else 0.0

    @property
    def leaves(self) -> str:
        """What leaves the machine; empty where nothing does."""
        return f"{self.sends if self.remote else ''} {self._team}".strip()

    async def wait(self) -> None:
        """Return when the coach is open and its sources are indexed.

        Raises:
            CoachError: that failed.
        """
        async with self._lock:
            if self.ready:
                return
            if self.engine.coach is None:
                await self.engine.open()
                self.model_changed()
            await self.engine.index(self._told)
            await self._count()
            self.ready = True
            self._changed()

    def model_changed(self) -> None:
        """Show which model answers now."""
        if (coach := self.engine.coach) is not None:
            from coach.agent.team import what_leaves

            choice = coach.choice
            self.model, self.why, self.sends, self.remote = choice.label, choice.why, choice.leaves, choice.remote
            self.offers = choice.open
            self._team = what_leaves(coach.settings)
        self._changed()

    def pulled(self, share: str) -> None:
        """Show how far the local model is being pulled; an empty `share`: it no longer is."""
        if share != self.pulling:
            self.pulling = share
            self._changed()

    def synced(self, share: str) -> None:
        """Show how far the notes are being read; an empty `share`: they no longer are."""
        if share != self.syncing:
            self.syncing = share
            self._changed()

    async def recount(self) -> None:
        """Count the sources again, after some were added or removed."""
        await self._count()
        self._changed()

    async def _count(self) -> None:
        counts = await self.engine.read(lambda coach: coach.library.counts())
        self.sources = ", ".join(count(counts[k], k.value) for k in SourceKind)

    def _told(self, done: int, total: int) -> None:
        self.progress = (done, total)
        self._changed()
