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
    """Weighs how much of a claim its statements say. Asks no language model.

    Args:
        embedder: the one that the coefficients were fitted with. Where it is another, or where it is remote and the
            evidence private, the cosines count for nothing and words decide alone.
    """

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
        return await asyncio.to_thread(self._features, pairs)

    def _features(self, pairs: Sequence[Pair]) -> list[dict[str, float]]:
        model = load(MODEL)
        rarity = Rarity.from_extra(model.extra)
        fits = self._embedder.name == model.extra["embedder"]
        may = [fits and not (p.private and self._embedder.remote) for p in pairs]
        # The mean of a feature weighs nothing, since features are standardised.
        neutral = {name: mean for name, (mean, _, _) in model.features.items()}
        embedded = iter(features([p for p, ok in zip(pairs, may, strict=True) if ok], self._embedder, rarity))
        words = iter(features([p for p, ok in zip(pairs, may, strict=True) if not ok], None, rarity))
        return [next(embedded) if ok else {**neutral, **next(words)} for ok in may]


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
