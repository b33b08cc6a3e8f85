"""Files that conversations, briefs, rehearsals and commitments were written to, as far as they still lie there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from coach.store.database import Database


class Exports:
    """The exports of a database. Every method raises `StoreError` where the file cannot be used.

    A thing is named ``session:ID``, ``brief:ID``, ``rehearsal:ID`` or ``commitment:ID``; its exports are no longer
    known once it is deleted.

    Args:
        database: the ledger's file.
        now: gives the time.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def add(self, path: Path, things: Iterable[str]) -> None:
        """Note that these things were written to a file."""
        now = self._now().astimezone(UTC).isoformat(timespec="seconds")
        with self._database.write() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO exports VALUES (?, ?, ?)",
                [(thing, str(path.absolute()), now) for thing in things],
            )

    def lying(self, things: Iterable[str] | None = None) -> list[Path]:
        """Return the files, still there, that these things (by default any) were written to, in order of their paths.

        One that was moved is not found.
        """
        with self._database.read() as connection:
            rows = connection.execute("SELECT thing, path FROM exports ORDER BY path").fetchall()
        wanted = None if things is None else set(things)
        paths = dict.fromkeys(row["path"] for row in rows if wanted is None or row["thing"] in wanted)
        return [path for path in map(Path, paths) if _lies(path)]


def _lies(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        # A folder that nobody may look into hides what is in it.
        return False
