"""What the rooms ask of each other without importing each other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from coach.domain.answer import Usage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    #: One row per text, L2-normalised, float32, shape (n, dim).
    Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors whose dot product is their cosine similarity."""

    #: Identifies the vector space; vectors of different names are never compared.
    name: str
    #: Whether the texts leave this machine.
    remote: bool

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row per text, float32, shape ``(len(texts), dim)``."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat: `role` is ``system``, ``user`` or ``assistant``."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a chat model said."""

    text: str
    #: ``stop``, ``length``, or empty where the stream was cut before its end.
    finish: str = "stop"
    usage: Usage = field(default_factory=Usage)


class ChatModel(Protocol):
    """A language model behind an OpenAI-compatible endpoint, on this machine or elsewhere."""

    #: As shown to the person: ``qwen2.5-coder-1.5b (on this machine)``.
    name: str
    #: Whether it can be trusted to write a whole answer (`free`), a sentence at a time (`stepwise`) or nothing.
    ability: str
    #: Whether what is sent to it leaves this machine; private notes are never sent where it does.
    remote: bool

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        schema: dict[str, Any] | None = None,
    ) -> Reply:
        """Return the whole reply; with `schema`, its text is JSON that fits the schema. Raises `ModelError`."""
        ...

    def stream(self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0) -> AsyncIterator[str]:
        """Yield the reply's text as it comes. Raises `ModelError`, also when the stream is cut before its end."""
        ...

    async def yes_log_odds(self, messages: Sequence[Message]) -> float:
        """Return log P(Yes) - log P(No) of the first token of the reply, in nats. Raises `ModelError`."""
        ...
