"""Evidence as tests want it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from coach.domain.evidence import Evidence, Retrieval, SourceMatch
from coach.domain.source import SourceKind, Statement, StatementKind

if TYPE_CHECKING:
    from coach.domain.ports import Vectors

_KINDS = {"P": SourceKind.PRINCIPLE, "C": SourceKind.PRACTICE, "N": SourceKind.NOTE}


def found(
    statement_id: str,
    text: str,
    kind: StatementKind | None = None,
    *,
    score: float = 0.5,
    serves: tuple[str, ...] = (),
    on: date | None = None,
    title: str = "",
    private: bool = False,
) -> Evidence:
    """Return one statement as evidence; its kind follows from its id unless given."""
    source = _KINDS[statement_id[0]]
    default = {"P": StatementKind.PRINCIPLE, "C": StatementKind.ADVICE, "N": StatementKind.NOTE}[statement_id[0]]
    statement = Statement(statement_id, text, kind or default, serves=serves)
    return Evidence(statement, source, title or f"Title of {statement.source_id}", score, "test", on, private)


def match(source_id: str, score: float) -> SourceMatch:
    """Return a ranked source."""
    return SourceMatch(source_id, f"Title of {source_id}", _KINDS[source_id[0]], score)


def retrieval(
    evidence: Sequence[Evidence], principles: Sequence[SourceMatch], practices: Sequence[SourceMatch] = ()
) -> Retrieval:
    """Return what was found, evidence best first."""
    ordered = tuple(sorted(evidence, key=lambda e: -e.score))
    return Retrieval("a question", tuple(principles), tuple(practices), ordered, 1.0)


def unlike(ids: Sequence[str]) -> Vectors:
    """Similarity of statements that say different things."""
    return np.eye(len(ids), dtype=np.float32)
