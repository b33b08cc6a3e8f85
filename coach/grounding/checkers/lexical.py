"""The checker that is always there: words, parts, hints and embeddings, weighed by a logistic regression."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from coach.grounding.checkers.base import Pair, Score
from coach.grounding.facts import check_facts
from coach.grounding.features import Rarity, features
from coach.grounding.logistic import load

if TYPE_CHECKING:
    from coach.domain.ports import Embedder

#: File of its coefficients, written by ``python -m coach.grounding.fit``.
MODEL = "lexical"


class LexicalChecker:
    """Weighs how much of a claim its statements say. Asks no language model."""

    name = "lexical+embedding"

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    async def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """See `coach.grounding.checkers.base.Checker.score`."""
        model = load(MODEL)
        rows = await self.features(pairs)
        return [explained(model.probability(row), pair, row, self.name) for pair, row in zip(pairs, rows, strict=True)]

    async def features(self, pairs: Sequence[Pair]) -> list[dict[str, float]]:
        """Return the features of each pair; other checkers weigh them beside their own."""
        return await asyncio.to_thread(features, pairs, self._embedder, Rarity.from_extra(load(MODEL).extra))


def explained(probability: float, pair: Pair, row: Mapping[str, float], checker: str) -> Score:
    """Return the score with the reason that speaks most plainly against the claim, where it is not supported."""
    score = Score(probability, "", checker)
    if score.supported:
        return score
    return Score(probability, check_facts(pair.claim, pair.evidence) or _reason(row), checker)


def _reason(row: Mapping[str, float]) -> str:
    if row["cosine_best_sentence"] < 0.35:
        return "Its source is about something else."
    if row["absolutes"]:
        return "It says more strongly what its source says with care."
    if row["cosine_worst_part"] < row["cosine_best_sentence"] - 0.25:
        return "A part of it does not stand in its source."
    return "Its source does not say this."
