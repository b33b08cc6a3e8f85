"""Bringing the vectors in step with the ledger.

The ledger says what is pending; a batch of sources is embedded and written to Chroma and only then marked done, so a kill
at any moment leaves work to do again and nothing lost. Statements whose hash is already in the index are not embedded again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coach.domain.source import Source, SourceKind, content_hash
from coach.retrieval.classifier import Classifier, fit
from coach.retrieval.compiled import Compiled, load, save
from coach.retrieval.ranking import INSIDE
from coach.retrieval.vectors import CURATED, NOTES, SITUATIONS, Reader, VectorStore, Writer
from coach.store.ledger import Ledger

if TYPE_CHECKING:
    from coach.domain.ports import Embedder, Vectors

#: Called with how many texts are embedded and how many there are to embed.
Progress = Callable[[int, int], None]

#: Sources of one write session's batch: what a kill makes us do again.
_SOURCES_AT_ONCE = 64
_TEXTS_AT_ONCE = 128
#: Prefix of the pseudo-sources that hold the utterances outside and at the edge of what the sources cover.
_BOUNDARY = "boundary:"
#: Chosen on the development questions (`docs/retrieval.md`).
_SOURCE_PENALTY = 1e-4
_GATE_PENALTY = 1e-4


@dataclass(frozen=True, slots=True)
class _Row:
    collection: str
    id: str
    source: str
    hash: str
    text: str


class Indexer:
    """Keeps Chroma and the compiled file in step with the ledger.

    Args:
        ledger: what is true.
        vectors: where vectors are kept.
        embedder: makes them; another embedder builds an index of its own.
        compiled_path: file for the compiled corpus.
        boundaries: utterances by class, such as "outside" or "conduct", that teach what the sources do not cover.
        referral_sources: sources whose situations are matters to refer, so that they don't count as covered.
    """

    def __init__(
        self,
        ledger: Ledger,
        vectors: VectorStore,
        embedder: Embedder,
        compiled_path: Path,
        boundaries: Mapping[str, Sequence[str]],
        referral_sources: frozenset[str] = frozenset(),
    ) -> None:
        self._ledger = ledger
        self._vectors = vectors
        self._embedder = embedder
        self._compiled_path = compiled_path
        self._referral_sources = referral_sources
        self._boundaries = {k: tuple(v) for k, v in boundaries.items()}
        texts = "\x1f".join(f"{k}\x1e{t}" for k, ts in sorted(self._boundaries.items()) for t in ts)
        self._boundary_digest = hashlib.sha256(texts.encode()).hexdigest()[:16]

    def bring_up_to_date(self, progress: Progress | None = None) -> Compiled:
        """Index what is pending and return the compiled corpus. Does next to nothing where nothing changed.

        Raises:
            StoreError: the index cannot be written.
        """
        key = self._key()
        if not self._ledger.has_pending() and (compiled := load(self._compiled_path, key)):
            return compiled
        with self._vectors.writing() as writer:
            self._write_pending(writer, progress or (lambda done, total: None))
            compiled = self._compile(writer)
        save(compiled, self._compiled_path)
        return compiled

    def rebuild(self, progress: Progress | None = None) -> Compiled:
        """Throw every vector away and build all from the ledger."""
        self._vectors.drop()
        self._compiled_path.unlink(missing_ok=True)
        return self.bring_up_to_date(progress)

    def _key(self) -> str:
        return f"{self._ledger.fingerprint()}:{self._embedder.name}:{self._boundary_digest}"

    def _write_pending(self, writer: Writer, progress: Progress) -> None:
        gone = self._ledger.pending_deletions()
        writer.remove_sources(gone)
        self._ledger.mark_deleted(gone)
        pending = self._ledger.pending()
        pending += self._missing(writer, {s.id for s in pending})
        batches = [
            [row for source in pending[i : i + _SOURCES_AT_ONCE] for row in _rows(source)]
            for i in range(0, len(pending), _SOURCES_AT_ONCE)
        ]
        batches.append(self._boundary_rows())
        changes = [self._changes(writer, batch) for batch in batches]
        total = sum(len(new) for new, _ in changes)
        done = 0
        for i, (new, stale) in enumerate(changes):
            for start in range(0, len(new), _TEXTS_AT_ONCE):
                part = new[start : start + _TEXTS_AT_ONCE]
                self._write(writer, part)
                done += len(part)
                progress(done, total)
            for collection, ids in stale.items():
                writer.remove(collection, ids)
            self._ledger.mark_done([s.id for s in pending[i * _SOURCES_AT_ONCE : (i + 1) * _SOURCES_AT_ONCE]])

    def _missing(self, reader: Reader, known: set[str]) -> list[Source]:
        """Sources that the ledger calls done but that this index has no vectors of: a new embedder, a lost folder."""
        indexed = reader.sources(CURATED) | reader.sources(NOTES)
        return [s for s in self._ledger.sources() if s.statements and s.id not in indexed and s.id not in known]

    def _changes(self, reader: Reader, rows: Sequence[_Row]) -> tuple[list[_Row], dict[str, set[str]]]:
        """Split into rows to embed and, by collection, ids that the sources no longer have."""
        new: list[_Row] = []
        stale: dict[str, set[str]] = {}
        sources = {r.source for r in rows}
        for collection in (CURATED, NOTES, SITUATIONS):
            here = [r for r in rows if r.collection == collection]
            existing = reader.hashes(collection, sources)
            new += [r for r in here if existing.get(r.id) != r.hash]
            stale[collection] = set(existing) - {r.id for r in here}
        return new, {c: ids for c, ids in stale.items() if ids}

    def _write(self, writer: Writer, rows: Sequence[_Row]) -> None:
        vectors = self._embedder.embed([r.text for r in rows])
        for collection in {r.collection for r in rows}:
            at = [i for i, r in enumerate(rows) if r.collection == collection]
            writer.upsert(
                collection,
                [rows[i].id for i in at],
                vectors[at],
                [rows[i].source for i in at],
                [rows[i].hash for i in at],
            )

    def _boundary_rows(self) -> list[_Row]:
        return [
            _Row(SITUATIONS, f"{_BOUNDARY}{name}#{content_hash(t)}", _BOUNDARY + name, content_hash(t), t)
            for name, texts in self._boundaries.items()
            for t in dict.fromkeys(texts)
        ]

    def _compile(self, reader: Reader) -> Compiled:
        statement_ids, _, statements = reader.all(CURATED)
        ids, metadata, situations = reader.all(SITUATIONS)
        sources = [m["source"] for m in metadata]
        curated = {s.id: s for s in self._ledger.sources() if s.kind is not SourceKind.NOTE}
        texts = {r.id: r.text for s in curated.values() for r in _rows(s) if r.collection == SITUATIONS}
        keep = [i for i, row_id in enumerate(ids) if row_id in texts]
        return Compiled(
            key=self._key(),
            statement_ids=tuple(statement_ids),
            statements=statements,
            situation_texts=tuple(texts[ids[i]] for i in keep),
            situation_sources=tuple(sources[i] for i in keep),
            situations=situations[keep],
            classifiers=self._train(statement_ids, statements, sources, situations, curated),
        )

    def _train(
        self,
        statement_ids: Sequence[str],
        statements: Vectors,
        situation_sources: Sequence[str],
        situations: Vectors,
        curated: Mapping[str, Source],
    ) -> dict[str, Classifier]:
        import numpy as np

        trained: dict[str, Classifier] = {}
        for name, letter in (("principles", "P"), ("practices", "C")):
            at = [i for i, s in enumerate(situation_sources) if s.startswith(letter)]
            labels = [situation_sources[i] for i in at]
            known = set(labels)
            also = [i for i, s in enumerate(statement_ids) if s.partition(".")[0] in known]
            labels += [statement_ids[i].partition(".")[0] for i in also]
            if len(known) > 1:
                trained[name] = fit(np.vstack([situations[at], statements[also]]), labels, penalty=_SOURCE_PENALTY)
        at = [i for i, s in enumerate(situation_sources) if s not in self._referral_sources]
        labels = [situation_sources[i] for i in at]
        labels = [s.removeprefix(_BOUNDARY) if s.startswith(_BOUNDARY) else INSIDE for s in labels]
        if len(set(labels)) > 1:
            trained["gate"] = fit(situations[at], labels, penalty=_GATE_PENALTY, balanced=True)
        return trained


def _rows(source: Source) -> list[_Row]:
    collection = NOTES if source.kind is SourceKind.NOTE else CURATED
    rows = []
    for statement in source.statements:
        text = _embedded_text(source, statement.heading, statement.text)
        rows.append(_Row(collection, statement.id, source.id, content_hash(text), text))
    for text in dict.fromkeys(source.situations):
        rows.append(_Row(SITUATIONS, f"{source.id}#{content_hash(text)}", source.id, content_hash(text), text))
    return rows


def _embedded_text(source: Source, heading: tuple[str, ...], text: str) -> str:
    """A line of a note is understood by its headings: "retrain monthly" under "Decision: card-fraud model"."""
    if source.kind is not SourceKind.NOTE:
        return text
    lead = heading[-1] if heading and heading[-1] != source.title else ""
    return ". ".join(part for part in (source.title, lead, text) if part)
