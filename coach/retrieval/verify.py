"""Finding every disagreement between the ledger and what is derived from it, and repairing it.

The ledger is taken as it is: whether its own file is sound is the matter of `coach.store.salvage`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coach.domain.errors import StoreError
from coach.domain.finding import Finding
from coach.domain.ids import source_of
from coach.retrieval.compiled import Compiled, load, remove
from coach.retrieval.indexing import Indexer
from coach.retrieval.rows import collection_of, rows_of
from coach.retrieval.vectors import COLLECTIONS, CURATED, VectorStore, Writer
from coach.retrieval.work import Progress
from coach.store.fulltext import FullText
from coach.store.ledger import Ledger

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from coach.domain.ports import Vectors

FULL_TEXT, VECTORS, COMPILED = "full-text index", "vector index", "compiled corpus"
#: Sources that are read from the ledger at once, and vectors from Chroma.
_SOURCES = 250
_VECTORS = 5000
#: How far from 1 the length of a sound vector may be.
_ROUNDING = 1e-3
#: Rows of each collection that have to find themselves, among how many, and how many of them may not: the search is
#: approximate, and lines that are all equally like each other hide each other.
_PROBES = 50
_MISSED = 25
_DEPTH = 400
#: Reads of vectors that may fail before all of them are made anew.
_FAILURES = 300
_AGAIN = "Check the disk, then run: coach index rebuild"


class _TornError(StoreError):
    """So much of the index is damaged that it is made anew."""


class Verifier:
    """Compares the full-text index, Chroma and the compiled file with the ledger.

    Args:
        ledger: what is true.
        full_text: the lexical index.
        vectors: Chroma.
        indexer: keeps Chroma and the compiled file in step with the ledger.
        compiled_path: the compiled file.
        remote: whether the embedder is elsewhere, so that what is private has no vectors.
    """

    def __init__(
        self,
        ledger: Ledger,
        full_text: FullText,
        vectors: VectorStore,
        indexer: Indexer,
        compiled_path: Path,
        *,
        remote: bool,
    ) -> None:
        self._ledger = ledger
        self._full_text = full_text
        self._vectors = vectors
        self._indexer = indexer
        self._compiled_path = compiled_path
        self._remote = remote

    def verify(self, progress: Progress | None = None) -> list[Finding]:
        """Return what was found and repaired; nothing where all agrees. Afterwards everything is up to date.

        Args:
            progress: told how many texts are embedded, where that is needed, and how many there are to embed.

        Raises:
            StoreError: the ledger cannot be used, or an index cannot be written.
            ModelError: the embedder is an endpoint and fails.
        """
        found = list(self._check_full_text())
        if self._compiled_path.exists() and load(self._compiled_path) is None:
            found.append(Finding(COMPILED, "The file is damaged or of another version.", "It was made anew."))
        try:
            compiled = self._indexer.bring_up_to_date(progress)
            found += self._check_vectors(progress)
        except StoreError as exc:
            if not isinstance(exc, _TornError) and self._can_be_read():
                # So it is not the index: the disk is full, or somebody has it.
                raise
            compiled = self._indexer.rebuild(progress)
            found.append(Finding(VECTORS, exc.message, "It was built anew from the ledger."))
        return [*found, *self._check_compiled(compiled, progress)]

    def _check_full_text(self) -> Iterator[Finding]:
        if told := self._full_text.damage():
            self._full_text.rebuild()
            yield Finding(FULL_TEXT, told, "It was built anew.", _AGAIN if self._full_text.damage() else "")

    def _can_be_read(self) -> bool:
        try:
            with self._vectors.reading() as reader:
                return all(reader.hashes(collection) is not None for collection in COLLECTIONS)
        except StoreError:
            return False

    def _check_vectors(self, progress: Progress | None) -> list[Finding]:
        faults: list[_Fault] = []
        with self._vectors.writing() as writer:
            for collection in COLLECTIONS:
                faults += self._compare(writer, collection)
            for fault in faults:
                if fault.of_ledger:
                    self._ledger.indexed.mark_pending({source_of(i) for i in fault.ids})
                writer.remove(fault.collection, fault.ids)
            hidden = [c for c in COLLECTIONS if _misses(writer, c, writer.ids(c))]
        if hidden:
            self._indexer.rewrite(progress)
        if not faults and not hidden:
            return []
        self._indexer.bring_up_to_date(progress)
        with self._vectors.writing() as writer:
            left = any([*self._compare(writer, c)] for c in COLLECTIONS)
        hint = _AGAIN if left else ""
        return [fault.finding(hint) for fault in faults] + [
            Finding(VECTORS, f"Searches in the {c} did not find what is there.", "The files were written anew.", hint)
            for c in hidden
        ]

    def _compare(self, writer: Writer, collection: str) -> Iterator[_Fault]:
        """Yield how the rows of a collection differ from what the ledger says they are."""
        indexed = self._ledger.indexed
        wanted = self._wanted(collection)
        # What was changed meanwhile is indexed at the next start, and is no disagreement.
        changing = indexed.pending_numbers() | indexed.removed_numbers()
        there = writer.hashes(collection)
        known = {i: h for i, h in there.items() if source_of(i) not in changing}
        if ids := wanted.keys() - there.keys():
            yield _Fault(collection, ids, ("statement had no vector", "statements had no vector"), "embedded")
        if ids := known.keys() - wanted.keys():
            what = "vector was of no statement", "vectors were of no statement"
            yield _Fault(collection, ids, what, "removed", of_ledger=False)
        if ids := {i for i, h in known.items() if wanted.get(i, h) != h}:
            what = "vector was of another text", "vectors were of other texts"
            yield _Fault(collection, ids, what, "made anew")
        if ids := _unsound(writer, collection, sorted(known.keys() & wanted.keys() - ids)):
            what = "vector was damaged", "vectors were damaged"
            yield _Fault(collection, ids, what, "made anew")

    def _wanted(self, collection: str) -> dict[str, str]:
        """Return id and content hash of every row that a collection has to have."""
        wanted: dict[str, str] = {}
        ids = [i for i in self._ledger.ids() if collection_of(i) == collection]
        changing = self._ledger.indexed.pending_numbers()
        for start in range(0, len(ids), _SOURCES):
            for source in self._ledger.sources_of(ids[start : start + _SOURCES]).values():
                if source.id not in changing:
                    wanted |= {row.id: row.hash for row in rows_of(source, remote=self._remote)}
        return wanted

    def _check_compiled(self, compiled: Compiled, progress: Progress | None) -> Iterator[Finding]:
        with self._vectors.writing() as writer:
            ids, vectors = writer.all(CURATED)
        told = _compiled_fault(compiled, self._indexer.situations(), ids, vectors)
        if told:
            remove(self._compiled_path)
            self._indexer.bring_up_to_date(progress)
            yield Finding(COMPILED, told, "It was made anew.")


@dataclass(frozen=True, slots=True)
class _Fault:
    """Rows of a collection with one thing wrong."""

    collection: str
    ids: Collection[str]
    #: Of one and of several.
    what: tuple[str, str]
    remedy: str
    #: Whether the ledger has their statements.
    of_ledger: bool = True

    def finding(self, hint: str) -> Finding:
        """Return it in plain words."""
        one = len(self.ids) == 1
        found = f"{len(self.ids):,} {self.what[0] if one else self.what[1]} in the {self.collection}."
        return Finding(VECTORS, found, f"{'It was' if one else 'They were'} {self.remedy}.", hint)


def _compiled_fault(compiled: Compiled, situations: Sequence[tuple[str, str]], ids: list[str], vectors: Vectors) -> str:
    """Return how the compiled corpus differs from Chroma's rows and from the situations; empty where it does not."""
    import numpy as np

    if sorted(compiled.statement_ids) != sorted(ids):
        return "It does not have the statements that there are."
    if list(zip(compiled.situation_texts, compiled.situation_sources, strict=True)) != list(situations):
        return "It does not have the situations that there are."
    row = {i: at for at, i in enumerate(ids)}
    own = vectors[[row[i] for i in compiled.statement_ids]] if ids else compiled.statements
    alike = own.shape == compiled.statements.shape and np.allclose(own, compiled.statements, atol=_ROUNDING)
    if not alike or not _sound(compiled.situations).all():
        return "It has other vectors than it was made from."
    return ""


