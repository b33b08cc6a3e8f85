"""Bringing the vectors in step with the ledger.

The ledger says what is pending; a batch of sources is embedded and written to Chroma and only then marked done, so a kill
at any moment leaves work to do again and nothing lost. Statements whose hash is already in the index are not embedded
again. Situations are scored exactly and never searched for, so their vectors stand in the compiled file alone.
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
from coach.retrieval.vectors import CURATED, NOTES, Reader, VectorStore, Writer
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
        old = load(self._compiled_path)
        if old and old.key == key and not self._ledger.has_pending():
            return old
        with self._vectors.writing() as writer:
            gone = self._ledger.pending_deletions()
            writer.remove_sources(gone)
            self._ledger.mark_deleted(gone)
            pending = self._ledger.pending()
            pending += self._missing(writer, {s.id for s in pending})
            kept_here = [s for s in pending if s.private and self._embedder.remote]
            # What is private is never sent to an embedder elsewhere; it is found by its words alone.
            writer.remove_sources(s.id for s in kept_here)
            self._ledger.mark_done([s.id for s in kept_here])
            pending = [s for s in pending if s not in kept_here]
            situations = self._situations()
            reused = _vectors_by_text(old) if old and old.space == self._embedder.name else {}
            fresh = [text for text in dict.fromkeys(text for text, _ in situations) if text not in reused]
            count = _Count(progress, len(fresh))
            self._write(writer, pending, count)
            reused |= self._embedded(fresh, count)
            compiled = self._compile(key, writer, situations, reused)
        save(compiled, self._compiled_path)
        return compiled

    def rebuild(self, progress: Progress | None = None) -> Compiled:
        """Throw every vector away and build all from the ledger."""
        self._vectors.drop()
        self._compiled_path.unlink(missing_ok=True)
        return self.bring_up_to_date(progress)

    def _key(self) -> str:
        return f"{self._ledger.fingerprint()}:{self._embedder.name}:{self._boundary_digest}"

    def _write(self, writer: Writer, pending: Sequence[Source], count: _Count) -> None:
        batches = [pending[i : i + _SOURCES_AT_ONCE] for i in range(0, len(pending), _SOURCES_AT_ONCE)]
        changes = [self._changes(writer, [row for source in batch for row in _rows(source)]) for batch in batches]
        count.expect(sum(len(new) for new, _ in changes))
        for batch, (new, stale) in zip(batches, changes, strict=True):
            for start in range(0, len(new), _TEXTS_AT_ONCE):
                rows = new[start : start + _TEXTS_AT_ONCE]
                vectors = self._embedder.embed([r.text for r in rows])
                for collection in (CURATED, NOTES):
                    at = [i for i, r in enumerate(rows) if r.collection == collection]
                    here = [rows[i] for i in at]
                    writer.upsert(
                        collection, [r.id for r in here], vectors[at], [r.source for r in here], [r.hash for r in here]
                    )
                count.done(len(rows))
            for collection, ids in stale.items():
                writer.remove(collection, ids)
            self._ledger.mark_done([s.id for s in batch], digests={s.id: s.digest for s in batch})

    def _embedded(self, texts: Sequence[str], count: _Count) -> dict[str, Vectors]:
        found: dict[str, Vectors] = {}
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            part = texts[start : start + _TEXTS_AT_ONCE]
            found |= zip(part, self._embedder.embed(part), strict=True)
            count.done(len(part))
        return found

    def _missing(self, reader: Reader, known: set[str]) -> list[Source]:
        """Sources that the ledger calls done but that this index has no vectors of: a new embedder, a lost folder."""
        indexed = reader.sources(CURATED) | reader.sources(NOTES)
        expected = (s for s in self._ledger.sources() if s.statements and not (s.private and self._embedder.remote))
        return [s for s in expected if s.id not in indexed and s.id not in known]

    def _changes(self, reader: Reader, rows: Sequence[_Row]) -> tuple[list[_Row], dict[str, set[str]]]:
        """Split into rows to embed and, by collection, ids that the sources no longer have."""
        new: list[_Row] = []
        stale: dict[str, set[str]] = {}
        sources = {r.source for r in rows}
        for collection in (CURATED, NOTES):
            here = [r for r in rows if r.collection == collection]
            existing = reader.hashes(collection, sources)
            new += [r for r in here if existing.get(r.id) != r.hash]
            stale[collection] = set(existing) - {r.id for r in here}
        return new, {c: ids for c, ids in stale.items() if ids}

    def _situations(self) -> list[tuple[str, str]]:
        """Every utterance with the source or the class that it points to."""
        curated = (s for s in self._ledger.sources() if s.kind is not SourceKind.NOTE)
        found = [(text, s.id) for s in curated for text in dict.fromkeys(s.situations)]
        return found + [(text, _BOUNDARY + c) for c, texts in self._boundaries.items() for text in dict.fromkeys(texts)]

    def _compile(
        self, key: str, reader: Reader, situations: Sequence[tuple[str, str]], vectors: Mapping[str, Vectors]
    ) -> Compiled:
        import numpy as np

        statement_ids, _, statements = reader.all(CURATED)
        rows = np.stack([vectors[text] for text, _ in situations]) if situations else statements[:0]
        return Compiled(
            key=key,
            space=self._embedder.name,
            statement_ids=tuple(statement_ids),
            statements=statements,
            situation_texts=tuple(text for text, _ in situations),
            situation_sources=tuple(source for _, source in situations),
            situations=rows,
            classifiers=self._train(statement_ids, statements, [source for _, source in situations], rows),
        )

    def _train(
        self,
        statement_ids: Sequence[str],
        statements: Vectors,
        situation_sources: Sequence[str],
        situations: Vectors,
    ) -> dict[str, Classifier]:
        import numpy as np

        trained: dict[str, Classifier] = {}
        for name, letter in (("principles", "P"), ("practices", "C")):
            at = [i for i, s in enumerate(situation_sources) if s.startswith(letter) and not s.startswith(_BOUNDARY)]
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


class _Count:
    """Tells how many texts are embedded and how many there are to embed."""

    def __init__(self, progress: Progress | None, expected: int) -> None:
        self._progress = progress
        self._total = expected
        self._done = 0

    def expect(self, more: int) -> None:
        self._total += more

    def done(self, more: int) -> None:
        self._done += more
        if self._progress is not None:
            self._progress(self._done, self._total)


def _vectors_by_text(compiled: Compiled) -> dict[str, Vectors]:
    return dict(zip(compiled.situation_texts, compiled.situations, strict=True))


def _rows(source: Source) -> list[_Row]:
    collection = NOTES if source.kind is SourceKind.NOTE else CURATED
    rows = []
    for statement in source.statements:
        text = _embedded_text(source, statement.heading, statement.text)
        rows.append(_Row(collection, statement.id, source.id, content_hash(text), text))
    return rows


def _embedded_text(source: Source, heading: tuple[str, ...], text: str) -> str:
    """A line of a note is understood by its headings: "retrain monthly" under "Decision: card-fraud model"."""
    if source.kind is not SourceKind.NOTE:
        return text
    lead = heading[-1] if heading and heading[-1] != source.title else ""
    return ". ".join(part for part in (source.title, lead, text) if part)
