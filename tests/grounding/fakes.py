"""A checker and an embedder that tests can tell what to say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from coach.domain.evidence import Evidence
from coach.domain.source import SourceKind, Statement, StatementKind
from coach.grounding.checkers.base import Pair, Score
from coach.grounding.words import content

if TYPE_CHECKING:
    from coach.domain.ports import Vectors


class FakeChecker:
    """Says what it was given by claim, else `default`, and remembers what it was asked."""

    name = "fake"

    def __init__(self, by_claim: Mapping[str, float] | None = None, default: float = 0.9) -> None:
        self.by_claim = dict(by_claim or {})
        self.default = default
        self.asked: list[Pair] = []

    async def score(self, pairs: Sequence[Pair]) -> list[Score]:
        self.asked += pairs
        scores = [self.by_claim.get(p.claim, self.default) for p in pairs]
        return [Score(s, "" if s >= 0.5 else "The fake says no.") for s in scores]


class WordEmbedder:
    """A bag of stems, hashed into 64 dimensions: texts that share words are near."""

    def __init__(self, name: str = "all-MiniLM-L6-v2-w7a8", *, remote: bool = False) -> None:
        self.name, self.remote = name, remote
        self.calls = 0
        self.seen: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        self.seen += texts
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for s in content(text) or [text]:
                row[int(hashlib.md5(s.encode()).hexdigest(), 16) % 64] += 1
        norms: Vectors = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / norms


def evidence(id_: str, text: str, **more: object) -> Evidence:
    kinds = {"P": SourceKind.PRINCIPLE, "C": SourceKind.PRACTICE, "N": SourceKind.NOTE}
    kind = StatementKind.NOTE if id_[0] == "N" else StatementKind.PRINCIPLE
    made = Evidence(Statement(id_, text, kind), kinds[id_[0]], f"Title of {id_.partition('.')[0]}", 1.0, "test")
    for key, value in more.items():
        object.__setattr__(made, key, value)
    return made


P8_1 = evidence(
    "P8.1", "Bring the team's achievements to leadership, and name the individuals who contributed to them."
)
P8_2 = evidence("P8.2", "Set realistic expectations of the product with stakeholders.")
P8_3 = evidence("P8.3", "Negotiate deadlines and resources, and do not overpromise.")
N1_1 = evidence("N1.1", "Sales told the client that the model goes live on 19 October.", private=True)
ALL = {e.id: e for e in (P8_1, P8_2, P8_3, N1_1)}
