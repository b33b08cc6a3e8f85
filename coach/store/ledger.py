"""The ledger: which sources and statements there are, and which of them the indexes do not know yet.

It is the truth; every index is derived from it. A source is written here first as *pending*; when the indexes have it,
it is marked done. A removed source stays as *deleting* until the indexes have forgotten it. So whatever is interrupted
is finished at the next start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from coach.domain.errors import InputError, StoreError
from coach.domain.ids import sort_key
from coach.domain.numbering import assign
from coach.domain.source import Draft, Source, SourceKind, Statement
from coach.domain.text import clean_line
from coach.store.changes import ChangeLog
from coach.store.changes import Changes as Changes
from coach.store.database import Database
from coach.store.dated import DatedNote, dated_notes
from coach.store.entries import get_mark, next_statement, put_source, retire, set_mark, take_number
from coach.store.indexed import Indexed
from coach.store.listed import Listed, listed
from coach.store.pairing import pairs
from coach.store.rows import CURATED, NOTE, TEAM, Placed, in_batches, select_placed, select_sources, to_statement

#: Of the mark that tells which corpus was last seen.
_BUILTIN = "builtin"
#: Of the mark that tells by which rules sources were last made private.
_PRIVATE = "private"


class Ledger:
    """The sources of a database. Every method raises `StoreError` where the file cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database
        #: What the indexes have of it.
        self.indexed = Indexed(database)

    # Writing. Each is one transaction: all of it is kept or nothing.

    def put(self, source: Source) -> Changes:
        """Write a source that has its ids, as pending; free where nothing of it changed."""
        log = ChangeLog()
        with self._database.write() as connection:
            put_source(connection, source, log)
        return log.changes()

    def put_drafts(self, drafts: Sequence[Draft]) -> Changes:
        """Write what was read from a person's files, with numbers, as pending.

        A draft from a path that is known keeps the number of the source that it was: the one with its title, else
        the one that it shares most statements with. A source of such a path that no draft continues is removed.
        Numbers are never used twice, and those of the built-in corpus (P0 to P9, C1 to C100) never given away.
        """
        log = ChangeLog()
        groups: dict[tuple[str, SourceKind], list[Draft]] = {}
        for draft in drafts:
            groups.setdefault((draft.path, draft.kind), []).append(draft)
        with self._database.write() as connection:
            for (path, kind), group in groups.items():
                known: list[Source] = []
                if path:
                    where = "path = ? AND kind = ? AND NOT builtin AND state != 'deleting'"
                    known = select_sources(connection, where, (path, kind.value))
                for draft, previous in pairs(group, known):
                    number = int(previous.id[1:]) if previous else take_number(connection, kind)
                    source_id = f"{kind.letter}{number}"
                    put_source(connection, assign(previous, draft, number, next_statement(connection, source_id)), log)
                    if previous:
                        known.remove(previous)
                for source in known:
                    retire(connection, source.id, log)
        return log.changes()

    def builtin_mark(self) -> str:
        """Return the mark that `sync_builtin` was last given; empty before the first time."""
        with self._database.read() as connection:
            return get_mark(connection, _BUILTIN)

    def sync_builtin(self, drafts: Sequence[Draft], mark: str = "") -> Changes:
        """Make the built-in sources those of `drafts`, with the ids that these say; only what changed is pending.

        Built-in sources that are not among `drafts` are removed: turned-off ones are simply not passed.

        Args:
            drafts: all of them.
            mark: what `builtin_mark` returns from now on.
        """
        log = ChangeLog()
        sources = [assign(None, draft, _own_number(draft), 1) for draft in drafts]
        with self._database.read() as connection:
            known = dict(
                connection.execute("SELECT id, digest FROM sources WHERE builtin AND state != 'deleting'").fetchall()
            )
        if known == {source.id: source.digest for source in sources}:
            if mark != self.builtin_mark():
                with self._database.write() as connection:
                    set_mark(connection, _BUILTIN, mark)
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
                put_source(connection, source, log)
            wanted = {source.id for source in sources}
            for gone in (row["id"] for row in rows if row["builtin"] and row["id"] not in wanted):
                retire(connection, gone, log)
            set_mark(connection, _BUILTIN, mark)
        return log.changes()

    def make_private(self, mark: str, applies: Callable[[Source], bool]) -> None:
        """Make those of a person's sources private to which a rule applies; done once for each `mark` of the rule."""
        with self._database.read() as connection:
            if get_mark(connection, _PRIVATE) == mark:
                return
        log = ChangeLog()
        with self._database.write() as connection:
            for source in select_sources(connection, "state != 'deleting' AND NOT builtin AND NOT private", ()):
                if applies(source):
                    put_source(connection, replace(source, private=True), log)
            set_mark(connection, _PRIVATE, mark)

    def remove(self, source_id: str) -> None:
        """Remove a person's source: it is gone at once; the indexes forget it later (`Indexed.pending_deletions`).

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
            retire(connection, source_id, ChangeLog())

    # Reading. Removed sources are not seen.

    def sources(self, kind: SourceKind | None = None) -> list[Source]:
        """Return the sources, or those of one kind: principles, practices, notes, each in order of their numbers."""
        if kind is None:
            return self._sources("state != 'deleting'")
        return self._sources("state != 'deleting' AND kind = ?", kind.value)

    def curated(self) -> list[Source]:
        """Return the principles and practices, in order."""
        return self._sources(f"state != 'deleting' AND {CURATED}")

    def ids(self) -> list[str]:
        """Return the ids of all sources, in order."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT id FROM sources WHERE state != 'deleting'").fetchall()
        return sorted((row["id"] for row in rows), key=sort_key)

    def has_notes(self) -> bool:
        """Whether there is any note of the person's own."""
        with self._database.read() as connection:
            own = f"SELECT 1 FROM sources WHERE {NOTE} AND state != 'deleting' AND NOT {TEAM}"
            return bool(connection.execute(f"SELECT EXISTS ({own})").fetchone()[0])

    def counts(self) -> dict[SourceKind, int]:
        """Return how many sources of each kind there are."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT kind, count(*) FROM sources WHERE state != 'deleting' GROUP BY kind")
            found = dict(map(tuple, rows))
        return {kind: found.get(kind.value, 0) for kind in SourceKind}

    def statement_count(self) -> int:
        """Return how many statements there are."""
        with self._database.read() as connection:
            return int(connection.execute("SELECT count(*) FROM statements").fetchone()[0])

    def source(self, source_id: str) -> Source | None:
        """Return a source; None where there is no such one."""
        return self.sources_of([source_id]).get(source_id)

    def sources_of(self, ids: Iterable[str]) -> dict[str, Source]:
        """Return those of the sources that there are, by id, in their order."""
        with self._database.read() as connection:
            found = [
                source
                for batch, marks in in_batches(ids)
                for source in select_sources(connection, f"state != 'deleting' AND id IN ({marks})", batch)
            ]
        return {source.id: source for source in found}

    def private(self, ids: Iterable[str]) -> dict[str, bool]:
        """Return whether each of those of the sources that there are is private, by id."""
        with self._database.read() as connection:
            return {
                row["id"]: bool(row["private"])
                for batch, marks in in_batches(ids)
                for row in connection.execute(
                    f"SELECT id, private FROM sources WHERE state != 'deleting' AND id IN ({marks})", batch
                )
            }

    def statement(self, statement_id: str) -> Statement | None:
        """Return a statement; None where there is no such one."""
        return self.statements([statement_id]).get(statement_id)

    def statements(self, ids: Iterable[str]) -> dict[str, Statement]:
        """Return those of the statements that there are, by id, in the order asked for."""
        asked = list(ids)
        with self._database.read() as connection:
            found = {
                row["id"]: to_statement(row)
                for batch, marks in in_batches(asked)
                for row in connection.execute(f"SELECT * FROM statements WHERE id IN ({marks})", batch)
            }
        return {i: found[i] for i in asked if i in found}

    def placed(self, ids: Iterable[str]) -> dict[str, Placed]:
        """Return those of the statements that there are with what an answer says of their sources, by id."""
        with self._database.read() as connection:
            return select_placed(connection, ids)

    def note_statements(self, since: date | None, until: date | None, most: int) -> list[str] | None:
        """Return the ids of the statements of notes of these days, both included; None where they are more than `most`.

        A note without a date is of no day; what a teammate shared is left out.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                f"""
                SELECT statements.id FROM sources CROSS JOIN statements ON statements.source_id = sources.id
                WHERE {NOTE.replace("id", "sources.id")} AND date >= ? AND date <= ? AND NOT {TEAM} LIMIT ?
                """,
                ((since or date.min).isoformat(), (until or date.max).isoformat(), most + 1),
            ).fetchall()
        return None if len(rows) > most else [row["id"] for row in rows]

    def curated_fingerprint(self) -> str:
        """Return 32 hex digits that change whenever anything changes that is indexed of principles and practices."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT id, digest FROM sources WHERE state != 'deleting' AND {CURATED} ORDER BY id"
            ).fetchall()
        return hashlib.sha256("\n".join(f"{row['id']} {row['digest']}" for row in rows).encode()).hexdigest()[:32]

    def dated_notes(self) -> list[DatedNote]:
        """Return the notes that have a date, newest first, without what they say."""
        return dated_notes(self._database)

    def listed(self) -> list[Listed]:
        """Return every source in the order of `sources`, without what it says."""
        return listed(self._database)

    def generation(self) -> tuple[int, int]:
        """Return what changes whenever anything in the database does; see `Database.generation`."""
        return self._database.generation()

    def _sources(self, where: str, *values: object) -> list[Source]:
        with self._database.read() as connection:
            return select_sources(connection, where, values)


def _own_number(draft: Draft) -> int:
    if draft.number is None or not draft.builtin:
        raise StoreError(f"{draft.title} is not a built-in source.", "Add it as one of your own.")
    return draft.number
