"""Sources and statements as rows of the database, and back."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from coach.domain.source import Source, SourceKind, Statement, StatementKind

#: SQLite takes a limited number of values in one statement.
_BATCH = 500
#: Conditions on an id of a source or a statement; by its letter, for which there is an index.
NOTE = "(id >= 'N' AND id < 'O')"
CURATED = "(id >= 'C' AND id < 'D' OR id >= 'P' AND id < 'Q')"
#: A condition on the path of a source: whether it is a copy of what a teammate shared.
TEAM = "(path >= 'team:' AND path < 'team;')"


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement, and what an answer says of the source that it stands in."""

    statement: Statement
    kind: SourceKind
    title: str
    date: date | None
    private: bool


def in_batches(ids: Iterable[str]) -> Iterator[tuple[list[str], str]]:
    """Yield `ids`, each once, in parts that one statement takes, each with its question marks."""
    asked = list(dict.fromkeys(ids))
    for start in range(0, len(asked), _BATCH):
        batch = asked[start : start + _BATCH]
        yield batch, ", ".join("?" * len(batch))


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
    statements: dict[str, list[Statement]] = defaultdict(list)
    situations: dict[str, list[str]] = defaultdict(list)
    for batch, marks in in_batches(row["id"] for row in rows):
        for row in connection.execute(
            f"SELECT * FROM statements WHERE source_id IN ({marks}) ORDER BY source_id, position", batch
        ):
            statements[row["source_id"]].append(to_statement(row))
        for row in connection.execute(
            f"SELECT source_id, text FROM situations WHERE source_id IN ({marks}) ORDER BY source_id, position", batch
        ):
            situations[row["source_id"]].append(row["text"])
    return [
        Source(
            id=row["id"],
            kind=SourceKind(row["kind"]),
            title=row["title"],
            statements=tuple(statements[row["id"]]),
            situations=tuple(situations[row["id"]]),
            when=row["moment"],
            serves=_load(row["serves"]),
            draws_on=_load(row["draws_on"]),
            tags=_load(row["tags"]),
            date=_date(row["date"]),
            path=row["path"],
            private=bool(row["private"]),
            builtin=bool(row["builtin"]),
        )
        for row in rows
    ]


def select_placed(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Placed]:
    """Return those of the statements that there are, by id, with what is needed of their sources."""
    return {
        row["id"]: Placed(
            to_statement(row),
            SourceKind(row["source_kind"]),
            row["title"],
            _date(row["date"]),
            bool(row["private"]),
        )
        for batch, marks in in_batches(ids)
        for row in connection.execute(
            f"""
            SELECT statements.*, sources.kind AS source_kind, title, date, private
            FROM statements JOIN sources ON sources.id = source_id WHERE statements.id IN ({marks})
            """,
            batch,
        )
    }


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


# A million statements share a few thousand headings.
@lru_cache(maxsize=10_000)
def _load(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
