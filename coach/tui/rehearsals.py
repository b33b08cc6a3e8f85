"""What the screens of rehearsals ask the agent for; see `coach.tui.talks`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING

from coach.tui.engine import Engine

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.agent.talks.aside import Aside
    from coach.agent.talks.rehearse import Referred, Rehearsing, TalkEvent
    from coach.domain.counterpart import Counterpart
    from coach.domain.debrief import Debrief
    from coach.domain.preparation import Brief
    from coach.domain.rehearsal import Rehearsal, Turn
    from coach.store.rehearsals import Kept


class Rehearsals:
    """Begins rehearsals, goes on with them, and looks back at them.

    Args:
        engine: does it.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def begin(self, brief: Brief, counterpart: Counterpart) -> Rehearsing:
        """Return a rehearsal of a brief that is about to begin."""

        def work(coach: Coach) -> Rehearsing:
            from coach.agent.talks.beginning import begin

            return begin(coach, brief, counterpart)

        return await self.engine.call(work)

    async def resume(self, rehearsal_id: str, line: int = 0) -> Rehearsing:
        """Return a kept rehearsal to go on with, where it stands or from before `line`."""

        def work(coach: Coach) -> Rehearsing:
            from coach.agent.talks.beginning import resume

            return resume(coach, rehearsal_id, line)

        return await self.engine.call(work)

    def say(self, rehearsing: Rehearsing, line: str) -> AsyncGenerator[list[TalkEvent], None]:
        """Say a line; what is answered comes as it is said."""
        return self.engine.stream(lambda _: rehearsing.say(line))

    async def rewind(self, rehearsing: Rehearsing, number: int) -> Turn:
        """Go back to where line `number` was said; 0 is the last one."""
        return await self.engine.call(lambda _: rehearsing.rewind(number) if number else rehearsing.again())

    async def advise(self, rehearsing: Rehearsing) -> Aside:
        """Return what the coach would say here, and why."""
        return await self.engine.call(lambda _: rehearsing.advise())

    async def stop(self, rehearsing: Rehearsing) -> Rehearsal:
        """End a rehearsal."""
        return await self.engine.call(lambda _: rehearsing.stop())

    async def kept(self) -> Sequence[Kept]:
        """Return the rehearsals, last used first."""

        def work(coach: Coach) -> Sequence[Kept]:
            from coach.store.rehearsals import Rehearsals as Store

            return Store(coach.database).list()

        return await self.engine.read(work)

    async def debriefed(self, rehearsal_id: str) -> Kept:
        """Return a rehearsal as it is kept, with its debrief where there is one of where it stands now."""

        def work(coach: Coach) -> Kept:
            from dataclasses import replace

            from coach.store.rehearsals import Rehearsals as Store

            kept = Store(coach.database).get(rehearsal_id)
            same = kept.debrief is not None and kept.debrief.lines == tuple(t.number for t in kept.rehearsal.path)
            return kept if same else replace(kept, debrief=None)

        return await self.engine.read(work)

    async def look_back(self, rehearsal: Rehearsal, own_view: str) -> Debrief | Referred:
        """Look back at a rehearsal where it stands, and keep that; see `coach.agent.talks.looking_back`."""

        async def work(coach: Coach) -> Debrief | Referred:
            from coach.agent.talks.looking_back import looked_back

            return await looked_back(coach, rehearsal, own_view)

        return await self.engine.wait_for(work)
