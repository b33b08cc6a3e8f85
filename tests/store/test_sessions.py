from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from coach.domain.errors import InputError, StoreError
from coach.store.database import Database
from coach.store.sessions import Sessions


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """Each look at it is a second later; its zone is not UTC."""
    moment = datetime(2026, 9, 14, 23, 30, tzinfo=timezone(timedelta(hours=2)))

    def tick() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=1)
        return moment

    return tick


@pytest.fixture
def sessions(database: Database, clock: Callable[[], datetime]) -> Sessions:
    return Sessions(database, clock)


def test_a_conversation_and_its_turns(sessions: Sessions) -> None:
    session = sessions.create("  VP wants\na date\x1b[0m ")
    sessions.append(session.id, "What do\nI say?", '{"a": 1}')
    sessions.append(session.id, "And then?", "{}")

    first, second = sessions.turns(session.id)
    assert session.title == "VP wants a date"
    assert (first.position, first.question, first.answer) == (0, "What do\nI say?", '{"a": 1}')
    assert second.position == 1
    assert first.created < second.created
    assert first.created.tzinfo == UTC
    assert [t.question for t in sessions.turns(session.id, last=1)] == ["And then?"]
    assert sessions.turns(session.id, last=0) == []


def test_the_latest_is_the_one_that_was_used_last(sessions: Sessions) -> None:
    assert sessions.latest() is None
    one, two = sessions.create("one"), sessions.create("two")
    assert sessions.latest() == two

    sessions.append(one.id, "q", "{}")

    latest = sessions.latest()
    assert latest is not None
    assert latest.id == one.id
    assert latest.updated > latest.created
    assert [s.title for s in sessions.list()] == ["one", "two"]
    assert sessions.get(one.id) == latest


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("", ["Talk with ops", "100% sure_thing"]),
        ("OPS", ["Talk with ops"]),
        ("deadline", ["100% sure_thing"]),
        ("0%", ["100% sure_thing"]),
        ("%", ["100% sure_thing"]),
        ("_", ["100% sure_thing"]),
        ("\\", []),
        ("' OR 1=1 --", []),
    ],
)
def test_filter(sessions: Sessions, text: str, titles: list[str]) -> None:
    first = sessions.create("100% sure_thing")
    sessions.append(first.id, "The deadline?", "{}")
    sessions.create("Talk with ops")

    assert [s.title for s in sessions.list(text)] == titles


def test_rename_and_delete(sessions: Sessions, database: Database) -> None:
    session = sessions.create("old")
    sessions.append(session.id, "q", "{}")

    sessions.rename(session.id, "x" * 500)
    assert len(sessions.list()[0].title) == 120
    sessions.rename(session.id, " ")
    assert sessions.list()[0].title == "Untitled"
    sessions.delete(session.id)

    assert sessions.list() == []
    assert sessions.turns(session.id) == []
    with database.read() as connection:
        assert connection.execute("SELECT count(*) FROM turns").fetchone()[0] == 0


def test_what_is_not_there(sessions: Sessions) -> None:
    assert sessions.get("nope") is None
    assert sessions.turns("nope") == []
    for act in (
        lambda: sessions.append("nope", "q", "{}"),
        lambda: sessions.rename("nope", "t"),
        lambda: sessions.delete("nope"),
    ):
        with pytest.raises(InputError, match="no conversation nope"):
            act()


def test_an_id_can_be_had_before_the_conversation(sessions: Sessions) -> None:
    session_id = sessions.new_id()

    assert sessions.get(session_id) is None
    assert sessions.create("t", session_id=session_id).id == session_id


def test_a_long_conversation_appends_through_its_index(sessions: Sessions, database: Database) -> None:
    session = sessions.create("long")
    with database.write() as connection:
        connection.executemany(
            "INSERT INTO turns VALUES (?, ?, 'q', '{}', '2026-01-01T00:00:00.000000+00:00')",
            [(session.id, i) for i in range(20_000)],
        )
    with database.read() as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT max(position) FROM turns WHERE session_id = ?", (session.id,)
        ).fetchall()

    assert "SEARCH" in plan[0]["detail"]
    assert sessions.append(session.id, "last", "{}").position == 20_000
    assert [t.question for t in sessions.turns(session.id, last=2)] == ["q", "last"]


def test_a_conversation_begins_with_its_first_turn_or_not_at_all(sessions: Sessions, database: Database) -> None:
    sessions.append("new", "q", "{}", title="A title")
    begun = sessions.get("new")
    assert begun is not None
    assert (begun.title, [t.question for t in sessions.turns("new")]) == ("A title", ["q"])
    with database.write() as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON turns BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(StoreError):
        sessions.append("other", "q", "{}", title="A title")
    assert sessions.get("other") is None


def test_questions_are_read_without_their_answers(sessions: Sessions) -> None:
    session = sessions.create("long")
    for i in range(5):
        sessions.append(session.id, f"question {i}", "{")
    assert sessions.questions(session.id, 3) == ["question 2", "question 3", "question 4"]
    assert sessions.questions(session.id, 0) == []
    assert sessions.questions("nobody", 3) == []
