"""The sources by their titles, without what they say: enough to list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from coach.domain.source import SourceKind
from coach.store.database import Database


@dataclass(frozen=True, slots=True)
class Listed:
    """A source as a list shows it."""

    id: str
    kind: SourceKind
    title: str
    date: date | None
    private: bool
    builtin: bool


def listed(database: Database) -> list[Listed]:
    """Return every source: principles, practices, notes, each in order of their numbers. Raises `StoreError`."""
    with database.read() as connection:
        rows = connection.execute(
            """
            SELECT id, kind, title, date, private, builtin FROM sources WHERE state != 'deleting'
            ORDER BY kind = 'note', kind = 'practice', number
            """
        ).fetchall()
    return [
        Listed(
            row["id"],
            SourceKind(row["kind"]),
            row["title"],
            date.fromisoformat(row["date"]) if row["date"] else None,
            bool(row["private"]),
            bool(row["builtin"]),
        )
        for row in rows
    ]
