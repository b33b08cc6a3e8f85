from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from coach.domain.answer import Citation
from coach.domain.commitment import State
from coach.domain.errors import InputError, StoreError
from coach.store.commitments import Commitments
from coach.store.database import Database, open_database

PLAN = "If the director asks for a date, then I name its cost first."
TODAY = date(2026, 11, 23)


class Clock:
    """Stands until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def commitments(database: Database, clock: Clock) -> Commitments:
    return Commitments(database, clock)


def test_what_is_added_comes_back(commitments: Commitments, clock: Clock) -> None:
    cited = (Citation("C1.9", "0123456789abcdef"),)
    made = commitments.add(PLAN, TODAY, "session:0f0f", cited)
    found = commitments.find(made.id)
    assert found == made
    assert (found.plan, found.due, found.origin, found.citations) == (PLAN, TODAY, "session:0f0f", cited)
    assert (found.state, found.created) == (State.OPEN, clock.now)


def test_it_is_there_after_a_restart(database: Database, commitments: Commitments) -> None:
    made = commitments.add(PLAN, TODAY)
    database.close()
    with open_database(database.path) as again:
        assert Commitments(again).find(made.id) == made


def test_the_longest_due_comes_first_and_what_is_not_due_does_not_come(commitments: Commitments) -> None:
    late = commitments.add("late", TODAY + timedelta(days=1))
    today = commitments.add("today", TODAY)
    before = commitments.add("before", TODAY - timedelta(days=7))
    assert commitments.due(TODAY) == [before, today]
    assert commitments.due(TODAY + timedelta(days=1)) == [before, today, late]


def test_what_is_put_off_or_settled_is_not_due(commitments: Commitments) -> None:
    put_off = commitments.snooze(commitments.add("a", TODAY), TODAY + timedelta(days=2))
    commitments.settle(commitments.add("b", TODAY), State.DROPPED, "")
    assert commitments.due(TODAY) == []
    assert commitments.due(TODAY + timedelta(days=2)) == [put_off]


def test_settling_keeps_what_happened_and_when(commitments: Commitments, clock: Clock) -> None:
    made = commitments.add(PLAN, TODAY)
    clock.now += timedelta(days=1)
    settled = commitments.settle(made, State.KEPT, "She took it well.\n\x1b[31mTwice.\n")
    assert (settled.state, settled.outcome, settled.settled) == (State.KEPT, "She took it well.\nTwice.", clock.now)
    assert commitments.find(made.id) == settled
    again = commitments.settle(settled, State.PARTLY, "Not quite.")
    assert commitments.find(made.id) == again


def test_open_ones_are_listed_first(commitments: Commitments, clock: Clock) -> None:
    first, second, third = (commitments.add(name, TODAY) for name in "abc")
    first = commitments.settle(first, State.KEPT, "")
    clock.now += timedelta(hours=1)
    second = commitments.settle(second, State.MISSED, "")
    assert commitments.all() == [third, second, first]


def test_times_of_any_zone_are_kept_in_order(database: Database) -> None:
    east = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=9)))
    made = Commitments(database, lambda: east).add(PLAN, TODAY)
    assert Commitments(database).find(made.id).created == east


def test_one_is_found_by_the_beginning_of_its_id(commitments: Commitments) -> None:
    made = commitments.add(PLAN, TODAY)
    assert commitments.find(made.id[:5].upper()) == made


@pytest.mark.parametrize("start", ["", "x", "%", "_", "' OR 1"])
def test_another_id_finds_none(commitments: Commitments, start: str) -> None:
    commitments.add(PLAN, TODAY)
    with pytest.raises(InputError, match="no commitment"):
        commitments.find(start)


def test_a_beginning_of_two_ids_is_not_enough(commitments: Commitments) -> None:
    ids = [commitments.add(PLAN, TODAY).id for _ in range(17)]
    shared = next(i[0] for i in ids if sum(other[0] == i[0] for other in ids) > 1)
    with pytest.raises(InputError, match="begin with"):
        commitments.find(shared)


def test_those_of_an_origin(commitments: Commitments) -> None:
    mine = commitments.add(PLAN, TODAY, "brief:b1")
    commitments.add(PLAN, TODAY, "brief:b2")
    other = commitments.add(PLAN, TODAY, "rehearsal:r1")
    assert commitments.of_origins(["brief:b1", "rehearsal:r1"]) == [mine, other]
    assert commitments.of_origins([]) == []
    assert commitments.cut_loose(mine).origin == ""
    assert commitments.of_origins(["brief:b1"]) == []


def test_what_is_deleted_is_gone(commitments: Commitments) -> None:
    made = commitments.add(PLAN, TODAY)
    commitments.delete(made.id)
    commitments.delete(made.id)
    assert commitments.all() == []
    with pytest.raises(InputError, match="any more"):
        commitments.snooze(made, TODAY)


def test_a_row_that_cannot_be_read_names_how_to_remove_it(database: Database, commitments: Commitments) -> None:
    made = commitments.add(PLAN, TODAY)
    with database.write() as connection:
        connection.execute("UPDATE commitments SET body = '[]'")
    with pytest.raises(StoreError, match="cannot be read") as error:
        commitments.all()
    assert f"coach forget commitment {made.id}" in error.value.hint
    assert commitments.find_id(made.id[:6]) == made.id
    commitments.delete(made.id)
    assert commitments.all() == []


def test_a_locked_file_is_said_in_plain_words(database: Database) -> None:
    with open_database(database.path, busy_seconds=0.01) as other:
        with database.write(), pytest.raises(StoreError, match="in use by another process"):
            Commitments(other).add(PLAN, TODAY)
        assert Commitments(other).all() == []
