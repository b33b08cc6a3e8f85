"""Bringing the vectors in step with the ledger.

The ledger says what there is. Whatever differs from it in Chroma, row by row and hash by hash, is embedded and written
or removed, and only then are the sources marked done; so a kill at any moment leaves work to do again and nothing lost,
and nothing is embedded twice. Situations are scored exactly and never searched for, so their vectors stand in the
compiled file alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coach.domain.source import Source, SourceKind, content_hash
from coach.retrieval.compiled import Compiled, load, remove, save
from coach.retrieval.vectors import COLLECTIONS, CURATED, NOTES, Reader, VectorStore, Writer
from coach.store.ledger import Ledger

if TYPE_CHECKING:
    from coach.domain.ports import Embedder, Vectors

#: Called with how many texts are embedded and how many there are to embed.
Progress = Callable[[int, int], None]

#: Texts that are embedded and written together: what a kill makes us do again.
_TEXTS_AT_ONCE = 128


@dataclass(frozen=True, slots=True)
class _Row:
    collection: str
    id: str
    hash: str
    text: str


class Indexer:
    """Keeps Chroma and the compiled file in step with the ledger.

    Args:
        ledger: what is true.
        vectors: where vectors are kept.
        embedder: makes them; another embedder builds an index of its own.
        compiled_path: file for the compiled corpus.
        examples: further utterances to compile, by a name that is no source's id (see `Retriever.nearer_to_refer`).
    """

    def __init__(
        self,
        ledger: Ledger,
        vectors: VectorStore,
        embedder: Embedder,
        compiled_path: Path,
        examples: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._ledger = ledger
        self._vectors = vectors
        self._embedder = embedder
        self._compiled_path = compiled_path
        self._examples = [(text, name) for name, texts in (examples or {}).items() for text in dict.fromkeys(texts)]
        self._examples_digest = content_hash("\n".join(f"{name} {text}" for text, name in self._examples))

    def bring_up_to_date(self, progress: Progress | None = None) -> Compiled:
        """Index what is pending and return the compiled corpus. Does next to nothing where nothing changed.

        Raises:
            StoreError: the index cannot be written.
            ModelError: the embedder is an endpoint and fails.
        """
        key = self._key()
        old = load(self._compiled_path)
        if not self._vectors.exists():
            # A kill on the way must not leave half an index beside a compiled file that says all is well.
            remove(self._compiled_path)
        elif old and old.key == key and not self._ledger.has_pending():
            return old
        with self._vectors.writing() as writer:
            # Another process may have been at it while this one waited.
            old = load(self._compiled_path) or old
            gone, pending = self._ledger.pending_deletions(), {s.id for s in self._ledger.pending()}
            sources = self._ledger.sources()
            # What is private is never sent to an embedder elsewhere; it is found by its words alone.
            seen = [s for s in sources if not (s.private and self._embedder.remote)]
            situations = self._situations(seen)
            reused = _vectors_by_text(old) if old and old.space == self._embedder.name else {}
            fresh = [text for text in dict.fromkeys(text for text, _ in situations) if text not in reused]
            count = _Count(progress, len(fresh))
            self._write(writer, [row for source in seen for row in _rows(source)], count)
            self._ledger.mark_deleted(gone)
            written = {s.id: s.digest for s in sources if s.id in pending}
            self._ledger.mark_done(written, digests=written)
            reused |= self._embedded(fresh, count)
            compiled = self._compile(key, writer, situations, reused)
            save(compiled, self._compiled_path)
        return compiled

    def rebuild(self, progress: Progress | None = None) -> Compiled:
        """Throw every vector away and build all from the ledger."""
        remove(self._compiled_path)
        self._vectors.drop()
        return self.bring_up_to_date(progress)

    def _key(self) -> str:
        return f"{self._ledger.fingerprint()}:{self._embedder.name}:{self._examples_digest}"

    def _write(self, writer: Writer, rows: Sequence[_Row], count: _Count) -> None:
        """Make what `writer` holds equal to `rows`."""
        new: dict[str, list[_Row]] = {}
        for collection in COLLECTIONS:
            here = [row for row in rows if row.collection == collection]
            known = writer.hashes(collection)
            writer.remove(collection, known.keys() - {row.id for row in here})
            new[collection] = [row for row in here if known.get(row.id) != row.hash]
        count.expect(sum(map(len, new.values())))
        for collection, here in new.items():
            for start in range(0, len(here), _TEXTS_AT_ONCE):
                part = here[start : start + _TEXTS_AT_ONCE]
                vectors = self._embedder.embed([row.text for row in part])
                writer.upsert(collection, [row.id for row in part], vectors, [row.hash for row in part])
                count.done(len(part))

    def _embedded(self, texts: Sequence[str], count: _Count) -> dict[str, Vectors]:
        found: dict[str, Vectors] = {}
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            part = texts[start : start + _TEXTS_AT_ONCE]
            found |= zip(part, self._embedder.embed(part), strict=True)
            count.done(len(part))
        return found

    def _situations(self, sources: Sequence[Source]) -> list[tuple[str, str]]:
        """Every utterance with the source that it points to, or the name that it is an example of."""
        curated = (s for s in sources if s.kind is not SourceKind.NOTE)
        return [(text, s.id) for s in curated for text in dict.fromkeys(s.situations)] + self._examples

    def _compile(
        self, key: str, reader: Reader, situations: Sequence[tuple[str, str]], vectors: Mapping[str, Vectors]
    ) -> Compiled:
        import numpy as np

        statement_ids, statements = reader.all(CURATED)
        rows = np.stack([vectors[text] for text, _ in situations]) if situations else statements[:0]
        return Compiled(
            key=key,
            space=self._embedder.name,
            statement_ids=tuple(statement_ids),
            statements=statements,
            situation_texts=tuple(text for text, _ in situations),
            situation_sources=tuple(source for _, source in situations),
            situations=rows,
        )


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
        rows.append(_Row(collection, statement.id, content_hash(text), text))
    return rows


def _embedded_text(source: Source, heading: tuple[str, ...], text: str) -> str:
    """A line of a note is understood by its headings: "retrain monthly" under "Decision: card-fraud model"."""
    if source.kind is not SourceKind.NOTE:
        return text
    lead = heading[-1] if heading and heading[-1] != source.title else ""
    return ". ".join(part for part in (source.title, lead, text) if part)
