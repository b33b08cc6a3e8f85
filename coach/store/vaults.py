"""The folders that a person's notes lie in, and what came of reading each file in them.

The sources that were read are in the ledger; here stands what tells whether a file has to be read again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from datetime import date as Date
from enum import StrEnum

from coach.store.database import Database
from coach.store.rows import TEAM, select_sources

#: The sources of a person's notes: neither those that are removed nor what a teammate shared.
_NOTES = f"kind = 'note' AND NOT builtin AND state != 'deleting' AND NOT {TEAM}"


class Outcome(StrEnum):
    """What came of a file."""

    READ = "read"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Root:
    """A folder, or a single file, that was added."""

    id: int
    #: Absolute.
    path: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    #: How many files and folders each rule passed over, by its name, when it was last looked at.
    passed: Mapping[str, int] = field(default_factory=dict)
    #: Why it could not be looked at as a whole, in plain words, and since when (ISO, UTC); empty where it could.
    trouble: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was when it was last looked at."""

    #: Absolute; of something that could not be seen, the path that was tried.
    path: str
    root: int
    outcome: Outcome
    #: Why it was skipped or failed, in plain words; empty where it was read.
    reason: str = ""
    #: In bytes; -1 where it was not looked at.
    size: int = -1
    #: When it was changed, in nanoseconds since 1970; -1 where that cannot be relied on.
    mtime_ns: int = -1
    #: SHA-256 of its bytes in hex; empty where they could not be had.
    hash: str = ""
    #: What else decides what is read from it: another value means that it has to be read again.
    read_as: str = ""
    #: What had to be left out or guessed, in plain words.
    remarks: tuple[str, ...] = ()
    #: Since when this is its outcome (ISO, UTC); set by `Vaults.put`.
    since: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note as a list shows it."""

    id: str
    title: str
    date: Date | None
    private: bool
    #: Absolute; empty where it came from no file.
    path: str
    #: How many.
    statements: int


class Vaults:
    """Roots and files of a database. Every method raises `StoreError` where the file cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def transaction(self) -> AbstractContextManager[object]:
        """Keep all that is written within, here and in the ledger, or on any error nothing."""
        return self._database.write()

    # Roots.

    def roots(self) -> list[Root]:
        """Return the roots, in the order that they were added in."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT * FROM vault_roots ORDER BY id").fetchall()
        return [_root(row) for row in rows]

    def put_root(self, path: str, include: Sequence[str], exclude: Sequence[str]) -> None:
        """Add a root, or give one that is known these patterns."""
        with self._database.write() as connection:
            connection.execute(
                """
                INSERT INTO vault_roots (path, include, exclude, passed, trouble, since) VALUES (?, ?, ?, '{}', '', '')
                ON CONFLICT (path) DO UPDATE SET include = excluded.include, exclude = excluded.exclude
                """,
                (path, _dump(include), _dump(exclude)),
            )

    def note(self, root: Root, passed: Mapping[str, int], trouble: str) -> None:
        """Keep what was passed over in a root, and why it could not be looked at; free where that is known."""
        if (root.passed, root.trouble) == (passed, trouble):
            return
        since = root.since if root.trouble else _now()
        with self._database.write() as connection:
            connection.execute(
                "UPDATE vault_roots SET passed = ?, trouble = ?, since = ? WHERE id = ?",
                (json.dumps(dict(passed)), trouble, since if trouble else "", root.id),
            )

    def remove_root(self, root: Root) -> None:
        """Forget a root and its files. Their sources stay in the ledger: see `notes`."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM vault_roots WHERE id = ?", (root.id,))

    # Files.

    def files(self) -> dict[str, File]:
        """Return every file, by path, in the order of the paths."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT * FROM vault_files ORDER BY path").fetchall()
        return {row["path"]: _file(row) for row in rows}

    def file(self, path: str) -> File | None:
        """Return a file by its path; None where it is not known."""
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM vault_files WHERE path = ?", (path,)).fetchone()
        return _file(row) if row else None

    def put(self, files: Iterable[File]) -> None:
        """Write what came of files. One whose outcome and reason stay what they were keeps its `since`."""
        now = _now()
        with self._database.write() as connection:
            connection.executemany(
                """
                INSERT INTO vault_files
                    (path, root_id, size, mtime_ns, hash, read_as, outcome, reason, remarks, since)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (path) DO UPDATE SET
                    root_id = excluded.root_id, size = excluded.size, mtime_ns = excluded.mtime_ns,
                    hash = excluded.hash, read_as = excluded.read_as, remarks = excluded.remarks,
                    since = CASE WHEN outcome = excluded.outcome AND reason = excluded.reason
                            THEN since ELSE excluded.since END,
                    outcome = excluded.outcome, reason = excluded.reason
                """,
                [
                    (f.path, f.root, f.size, f.mtime_ns, f.hash, f.read_as, f.outcome, f.reason, _dump(f.remarks), now)
                    for f in files
                ],
            )

    def forget(self, paths: Iterable[str]) -> None:
        """Forget files. Their sources stay in the ledger: see `notes`."""
        with self._database.write() as connection:
            connection.executemany("DELETE FROM vault_files WHERE path = ?", [(path,) for path in paths])

    def move(self, old: str, new: str) -> list[str]:
        """Let the notes that were read from `old` be those of `new`, with the ids that they have; return these."""
        with self._database.write() as connection:
            sources = select_sources(connection, f"path = ? AND {_NOTES}", (old,))
            for source in sources:
                connection.execute(
                    "UPDATE sources SET path = ?, digest = ?, state = 'pending' WHERE id = ?",
                    (new, replace(source, path=new).digest, source.id),
                )
            connection.execute("DELETE FROM vault_files WHERE path = ?", (old,))
        return [source.id for source in sources]

    def note_ids(self, path: str) -> list[str]:
        """Return the ids of the notes that were read from a file, in order."""
        with self._database.read() as connection:
            query = f"SELECT id FROM sources WHERE path = ? AND {_NOTES} ORDER BY number"
            return [row["id"] for row in connection.execute(query, (path,))]

    def notes(self) -> list[Note]:
        """Return every note of the ledger, those of no root too, in the order of their numbers."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"""
                SELECT id, title, date, private, path,
                       (SELECT count(*) FROM statements WHERE source_id = sources.id) AS statements
                FROM sources WHERE {_NOTES} ORDER BY number
                """
            ).fetchall()
        return [
            Note(
                id=row["id"],
                title=row["title"],
                date=Date.fromisoformat(row["date"]) if row["date"] else None,
                private=bool(row["private"]),
                path=row["path"],
                statements=row["statements"],
            )
            for row in rows
        ]

    def paths(self) -> set[str]:
        """Return the paths of the files that the ledger has notes of."""
        with self._database.read() as connection:
            return {row[0] for row in connection.execute(f"SELECT path FROM sources WHERE {_NOTES} AND path != ''")}


def _root(row: sqlite3.Row) -> Root:
    return Root(
        id=row["id"],
        path=row["path"],
        include=tuple(json.loads(row["include"])),
        exclude=tuple(json.loads(row["exclude"])),
        passed=json.loads(row["passed"]),
        trouble=row["trouble"],
        since=row["since"],
    )


def _file(row: sqlite3.Row) -> File:
    remarks = row["remarks"]
    return File(
        path=row["path"],
        root=row["root_id"],
        outcome=Outcome(row["outcome"]),
        reason=row["reason"],
        size=row["size"],
        mtime_ns=row["mtime_ns"],
        hash=row["hash"],
        read_as=row["read_as"],
        remarks=tuple(json.loads(remarks)) if remarks != "[]" else (),
        since=row["since"],
    )


def _dump(texts: Sequence[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
