"""What the lists ask the agent for where something is to be forgotten for good; see `coach.tui.talks`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from coach.tui.engine import Engine, Progress, told_here

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.agent.talks.forget import Forgotten
    from coach.agent.talks.forget_scope import Kind, Scope


class Forgetting:
    """Says what goes with a thing, and forgets it.

    Args:
        engine: does it.
        done: told what was forgotten, so that nothing of it stays on the screen.
    """

    def __init__(self, engine: Engine, done: Callable[[Scope], Awaitable[None]]) -> None:
        self._engine = engine
        self._done = done

    async def scope(self, kind: Kind, its_id: str, *, keep_commitments: bool) -> Scope:
        """Return what goes with a thing, and what stays.

        Raises:
            CoachError: there is no such thing any more, or the ledger cannot be read.
        """

        def work(coach: Coach) -> Scope:
            from coach.agent.talks.forget_scope import Scopes

            return Scopes(coach).of(kind, its_id, keep_commitments=keep_commitments)

        return await self._engine.read(work)

    async def forget(self, scope: Scope, progress: Progress) -> Forgotten:
        """Forget it, and look through the files afterwards. Questions asked meanwhile wait for it.

        Raises:
            CoachError: a file cannot be read or written; what was removed until then is removed.
        """
        told = told_here(progress)

        async def work(coach: Coach) -> Forgotten:
            from coach.agent.talks.forget import Forgetter

            return await Forgetter(coach).forget(scope, told)

        try:
            return await self._engine.wait_for(work)
        finally:
            # Broken off, it has removed all the same what was in the ledger.
            await self._done(scope)
