"""The program with a model that writes 50 tokens a second, for `bench.tui`: ``python -m bench.streaming``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from coach.domain.answer import Usage
from coach.domain.ports import ChatModel, Message, Reply

if TYPE_CHECKING:
    from coach.agent.coach import Coach

TOKENS_PER_SECOND = 50
#: In place of a fact, so that no key that is measured ever stands in an answer.
_SENTENCE = "Negotiate deadlines and resources, and do not overpromise [P8.3]. "
#: Half as long again as answers are, so that there is time for keys.
_TEXT = _SENTENCE * 35
#: That it takes to write it.
SECONDS = _TEXT.count(" ") / TOKENS_PER_SECOND


class PacedModel:
    """Writes the same answer again and again, a word at a time. Keeps `coach.domain.ports.ChatModel`."""

    name, ability, remote = "paced", "free", False
    usage = Usage()

    async def complete(self, messages: Sequence[Message], **_: Any) -> Reply:
        """Return that nothing is to be said."""
        return Reply("none", "stop", Usage())

    async def stream(self, messages: Sequence[Message], **_: Any) -> AsyncIterator[str]:
        """Yield words at their pace."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        for word in _TEXT.replace(" ", " \0").split("\0"):
            due += 1 / TOKENS_PER_SECOND
            await asyncio.sleep(max(0.0, due - loop.time()))
            yield word

    async def yes_log_odds(self, messages: Sequence[Message]) -> float:
        """Return that everything is supported."""
        return 5.0


def _open() -> Coach:
    from coach.agent import assembly
    from coach.models.choice import ModelChoice
    from coach.settings import load_settings

    model: ChatModel = PacedModel()
    choice = ModelChoice("local", model.name, ability="free", why="It is measured.")
    vars(assembly).update(choose=lambda _: choice, open_model=lambda *_: model)
    return assembly.open_coach(load_settings(model="local", checker="lexical"))


if __name__ == "__main__":
    from coach.tui.app import CoachApp

    CoachApp(_open).run()
