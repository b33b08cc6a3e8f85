"""Which statements that a brief, a debrief or a commitment cites are not what they were."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from coach.domain.changes import became_line
from coach.domain.ids import sort_key

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.domain.answer import Citation
    from coach.domain.preparation import Brief


def stale_line(coach: Coach, citations: Iterable[Citation]) -> str:
    """Return which of these citations are stale, in one line; empty where none is. Raises `StoreError`."""
    changes = coach.past.changes({(c.id, c.hash) for c in citations if c.hash})
    return became_line(sorted(((i, change) for (i, _), change in changes.items()), key=lambda c: sort_key(c[0])))


def stale_in(coach: Coach, brief: Brief) -> str:
    """Return which citations of a brief are stale, those of its review too; see `stale_line`."""
    advice = [line for f in brief.review for line in (f.reader, f.better) if line]
    return stale_line(coach, [c for line in (*brief.lines, *advice) for c in line.citations])
