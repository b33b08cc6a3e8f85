"""How well each curated source fits a question, and how surely the sources cover it at all.

The score of a source is the mean of its best situation matches, more where the best is nearly the same, plus a share
of its best statement match, plus a share of the log-probability that the router gives it (`docs/retrieval.md` has the
figures for each part).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coach.domain.ids import sort_key, source_of
from coach.retrieval.compiled import cosines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from coach.domain.ports import Vectors
    from coach.retrieval.compiled import Compiled
    from coach.retrieval.router import Routing

_STATEMENT_SHARE = 0.3
#: Probabilities below this say no more than "not this one".
_LEAST_PROBABILITY = math.exp(-8)
#: Log-probability of a source that the router has not learned, such as a person's own principle: one of ten.
_UNKNOWN = math.log(0.1)


@dataclass(frozen=True, slots=True)
class _Weights:
    """How the score of a source is made up."""

    #: Situations whose mean similarity stands for the source.
    best: int
    #: From this similarity on, the best match counts again: what is nearly the same says more than a class.
    nearly_same: float
    router: float


_PRINCIPLES = _Weights(best=3, nearly_same=0.6, router=0.1)
#: They have twenty situations each, so the router counts for a little more.
_PRACTICES = _Weights(best=3, nearly_same=0.6, router=0.12)

#: Share of what was asked before in the ranking for a turn that insists: the more, the more rarely is the leading
#: principle moved (of 120 turns by another writer it is held in 88 at 0.5, in 97 at 0.8), and the less can what is said
#: now put right a first answer that was wrong (in the suite, at 0.8 fewer points are conveyed).
_HELD = 0.6

INSIDE = "inside"
OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class SourceScore:
    """Score of one source, and what in it matched best."""

    id: str
    score: float
    #: The nearest of its situations and its cosine similarity; empty and 0 where it has none.
    nearest: str = ""
    similarity: float = 0.0


@dataclass(frozen=True)
class Ranking:
    """All scores for one question."""

    #: Curated sources of one kind each, best first.
    principles: tuple[SourceScore, ...]
    practices: tuple[SourceScore, ...]
    #: Cosine similarity of each curated statement to the question.
    statements: dict[str, float]


def rank(vector: Vectors, compiled: Compiled, routing: Routing | None = None) -> Ranking:
    """Rank everything curated for a question.

    Args:
        vector: embedding of the question, shape ``(dim,)``.
        compiled: the curated corpus.
        routing: what the router makes of the question; None ranks by similarity alone.
    """
    # Without any statement there is no telling how many columns the matrix has.
    own = cosines(compiled.statements, vector).tolist() if compiled.statement_ids else []
    statements = dict(zip(compiled.statement_ids, own, strict=True))
    similarities = cosines(compiled.situations, vector) if len(compiled.situations) else None
    best: dict[str, float] = {}
    for statement, similarity in statements.items():
        source = source_of(statement)
        best[source] = max(best.get(source, -1.0), similarity)
    routed = _log_probabilities(routing)
    scores = [_score(s, best[s], similarities, routed, compiled) for s in best]
    ordered = sorted(scores, key=lambda s: (-s.score, sort_key(s.id)))
    return Ranking(
        principles=tuple(s for s in ordered if s.id.startswith("P")),
        practices=tuple(s for s in ordered if s.id.startswith("C")),
        statements=statements,
    )


def held(now: Ranking, before: Ranking) -> Ranking:
    """Return the ranking for a turn that insists on what was asked before and brings nothing new.

    Args:
        now: for the turn together with what it insists on.
        before: for what it insists on, alone.
    """
    return Ranking(
        principles=_mixed(now.principles, before.principles),
        practices=_mixed(now.practices, before.practices),
        statements=now.statements,
    )


def _mixed(now: tuple[SourceScore, ...], before: tuple[SourceScore, ...]) -> tuple[SourceScore, ...]:
    then = {s.id: s for s in before}
    mixed = [replace(then[s.id], score=_HELD * then[s.id].score + (1 - _HELD) * s.score) for s in now if s.id in then]
    return tuple(sorted(mixed, key=lambda s: (-s.score, sort_key(s.id))))


def _score(
    source: str,
    statement: float,
    similarities: NDArray[np.float32] | None,
    routed: dict[str, float],
    compiled: Compiled,
) -> SourceScore:
    weights = _PRINCIPLES if source.startswith("P") else _PRACTICES
    score = _STATEMENT_SHARE * statement
    nearest, similarity = "", 0.0
    rows = compiled.rows.get(source)
    if rows is not None and similarities is not None:
        here = similarities[rows]
        ascending = here.argsort(kind="stable")
        score += sum(here[ascending[: -weights.best - 1 : -1]].tolist()) / min(weights.best, len(rows))
        similarity = float(here[ascending[-1]])
        score += max(0.0, similarity - weights.nearly_same)
        nearest = compiled.situation_texts[rows[ascending[-1]]]
    else:
        # A source without situations (a person's own principles) is known by its statements alone.
        score += statement
    score += weights.router * routed.get(source, _UNKNOWN if routed else 0.0)
    return SourceScore(source, score, nearest, similarity)


def _log_probabilities(routing: Routing | None) -> dict[str, float]:
    if routing is None:
        return {}
    known = routing.principles | routing.practices
    return {source: math.log(max(p, _LEAST_PROBABILITY)) for source, p in known.items()}
