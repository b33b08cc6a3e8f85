"""Everything about a pair that needs no language model, as numbers by name."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coach.grounding import hints, similarity
from coach.grounding.checkers.base import Pair
from coach.grounding.words import content

if TYPE_CHECKING:
    from coach.domain.ports import Embedder

NAMES = (*hints.NAMES, *similarity.NAMES)


@dataclass(frozen=True)
class Rarity:
    """How rare words are, so that a rare word that is missing counts for more than a common one."""

    #: Inverse document frequency by stem, log(documents / documents with the stem), in nats.
    idf: dict[str, float]
    #: What a stem that `idf` does not hold counts for.
    rarest: float

    @classmethod
    def of(cls, documents: Iterable[str]) -> Rarity:
        """Count the stems of `documents`, of which there must be at least two."""
        texts = set(documents)
        counts = Counter(s for text in texts for s in set(content(text)))
        idf = {s: round(math.log(len(texts) / n), 3) for s, n in sorted(counts.items()) if n > 1}
        return cls(idf, round(math.log(len(texts)), 3))

    @classmethod
    def from_extra(cls, extra: Any) -> Rarity:
        """Read what `as_extra` gave. Raises KeyError, TypeError or ValueError where it is something else."""
        return cls({str(k): float(v) for k, v in extra["idf"].items()}, float(extra["rarest"]))

    def as_extra(self) -> dict[str, Any]:
        """Return plain values for a file."""
        return {"rarest": self.rarest, "idf": self.idf}


def features(pairs: Sequence[Pair], embedder: Embedder | None, rarity: Rarity) -> list[dict[str, float]]:
    """Return the features in `NAMES` of each pair; without an embedder those of `hints.NAMES` alone."""
    words = [hints.hints(p.claim, p.evidence, rarity.idf, rarity.rarest) for p in pairs]
    if embedder is None or not pairs:
        return words
    near = similarity.similarities([(p.claim, p.evidence) for p in pairs], embedder)
    return [{**w, **n} for w, n in zip(words, near, strict=True)]
