"""What people decided to do, by when, and what came of it."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TypeAlias

from coach.domain.answer import Citation
from coach.domain.commitment import Commitment, State
from coach.domain.errors import InputError, StoreError
from coach.domain.text import clean, clean_line
from coach.store.database import Database

CommitmentList: TypeAlias = list[Commitment]


class Commitments:
    """The commitments of a database. Every method raises `StoreError` where the file cannot be used.

    Args:
        database: where they are kept.
        now: the clock; its zone is the person's, so that a day ends when theirs does.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now().astimezone()) -> None:
        self._database = database
        self._now = now

    @property
    def now(self) -> datetime:
        """What the clock says, with its zone."""
        return self._now()

    def add(self, plan: str, due: date, origin: str = "", citations: Sequence[Citation] = ()) -> Commitment:
        """Keep a plan and return it as a commitment."""
        made = Commitment(
            secrets.token_hex(4), clean_line(plan), due, self._now(), clean_line(origin), tuple(citations)
        )
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO commitments VALUES (:id, :plan, :due, :origin, :state, :outcome, :snoozed, :body, "
                ":created, :settled)",
                _values(made),
            )
        return made

    def all(self) -> CommitmentList:
        """Return every commitment: open ones first, the soonest due before the others, then the last settled."""
        return self._select("1 ORDER BY state != 'open', settled DESC, due, created, rowid")

    def due(self, today: date) -> CommitmentList:
        """Return the open ones whose day has come and that are not put off, the longest due first."""
        return [
            c
            for c in self._select("state = 'open' AND due <= ? ORDER BY due, created, rowid", (today.isoformat(),))
            if c.is_due(today)
        ]

    def of_origins(self, origins: Iterable[str]) -> CommitmentList:
        """Return those that came of one of these: ``session:ID``, ``brief:ID``, ``rehearsal:ID``."""
        wanted = list(origins)
        marks = ", ".join("?" * len(wanted))
        return self._select(f"origin IN ({marks}) ORDER BY created, rowid", tuple(wanted))

    def find(self, start: str) -> Commitment:
        """Return the one whose id begins so. Raises `InputError` where there is none, or more than one."""
        return self._select("id = ?", (self.find_id(start),))[0]

    def find_id(self, start: str) -> str:
        """Return the one id that begins so, also of one that cannot be read.

        Raises:
            InputError: there is none, or more than one.
        """
        wanted = start.strip().lower()
        with self._database.read() as connection:
            ids = [str(row["id"]) for row in connection.execute("SELECT id FROM commitments")]
        fitting = [i for i in ids if wanted and i.startswith(wanted)]
        if wanted in fitting or len(fitting) == 1:
            return wanted if wanted in fitting else fitting[0]
        if fitting:
            raise InputError(f"{len(fitting)} commitments begin with {wanted}.", "Give more of the id.")
        raise InputError(
            f"There is no commitment {clean_line(start)[:40]!r}.", "List them with: coach commitments --all"
        )

    def settle(self, commitment: Commitment, state: State, outcome: str) -> Commitment:
        """Say what came of a commitment, also where something else was said before, and return it."""
        return self._put(replace(commitment, state=state, outcome=clean(outcome).strip(), settled=self._now()))

    def snooze(self, commitment: Commitment, until: date) -> Commitment:
        """Have it not asked about before a day, and return it."""
        return self._put(replace(commitment, snoozed=until))

    def asked(self, commitment: Commitment, today: date) -> Commitment:
        """Note that the person was asked, and return it."""
        return self._put(replace(commitment, asked=today))

    def with_note(self, commitment: Commitment, note: str) -> Commitment:
        """Note which note keeps what came of it, and return it."""
        return self._put(replace(commitment, note=note))

    def cut_loose(self, commitment: Commitment) -> Commitment:
        """Forget where it came from, and return it."""
        return self._put(replace(commitment, origin=""))

    def delete(self, commitment_id: str) -> None:
        """Remove one by its whole id; one that is gone is no matter."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM commitments WHERE id = ?", (commitment_id,))

    def _put(self, changed: Commitment) -> Commitment:
        with self._database.write() as connection:
            done = connection.execute(
                """
                UPDATE commitments SET plan = :plan, due = :due, origin = :origin, state = :state, outcome = :outcome,
                    snoozed = :snoozed, body = :body, settled = :settled
                WHERE id = :id
                """,
                _values(changed),
            )
        if done.rowcount == 0:
            raise InputError(
                f"There is no commitment {changed.id!r} any more.", "List them with: coach commitments --all"
            )
        return changed

    def _select(self, clause: str, values: tuple[str, ...] = ()) -> CommitmentList:
        with self._database.read() as connection:
            rows = connection.execute(f"SELECT * FROM commitments WHERE {clause}", values).fetchall()
        return [_commitment(row) for row in rows]


def _values(commitment: Commitment) -> dict[str, str | None]:
    row = commitment.as_dict()
    body = {name: row.pop(name) for name in ("citations", "asked", "note")}
    # In UTC, so that text order is time order.
    stamps = {
        name: moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None
        for name, moment in (("created", commitment.created), ("settled", commitment.settled))
    }
    return row | stamps | {"body": json.dumps(body, ensure_ascii=False)}


def _commitment(row: sqlite3.Row) -> Commitment:
    try:
        return Commitment.from_dict({**dict(row), **json.loads(row["body"])})
    except (KeyError, TypeError, ValueError) as e:
        raise StoreError(
            f"The commitment {row['id']} cannot be read.", f"Remove it with: coach forget commitment {row['id']}"
        ) from e
