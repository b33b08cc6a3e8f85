"""The one SQLite file: opened, brought to the current schema, and shared between threads."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from coach.domain.errors import StoreError
from coach.store.schema import MIGRATIONS

#: Seconds that a write waits for another process before it gives up.
BUSY_SECONDS = 5.0
#: Result codes of a file that is not what it was.
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def open_database(path: str | Path, *, busy_seconds: float = BUSY_SECONDS) -> Database:
    """Return the database at `path`, created (readable by its owner alone) or brought to the current schema.

    Raises:
        StoreError: it cannot be opened, is no database of ours, is damaged, or is locked by another process.
    """
    path = Path(path).absolute()
    with _in_plain_words(path):
        _create_private(path)
        connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            # WAL: readers go on while another process writes. It cannot be set while another process is setting it.
            connection.execute("PRAGMA journal_mode = WAL")
            # FULL: what was said to be kept is kept through a power cut, too.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # What is deleted is overwritten; not every build of SQLite does that by itself.
            connection.execute("PRAGMA secure_delete = ON")
            # In KiB: room for the full-text index of 100,000 statements. The default is 2 MB.
            connection.execute("PRAGMA cache_size = -32000")
            _migrate(connection, path)
        except BaseException:
            connection.close()
            raise
    return Database(connection, path)


class Database:
    """One connection behind a lock.

    Threads may share it: a lock lets one of them in at a time. Every use is short (milliseconds), so coroutines may
    call it directly, or through `asyncio.to_thread` where a large file is being added. Other processes may use the
    same file at the same time.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        #: The file.
        self.path = path

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for reading. Raises `StoreError`."""
        with self._lock, _in_plain_words(self.path):
            yield self._connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Give the connection within a transaction: all of it is kept, or on any error nothing. Raises `StoreError`.

        Within another `write` of the same thread it joins that one's transaction.
        """
        with self._lock, _in_plain_words(self.path):
            if self._connection.in_transaction:
                yield self._connection
                return
            # IMMEDIATE: the write lock is taken here, where waiting for it is possible, and not in the middle.
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.rollback()
                raise

    def generation(self) -> tuple[int, int]:
        """Return a pair that changes whenever anything in the file was changed, by this process or another.

        The first part counts what others did (https://www.sqlite.org/pragma.html#pragma_data_version), the second what
        this connection did. Asking takes microseconds.
        """
        with self.read() as connection:
            return int(connection.execute("PRAGMA data_version").fetchone()[0]), connection.total_changes

    def close(self) -> None:
        """Close the file; nothing can be read or written after."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _create_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # SQLite gives its -wal and -shm files the permissions of the database.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    if _version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another process may have been quicker.
        version = _version(connection)
        if version > len(MIGRATIONS):
            raise StoreError(
                f"{path} was written by a newer version of coach.",
                "Update coach, or name another folder with COACH_HOME.",
            )
        if version == 0 and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise StoreError(f"{path} is a database, but not one of coach.", "Name another folder with COACH_HOME.")
        for step in MIGRATIONS[version:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _in_plain_words(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise explained(error, path) from error
    except UnicodeDecodeError as error:
        # What was read is no text, or the message of an error is none.
        raise _damaged(path) from error
    except OSError as error:
        raise StoreError(
            f"{path} cannot be opened: {error.strerror or 'the system refuses'}.",
            "Check that its folder exists and is yours, or name another with COACH_HOME.",
        ) from error


def code_of(error: sqlite3.Error) -> int:
    """Return the primary result code of an error; 0 where there is none (https://www.sqlite.org/rescode.html)."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def explained(error: sqlite3.Error, path: Path) -> StoreError:
    """Return what an error with the file at `path` means, in plain words."""
    code = code_of(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreError(
            f"{path} is in use by another process.", "Wait until it has finished, or end it; then try again."
        )
    if code in DAMAGED:
        return _damaged(path)
    if code == sqlite3.SQLITE_FULL:
        return StoreError("The disk is full; nothing was changed.", "Make room, then try again.")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return StoreError(f"{path} cannot be written.", "Check that the file and its folder are yours to write.")
    if code == sqlite3.SQLITE_IOERR:
        return StoreError(f"{path} could not be read or written.", "Check the disk, then try again.")
    return StoreError(f"{path} could not be used ({error}).", "Try again; if it stays so, move the file away.")


def _damaged(path: Path) -> StoreError:
    return StoreError(f"{path} is damaged, or no database.", "Save what can be read of it with: coach index verify")