def _sound(vectors: Vectors) -> NDArray[np.bool_]:
    """Whether each vector has the length 1."""
    import numpy as np

    return np.asarray(np.abs(np.linalg.norm(vectors.astype(np.float64), axis=1) - 1) < _ROUNDING)


def _unsound(writer: Writer, collection: str, ids: Sequence[str]) -> set[str]:
    """Return which of these rows have no vector that can be read, or none of the length 1.

    Raises:
        _TornError: that is so of too many to look for each.
    """
    bad: set[str] = set()
    parts = [ids[start : start + _VECTORS] for start in range(0, len(ids), _VECTORS)]
    failed = 0
    while parts:
        part = parts.pop()
        try:
            found, vectors = writer.vectors(collection, part)
        except StoreError:
            # One row that cannot be read takes the others with it.
            failed += 1
            if failed > _FAILURES:
                raise _TornError("Many vectors cannot be read.", _AGAIN) from None
            half = len(part) // 2
            parts += [part[:half], part[half:]] if half else []
            bad.update(() if half else part)
            continue
        bad |= set(part) - set(found)
        bad.update(i for i, sound in zip(found, _sound(vectors) if found else (), strict=True) if not sound)
    return bad


def _misses(writer: Writer, collection: str, ids: Sequence[str]) -> bool:
    """Whether searches for vectors that are there find others, as where a part of the graph is lost."""
    probed = ids[:: max(1, len(ids) // _PROBES)][:_PROBES]
    missed = 0
    for vector in writer.vectors(collection, probed)[1] if probed else ():
        try:
            nearest = writer.nearest(collection, vector, _DEPTH)
        except StoreError:
            nearest = []
        missed += not nearest or nearest[0][1] < 1 - 10 * _ROUNDING
    return missed > _MISSED
