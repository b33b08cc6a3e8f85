"""Removing what belongs to one thing from every table, and then from the file itself.

SQLite overwrites what is deleted (`PRAGMA secure_delete`), but not what it only moves within a page, and the full-text
index drops the words of a deleted statement only when it merges. So forgetting ends with `scrub`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coach.domain.errors import StoreError
from coach.store.database import Database
from coach.store.entries import get_mark, set_mark

#: Of the mark that says that something was removed and the files were not scrubbed after it.
_MARK = "forgetting"
#: Where people's words stand: tables and their columns.
_TEXTS = {
    "sources": ("title", "path", "tags", "moment"),
    "statements": ("text", "heading"),
    "situations": ("text",),
    "sessions": ("title",),
    "turns": ("question", "answer"),
    "briefs": ("title", "body"),
    "rehearsals": ("title", "body"),
    "commitments": ("plan", "outcome", "body"),
    "vault_roots": ("path", "include", "exclude", "trouble"),
    "vault_files": ("path", "reason", "remarks"),
    "exports": ("path",),
}
_STAYS = {"sources": "AND state != 'deleting'"}
#: Columns that hold JSON written by a talk or an answer, with what tells their rows apart.
_JSON = {"turns": "answer", "briefs": "body", "rehearsals": "body"}


@dataclass(frozen=True, slots=True)
class Talk:
    """A brief in one of its versions, or a rehearsal."""

    id: str
    title: str
    #: As JSON text.
    body: str


class Forgetting:
    """Steps of forgetting. Every method raises `StoreError` where the file cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def brief(self, brief_id: str) -> list[Talk]:
        """Return the versions of a brief, the newest first; none where there is no such brief."""
        return self._talks("SELECT id, title, body FROM briefs WHERE id = ? ORDER BY version DESC", brief_id)

    def rehearsal(self, rehearsal_id: str) -> list[Talk]:
        """Return a rehearsal, in a list; an empty one where there is none."""
        return self._talks("SELECT id, title, body FROM rehearsals WHERE id = ?", rehearsal_id)

    def rehearsals_of(self, brief_id: str) -> list[Talk]:
        """Return the rehearsals of a brief."""
        return self._talks("SELECT id, title, body FROM rehearsals WHERE brief_id = ? ORDER BY created", brief_id)

    def ids(self, table: str, start: str) -> list[str]:
        """Return the ids of ``briefs`` or ``rehearsals`` that begin so, or the one that is exactly so."""
        assert table in _JSON
        with self._database.read() as connection:
            every = [str(row["id"]) for row in connection.execute(f"SELECT DISTINCT id FROM {table} ORDER BY id")]
        return [start] if start in every else [i for i in every if start and i.startswith(start)]

    def delete(self, table: str, ids: Iterable[str]) -> None:
        """Remove ``briefs``, with all their versions, or ``rehearsals``; those that are gone are no matter."""
        assert table in _JSON
        with self._database.write() as connection:
            connection.executemany(f"DELETE FROM {table} WHERE id = ?", [(i,) for i in ids])

    def rewrite(self, change: Callable[[Any], Any], *, dry: bool = False) -> list[tuple[str, str]]:
        """Change the JSON of every answer, brief and rehearsal, and return where there was something to change.

        Args:
            change: returns the new value, or one that is equal where there is nothing to change. It must not change
                what it is given. Questions are given to it as well, as text.
            dry: only find out where.

        Returns:
            The table of each changed row, and its id; of a turn the id of its conversation.
        """
        changed: dict[tuple[str, str], None] = {}
        with self._database.write() as connection:
            for table, column in _JSON.items():
                for row in connection.execute(f"SELECT rowid AS place, * FROM {table}").fetchall():
                    new = {column: _changed(row[column], change)}
                    if table == "turns":
                        new["question"] = change(row["question"])
                    if all(row[name] == value for name, value in new.items()):
                        continue
                    changed[table, row["session_id" if table == "turns" else "id"]] = None
                    if not dry:
                        sets = ", ".join(f"{name} = ?" for name in new)
                        connection.execute(f"UPDATE {table} SET {sets} WHERE rowid = ?", (*new.values(), row["place"]))
        return list(changed)

    def holds(self, text: str) -> bool:
        """Whether some row still says `text`, as it stands. A source that is on its way out does not count."""
        with self._database.read() as connection:
            return any(
                connection.execute(
                    f"SELECT 1 FROM {table} WHERE instr({column}, ?) {_STAYS.get(table, '')} LIMIT 1", (text,)
                ).fetchone()
                for table, columns in _TEXTS.items()
                for column in columns
            )

    def begin(self) -> None:
        """Note, within the transaction that removes, that the file has to be scrubbed."""
        with self._database.write() as connection:
            set_mark(connection, _MARK, "yes")

    def is_unfinished(self) -> bool:
        """Whether something was removed and the files were not scrubbed after it."""
        with self._database.read() as connection:
            return bool(get_mark(connection, _MARK))

    def scrub(self) -> None:
        """Leave nothing in the database's file of what was removed from it.

        Raises:
            StoreError: another process is in the way, or the disk is full; what was removed stays removed.
        """
        with self._database.read() as connection:
            # Merges all that the full-text index has; only then are the words of deleted statements gone from it.
            connection.execute("INSERT INTO statements_text (statements_text) VALUES ('optimize')")
            _vacuum(connection, self._database.path)

    def finish(self) -> None:
        """Note that everything is scrubbed."""
        with self._database.write() as connection:
            set_mark(connection, _MARK, "")

    def _talks(self, query: str, value: str) -> list[Talk]:
        with self._database.read() as connection:
            return [Talk(row["id"], row["title"], row["body"]) for row in connection.execute(query, (value,))]


def scrub_file(path: Path) -> None:
    """Leave nothing in an SQLite file that no row of it holds any more; a file that is not there is no matter.

    Raises:
        StoreError: another process is in the way, the disk is full, or the file is damaged.
    """
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            _vacuum(connection, path)
    except sqlite3.Error as e:
        raise StoreError(f"{path} could not be cleared of what was removed: {e}.", _AGAIN) from e


_AGAIN = "Close other windows of Coach, make room on the disk, then run: coach forget leftovers"


def _vacuum(connection: sqlite3.Connection, path: Path) -> None:
    # Otherwise a copy of the file would stand in the folder for temporary files meanwhile.
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("VACUUM")
    # The log that is written ahead holds old pages until it is emptied.
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise StoreError(f"{path} is open elsewhere, so its log could not be emptied.", _AGAIN)


def _changed(text: str, change: Callable[[Any], Any]) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        # Not what Coach wrote; there is nothing in it that could be told apart.
        return text
    new = change(value)
    return text if new == value else json.dumps(new, ensure_ascii=False)
