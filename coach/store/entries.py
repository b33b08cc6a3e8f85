"""Putting a source into the ledger and taking it out: steps of one transaction."""

from __future__ import annotations

import sqlite3

from coach.domain.ids import sort_key
from coach.domain.source import Source, SourceKind
from coach.store.changes import ChangeLog
from coach.store.rows import insert_source


def put_source(connection: sqlite3.Connection, source: Source, log: ChangeLog) -> None:
    """Write a source that has its ids, as pending; nothing is written where nothing of it changed."""
    row = connection.execute("SELECT digest, state FROM sources WHERE id = ?", (source.id,)).fetchone()
    known = row is not None and row["state"] != "deleting"
    if known and row["digest"] == source.digest:
        log.put("unchanged", source)
        return
    used = max((sort_key(s.id)[2] for s in source.statements), default=0)
    insert_source(connection, source, max(next_statement(connection, source.id), used + 1))
    connection.execute(
        "UPDATE counters SET next = max(next, ?) WHERE letter = ?", (int(source.id[1:]) + 1, source.kind.letter)
    )
    log.put("changed" if known else "added", source)


def retire(connection: sqlite3.Connection, source_id: str, log: ChangeLog) -> None:
    """Remove what a source says; its row stays, so that the indexes know what they have to forget."""
    connection.execute("DELETE FROM statements WHERE source_id = ?", (source_id,))
    connection.execute("DELETE FROM situations WHERE source_id = ?", (source_id,))
    connection.execute("UPDATE sources SET state = 'deleting' WHERE id = ?", (source_id,))
    log.removed(source_id)


def take_number(connection: sqlite3.Connection, kind: SourceKind) -> int:
    """Return a number that no source of this kind ever had."""
    row = connection.execute(
        "UPDATE counters SET next = next + 1 WHERE letter = ? RETURNING next - 1 AS number", (kind.letter,)
    ).fetchone()
    return int(row["number"])


def next_statement(connection: sqlite3.Connection, source_id: str) -> int:
    """Return the number of the next new statement of a source; no statement of it ever had it."""
    row = connection.execute("SELECT next_statement FROM sources WHERE id = ?", (source_id,)).fetchone()
    return int(row["next_statement"]) if row else 1


def get_mark(connection: sqlite3.Connection, name: str) -> str:
    """Return what was last noted under a name; empty if nothing was."""
    row = connection.execute("SELECT value FROM marks WHERE name = ?", (name,)).fetchone()
    return str(row["value"]) if row else ""


def set_mark(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Note something under a name."""
    connection.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (name, value))
