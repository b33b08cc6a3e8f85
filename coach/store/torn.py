"""Reading a database file around its damaged pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path

from coach.store.leaves import Value
from coach.store.schema import MIGRATIONS

#: No row has a higher number.
_LAST_ROW = 1 << 40
_TYPES = {"TEXT": str, "INTEGER": int}
#: What comes of a damaged page; the message of an error may hold a part of it that is no text.
UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)
#: Seconds that a lock is waited for.
BUSY_SECONDS = 5.0
#: What a column of a row holds, by table, where another table has columns of the same types.
_MARKS = {"turns": (3, '"answer"'), "briefs": (3, '"parts"')}


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection to the file that leaves transactions alone; text that is no UTF-8 is no error in it."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


def create(path: Path, version: int) -> sqlite3.Connection:
    """Return a connection to a new file with the tables of a version of the schema."""
    connection = connect(path)
    path.chmod(0o600)
    for step in MIGRATIONS[:version]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {version}")
    return connection


def version_of(path: Path) -> int:
    """Return the version of the file's schema; the newest where the file does not say it."""
    with closing(connect(path)) as connection, suppress(*UNREADABLE):
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if 0 < version <= len(MIGRATIONS):
            return version
    return len(MIGRATIONS)


def open_torn(path: Path, version: int) -> sqlite3.Connection:
    """Return a connection to a damaged file, which may be changed for that.

    Its first pages say where each table begins. Where they are damaged, those of a new file take their place: tables
    begin at the same pages in every file that was made with this version of the schema. In one that grew from an older
    version some do not; rows that are not of their table are told apart by their types.
    """
    connection = connect(path)
    try:
        connection.execute("SELECT count(*) FROM sources LIMIT 1")
        return connection
    except UNREADABLE:
        connection.close()
    fresh = path.with_name(path.name + ".fresh")
    try:
        with closing(create(fresh, version)) as made:
            made.execute("PRAGMA journal_mode = WAL")
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            size = int(made.execute("PRAGMA page_size").fetchone()[0])
            pages = {1}
            with suppress(sqlite3.DatabaseError):  # not every build of SQLite can tell
                pages |= {row[0] for row in made.execute("SELECT pageno FROM dbstat WHERE name = 'sqlite_schema'")}
        whole = fresh.read_bytes()
    finally:
        for suffix in ("", "-wal", "-shm"):
            fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
    with path.open("r+b") as file:
        count = file.seek(0, 2) // size
        for page in pages:
            file.seek((page - 1) * size)
            file.write(whole[(page - 1) * size : page * size])
        # How many pages there are, and that none of them is free: https://www.sqlite.org/fileformat.html
        file.seek(28)
        file.write(count.to_bytes(4, "big") + bytes(8))
    return connect(path)


class TornTable:
    """Copies one table, around what cannot be read of it."""

    def __init__(self, source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> None:
        self._source = source
        self._target = target
        self._table = table
        info = target.execute(f"PRAGMA table_info({table})").fetchall()
        self._columns = ", ".join(row["name"] for row in info)
        self._key = ", ".join(f"{row['name']} DESC" for row in sorted(info, key=lambda row: row["pk"]) if row["pk"])
        self._types = [(_TYPES[row["type"]], bool(row["notnull"] or row["pk"])) for row in info]
        self._put = f"INSERT OR REPLACE INTO {table} ({self._columns}) VALUES ({', '.join('?' * len(info))})"
        #: Place of the column that stands for the row's number: the key, where it is one whole number. -1 if none does.
        keys = [i for i, row in enumerate(info) if row["pk"]]
        self._number = keys[0] if len(keys) == 1 and info[keys[0]]["type"] == "INTEGER" else -1
        sql = target.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
        #: Whether rows have numbers, and stand on pages of their own.
        self.is_numbered = "WITHOUT ROWID" not in sql
        #: Whether something could not be read.
        self.torn = False

    def copy(self) -> int:
        """Return how many rows were copied."""
        if not self.is_numbered:
            self._read(f"SELECT {self._columns} FROM {self._table}")
            if self.torn:
                # From the other end; what lies between two damaged places stays unread.
                self._read(f"SELECT {self._columns} FROM {self._table} ORDER BY {self._key}")
        else:
            self._read_by_number()
        return self.count()

    def count(self) -> int:
        """Return how many rows there are in the new file."""
        return int(self._target.execute(f"SELECT count(*) FROM {self._table}").fetchone()[0])

    def take_from(self, rows: Iterable[tuple[int, tuple[Value, ...]]]) -> int:
        """Copy those rows of a page that are of this table and not there yet; return how many that were."""
        before = self._target.total_changes
        for number, row in rows:
            # Columns that were added later are not in older rows; the number stands in for its column, which is empty.
            values = tuple(number if i == self._number else value for i, value in enumerate(row))
            if len(values) == len(self._types) and self._fits(values) and self._is_like(values):
                with suppress(sqlite3.IntegrityError):
                    self._target.execute(self._put.replace("OR REPLACE", "OR IGNORE"), values)
        return self._target.total_changes - before

    def _is_like(self, values: Sequence[object]) -> bool:
        """Whether a row is of this table where another has the same columns."""
        index, mark = _MARKS.get(self._table, (0, ""))
        return mark in str(values[index])

    def _read(self, sql: str, *values: int) -> None:
        try:
            for row in self._source.execute(sql, values):
                self._take(tuple(row))
        except UNREADABLE:
            self.torn = True

    def _read_by_number(self) -> None:
        at, failed = 0, -1
        while True:
            try:
                rows = self._source.execute(
                    f"SELECT rowid AS number, {self._columns} FROM {self._table} WHERE rowid > ? ORDER BY rowid", (at,)
                )
                for number, *row in rows:
                    self._take(tuple(row))
                    at = number
            except UNREADABLE:
                self.torn = True
                if (behind := self._behind(at)) is None:
                    return
                # Never twice from the same place.
                at = failed = max(behind - 1, failed + 1)
            else:
                return

    def _behind(self, last: int) -> int | None:
        """Return the lowest row number above `last` from which on something can be read again; None if nothing can."""
        low, step = last, 1
        while not self._can_read(low + step):
            low, step = low + step, 2 * step
            if low > _LAST_ROW:
                return None
        high = low + step
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._can_read(middle) else (middle, high)
        return high

    def _can_read(self, number: int) -> bool:
        try:
            self._source.execute(
                f"SELECT {self._columns} FROM {self._table} WHERE rowid >= ? ORDER BY rowid LIMIT 1", (number,)
            ).fetchall()
        except UNREADABLE:
            return False
        return True

    def _take(self, row: Sequence[object]) -> None:
        try:
            if self._fits(row):
                self._target.execute(self._put, row)
                return
        except sqlite3.IntegrityError:
            pass
        self.torn = True

    def _fits(self, row: Sequence[object]) -> bool:
        return all(
            isinstance(value, kind) or (value is None and not needed)
            for value, (kind, needed) in zip(row, self._types, strict=True)
        )
