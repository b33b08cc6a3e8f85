"""What answers are made with, lent to one turn after another; a model that was changed for another is let go of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from coach.agent.equipment import Equipment
from coach.domain.ports import ChatModel


class Lease:
    """Holds the equipment in use, made when it is first needed.

    Args:
        equip: makes it, as things are then.
    """

    def __init__(self, equip: Callable[[], Equipment]) -> None:
        self._equip = equip
        self._equipment: Equipment | None = None
        self._turns = 0
        #: Models that are no longer wanted, while a turn may still be asking them.
        self._retired: list[ChatModel] = []

    def equipment(self) -> Equipment:
        """Return the equipment in use."""
        if self._equipment is None:
            self._equipment = self._equip()
        return self._equipment

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Equipment]:
        """Give the equipment to a turn, which keeps it to its end."""
        equipment = self.equipment()
        self._turns += 1
        try:
            yield equipment
        finally:
            self._turns -= 1
            if not self._turns:
                await self._let_go()

    async def renew(self) -> None:
        """Have the equipment made anew for the next turn; the model goes when no turn has it any more."""
        self._retire()
        if not self._turns:
            await self._let_go()

    async def aclose(self) -> None:
        """Stop the local model, if one was started, or let go of an endpoint's connections."""
        self._retire()
        await self._let_go()

    def _retire(self) -> None:
        if self._equipment is not None and self._equipment.model is not None:
            self._retired.append(self._equipment.model)
        self._equipment = None

    async def _let_go(self) -> None:
        while self._retired:
            model: Any = self._retired.pop()
            if hasattr(model, "close"):
                model.close()
            elif hasattr(model, "aclose"):
                await model.aclose()
