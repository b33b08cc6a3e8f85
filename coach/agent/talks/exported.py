"""Which file something was written to, so that forgetting it can name what lies outside of Coach's folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from coach.domain.errors import StoreError
from coach.store.exports import Exports

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.domain.commitment import Commitment
    from coach.domain.reflection import Reflection


def note_export(coach: Coach, path: Path, things: Iterable[str]) -> None:
    """Note that things were written to a file: ``session:ID``, ``brief:ID``, ``rehearsal:ID``, ``commitment:ID``.

    Raises:
        StoreError: that could not be noted; the file is there all the same.
    """
    named = [thing for thing in things if thing.partition(":")[2]]
    try:
        if named:
            Exports(coach.database).add(path, named)
    except StoreError as e:
        raise StoreError(
            f"The file was written, but that could not be noted, so coach forget will not name it. {e.message}", e.hint
        ) from e


def lying(coach: Coach, things: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the files that these things, or any, were written to and that are still there. Raises `StoreError`."""
    return tuple(str(path) for path in Exports(coach.database).lying(things))


def things_in(reflection: Reflection) -> Iterator[str]:
    """Yield what a look back tells of: the commitments and conversations whose words stand in it."""
    told: tuple[Commitment, ...] = (*reflection.committed, *reflection.settled, *reflection.due)
    yield from (f"commitment:{c.id}" for c in told)
    if reflection.pattern:
        yield from (seen.where for seen in reflection.pattern.evidence)
