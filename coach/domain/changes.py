"""What became of the statements that an answer cites since it was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from coach.domain.answer import Answer
from coach.domain.ids import sort_key


class Change(StrEnum):
    """What became of a statement, in one word."""

    CHANGED = "changed"
    GONE = "gone"


#: By id of a statement and the hash that it had when it was cited. What is as it was is not in it.
Changes = Mapping[tuple[str, str], Change]


def cited_in(answers: Iterable[Answer]) -> set[tuple[str, str]]:
    """Return what answers cite: ids of statements, each with the hash that it had then. Made-up ids are left out."""
    return {(c.id, c.hash) for a in answers for s in a.sentences for c in s.citations if c.hash}


def changes_of(answer: Answer, changes: Changes) -> list[tuple[str, Change]]:
    """Return what became of the statements that `answer` cites, by id, in order; not of those that stand."""
    found = {(pair[0], changes[pair]) for pair in cited_in([answer]) if pair in changes}
    return sorted(found, key=lambda c: sort_key(c[0]))


def stale_line(changed: Iterable[tuple[str, Change]]) -> str:
    """Return which statements are not what they were when an answer cited them, in one line; empty where all are."""
    stale = became_line(changed)
    return f"{stale} The answer was checked against what was said then." if stale else ""


def became_line(changed: Iterable[tuple[str, Change]]) -> str:
    """Return which statements are not what they were when they were cited, in one line; empty where all are."""
    by: dict[Change, list[str]] = {}
    for statement_id, change in changed:
        by.setdefault(change, []).append(statement_id)
    parts = [f"{', '.join(ids)} {change.value} since" for change, ids in sorted(by.items())]
    return f"Stale: {'; '.join(parts)}." if parts else ""
