from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from coach.domain.errors import InputError, StoreError
from coach.domain.rehearsal import Rehearsal
from coach.store.database import Database
from coach.store.rehearsals import Rehearsals
from tests.domain.test_debrief import debrief
from tests.domain.test_rehearsal import TREE, rehearsal, turn

BEGUN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[datetime]:
    return iter(BEGUN + timedelta(minutes=i) for i in range(100))


@pytest.fixture
def kept(database: Database, clock: Iterator[datetime]) -> Rehearsals:
    return Rehearsals(database, lambda: next(clock))


def named(name: str, brief: str = "b1") -> Rehearsal:
    return replace(TREE, id=name, brief_id=brief)


def test_what_is_kept_comes_back(kept: Rehearsals) -> None:
    kept.keep(TREE)
    found = kept.get("r1")
    assert (found.rehearsal, found.debrief, found.updated) == (TREE, None, BEGUN)


def test_it_is_kept_again_after_each_turn_in_place_of_what_was(kept: Rehearsals) -> None:
    kept.keep(rehearsal(turn(1, 0), at=1))
    kept.keep(TREE)
    assert [k.rehearsal for k in kept.list()] == [TREE]


def test_a_debrief_stays_with_its_rehearsal(kept: Rehearsals) -> None:
    kept.keep(TREE)
    kept.debriefed(TREE, debrief())
    assert kept.get("r1").debrief == debrief()
    kept.keep(TREE.before(1))
    found = kept.get("r1")
    assert found.rehearsal.at == 0
    assert found.debrief == debrief()
    assert found.as_dict()["debrief"]["retry"] == 4


def test_they_are_listed_last_used_first_and_by_brief(kept: Rehearsals) -> None:
    for name, brief in (("r1", "b1"), ("r2", "b2"), ("r3", "b1")):
        kept.keep(named(name, brief))
    kept.keep(named("r1"))
    assert [k.rehearsal.id for k in kept.list()] == ["r1", "r3", "r2"]
    assert [k.rehearsal.id for k in kept.list("b1")] == ["r1", "r3"]
    assert kept.list("b9") == []


def test_the_beginning_of_an_id_is_enough(kept: Rehearsals) -> None:
    for name in ("ab", "abc", "xyz"):
        kept.keep(named(name))
    assert kept.find_id("x") == "xyz"
    # One that is exactly so is meant, though others begin so.
    assert kept.find_id("ab") == "ab"
    with pytest.raises(InputError, match="2 rehearsals begin with a"):
        kept.find_id("a")
    for wrong in ("", "q", "%", "x%"):
        with pytest.raises(InputError, match="no rehearsal"):
            kept.find_id(wrong)
    with pytest.raises(InputError):
        kept.get("x")


def test_what_is_deleted_is_gone(kept: Rehearsals) -> None:
    kept.keep(TREE)
    kept.delete("r1")
    assert kept.list() == []
    with pytest.raises(InputError):
        kept.delete("r1")


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "null",
        json.dumps({"id": "r1"}),
        json.dumps({**TREE.as_dict(), "at": 77}),
        json.dumps({**TREE.as_dict(), "turns": {}}),
        json.dumps({**TREE.as_dict(), "turns": [1]}),
        json.dumps({**TREE.as_dict(), "counterpart": {**TREE.counterpart.as_dict(), "difficulty": 9}}),
        json.dumps({**TREE.as_dict(), "debrief": {"own_view": ""}}),
        "[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_said_and_can_still_be_deleted(kept: Rehearsals, database: Database, body: str) -> None:
    kept.keep(TREE)
    with database.write() as connection:
        connection.execute("UPDATE rehearsals SET body = ?", (body,))
    for attempt in (lambda: kept.get("r1"), kept.list):
        with pytest.raises(StoreError) as e:
            attempt()
        assert "coach rehearsals delete" in e.value.hint
    kept.delete(kept.find_id("r1"))


def test_ids_are_new(kept: Rehearsals) -> None:
    assert len({kept.new_id() for _ in range(50)}) == 50


def test_the_file_is_private(kept: Rehearsals, database: Database) -> None:
    kept.keep(TREE)
    assert stat.S_IMODE(database.path.stat().st_mode) == 0o600
