"""A disk that is full for as long as a test says so: SQLite finds no room when it commits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from coach.agent.coach import Coach
from coach.store.database import Database


class _Full:
    """A connection that reads well, and cannot commit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if sql == "COMMIT":
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return self._connection.execute(sql, *values)


@contextmanager
def full(coach: Coach) -> Iterator[None]:
    """The disk of the ledger is full within."""
    database: Database = coach._sessions._database
    connection = database._connection
    database._connection = cast("sqlite3.Connection", _Full(connection))
    try:
        yield
    finally:
        database._connection = connection
