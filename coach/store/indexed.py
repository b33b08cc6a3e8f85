"""What the indexes have of the ledger, and what they have yet to take up or to forget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from coach.domain.ids import sort_key
from coach.domain.source import Source
from coach.store.database import Database
from coach.store.entries import get_mark, set_mark
from coach.store.rows import in_batches, select_sources

#: Of the mark that tells which index the sources are done in.
_INDEX = "index"


class Indexed:
    """The state of each source in the indexes. Every method raises `StoreError` where the file cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark_done(self, ids: Iterable[str], *, digests: Mapping[str, str] | None = None) -> None:
        """Say that the indexes have these sources.

        Args:
            ids: of sources.
            digests: what was indexed of each; one that changed since stays pending. Without it all are done.
        """
        with self._database.write() as connection:
            connection.executemany(
                """
                UPDATE sources SET state = 'done'
                WHERE id = ?1 AND state = 'pending' AND digest = coalesce(?2, digest)
                """,
                [(i, digests.get(i) if digests else None) for i in ids],
            )

    def mark_deleted(self, ids: Iterable[str]) -> None:
        """Say that the indexes have forgotten these removed sources."""
        with self._database.write() as connection:
            connection.executemany("DELETE FROM sources WHERE id = ? AND state = 'deleting'", [(i,) for i in ids])

    def mark_pending(self, ids: Iterable[str]) -> None:
        """Have these sources compared with the indexes again, as after something of them was lost there."""
        with self._database.write() as connection:
            connection.executemany(
                "UPDATE sources SET state = 'pending' WHERE id = ? AND state = 'done'", [(i,) for i in ids]
            )

    def mark_all_pending(self) -> None:
        """Have everything compared with the indexes again."""
        with self._database.write() as connection:
            connection.execute("UPDATE sources SET state = 'pending' WHERE state = 'done'")

    def mark(self) -> str:
        """Return which index the sources are done in, as `begin` was told; empty before the first time."""
        with self._database.read() as connection:
            return get_mark(connection, _INDEX)

    def begin(self, index: str) -> bool:
        """Say which index is written from now on. Whatever was done in another one is pending again.

        Returns:
            Whether it is another one.
        """
        with self._database.write() as connection:
            if index == get_mark(connection, _INDEX):
                return False
            self.mark_all_pending()
            set_mark(connection, _INDEX, index)
        return True

    def pending(self) -> list[Source]:
        """Return the sources that the indexes do not have, or have in an older form."""
        with self._database.read() as connection:
            return select_sources(connection, "state = 'pending'", ())

    def pending_numbers(self) -> dict[str, int]:
        """Return, for each pending source in order, the number that a next statement of it would get.

        All its statements, now and ever, have lower ones: these are what the indexes may have of it.
        """
        return self._numbers("pending")

    def digests(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the digest of each of these sources as it stands in the ledger, by id."""
        with self._database.read() as connection:
            return {
                row["id"]: row["digest"]
                for batch, marks in in_batches(ids)
                for row in connection.execute(f"SELECT id, digest FROM sources WHERE id IN ({marks})", batch)
            }

    def removed_numbers(self) -> dict[str, int]:
        """Return the same for the removed sources that the indexes may still have."""
        return self._numbers("deleting")

    def has_pending(self) -> bool:
        """Whether the indexes have anything to do: a source to take up or a removed one to forget."""
        with self._database.read() as connection:
            row = connection.execute("SELECT EXISTS (SELECT 1 FROM sources WHERE state != 'done')").fetchone()
        return bool(row[0])

    def pending_deletions(self) -> list[str]:
        """Return the ids of removed sources that the indexes may still have."""
        return list(self.removed_numbers())

    def _numbers(self, state: str) -> dict[str, int]:
        with self._database.read() as connection:
            rows = connection.execute("SELECT id, next_statement FROM sources WHERE state = ?", (state,)).fetchall()
        return {row["id"]: row["next_statement"] for row in sorted(rows, key=lambda row: sort_key(row["id"]))}
