"""The work of an indexing in portions: what is compared, and what is embedded, together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coach.retrieval.rows import Row, collection_of
from coach.retrieval.vectors import COLLECTIONS

#: Called with how many texts are embedded and how many there are to embed.
Progress = Callable[[int, int], None]
#: Texts among which those of similar length are sought, and after which sources are marked done.
_WINDOW = 8192
#: Statement numbers that are compared in one call.
_COMPARED = 5000


@dataclass(frozen=True, slots=True)
class Work:
    """A source, and what of it has to be embedded."""

    id: str
    digest: str
    rows: list[Row]


def parts(numbers: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Yield sources with the number of their next statement, in parts of not too many statements."""
    part: dict[str, int] = {}
    statements = 0
    for source_id, number in numbers.items():
        if part and statements + number > _COMPARED:
            yield part
            part, statements = {}, 0
        part[source_id] = number
        statements += number
    if part:
        yield part


def numbered(part: Mapping[str, int]) -> Iterator[tuple[str, list[str]]]:
    """Yield each collection with the ids that statements of these sources have or had there."""
    for collection in COLLECTIONS:
        here = [i for i in part if collection_of(i) == collection]
        if ids := [f"{source_id}.{number}" for source_id in here for number in range(1, part[source_id])]:
            yield collection, ids


def windows(work: Sequence[Work]) -> Iterator[list[Work]]:
    """Yield sources in groups that are large enough to find texts of similar length in."""
    window: list[Work] = []
    rows = 0
    for each in work:
        window.append(each)
        rows += len(each.rows)
        if rows >= _WINDOW:
            yield window
            window, rows = [], 0
    if window:
        yield window


class Count:
    """Tells how many texts are embedded and how many there are to embed.

    Args:
        progress: is told; None for nobody.
        expected: texts that are known of.
    """

    def __init__(self, progress: Progress | None, expected: int) -> None:
        self._progress = progress
        self._total = expected
        self._done = 0

    def expect(self, more: int) -> None:
        """Add texts that were found since."""
        self._total += more

    def done(self, more: int) -> None:
        """Add texts that were embedded, and tell."""
        self._done += more
        if self._progress is not None:
            self._progress(self._done, self._total)
