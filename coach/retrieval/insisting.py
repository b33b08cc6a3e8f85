"""How surely a turn only insists: a logistic regression on the bundled embedder's vector of it, and a few of its words.

Words alone find few of the ways to want another answer: of 120 such turns by a writer whom nobody had read before, the
lists in `coach.retrieval.insistence` knew 7.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from coach.grounding.logistic import Logistic, load
from coach.grounding.words import content
from coach.retrieval.embedding import MiniLMEmbedder

if TYPE_CHECKING:
    from coach.domain.ports import Embedder, Vectors

#: File of the coefficients in ``coach/retrieval/data``, written by ``python -m evals.fit_insistence``.
MODEL = "insistence"
#: Name of the embedder that the coefficients belong to: another one's vectors mean something else.
FITTED_WITH = MiniLMEmbedder.name
#: Texts of a conversation whose vectors are kept.
_KEPT = 64
_OF_THE_COACH = re.compile(r"(?i)\b(?:you|your|u)\b")
_OF_OTHERS = re.compile(r"(?i)\b(?:he|she|they|him|her|them|his|their)\b")
_TOLD = re.compile(r"(?i)\b(?:was|were|had|did|said|told|asked|went|left|got|came|[a-z]{1,20}ed)\b")
_DIGIT = re.compile(r"\d")


class Insisting:
    """Tells how surely a turn only insists. Threads may share it.

    Args:
        embedder: the one that the coefficients were fitted with.
        model: other coefficients than those of the package.
    """

    def __init__(self, embedder: Embedder, model: Logistic | None = None) -> None:
        self._model = model
        self._vector = lru_cache(_KEPT)(lambda text: embedder.embed([text])[0])

    def __call__(self, question: str, before: str) -> float:
        """Return the probability, 0 to 1, that `question` only insists, said after `before`.

        Raises:
            CoachError: the file of the coefficients is missing or damaged.
        """
        values = features(question, before, self._vector(question), self._vector(before))
        return (self._model or load(MODEL, "coach.retrieval")).probability(values)


def features(question: str, before: str, vector: Vectors, vector_before: Vectors) -> dict[str, float]:
    """Return what is weighed: the vector of `question`, shape ``(dim,)``, and what its words show, mostly as shares."""
    words = max(1, len(question.split()))
    now, then = set(content(question)), set(content(before))
    return {
        **{f"e{at}": float(x) for at, x in enumerate(vector)},
        "asks": float("?" in question),
        "words": math.log(words),
        "near": float(vector @ vector_before),
        "again": len(now & then) / max(1, len(now)),
        "number": float(_DIGIT.search(question) is not None),
        "told": _share(_TOLD, question, words),
        "coach": _share(_OF_THE_COACH, question, words),
        "others": _share(_OF_OTHERS, question, words),
    }


def _share(pattern: re.Pattern[str], text: str, words: int) -> float:
    return sum(1 for _ in pattern.finditer(text)) / words
