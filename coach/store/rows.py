"""Sources and statements as rows of the database, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date

from coach.domain.source import Source, SourceKind, Statement, StatementKind


def insert_source(connection: sqlite3.Connection, source: Source, next_statement: int) -> None:
    """Write `source` as pending; whatever had its id before is replaced."""
    values = {
        "id": source.id,
        "kind": source.kind.value,
        "number": int(source.id[1:]),
        "title": source.title,
        "moment": source.when,
        "serves": _dump(source.serves),
        "draws_on": _dump(source.draws_on),
        "tags": _dump(source.tags),
        "date": source.date.isoformat() if source.date else None,
        "path": source.path,
        "private": source.private,
        "builtin": source.builtin,
        "digest": source.digest,
        "state": "pending",
        "next_statement": next_statement,
    }
    connection.execute("DELETE FROM sources WHERE id = ?", (source.id,))
    connection.execute(
        f"INSERT INTO sources ({', '.join(values)}) VALUES ({', '.join(':' + v for v in values)})",
        values,
    )
    connection.executemany(
        """
        INSERT INTO statements (id, source_id, position, text, kind, heading, serves, line)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            (s.id, source.id, position, s.text, s.kind.value, _dump(s.heading), _dump(s.serves), s.line)
            for position, s in enumerate(source.statements)
        ],
    )
    connection.executemany(
        "INSERT INTO situations (source_id, position, text) VALUES (?, ?, ?)",
        [(source.id, position, text) for position, text in enumerate(source.situations)],
    )


def select_sources(connection: sqlite3.Connection, where: str, values: Sequence[object]) -> list[Source]:
    """Return the sources that `where` (our own SQL, never a person's) selects, in the order of their ids."""
    rows = connection.execute(
        f"SELECT * FROM sources WHERE {where} ORDER BY kind = 'note', kind = 'practice', number",
        values,
    ).fetchall()
    sources = []
    for row in rows:
        statements = connection.execute("SELECT * FROM statements WHERE source_id = ? ORDER BY position", (row["id"],))
        situations = connection.execute(
            "SELECT text FROM situations WHERE source_id = ? ORDER BY position", (row["id"],)
        )
        sources.append(
            Source(
                id=row["id"],
                kind=SourceKind(row["kind"]),
                title=row["title"],
                statements=tuple(to_statement(s) for s in statements),
                situations=tuple(s["text"] for s in situations),
                when=row["moment"],
                serves=_load(row["serves"]),
                draws_on=_load(row["draws_on"]),
                tags=_load(row["tags"]),
                date=date.fromisoformat(row["date"]) if row["date"] else None,
                path=row["path"],
                private=bool(row["private"]),
                builtin=bool(row["builtin"]),
            )
        )
    return sources


def to_statement(row: sqlite3.Row) -> Statement:
    """Return the statement that a row of ``statements`` holds."""
    return Statement(
        id=row["id"],
        text=row["text"],
        kind=StatementKind(row["kind"]),
        heading=_load(row["heading"]),
        serves=_load(row["serves"]),
        line=row["line"],
    )


def _dump(texts: tuple[str, ...]) -> str:
    return json.dumps(texts, ensure_ascii=False)


def _load(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
