"""Preparation sheets: every version of each is kept until its brief is deleted."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeAlias

from coach.domain.errors import InputError, StoreError
from coach.domain.preparation import Brief
from coach.domain.text import clean_line
from coach.store.database import Database

_TITLE = 120

BriefList: TypeAlias = list[Brief]


class Briefs:
    """The briefs of a database. Every method raises `StoreError` where the file cannot be used.

    Args:
        database: the ledger's file.
        now: gives the time.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def keep(self, brief: Brief) -> Brief:
        """Keep a brief and return it as it is kept: as version 1 with a new id, or as the next version of its own.

        Raises:
            InputError: it has an id, and the brief of that id was deleted.
        """
        now = self._now().astimezone(UTC).isoformat(timespec="microseconds")
        title = clean_line(brief.title)[:_TITLE] or "Untitled"
        with self._database.write() as connection:
            brief_id, version = brief.id, 1
            if brief_id:
                # Counted here and not by whoever edits: two may edit the same brief at the same time.
                last = _last_version(connection, brief_id)
                if last is None:
                    raise _unknown(brief_id)
                version = last + 1
            else:
                brief_id = secrets.token_hex(6)
            kept = replace(brief, id=brief_id, version=version, created=now, title=title)
            body = json.dumps(kept.as_dict(), ensure_ascii=False)
            connection.execute("INSERT INTO briefs VALUES (?, ?, ?, ?, ?)", (brief_id, version, title, body, now))
        return kept

    def get(self, brief_id: str, version: int | None = None) -> Brief:
        """Return a brief, its last version unless another is asked for.

        Raises:
            InputError: there is no such brief, or no such version of it.
            StoreError: it cannot be read.
        """
        sql = "SELECT * FROM briefs WHERE id = ?1 AND (?2 IS NULL OR version = ?2) ORDER BY version DESC LIMIT 1"
        with self._database.read() as connection:
            row = connection.execute(sql, (brief_id, version)).fetchone()
            last = _last_version(connection, brief_id) if row is None else 0
        if row is not None:
            return _brief(row)
        if last is None:
            raise _unknown(brief_id)
        raise InputError(f"This brief has no version {version}.", f"Its versions are 1 to {last}.")

    def versions(self, brief_id: str) -> BriefList:
        """Return every version of a brief, the first one first; none where there is no such brief."""
        return self._select("WHERE id = ? ORDER BY version", (brief_id,))

    def list(self, containing: str = "") -> BriefList:
        """Return the last version of each brief whose title contains `containing`, the last changed first."""
        pattern = "%" + containing.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        return self._select(
            """
            AS b WHERE version = (SELECT max(version) FROM briefs WHERE id = b.id) AND title LIKE ? ESCAPE '\\'
            ORDER BY created DESC, rowid DESC
            """,
            (pattern,),
        )

    def find(self, start: str) -> str:
        """Return the id of the one brief whose id begins so. Raises `InputError` where there is none or more than one.

        It may be one that cannot be read any more.
        """
        with self._database.read() as connection:
            rows = connection.execute("SELECT DISTINCT id FROM briefs WHERE substr(id, 1, ?) = ?", (len(start), start))
            ids = [str(row["id"]) for row in rows.fetchall()] if start else []
        if len(ids) > 1 and start not in ids:
            raise InputError(f"{len(ids)} briefs begin with {clean_line(start)[:40]}.", "Give more of the id.")
        if not ids:
            raise _unknown(start)
        return start if start in ids else ids[0]

    def delete(self, brief_id: str) -> None:
        """Delete every version of a brief. Raises `InputError` where there is no such brief."""
        with self._database.write() as connection:
            if connection.execute("DELETE FROM briefs WHERE id = ?", (brief_id,)).rowcount == 0:
                raise _unknown(brief_id)

    def _select(self, clause: str, values: tuple[str, ...]) -> BriefList:
        with self._database.read() as connection:
            rows = connection.execute(f"SELECT * FROM briefs {clause}", values).fetchall()
        return [_brief(row) for row in rows]


def _last_version(connection: sqlite3.Connection, brief_id: str) -> int | None:
    found: int | None = connection.execute("SELECT max(version) FROM briefs WHERE id = ?", (brief_id,)).fetchone()[0]
    return found


def _brief(row: sqlite3.Row) -> Brief:
    try:
        return Brief.from_dict(json.loads(row["body"]))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as e:
        raise StoreError(
            f"The brief {clean_line(row['id'])} cannot be read.",
            f"Another version of coach kept it, or it is damaged; delete it with: coach briefs delete {row['id']}",
        ) from e


def _unknown(brief_id: str) -> InputError:
    return InputError(f"There is no brief {clean_line(brief_id)[:40]!r}.", "List them with: coach briefs")
