"""A chat model that says what tests enqueue, and remembers what it was asked. Keeps `coach.domain.ports.ChatModel`."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from coach.domain.answer import Usage
from coach.domain.errors import ModelError
from coach.domain.ports import Message, Reply


@dataclass(frozen=True)
class Call:
    """One call: its kind is ``complete``, ``stream`` or ``yes_log_odds``."""

    kind: str
    messages: tuple[Message, ...]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Everything that was sent, to look for what must or must not be in it."""
        return "\n".join(m.content for m in self.messages)


@dataclass(frozen=True)
class Broken:
    """Text that a stream begins with before `error` is raised."""

    text: str
    error: Exception


class ScriptedModel:
    """Answers in the order in which answers were enqueued; an error among them is raised.

    Texts answer `complete` and `stream`, numbers answer `yes_log_odds`; they have a queue each. Where a queue is empty
    `default_text` or `default_odds` is used (the latter may be a function of the messages), and where that is None too
    the call raises an AssertionError, so that a test notices a call that it did not expect.
    """

    def __init__(
        self,
        *answers: str | Exception | Broken,
        odds: Sequence[float | Exception] = (),
        name: str = "scripted",
        ability: str = "free",
        remote: bool = False,
        default_text: str | None = None,
        default_odds: float | Callable[[Sequence[Message]], float] | None = None,
    ) -> None:
        self.name, self.ability, self.remote = name, ability, remote
        self.default_text, self.default_odds = default_text, default_odds
        self.calls: list[Call] = []
        self.usage = Usage()
        #: Set when a reader turned away from a stream before its end.
        self.cancelled = False
        self._answers: deque[str | Exception | Broken] = deque(answers)
        self._odds: deque[float | Exception] = deque(odds)

    def enqueue(self, *answers: str | Exception | Broken) -> None:
        """Add answers for `complete` and `stream`."""
        self._answers.extend(answers)

    def enqueue_odds(self, *odds: float | Exception) -> None:
        """Add answers for `yes_log_odds`."""
        self._odds.extend(odds)

    @property
    def unused(self) -> int:
        """How many enqueued answers were not asked for."""
        return len(self._answers) + len(self._odds)

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        schema: dict[str, Any] | None = None,
    ) -> Reply:
        options = {"max_tokens": max_tokens, "temperature": temperature, "schema": schema}
        answer = self._next(Call("complete", tuple(messages), options))
        if isinstance(answer, Broken):
            raise answer.error
        return Reply(answer, "stop", self._count(messages, answer))

    async def stream(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0
    ) -> AsyncIterator[str]:
        options = {"max_tokens": max_tokens, "temperature": temperature}
        answer = self._next(Call("stream", tuple(messages), options))
        text = answer.text if isinstance(answer, Broken) else answer
        try:
            for word in text.replace(" ", " \0").split("\0"):
                yield word
        except GeneratorExit:
            self.cancelled = True
            raise
        self._count(messages, text)
        if isinstance(answer, Broken):
            raise answer.error

    async def yes_log_odds(self, messages: Sequence[Message]) -> float:
        self.calls.append(Call("yes_log_odds", tuple(messages)))
        if self._odds:
            answer = self._odds.popleft()
            if isinstance(answer, Exception):
                raise answer
            return answer
        assert self.default_odds is not None, "yes_log_odds was asked more often than odds were enqueued"
        return self.default_odds(messages) if callable(self.default_odds) else self.default_odds

    def _next(self, call: Call) -> str | Broken:
        self.calls.append(call)
        if not self._answers:
            assert self.default_text is not None, f"{call.kind} was asked more often than answers were enqueued"
            return self.default_text
        answer = self._answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _count(self, messages: Sequence[Message], answer: str) -> Usage:
        used = Usage(sum(len(m.content.split()) for m in messages), len(answer.split()))
        self.usage = Usage(
            self.usage.prompt_tokens + used.prompt_tokens, self.usage.completion_tokens + used.completion_tokens
        )
        return used


def busy() -> ModelError:
    """An error that may pass, as an endpoint with too many requests gives."""
    return ModelError("The endpoint has had too many requests for now.", "Try again in a minute.", retryable=True)
