from __future__ import annotations

from datetime import UTC, datetime, timedelta

from coach.store.database import Database
from coach.store.past import turns_between
from coach.store.sessions import Sessions

BEGIN = datetime(2026, 11, 16, tzinfo=UTC)


def test_the_turns_of_a_time_over_all_conversations(database: Database) -> None:
    now = [BEGIN]
    sessions = Sessions(database, lambda: now[0])
    one, two = sessions.create("One"), sessions.create("Two")
    for hours, session in enumerate((one, two, one, two)):
        now[0] = BEGIN + timedelta(hours=hours)
        sessions.append(session.id, f"question {hours}", f'"{hours}"')
    found = turns_between(database, BEGIN + timedelta(hours=1), BEGIN + timedelta(hours=3))
    assert [(t.session, t.title, t.question, t.answer) for t in found] == [
        (two.id, "Two", "question 1", '"1"'),
        (one.id, "One", "question 2", '"2"'),
    ]
    assert found[0].created == BEGIN + timedelta(hours=1)
