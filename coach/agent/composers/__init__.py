"""Turning evidence into a draft: by quoting, one sentence at a time, or freely."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from coach.agent.material import Material
from coach.domain.answer import Sentence

#: Shows a piece of the draft as soon as it is there.
Tell = Callable[[str], None]


class Composer(Protocol):
    """Writes a draft for a material."""

    name: str

    async def compose(self, material: Material, tell: Tell) -> list[Sentence]:
        """Return the draft's sentences, whose claims have no verdict yet, having told their text as it came.

        Raises:
            ModelError: the model that writes cannot be asked.
        """
        ...
