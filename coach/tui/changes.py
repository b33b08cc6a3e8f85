"""What became of the statements that an answer cites since it was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from coach.domain.errors import InputError
from coach.domain.ids import source_of

if TYPE_CHECKING:
    from coach.agent.coach import Coach


class Change(StrEnum):
    """What became of a statement, in one word."""

    CHANGED = "changed"
    GONE = "gone"


#: By id of a statement and the hash that it had when it was cited. What is as it was is not in it.
Changes = Mapping[tuple[str, str], Change]


def changes(coach: Coach, cited: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Change]:
    """Return what became of statements, given by id and by the hash that each had.

    Raises:
        CoachError: the ledger cannot be read.
    """
    found: dict[tuple[str, str], Change] = {}
    now: dict[str, dict[str, str]] = {}
    for statement_id, was in cited:
        source_id = source_of(statement_id)
        if source_id not in now:
            try:
                now[source_id] = {s.id: s.hash for s in coach.library.find(source_id)[0].statements}
            except InputError:
                now[source_id] = {}
        if statement_id not in now[source_id]:
            found[statement_id, was] = Change.GONE
        elif now[source_id][statement_id] != was:
            found[statement_id, was] = Change.CHANGED
    return found
