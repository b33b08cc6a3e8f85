from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from coach.domain.errors import StoreError
from coach.store import salvage as module
from coach.store import torn
from coach.store.database import open_database
from coach.store.fulltext import FullText
from coach.store.ledger import Ledger
from coach.store.salvage import Salvage, damage, salvage
from coach.store.schema import MIGRATIONS
from coach.store.sessions import Sessions
from tests.store.conftest import note, principle

PAGE = 4096
Rows = dict[str, set[tuple[object, ...]]]
#: What nobody could make again.
MADE = ("sources", "statements", "sessions", "turns", "commitments")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with something of everything, in which no page is missing from the file."""
    path = tmp_path_factory.mktemp("sound") / "coach.db"
    words = random.Random(1)

    def line() -> str:
        return " ".join(words.choices(["apples", "pears", "plums", "grapes", "figs"], k=12))

    with open_database(path) as database:
        ledger, sessions = Ledger(database), Sessions(database)
        ledger.sync_builtin([principle(i, *(line() for _ in range(6))) for i in range(4)], "mark")
        ledger.put_drafts([note(*(line() for _ in range(8)), path=f"/notes/{i}.md") for i in range(40)])
        ledger.indexed.begin("index 1")
        ledger.indexed.mark_done(ledger.ids())
        for i in range(10):
            session = sessions.new_id()
            for turn in range(3):
                answer = f'{{"answer": "{line()} [N{i + 1}.2] {line() * 6}"}}'
                sessions.append(session, f"question {i} {turn}", answer, title=None if turn else f"title {i}")
        with database.write() as connection:
            connection.execute("INSERT INTO commitments VALUES ('c1', 'p', '', '', 'open', '', NULL, '{}', '', NULL)")
        with database.read() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def path(sound: Path, tmp_path: Path) -> Path:
    shutil.copy(sound, tmp_path / "coach.db")
    return tmp_path / "coach.db"


def rows(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as connection:
        found: Rows = {}
        for table in MADE:
            info = connection.execute(f"PRAGMA table_info({table})")
            columns = [row[1] for row in info if row[1] not in ("key", "state", "next_statement")]
            found[table] = set(connection.execute(f"SELECT {', '.join(columns)} FROM {table}"))
        return found


def root_of(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        [page] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    return int(page)


def spoil(path: Path, page: int, junk: bytes = b"\xff" * PAGE) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(junk)


def lost(before: Rows, after: Rows) -> dict[str, int]:
    return {table: n for table in before if (n := len(before[table] - after[table]))}


def test_a_sound_database_is_left_alone(path: Path) -> None:
    assert damage(path) == ""
    assert damage(path.with_name("none.db")) == ""


@pytest.mark.parametrize("junk", [b"\xff" * PAGE, bytes(PAGE), random.Random(1).randbytes(PAGE)], ids=["ff", "0", "?"])
def test_whatever_page_is_damaged_the_others_are_saved(sound: Path, path: Path, junk: bytes) -> None:
    """What was written stays as it was, but for what stood on the page; and nothing is there that was not written."""
    before = rows(sound)
    noticed = 0
    for page in range(1, sound.stat().st_size // PAGE + 1, 2):
        shutil.copy(sound, path)
        spoil(path, page, junk)
        if not damage(path):
            assert rows(path) == before
            continue
        noticed += 1
        saved = salvage(path)

        assert damage(path) == ""
        after = rows(path)
        spoilt = set(saved.incomplete)
        for table in ("sources", "statements"):
            column = 0 if table == "sources" else 1
            assert {r for r in after[table] - before[table] if r[column] not in spoilt} == set(), (page, table)
        assert after["turns"] <= before["turns"], page
        # A page holds a few dozen rows at most.
        mine = {table: n for table, n in lost(before, after).items() if table in ("turns", "commitments")}
        assert sum(mine.values()) <= 8, (page, mine)
        with open_database(path) as database:
            assert FullText(database).damage() == ""
            number = Ledger(database).put_drafts([note("new", path="/new.md")]).added[0]
            assert int(number[1:]) > 40, page
        for left in path.parent.glob("coach-damaged-*"):
            left.unlink()
    assert noticed > 10
    assert [p.name for p in path.parent.iterdir() if "salvage" in p.name] == []


@pytest.mark.parametrize("seed", range(8))
def test_some_bytes_here_and_there(sound: Path, path: Path, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(sound.read_bytes())
    for _ in range(40):
        data[chance.randrange(PAGE, len(data))] = chance.randrange(256)
    path.write_bytes(data)
    before = rows(sound)

    if damage(path):
        saved = salvage(path)
        assert damage(path) == ""
        after = rows(path)
        known = {r for r in after["statements"] - before["statements"] if r[1] not in saved.incomplete}
        assert known == set()
        assert len(after["turns"]) >= 15


def test_the_first_page_tells_where_everything_is_and_can_be_replaced(sound: Path, path: Path) -> None:
    spoil(path, 1)
    assert damage(path)

    salvage(path)

    assert rows(path) == rows(sound)


@pytest.mark.parametrize("table", ["statements", "turns"])
def test_rows_are_found_though_nothing_leads_to_them(sound: Path, path: Path, table: str) -> None:
    root = root_of(sound, table)
    assert sound.read_bytes()[(root - 1) * PAGE] == 0x05
    spoil(path, root)

    saved = salvage(path)

    assert rows(path) == rows(sound)
    assert table in saved.torn
    assert saved.lost == ()


def test_the_damaged_file_is_kept_and_everything_is_indexed_again(path: Path) -> None:
    spoil(path, root_of(path, "statements"))
    data = path.read_bytes()

    saved = salvage(path)

    assert saved.copy.name == "coach-damaged-1.db"
    assert saved.copy.read_bytes() == data
    assert {p.stat().st_mode & 0o777 for p in path.parent.iterdir()} == {0o600}
    assert saved.rows["sessions"] == 10
    assert saved.rows["turns"] == 30
    with open_database(path) as database:
        ledger = Ledger(database)
        assert len(ledger.indexed.pending_numbers()) == len(ledger.ids())
        assert ledger.indexed.mark() == ledger.builtin_mark() == ""
    spoil(path, root_of(path, "statements"))
    assert salvage(path).copy.name == "coach-damaged-2.db"


def test_a_source_that_lacks_something_is_named_and_counts_as_private(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        # As bytes that went wrong without anything else showing it.
        connection.execute("UPDATE statements SET text = 'something else' WHERE id = 'N3.2'")
        connection.execute("UPDATE situations SET text = 'something else' WHERE source_id = 'P1'")
        connection.execute("UPDATE sources SET tags = 'no json' WHERE id = 'N5'")
        connection.execute("UPDATE statements SET kind = 'no kind' WHERE id = 'N7.1'")
        connection.commit()
    spoil(path, root_of(path, "marks"))

    saved = salvage(path)

    assert sorted(saved.incomplete) == ["N3", "N7"]
    assert saved.lost == ("N5",)
    with open_database(path) as database:
        ledger = Ledger(database)
        source = ledger.source("N3")
        assert source is not None
        assert source.private
        assert len(source.statements) == 8
        again = ledger.put_drafts([replace(note("a new line", path=source.path), title=source.title)]).sources[0]
        assert [s.id for s in again.statements] == ["N3.9"], "numbers are never used again"
        assert ledger.source("P1") is None, "it comes with the package and is read again"
        assert ledger.source("N5") is None


def test_a_file_of_an_older_version(tmp_path: Path, sound: Path) -> None:
    path = tmp_path / "old.db"
    with closing(torn.create(path, 1)) as connection:
        connection.execute("INSERT INTO sessions VALUES ('s', 'title', '1', '1')")
        connection.execute("INSERT INTO turns VALUES ('s', 1, 'q', '{\"answer\": \"\"}', '1')")
    spoil(path, root_of(path, "sources"))

    saved = salvage(path)

    assert saved.rows["turns"] == 1
    assert "vault_files" not in saved.rows
    with open_database(path) as database, database.read() as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
        assert connection.execute("SELECT count(*) FROM turns").fetchone()[0] == 1


def test_something_that_is_no_database(path: Path) -> None:
    path.write_bytes(b"no database at all" * 1000)
    assert damage(path)

    assert salvage(path).rows["sources"] == 0

    with open_database(path) as database:
        assert Ledger(database).put_drafts([note("a")]).added == ("N1",)


def test_what_was_committed_and_not_yet_moved_into_the_file_is_saved(sound: Path, path: Path) -> None:
    with open_database(path) as database:
        Sessions(database).append("sx", "the last question", '{"answer": "x"}', title="t")
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", f"{path}.copy{suffix}")
    for suffix in ("", "-wal"):
        shutil.move(f"{path}.copy{suffix}", f"{path}{suffix}")
    spoil(path, root_of(sound, "statements"))

    salvage(path)

    assert "the last question" in {row[2] for row in rows(path)["turns"]}


# What stands in the way.


def test_another_process_uses_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torn, "BUSY_SECONDS", 0.0)
    with open_database(path):
        spoil(path, root_of(path, "marks"))
        with pytest.raises(StoreError, match="in use"):
            salvage(path)
    assert [p.name for p in path.parent.iterdir() if "damaged" in p.name or "salvage" in p.name] == []


@pytest.mark.parametrize("step", ["_copy", "create"])
def test_a_full_disk_leaves_everything_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    spoil(path, root_of(path, "marks"))
    data = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(module, step, full)

    with pytest.raises(StoreError, match="No space left") as caught:
        salvage(path)

    assert "coach index verify" in caught.value.hint
    assert path.read_bytes() == data
    monkeypatch.undo()
    assert isinstance(salvage(path), Salvage)


def _locked(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")


def _busy(path: Path, hold: Callable[[sqlite3.Connection], None]) -> StoreError:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        hold(connection)
        with pytest.raises(StoreError) as caught:
            damage(path)
    return caught.value


def test_a_lock_is_no_damage(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torn, "BUSY_SECONDS", 0.0)
    assert "in use" in _busy(path, _locked).message
