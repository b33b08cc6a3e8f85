"""The ledger: which sources and statements there are, and which of them the indexes do not know yet.

It is the truth; every index is derived from it. A source is written here first as *pending*; when the indexes have it,
it is marked done. A removed source stays as *deleting* until the indexes have forgotten it. So whatever is interrupted
is finished at the next start.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coach.domain.errors import InputError, StoreError
from coach.domain.ids import sort_key
from coach.domain.numbering import assign
from coach.domain.source import Draft, Source, SourceKind, Statement
from coach.domain.text import clean_line
from coach.store.database import Database
from coach.store.rows import insert_source, select_sources, to_statement

#: SQLite takes a limited number of values in one statement.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Changes:
    """What a write did."""

    #: Ids of sources, each in one of the four.
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    #: The sources that were put, as they are now, in the order that they were given in.
    sources: tuple[Source, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


class _Log:
    """Collects what one write does."""

    def __init__(self) -> None:
        self._ids: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": [], "removed": []}
        self._sources: list[Source] = []

    def put(self, what: str, source: Source) -> None:
        self._ids[what].append(source.id)
        self._sources.append(source)

    def removed(self, source_id: str) -> None:
        self._ids["removed"].append(source_id)

    def changes(self) -> Changes:
        ids = {what: tuple(sorted(ids, key=sort_key)) for what, ids in self._ids.items()}
        return Changes(ids["added"], ids["changed"], ids["unchanged"], ids["removed"], tuple(self._sources))


class Ledger:
    """The sources of a database. Every method raises `StoreError` where the file cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Writing. Each is one transaction: all of it is kept or nothing.

    def put(self, source: Source) -> Changes:
        """Write a source that has its ids, as pending; free where nothing of it changed."""
        log = _Log()
        with self._database.write() as connection:
            _put(connection, source, log)
        return log.changes()

    def put_drafts(self, drafts: Sequence[Draft]) -> Changes:
        """Write what was read from a person's files, with numbers, as pending.

        A draft from a path that is known keeps the number of the source that it was: the one with its title, else
        the one that it shares most statements with. A source of such a path that no draft continues is removed.
        Numbers are never used twice, and those of the built-in corpus (P0 to P9, C1 to C100) never given away.
        """
        log = _Log()
        with self._database.write() as connection:
            for path, kind in dict.fromkeys((draft.path, draft.kind) for draft in drafts):
                group = [draft for draft in drafts if (draft.path, draft.kind) == (path, kind)]
                known: list[Source] = []
                if path:
                    where = "path = ? AND kind = ? AND NOT builtin AND state != 'deleting'"
                    known = select_sources(connection, where, (path, kind.value))
                for draft, previous in _pairs(group, known):
                    number = int(previous.id[1:]) if previous else _take_number(connection, kind)
                    source_id = f"{kind.letter}{number}"
                    _put(connection, assign(previous, draft, number, _next_statement(connection, source_id)), log)
                    if previous:
                        known.remove(previous)
                for source in known:
                    _retire(connection, source.id, log)
        return log.changes()

    def builtin_mark(self) -> str:
        """Return the mark that `sync_builtin` was last given; empty before the first time."""
        with self._database.read() as connection:
            row = connection.execute("SELECT value FROM marks WHERE name = 'builtin'").fetchone()
        return str(row["value"]) if row else ""

    def sync_builtin(self, drafts: Sequence[Draft], mark: str = "") -> Changes:
        """Make the built-in sources those of `drafts`, with the ids that these say; only what changed is pending.

        Built-in sources that are not among `drafts` are removed: turned-off ones are simply not passed.

        Args:
            drafts: all of them.
            mark: what `builtin_mark` returns from now on.
        """
        log = _Log()
        sources = [assign(None, draft, _own_number(draft), 1) for draft in drafts]
        with self._database.read() as connection:
            known = dict(
                connection.execute("SELECT id, digest FROM sources WHERE builtin AND state != 'deleting'").fetchall()
            )
        if known == {source.id: source.digest for source in sources}:
            if mark != self.builtin_mark():
                with self._database.write() as connection:
                    _mark(connection, mark)
            return Changes(unchanged=tuple(sorted(known, key=sort_key)), sources=tuple(sources))
        with self._database.write() as connection:
            rows = connection.execute("SELECT id, builtin FROM sources WHERE state != 'deleting'").fetchall()
            own = {row["id"] for row in rows if not row["builtin"]}
            for source in sources:
                if source.id in own:
                    raise StoreError(
                        f"The built-in source {source.id} has the number of one of your own.",
                        f"Remove yours with: coach sources remove {source.id}, and add it again; it gets a new number.",
                    )
                _put(connection, source, log)
            wanted = {source.id for source in sources}
            for gone in (row["id"] for row in rows if row["builtin"] and row["id"] not in wanted):
                _retire(connection, gone, log)
            _mark(connection, mark)
        return log.changes()

    def remove(self, source_id: str) -> None:
        """Remove a person's source: it is gone at once, and its id is among `pending_deletions` until it is cleaned up.

        Raises:
            InputError: there is no such source, or it comes with the package.
        """
        with self._database.write() as connection:
            row = connection.execute(
                "SELECT builtin FROM sources WHERE id = ? AND state != 'deleting'", (source_id,)
            ).fetchone()
            if row is None:
                raise InputError(
                    f"There is no source {clean_line(source_id)[:40]}.", "List them with: coach sources list"
                )
            if row["builtin"]:
                raise InputError(
                    f"{source_id} comes with coach and cannot be removed.",
                    "Turn the built-in principles or practices off in the settings instead.",
                )
            _retire(connection, source_id, _Log())

    def mark_done(self, ids: Iterable[str], *, digests: Mapping[str, str] | None = None) -> None:
        """Say that the indexes have these sources.

        Args:
            ids: of sources.
            digests: what was indexed of each; one that changed since stays pending. Without it all are done.
        """
        with self._database.write() as connection:
            for source_id in ids:
                indexed = digests.get(source_id) if digests else None
                connection.execute(
                    """
                    UPDATE sources SET state = 'done'
                    WHERE id = ?1 AND state = 'pending' AND digest = coalesce(?2, digest)
                    """,
                    (source_id, indexed),
                )

    def mark_deleted(self, ids: Iterable[str]) -> None:
        """Say that the indexes have forgotten these removed sources."""
        with self._database.write() as connection:
            connection.executemany("DELETE FROM sources WHERE id = ? AND state = 'deleting'", [(i,) for i in ids])

    def mark_all_pending(self) -> None:
        """Have everything indexed again, as after the embedder was changed or an index was lost."""
        with self._database.write() as connection:
            connection.execute("UPDATE sources SET state = 'pending' WHERE state = 'done'")

    # Reading. Removed sources are not seen.

    def pending(self) -> list[Source]:
        """Return the sources that the indexes do not have, or have in an older form."""
        return self._sources("state = 'pending'")

    def has_pending(self) -> bool:
        """Whether the indexes have anything to do: a source to take up or a removed one to forget."""
        with self._database.read() as connection:
            row = connection.execute("SELECT EXISTS (SELECT 1 FROM sources WHERE state != 'done')").fetchone()
        return bool(row[0])

    def pending_deletions(self) -> list[str]:
        """Return the ids of removed sources that the indexes may still have."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT id FROM sources WHERE state = 'deleting'").fetchall()
        return sorted((row["id"] for row in rows), key=sort_key)

    def sources(self, kind: SourceKind | None = None) -> list[Source]:
        """Return the sources, or those of one kind: principles, practices, notes, each in order of their numbers."""
        if kind is None:
            return self._sources("state != 'deleting'")
        return self._sources("state != 'deleting' AND kind = ?", kind.value)

    def source(self, source_id: str) -> Source | None:
        """Return a source; None where there is no such one."""
        found = self._sources("state != 'deleting' AND id = ?", source_id)
        return found[0] if found else None

    def statement(self, statement_id: str) -> Statement | None:
        """Return a statement; None where there is no such one."""
        return self.statements([statement_id]).get(statement_id)

    def statements(self, ids: Iterable[str]) -> dict[str, Statement]:
        """Return those of the statements that there are, by id, in the order asked for."""
        asked = list(dict.fromkeys(ids))
        found: dict[str, Statement] = {}
        with self._database.read() as connection:
            for start in range(0, len(asked), _BATCH):
                batch = asked[start : start + _BATCH]
                marks = ", ".join("?" * len(batch))
                rows = connection.execute(f"SELECT * FROM statements WHERE id IN ({marks})", batch)
                found.update((row["id"], to_statement(row)) for row in rows)
        return {i: found[i] for i in asked if i in found}

    def fingerprint(self) -> str:
        """Return 32 hex digits that change whenever anything changes that is indexed."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT id, digest FROM sources WHERE state != 'deleting' ORDER BY id").fetchall()
        return hashlib.sha256("\n".join(f"{row['id']} {row['digest']}" for row in rows).encode()).hexdigest()[:32]

    def _sources(self, where: str, *values: object) -> list[Source]:
        with self._database.read() as connection:
            return select_sources(connection, where, values)


