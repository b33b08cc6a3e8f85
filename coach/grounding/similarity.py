"""How near a claim is to its statements in meaning, as an embedder sees it: as a whole, and part by part.

A claim that adds something is near as a whole, and one part of it is not: so the parts are looked at too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coach.domain.sentences import split_sentences
from coach.grounding.words import STOP, clauses, content, tokens

if TYPE_CHECKING:
    from coach.domain.ports import Embedder, Vectors

NAMES = (
    "cosine", "cosine_best_sentence", "cosine_worst_part", "cosine_mean_part", "cosine_last_part", "cosine_coverage",
    "novel_words_near", "novel_words_far",
)  # fmt: skip


@dataclass(frozen=True)
class _Texts:
    """What is compared for one pair."""

    claim: str
    evidence: str
    sentences: list[str]
    evidence_parts: list[str]
    claim_parts: list[str]
    #: Content words of the claim that the evidence does not have, and those of the evidence.
    novel: list[str]
    words: list[str]

    def all(self) -> list[str]:
        novel = [*self.novel, *self.words] if self.novel else []
        return [self.claim, self.evidence, *self.sentences, *self.evidence_parts, *self.claim_parts, *novel]


def similarities(pairs: Sequence[tuple[str, str]], embedder: Embedder) -> list[dict[str, float]]:
    """Return for each (claim, evidence) the value of every feature in `NAMES`; cosines, -1 to 1.

    All texts of all pairs are embedded at once, each only once.
    """
    compared = [_texts(claim, evidence) for claim, evidence in pairs]
    texts = list(dict.fromkeys(t for c in compared for t in c.all()))
    vectors = embedder.embed(texts)
    place = {t: i for i, t in enumerate(texts)}
    return [_values(c, lambda some: vectors[[place[t] for t in some]]) for c in compared]


def _texts(claim: str, evidence: str) -> _Texts:
    sentences = [s for line in evidence.splitlines() for s in split_sentences(line)] or [evidence]
    known = set(content(evidence))
    return _Texts(
        claim=claim,
        evidence=" ".join(evidence.split()),
        sentences=sentences,
        evidence_parts=[c for s in sentences for c in clauses(s)] or sentences,
        claim_parts=clauses(claim) or [claim],
        novel=[t for t in dict.fromkeys(tokens(claim)) if t not in STOP and not set(content(t)) <= known],
        words=[t for t in dict.fromkeys(tokens(evidence)) if t not in STOP] or [evidence],
    )


def _values(texts: _Texts, rows: Callable[[list[str]], Vectors]) -> dict[str, float]:
    import numpy as np

    claim, evidence = rows([texts.claim, texts.evidence])
    sentences, evidence_parts, claim_parts = rows(texts.sentences), rows(texts.evidence_parts), rows(texts.claim_parts)
    against = np.vstack([evidence_parts, sentences, evidence[None]])
    parts = (claim_parts @ against.T).max(axis=1)
    covered = (evidence_parts @ np.vstack([claim_parts, claim[None]]).T).max(axis=1)
    novel = (rows(texts.novel) @ rows(texts.words).T).max(axis=1) if texts.novel else np.ones(1)
    values = (
        claim @ evidence, (sentences @ claim).max(), parts.min(), parts.mean(), parts[-1], covered.mean(),
        novel.mean(), (1 - novel).sum(),
    )  # fmt: skip
    return {name: float(value) for name, value in zip(NAMES, values, strict=True)}
