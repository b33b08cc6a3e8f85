"""Conversations and their turns."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from coach.domain.errors import InputError
from coach.domain.source import content_hash
from coach.domain.text import clean, clean_line
from coach.store.citing import CitedIn, TurnCitations, citations_of, text_of
from coach.store.database import Database

_TITLE = 120


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation."""

    id: str
    title: str
    #: In UTC, with their zone.
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """One question and its answer, as JSON text in the form of `Answer.as_dict`."""

    #: 0-based place in the conversation.
    position: int
    question: str
    answer: str
    created: datetime


SessionList: TypeAlias = list[Session]
TurnList: TypeAlias = list[StoredTurn]
CitedInList: TypeAlias = list[CitedIn]
CitationsList: TypeAlias = list[TurnCitations]


class Sessions:
    """The conversations of a database. Every method raises `StoreError` where the file cannot be used."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    @property
    def database(self) -> Database:
        """The database that they are in."""
        return self._database

    def new_id(self) -> str:
        """Return an id for a conversation that is still to be created."""
        return secrets.token_hex(6)

    def create(self, title: str, *, session_id: str | None = None) -> Session:
        """Return a new conversation, with an id from `new_id` if that is given."""
        now = self._now()
        session = Session(session_id or self.new_id(), _title(title), now, now)
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?)",
                (session.id, session.title, _stamp(now), _stamp(now)),
            )
        return session

    def append(self, session_id: str, question: str, answer_json: str, *, title: str | None = None) -> StoredTurn:
        """Keep one more turn and return it; with a `title` it is the first of a new conversation.

        Raises:
            InputError: there is no such conversation.
        """
        now = self._now()
        # One transaction: a conversation that begins is never kept without its turn.
        with self._database.write() as connection:
            if title is not None:
                self.create(title, session_id=session_id)
            changed = connection.execute("UPDATE sessions SET updated = ? WHERE id = ?", (_stamp(now), session_id))
            _must_exist(changed, session_id)
            last = connection.execute("SELECT max(position) FROM turns WHERE session_id = ?", (session_id,)).fetchone()[
                0
            ]
            turn = StoredTurn(0 if last is None else last + 1, clean(question), answer_json, now)
            connection.execute(
                "INSERT INTO turns VALUES (?, ?, ?, ?, ?)",
                (session_id, turn.position, turn.question, turn.answer, _stamp(now)),
            )
        return turn

    def turns(self, session_id: str, last: int | None = None) -> TurnList:
        """Return the turns of a conversation in order; only the `last` so many if that is given."""
        sql = "SELECT * FROM turns WHERE session_id = ? ORDER BY position DESC LIMIT ?"
        with self._database.read() as connection:
            rows = connection.execute(sql, (session_id, -1 if last is None else max(last, 0))).fetchall()
        return [
            StoredTurn(row["position"], row["question"], row["answer"], datetime.fromisoformat(row["created"]))
            for row in reversed(rows)
        ]

    def questions(self, session_id: str, last: int) -> list[str]:
        """Return the `last` so many questions of a conversation, oldest first; free of its answers, which are long."""
        sql = "SELECT question FROM turns WHERE session_id = ? ORDER BY position DESC LIMIT ?"
        with self._database.read() as connection:
            rows = connection.execute(sql, (session_id, max(last, 0))).fetchall()
        return [row["question"] for row in reversed(rows)]

    def citing(self, statement_id: str) -> CitedInList:
        """Return the answers that cite a statement, the newest first; one that cites two wordings of it comes twice."""
        # Only the answers that name it at all are taken apart.
        sql = """
            SELECT turns.*, sessions.title FROM turns JOIN sessions ON sessions.id = session_id
            WHERE instr(answer, ?) ORDER BY turns.created DESC, position DESC
        """
        with self._database.read() as connection:
            rows = connection.execute(sql, (f'"{statement_id}"',)).fetchall()
        return [
            CitedIn(
                row["session_id"],
                row["title"],
                row["position"],
                row["question"],
                datetime.fromisoformat(row["created"]),
                digest,
                text if content_hash(text := text_of(row["answer"], statement_id)) == digest else "",
            )
            for row in rows
            for cited, digest in sorted(citations_of(row["answer"]))
            if cited == statement_id
        ]

    def citations(self, session_id: str | None = None) -> CitationsList:
        """Return what each answer cites, of one conversation or of all, in order; 5,000 answers take some 100 ms."""
        sql = "SELECT session_id, position, answer FROM turns WHERE ?1 IS NULL OR session_id = ?1"
        with self._database.read() as connection:
            rows = connection.execute(f"{sql} ORDER BY session_id, position", (session_id,)).fetchall()
        return [TurnCitations(r["session_id"], r["position"], citations_of(r["answer"])) for r in rows]

    def get(self, session_id: str) -> Session | None:
        """Return a conversation; None where there is no such one."""
        found = self._select("WHERE id = ?", (session_id,))
        return found[0] if found else None

    def latest(self) -> Session | None:
        """Return the conversation that was used last; None where there is none."""
        found = self._select("ORDER BY updated DESC, rowid DESC LIMIT 1", ())
        return found[0] if found else None

    def list(self, filter: str = "") -> SessionList:
        """Return the conversations whose title or questions contain `filter`, the last used first."""
        pattern = "%" + filter.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        return self._select(
            """
            WHERE title LIKE :pattern ESCAPE '\\' OR EXISTS (
                SELECT 1 FROM turns WHERE session_id = sessions.id AND question LIKE :pattern ESCAPE '\\'
            )
            ORDER BY updated DESC, rowid DESC
            """,
            {"pattern": pattern},
        )

    def rename(self, session_id: str, title: str) -> None:
        """Give a conversation another title. Raises `InputError` where there is no such conversation."""
        with self._database.write() as connection:
            changed = connection.execute("UPDATE sessions SET title = ? WHERE id = ?", (_title(title), session_id))
            _must_exist(changed, session_id)

    def delete(self, session_id: str) -> None:
        """Delete a conversation and its turns. Raises `InputError` where there is no such conversation."""
        with self._database.write() as connection:
            _must_exist(connection.execute("DELETE FROM sessions WHERE id = ?", (session_id,)), session_id)

    def _select(self, clause: str, values: tuple[str, ...] | dict[str, str]) -> SessionList:
        with self._database.read() as connection:
            rows = connection.execute(f"SELECT * FROM sessions {clause}", values).fetchall()
        return [
            Session(
                row["id"],
                row["title"],
                datetime.fromisoformat(row["created"]),
                datetime.fromisoformat(row["updated"]),
            )
            for row in rows
        ]


def _title(text: str) -> str:
    line = clean_line(text) or "Untitled"
    return line if len(line) <= _TITLE else line[: _TITLE - 1].rstrip() + "…"


def _stamp(moment: datetime) -> str:
    # Always with microseconds and in UTC, so that text order is time order.
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _must_exist(changed: sqlite3.Cursor, session_id: str) -> None:
    if changed.rowcount == 0:
        raise _unknown(session_id)


def _unknown(session_id: str) -> InputError:
    return InputError(f"There is no conversation {clean_line(session_id)[:40]}.", "List them with: coach sessions list")