def _put(connection: sqlite3.Connection, source: Source, log: _Log) -> None:
    row = connection.execute("SELECT digest, state FROM sources WHERE id = ?", (source.id,)).fetchone()
    known = row is not None and row["state"] != "deleting"
    if known and row["digest"] == source.digest:
        log.put("unchanged", source)
        return
    used = max((sort_key(s.id)[2] for s in source.statements), default=0)
    insert_source(connection, source, max(_next_statement(connection, source.id), used + 1))
    connection.execute(
        "UPDATE counters SET next = max(next, ?) WHERE letter = ?", (int(source.id[1:]) + 1, source.kind.letter)
    )
    log.put("changed" if known else "added", source)


def _mark(connection: sqlite3.Connection, mark: str) -> None:
    connection.execute("INSERT OR REPLACE INTO marks VALUES ('builtin', ?)", (mark,))


def _retire(connection: sqlite3.Connection, source_id: str, log: _Log) -> None:
    connection.execute("DELETE FROM statements WHERE source_id = ?", (source_id,))
    connection.execute("DELETE FROM situations WHERE source_id = ?", (source_id,))
    connection.execute("UPDATE sources SET state = 'deleting' WHERE id = ?", (source_id,))
    log.removed(source_id)


def _take_number(connection: sqlite3.Connection, kind: SourceKind) -> int:
    row = connection.execute(
        "UPDATE counters SET next = next + 1 WHERE letter = ? RETURNING next - 1 AS number", (kind.letter,)
    ).fetchone()
    return int(row["number"])


