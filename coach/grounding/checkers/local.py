"""The local model as a checker: its log-odds of Yes over No, weighed beside the lexical features.

Only one token is asked for. What is the same for all claims stands first in each prompt, so that the model's server
reads it once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coach.domain.errors import CoachError
from coach.domain.ports import ChatModel, Message
from coach.domain.prompts import load as load_prompt
from coach.grounding.checkers.base import Pair, Score
from coach.grounding.checkers.lexical import LexicalChecker, explained
from coach.grounding.logistic import load

#: File of its coefficients, written by ``python -m coach.grounding.fit``.
MODEL = "local"
#: Its prompts; the log-odds of each are a feature of the same name.
PROMPTS = ("check-support", "check-contradiction")


@dataclass(frozen=True)
class Framing:
    """A prompt as messages: what never changes, and the last one, which holds the pair."""

    unchanging: tuple[Message, ...]
    last: str

    def messages(self, pair: Pair) -> list[Message]:
        """Return the messages for one pair. What is put in is data: it cannot open a line of the prompt's own."""
        evidence, claim = _line(pair.evidence), _line(pair.claim)
        filled = re.sub(r"\{\{(evidence|claim)\}\}", lambda m: evidence if m[1] == "evidence" else claim, self.last)
        return [*self.unchanging, Message("user", filled)]


def framing(name: str) -> Framing:
    """Return the prompt ``prompts/NAME.md`` as messages.

    Its blocks are parted by lines of ``---``: first the instruction (may be empty), then the question, with
    ``{{evidence}}`` and ``{{claim}}``, then examples: ``Evidence:``, ``Claim:`` and ``Answer:``, a line each.

    Raises:
        CoachError: the prompt is missing or has not this form.
    """
    blocks = [b.strip() for b in re.split(r"(?m)^---[ \t]*$", load_prompt(name).text)]
    if len(blocks) < 2 or "{{evidence}}" not in blocks[1] or "{{claim}}" not in blocks[1]:
        raise CoachError(f"The prompt {name} that belongs to coach is damaged.", "Install coach again.")
    instruction, last, *examples = blocks
    messages = [Message("system", instruction)] if instruction else []
    shape = Framing((), last)
    for example in examples:
        found = re.fullmatch(r"Evidence: (.+)\nClaim: (.+)\nAnswer: (Yes|No)", example)
        if found is None:
            raise CoachError(f"An example in the prompt {name} is damaged.", "Install coach again.")
        messages += [*shape.messages(Pair(found[1], found[2])), Message("assistant", found[3])]
    return Framing(tuple(messages), last)


class LocalChecker:
    """Asks a small model, and stacks what it says with what `LexicalChecker` sees."""

    name = "local+lexical"

    def __init__(self, model: ChatModel, lexical: LexicalChecker) -> None:
        self._model = model
        self._lexical = lexical

    async def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """See `coach.grounding.checkers.base.Checker.score`. Private evidence is never sent to a remote model."""
        weights = load(MODEL)
        asked = [i for i, pair in enumerate(pairs) if not (pair.private and self._model.remote)]
        odds = dict(zip(asked, await self.log_odds([pairs[i] for i in asked]), strict=True))
        rows = await self._lexical.features(pairs)
        fallback = (
            {i: s for i, s in enumerate(await self._lexical.score(pairs)) if i not in odds}
            if len(odds) < len(pairs)
            else {}
        )
        return [
            fallback[i] if i in fallback else explained(weights.probability({**row, **odds[i]}), pair, row, self.name)
            for i, (pair, row) in enumerate(zip(pairs, rows, strict=True))
        ]

    async def log_odds(self, pairs: Sequence[Pair]) -> list[dict[str, float]]:
        """Return for each pair the log-odds of Yes over No under each prompt, in nats. Raises `ModelError`."""
        rows: list[dict[str, float]] = [{} for _ in pairs]
        # Prompt by prompt, not pair by pair: so the unchanging part stays in the server's cache.
        for name in PROMPTS:
            asked = framing(name)
            for row, pair in zip(rows, pairs, strict=True):
                row[name] = await self._model.yes_log_odds(asked.messages(pair))
        return rows


def _line(text: str) -> str:
    return " ".join(text.split())
