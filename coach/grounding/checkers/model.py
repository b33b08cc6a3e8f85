"""A capable model as a checker: it says what differs, in JSON that a schema holds it to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from coach.domain.ports import ChatModel, Message
from coach.domain.prompts import load as load_prompt
from coach.domain.text import clean_line
from coach.grounding.checkers.base import Checker, Pair, Score

#: Its prompt.
PROMPT = "check-structured"
SCHEMA: dict[str, Any] = {
    "title": "verdict",
    "type": "object",
    "properties": {
        "verdict": {"type": "string", "enum": ["supported", "partly", "unsupported"]},
        "reason": {"type": "string"},
        "missing": {"type": "string"},
    },
    "required": ["verdict", "reason", "missing"],
    "additionalProperties": False,
}
#: A verdict is no probability; these stand for it. Part of a claim being unsupported makes the claim unsupported.
_PROBABILITY = {"supported": 0.95, "partly": 0.3, "unsupported": 0.05}
_MOST_TOKENS = 200
_AT_ONCE = 4
_LONGEST_REASON = 300


class ModelChecker:
    """Asks an endpoint's model for a verdict on each pair.

    What it must not see (private evidence, where it is remote) and what it answers without a verdict goes to
    `fallback`; the score then carries the fallback's name.
    """

    def __init__(self, model: ChatModel, fallback: Checker) -> None:
        self.name = f"model ({model.name})"
        self._model = model
        self._fallback = fallback

    async def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """See `coach.grounding.checkers.base.Checker.score`. Raises `ModelError` where the model cannot be asked."""
        slots = asyncio.Semaphore(_AT_ONCE)

        async def ask(pair: Pair) -> Score | None:
            if pair.private and self._model.remote:
                return None
            async with slots:
                return await self._ask(pair)

        scores = await asyncio.gather(*(ask(pair) for pair in pairs))
        left = [i for i, score in enumerate(scores) if score is None]
        second = dict(zip(left, await self._fallback.score([pairs[i] for i in left]), strict=True)) if left else {}
        return [second[i] if score is None else score for i, score in enumerate(scores)]

    async def _ask(self, pair: Pair) -> Score | None:
        messages = [
            Message("system", load_prompt(PROMPT).text),
            Message("user", f"Statements: <<<{_fenced(pair.evidence)}>>>\nClaim: <<<{_fenced(pair.claim)}>>>"),
        ]
        reply = await self._model.complete(messages, max_tokens=_MOST_TOKENS, schema=SCHEMA)
        try:
            said = json.loads(reply.text)
            probability = _PROBABILITY[said["verdict"]]
            reason = clean_line(str(said.get("reason", "")))[:_LONGEST_REASON]
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        if probability >= 0.5:
            return Score(probability, "", self.name)
        return Score(probability, reason or "The model finds it unsupported and does not say why.", self.name)


def _fenced(text: str) -> str:
    """Return `text` without the marks that close its fence."""
    return text.replace("<<<", "‹‹‹").replace(">>>", "›››")