def _next_statement(connection: sqlite3.Connection, source_id: str) -> int:
    row = connection.execute("SELECT next_statement FROM sources WHERE id = ?", (source_id,)).fetchone()
    return int(row["next_statement"]) if row else 1


def _own_number(draft: Draft) -> int:
    if draft.number is None or not draft.builtin:
        raise StoreError(f"{draft.title} is not a built-in source.", "Add it as one of your own.")
    return draft.number


def _pairs(drafts: Sequence[Draft], known: Sequence[Source]) -> list[tuple[Draft, Source | None]]:
    """Return each draft with the source that it continues: by title first, then by the statements that they share."""
    left = list(known)
    found: dict[int, Source] = {}
    if len(drafts) == len(left) == 1:
        return [(drafts[0], left[0])]
    for at, draft in enumerate(drafts):
        same = next((source for source in left if source.title == draft.title), None)
        if same:
            found[at] = same
            left.remove(same)
    for at, draft in enumerate(drafts):
        if at in found or not left:
            continue
        hashes = {s.hash for s in draft.statements}
        best = max(left, key=lambda source: sum(s.hash in hashes for s in source.statements))
        if any(s.hash in hashes for s in best.statements):
            found[at] = best
            left.remove(best)
    return [(draft, found.get(at)) for at, draft in enumerate(drafts)]
