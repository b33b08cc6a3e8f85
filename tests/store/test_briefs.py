from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coach.domain.errors import InputError, StoreError
from coach.domain.preparation import YOU, Brief, Interview, Line, LineKind, in_order
from coach.store.briefs import Briefs
from coach.store.database import Database, open_database


@pytest.fixture
def clock() -> Callable[[], datetime]:
    moment = datetime(2026, 9, 14, 23, 30, tzinfo=UTC)

    def tick() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=1)
        return moment

    return tick


@pytest.fixture
def briefs(database: Database, clock: Callable[[], datetime]) -> Briefs:
    return Briefs(database, clock)


@pytest.fixture
def other(database: Database, clock: Callable[[], datetime]) -> Iterator[Briefs]:
    """The briefs as another process sees them."""
    with open_database(database.path) as opened:
        yield Briefs(opened, clock)


def made(title: str = "Talk with my VP") -> Brief:
    return Brief(title, Interview(who="my VP"), in_order({"facts": [Line("On 3 March she left.", LineKind.FACT, YOU)]}))


def test_a_brief_is_kept_and_found_again(briefs: Briefs) -> None:
    kept = briefs.keep(made())
    assert (kept.version, kept.created) == (1, "2026-09-14T23:30:01.000000+00:00")
    assert briefs.get(kept.id) == kept
    assert briefs.find(kept.id[:4]) == kept.id


def test_every_version_stays(briefs: Briefs) -> None:
    one = briefs.keep(made())
    two = briefs.keep(one.with_part("facts", []))
    assert (two.id, two.version) == (one.id, 2)
    assert briefs.get(one.id) == two
    assert briefs.get(one.id, 1) == one
    assert briefs.versions(one.id) == [one, two]
    assert briefs.versions("nothing") == []
    with pytest.raises(InputError, match="no version 3"):
        briefs.get(one.id, 3)


def test_two_who_edit_the_same_version_both_keep_theirs(briefs: Briefs, other: Briefs) -> None:
    one = briefs.keep(made())
    assert briefs.keep(one).version == 2
    assert other.keep(one).version == 3


def test_the_list_has_the_last_version_of_each_the_last_changed_first(briefs: Briefs) -> None:
    first, second = briefs.keep(made("One 50%")), briefs.keep(made("Two"))
    again = briefs.keep(first)
    assert briefs.list() == [again, second]
    assert briefs.list("50%") == [again]
    assert briefs.list("5_%") == []


def test_titles_are_one_line_of_a_bounded_length(briefs: Briefs) -> None:
    assert briefs.keep(made("  VP\nwants\x1b[0m ")).title == "VP wants"
    assert len(briefs.keep(made("x" * 500)).title) == 120
    assert briefs.keep(made("\u202e")).title == "Untitled"


@pytest.mark.parametrize("start", ["", "zz", "%", "' OR 1"])
def test_there_is_none_that_begins_so(briefs: Briefs, start: str) -> None:
    briefs.keep(made())
    with pytest.raises(InputError, match="no brief"):
        briefs.find(start)


def test_more_than_one_begins_so(briefs: Briefs, database: Database) -> None:
    with database.write() as connection:
        for brief_id in ("abc1", "abc2", "abc"):
            connection.execute("INSERT INTO briefs VALUES (?, 1, 't', '{}', '')", (brief_id,))
    with pytest.raises(InputError, match="3 briefs begin with ab"):
        briefs.find("ab")
    assert briefs.find("abc") == "abc"


def test_deleting_takes_every_version_and_what_is_deleted_is_not_kept_again(briefs: Briefs, other: Briefs) -> None:
    one = briefs.keep(made())
    two = briefs.keep(one)
    other.delete(one.id)
    assert briefs.list() == []
    for gone in (one, two):
        with pytest.raises(InputError, match="no brief"):
            briefs.keep(gone)
    with pytest.raises(InputError, match="no brief"):
        briefs.delete(one.id)
    with pytest.raises(InputError, match="no brief"):
        briefs.get(one.id)


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"parts": 1}', "[" * 5000, json.dumps(made().as_dict() | {"review": 1})]
)
def test_a_damaged_one_says_which_it_is_and_can_be_deleted(briefs: Briefs, database: Database, body: str) -> None:
    with database.write() as connection:
        connection.execute("INSERT INTO briefs VALUES ('bad', 1, 't', ?, '')", (body,))
    for read in (lambda: briefs.get("bad"), briefs.list):
        with pytest.raises(StoreError) as caught:
            read()
        assert "coach briefs delete bad" in caught.value.hint
    briefs.delete(briefs.find("bad"))
    assert briefs.list() == []


def test_a_locked_file_loses_nothing(tmp_path: Path) -> None:
    with open_database(tmp_path / "c.db", busy_seconds=0.05) as database:
        briefs = Briefs(database)
        kept = briefs.keep(made())
        locker = sqlite3.connect(tmp_path / "c.db", isolation_level=None)
        locker.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="in use by another process"):
            briefs.keep(kept)
        locker.execute("ROLLBACK")
        locker.close()
        assert briefs.list() == [kept]
