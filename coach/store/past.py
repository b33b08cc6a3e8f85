"""What was answered when, over all conversations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from coach.store.database import Database


@dataclass(frozen=True, slots=True)
class PastTurn:
    """One question of a kept conversation and its answer."""

    session: str
    #: Title of the conversation.
    title: str
    question: str
    #: As JSON text in the form of `Answer.as_dict`.
    answer: str
    #: In UTC.
    created: datetime


def turns_between(database: Database, since: datetime, until: datetime) -> list[PastTurn]:
    """Return the turns of every conversation that were kept from `since` to before `until`, oldest first.

    Raises:
        StoreError: the file cannot be read.
    """
    stamps = [moment.astimezone(UTC).isoformat(timespec="microseconds") for moment in (since, until)]
    with database.read() as connection:
        rows = connection.execute(
            """
            SELECT session_id, title, question, answer, turns.created FROM turns
            JOIN sessions ON sessions.id = session_id
            WHERE turns.created >= ? AND turns.created < ? ORDER BY turns.created, session_id, position
            """,
            stamps,
        ).fetchall()
    return [
        PastTurn(r["session_id"], r["title"], r["question"], r["answer"], datetime.fromisoformat(r["created"]))
        for r in rows
    ]
