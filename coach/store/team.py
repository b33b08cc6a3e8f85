"""Sources that teammates shared, as copies in the ledger; and which of one's own may be shared.

A copy has a number like any source, so that it can be cited, opened and told apart from what it was. It stays what it
is called on the server, in its path; a mark of that name keeps the digest that the server had for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coach.domain.source import COACH_PATH, Draft, Source, SourceKind
from coach.store.changes import ChangeLog
from coach.store.database import Database
from coach.store.entries import get_mark, retire, set_mark
from coach.store.ledger import Ledger
from coach.store.rows import TEAM, in_batches


@dataclass(frozen=True, slots=True)
class Own:
    """A source of the person's own, without what it says."""

    id: str
    kind: SourceKind
    digest: str
    private: bool
    #: How many.
    statements: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of what a teammate shared, without what it says."""

    id: str
    kind: SourceKind
    path: str
    #: What the server had for it; empty where that is not known.
    digest: str


class TeamSources:
    """Own sources and copies of a database. Every method raises `StoreError` where the file cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ledger = Ledger(database)

    def own(self) -> list[Own]:
        """Return the person's notes and principles, private ones too; what Coach wrote down itself is not theirs."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"""
                SELECT id, kind, digest, private,
                       (SELECT count(*) FROM statements WHERE source_id = sources.id) AS statements
                FROM sources
                WHERE kind IN ('note', 'principle') AND NOT builtin AND state != 'deleting' AND NOT {TEAM}
                      AND NOT (path >= ? AND path < ?)
                ORDER BY kind, number
                """,
                (COACH_PATH, COACH_PATH[:-1] + ";"),
            ).fetchall()
        return [
            Own(
                id=row["id"],
                kind=SourceKind(row["kind"]),
                digest=row["digest"],
                private=bool(row["private"]),
                statements=row["statements"],
            )
            for row in rows
        ]

    def copies(self) -> dict[str, Copy]:
        """Return the copies, by path."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"""
                SELECT id, kind, path, coalesce(value, '') AS digest FROM sources LEFT JOIN marks ON name = path
                WHERE {TEAM} AND state != 'deleting'
                """
            ).fetchall()
        return {row["path"]: Copy(row["id"], SourceKind(row["kind"]), row["path"], row["digest"]) for row in rows}

    def at(self, paths: Iterable[str]) -> dict[str, tuple[Source, str]]:
        """Return those of the copies at these paths that there are, each with its digest, by path."""
        found: dict[str, tuple[str, str]] = {}
        with self._database.read() as connection:
            for batch, marks in in_batches(paths):
                for row in connection.execute(
                    f"SELECT id, path FROM sources WHERE path IN ({marks}) AND {TEAM} AND state != 'deleting'", batch
                ):
                    found[row["path"]] = row["id"], get_mark(connection, row["path"])
        sources = self._ledger.sources_of(source_id for source_id, _ in found.values())
        return {path: (sources[i], digest) for path, (i, digest) in found.items() if i in sources}

    def put(self, drafts: Sequence[tuple[Draft, str]]) -> dict[str, Source]:
        """Write copies, one for each path, with the digest that the server has for each; return them by path.

        A copy that was there keeps its number, and its statements theirs where they say what they said.
        """
        with self._database.write() as connection:
            for draft, digest in drafts:
                self._retire(connection, draft.path, draft.kind)
                set_mark(connection, draft.path, digest)
            put = self._ledger.put_drafts([draft for draft, _ in drafts]).sources
            notes = [source for source in put if source.kind is SourceKind.NOTE]
            # They are searched on the server: the indexes have nothing to do for them.
            self._ledger.indexed.mark_done([s.id for s in notes], digests={s.id: s.digest for s in notes})
        return {source.path: source for source in put}

    def remove(self, paths: Iterable[str]) -> None:
        """Remove copies."""
        with self._database.write() as connection:
            for path in paths:
                self._retire(connection, path)
                connection.execute("DELETE FROM marks WHERE name = ?", (path,))

    @staticmethod
    def _retire(connection: sqlite3.Connection, path: str, kept: SourceKind | None = None) -> None:
        """Remove what is a copy at a path, but for what is of the kind that is kept."""
        query = f"SELECT id FROM sources WHERE path = ? AND kind != ? AND {TEAM} AND state != 'deleting'"
        for row in connection.execute(query, (path, kept or "")).fetchall():
            retire(connection, row["id"], ChangeLog())
