"""The work of an indexing in portions: what is compared, and what is embedded, together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from coach.retrieval.rows import Row, collection_of
from coach.retrieval.vectors import COLLECTIONS, NOTES

T = TypeVar("T")
R = TypeVar("R")

#: Called with how many texts are embedded and how many there are to embed.
Progress = Callable[[int, int], None]
#: Texts that are embedded in one call.
_TEXTS_AT_ONCE = 1024
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


@dataclass(frozen=True, slots=True)
class Portion:
    """Texts that are embedded in one call, and the rows that they are of."""

    #: Whether they are lines of notes, all of them.
    plain: bool
    texts: Sequence[str]
    #: Rows with the place of their text in `texts`.
    rows: Sequence[tuple[int, Row]]
    #: Digests of the sources that are done with this portion, by id.
    done: Mapping[str, str] = field(default_factory=dict)


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


def portions(work: Sequence[Work]) -> Iterator[Portion]:
    """Yield what is embedded together, one after the other.

    The same line in two places is embedded once; long ones go first, so that it gets quicker and not slower.
    """
    for window in windows(work):
        alike: dict[str, list[Row]] = {}
        for row in (row for each in window for row in each.rows):
            alike.setdefault(row.text, []).append(row)
        texts = sorted(alike, key=len, reverse=True)
        done = {each.id: each.digest for each in window}
        left = len(texts)
        for part in calls(texts):
            left -= len(part)
            rows = [(at, row) for at, text in enumerate(part) for row in alike[text]]
            yield Portion(is_plain(window), part, rows, {} if left else done)


def is_plain(work: Iterable[Work]) -> bool:
    """Whether it is of notes alone, of which nothing is known beforehand."""
    return all(collection_of(each.id) == NOTES for each in work)


def calls(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the texts of each call of an embedder."""
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        yield texts[start : start + _TEXTS_AT_ONCE]


def ahead(function: Callable[[T], R], items: Iterable[T], most: int) -> Generator[tuple[T, R]]:
    """Yield each item with what `function` gives for it, in order, while up to `most` further ones are being worked at.

    What it raises is raised in its turn. Who stops taking waits for those that have begun.
    """
    waiting: deque[tuple[T, Future[R]]] = deque()
    with ThreadPoolExecutor(most, thread_name_prefix="coach-ahead") as pool:
        try:
            for item in items:
                waiting.append((item, pool.submit(function, item)))
                if len(waiting) > most:
                    first, found = waiting.popleft()
                    yield first, found.result()
            while waiting:
                first, found = waiting.popleft()
                yield first, found.result()
        finally:
            for _, left in waiting:
                left.cancel()


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
