"""Writing vectors beside the embedding of the next ones."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from coach.retrieval.rows import Row, collection_of
from coach.retrieval.vectors import VectorStore, Writer
from coach.store.indexed import Indexed

if TYPE_CHECKING:
    from coach.domain.ports import Vectors

#: Rows that are written in one session: what a kill makes us embed again. Each session loads the index anew.
_ROWS_AT_ONCE = 4096
#: Batches that wait to be written before the embedding waits.
_MOST_WAITING = 8

_Batch = tuple[Sequence[Row], "Vectors"]


class Landing:
    """A thread that writes batches in the order that they are put in, and then marks their sources done.

    A context manager. Leaving it waits until everything that was put in is written, also after an error or an
    interrupt elsewhere; an error of its own is raised by the next call or on leaving.
    """

    def __init__(self, vectors: VectorStore, indexed: Indexed) -> None:
        self._vectors = vectors
        self._indexed = indexed
        #: A batch, or the digests of sources whose batches are all in, or None at the end.
        self._queue: queue.Queue[_Batch | Mapping[str, str] | None] = queue.Queue(_MOST_WAITING)
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="coach-landing", daemon=True)

    def __enter__(self) -> Landing:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._queue.put(None)
        self._thread.join()
        if kind is None:
            self._raise()

    def put(self, rows: Sequence[Row], vectors: Vectors) -> None:
        """Have rows written; waits where too many are waiting already."""
        self._raise()
        self._queue.put((rows, vectors))

    def done(self, digests: Mapping[str, str]) -> None:
        """Have sources marked done, by id with the digest that was indexed, when all that was put in is written."""
        self._raise()
        self._queue.put(digests)

    def _raise(self) -> None:
        if self._fault is not None:
            raise self._fault

    def _run(self) -> None:
        batches: list[_Batch] = []
        while True:
            item = self._queue.get()
            # After a fault what comes is let fall, so that nobody waits for room in the queue.
            if self._fault is None:
                try:
                    if isinstance(item, tuple):
                        batches.append(item)
                    if not isinstance(item, tuple) or sum(len(rows) for rows, _ in batches) >= _ROWS_AT_ONCE:
                        self._write(batches)
                        batches = []
                    if isinstance(item, Mapping):
                        self._indexed.mark_done(item, digests=item)
                except BaseException as fault:  # noqa: BLE001 - raised again in the thread that waits
                    self._fault = fault
            if item is None:
                return

    def _write(self, batches: Sequence[_Batch]) -> None:
        if batches:
            import numpy as np

            # In one call: Chroma writes its graph to its files after each.
            rows = [row for some, _ in batches for row in some]
            with self._vectors.writing() as writer:
                write(writer, rows, np.concatenate([vectors for _, vectors in batches]))


def write(writer: Writer, rows: Sequence[Row], vectors: Vectors) -> None:
    """Write rows with their vectors, shape ``(len(rows), dim)``, each to its collection."""
    by_collection: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        by_collection.setdefault(collection_of(row.id), []).append(at)
    for collection, places in by_collection.items():
        writer.upsert(collection, [rows[i].id for i in places], vectors[places], [rows[i].hash for i in places])
