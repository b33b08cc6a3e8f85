"""Rehearsals and their debriefs, each as one JSON document."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from coach.domain.debrief import Debrief
from coach.domain.errors import InputError, StoreError
from coach.domain.rehearsal import Rehearsal
from coach.domain.text import clean_line
from coach.store.database import Database

_TITLE = 120


@dataclass(frozen=True, slots=True)
class Kept:
    """A rehearsal as it is kept."""

    rehearsal: Rehearsal
    #: None where nobody has looked back at it yet.
    debrief: Debrief | None
    #: In UTC, with its zone.
    updated: datetime

    def as_dict(self) -> dict[str, Any]:
        """The rehearsal as plain JSON values, with its debrief, null where there is none."""
        return {**self.rehearsal.as_dict(), "debrief": self.debrief.as_dict() if self.debrief else None}


KeptList: TypeAlias = list[Kept]


class Rehearsals:
    """The rehearsals of a database. Every method raises `StoreError` where the file cannot be used."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def new_id(self) -> str:
        """Return an id for a rehearsal that is still to be kept."""
        return secrets.token_hex(6)

    def keep(self, rehearsal: Rehearsal) -> None:
        """Keep a rehearsal as it stands now. A debrief of it stays."""
        with self._database.write() as connection:
            row = connection.execute("SELECT body FROM rehearsals WHERE id = ?", (rehearsal.id,)).fetchone()
            debrief = _loaded(row, rehearsal.id).get("debrief") if row else None
            self._put(connection, rehearsal, debrief)

    def debriefed(self, rehearsal: Rehearsal, debrief: Debrief) -> None:
        """Keep a rehearsal with its debrief, in place of an earlier one."""
        with self._database.write() as connection:
            self._put(connection, rehearsal, debrief.as_dict())

    def find_id(self, start: str) -> str:
        """Return the one id that begins so, also of a rehearsal that cannot be read.

        Raises:
            InputError: there is none, or more than one.
        """
        with self._database.read() as connection:
            rows = connection.execute("SELECT id FROM rehearsals WHERE substr(id, 1, ?) = ?", (len(start), start))
            ids = [str(row["id"]) for row in rows.fetchall()] if start else []
        if start in ids or len(ids) == 1:
            return start if start in ids else ids[0]
        if ids:
            raise InputError(f"{len(ids)} rehearsals begin with {clean_line(start)[:40]}.", "Give more of the id.")
        raise _unknown(start)

    def get(self, rehearsal_id: str) -> Kept:
        """Return a rehearsal.

        Raises:
            InputError: there is no such rehearsal.
            StoreError: it cannot be read.
        """
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM rehearsals WHERE id = ?", (rehearsal_id,)).fetchone()
        if row is None:
            raise _unknown(rehearsal_id)
        return _kept(row)

    def list(self, brief_id: str = "") -> KeptList:
        """Return the rehearsals, of one brief if that is given, the last used first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM rehearsals WHERE ? IN ('', brief_id) ORDER BY updated DESC, rowid DESC", (brief_id,)
            ).fetchall()
        return [_kept(row) for row in rows]

    def delete(self, rehearsal_id: str) -> None:
        """Delete a rehearsal and its debrief. Raises `InputError` where there is no such rehearsal."""
        with self._database.write() as connection:
            if connection.execute("DELETE FROM rehearsals WHERE id = ?", (rehearsal_id,)).rowcount == 0:
                raise _unknown(rehearsal_id)

    def _put(self, connection: sqlite3.Connection, rehearsal: Rehearsal, debrief: dict[str, Any] | None) -> None:
        body = json.dumps({**rehearsal.as_dict(), "debrief": debrief}, ensure_ascii=False)
        title = clean_line(rehearsal.title)[:_TITLE] or "Untitled"
        now = self._now().astimezone(UTC).isoformat(timespec="microseconds")
        created = rehearsal.created.astimezone(UTC).isoformat(timespec="microseconds")
        connection.execute(
            "INSERT INTO rehearsals VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET title = excluded.title, body = excluded.body, updated = excluded.updated",
            (rehearsal.id, rehearsal.brief_id, title, body, created, now),
        )


def _kept(row: sqlite3.Row) -> Kept:
    data = _loaded(row, row["id"])
    try:
        rehearsal = Rehearsal.from_dict(data)
        debrief = data.get("debrief")
        return Kept(
            rehearsal,
            Debrief.from_dict(debrief, rehearsal) if debrief else None,
            datetime.fromisoformat(row["updated"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, InputError) as e:
        raise _unreadable(row["id"]) from e


def _loaded(row: sqlite3.Row, rehearsal_id: str) -> dict[str, Any]:
    try:
        data = json.loads(row["body"])
    except (ValueError, RecursionError) as e:
        raise _unreadable(rehearsal_id) from e
    if not isinstance(data, dict):
        raise _unreadable(rehearsal_id)
    return data


def _unreadable(rehearsal_id: str) -> StoreError:
    return StoreError(
        f"The rehearsal {clean_line(rehearsal_id)} cannot be read.",
        "It was kept by another version of coach, or is damaged; delete it with: coach rehearsals delete",
    )


def _unknown(start: str) -> InputError:
    return InputError(f"There is no rehearsal {clean_line(start)[:40]!r}.", "List them with: coach rehearsals")
