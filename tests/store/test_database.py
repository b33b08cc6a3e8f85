from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from pathlib import Path

import pytest

from coach.domain.errors import InputError, StoreError
from coach.store import database as module
from coach.store.database import Database, open_database
from coach.store.schema import MIGRATIONS


def count(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute("SELECT next FROM counters WHERE letter = 'N'").fetchone()[0])


def bump(database: Database) -> None:
    with database.write() as connection:
        connection.execute("UPDATE counters SET next = next + 1 WHERE letter = 'N'")


def test_files_are_private(tmp_path: Path) -> None:
    path = tmp_path / "home" / "coach.db"
    old = os.umask(0)
    try:
        with open_database(path) as database:
            bump(database)
            modes = {p.name: p.stat().st_mode & 0o777 for p in path.parent.iterdir()}
    finally:
        os.umask(old)

    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert modes.keys() >= {"coach.db", "coach.db-wal"}
    assert set(modes.values()) == {0o600}


def test_an_open_file_is_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "coach.db"
    path.touch(0o644)

    open_database(path).close()

    assert path.stat().st_mode & 0o777 == 0o600


def test_pragmas(database: Database) -> None:
    with database.read() as connection:
        values = [
            connection.execute(f"PRAGMA {p}").fetchone()[0] for p in ("journal_mode", "foreign_keys", "user_version")
        ]

    assert values == ["wal", 1, len(MIGRATIONS)]


def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    with open_database(tmp_path / "coach.db") as database:
        bump(database)
    with open_database(tmp_path / "coach.db") as database:
        assert count(database) == 2


def test_a_failed_write_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write():
            bump(database)
            raise InputError("stop")

    with pytest.raises(InputError):
        fail()

    assert count(database) == 1
    bump(database)
    assert count(database) == 2


def test_a_later_version_migrates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_database(tmp_path / "coach.db") as database:
        bump(database)
    monkeypatch.setattr(module, "MIGRATIONS", (*MIGRATIONS, ("CREATE TABLE more (x)", "INSERT INTO more VALUES (7)")))

    for _ in range(2):
        with open_database(tmp_path / "coach.db") as database, database.read() as connection:
            assert connection.execute("SELECT x FROM more").fetchall()[0][0] == 7
            assert count(database) == 2


def test_a_migration_that_fails_leaves_the_old_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_database(tmp_path / "coach.db").close()
    with monkeypatch.context() as patched:
        patched.setattr(module, "MIGRATIONS", (*MIGRATIONS, ("CREATE TABLE more (x)", "NO SQL")))
        with pytest.raises(StoreError, match="could not be used"):
            open_database(tmp_path / "coach.db")

    with open_database(tmp_path / "coach.db") as database, database.read() as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'more'").fetchone()[0] == 0


def test_a_newer_file_is_not_touched(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "coach.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(StoreError, match="newer version"):
        open_database(tmp_path / "coach.db")


def test_somebody_elses_database_is_not_touched(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "coach.db")
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()

    with pytest.raises(StoreError, match="not one of coach"):
        open_database(tmp_path / "coach.db")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "coach.db"
    path.write_bytes(b"not a database at all" * 100)

    with pytest.raises(StoreError, match="damaged, or no database") as caught:
        open_database(path)

    assert caught.value.hint
    assert path.read_bytes().startswith(b"not a database")


def test_a_damaged_database(tmp_path: Path) -> None:
    path = tmp_path / "coach.db"
    open_database(path).close()
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))

    with pytest.raises(StoreError, match="damaged"):
        open_database(path)


def test_a_lock_of_another_process(tmp_path: Path) -> None:
    path = tmp_path / "coach.db"
    with open_database(path) as first, open_database(path, busy_seconds=0) as second, first.write():
        with pytest.raises(StoreError, match="in use by another process"):
            bump(second)
        assert count(second) == 1


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (sqlite3.SQLITE_FULL, "disk is full"),
        (sqlite3.SQLITE_READONLY, "cannot be written"),
        (sqlite3.SQLITE_IOERR | 10 << 8, "could not be read or written"),
        (sqlite3.SQLITE_ERROR, "could not be used"),
    ],
)
def test_faults_are_said_in_plain_words(database: Database, code: int, message: str) -> None:
    error = sqlite3.OperationalError("raw")
    error.sqlite_errorcode = code

    with pytest.raises(StoreError, match=message) as caught, database.write():
        raise error

    assert caught.value.hint


def test_a_full_disk_loses_nothing(database: Database) -> None:
    bump(database)
    with database.read() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def write_much() -> None:
        with database.write() as connection:
            bump(database)
            for i in range(200):
                connection.execute("INSERT INTO sessions VALUES (?, ?, '', '')", (str(i), "x" * 4000))

    with pytest.raises(StoreError, match="disk is full"):
        write_much()

    assert count(database) == 2


def test_folders_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "coach.db", tmp_path):
        with pytest.raises(StoreError, match="cannot be opened") as caught:
            open_database(path)
        assert "COACH_HOME" in caught.value.hint


def test_threads_share_it(database: Database) -> None:
    def many() -> None:
        for _ in range(25):
            bump(database)

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert count(database) == 101


async def test_coroutines_share_it(database: Database) -> None:
    await asyncio.gather(*(asyncio.to_thread(bump, database) for _ in range(20)))

    assert count(database) == 21
