"""Bringing the vectors in step with the ledger.

The ledger says which sources are pending. Of each, what differs in Chroma, statement by statement and hash by hash, is
embedded and written or removed, and only then is the source marked done; so a kill at any moment leaves work to do
again and nothing lost, and nothing is embedded twice. The ledger also says which index the sources are done in: where
that was lost, or is another embedder's, all of them are pending again. Situations are scored exactly and never searched
for, so their vectors stand in the compiled file alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from coach.domain.ids import sort_key, source_of
from coach.retrieval.chroma import TornGraphError
from coach.retrieval.compiled import Compiled, load, remove, save, version
from coach.retrieval.foresight import Foresight
from coach.retrieval.landing import Landing, write
from coach.retrieval.locks import BusyError, lock
from coach.retrieval.rewriting import rewrite
from coach.retrieval.rows import Row, collection_of, rows_of
from coach.retrieval.vectors import COLLECTIONS, CURATED, NOTES, VectorStore, Writer
from coach.retrieval.work import Count, Portion, Progress, Work, ahead, calls, is_plain, numbered, parts, portions
from coach.store.ledger import Ledger

if TYPE_CHECKING:
    from coach.domain.ports import Embedder, Vectors
    from coach.domain.source import Source

#: Up to so many texts are embedded and written at once, without opening the index for each step.
_FEW = 64


class Indexer:
    """Keeps Chroma and the compiled file in step with the ledger.

    Args:
        ledger: what is true.
        vectors: where vectors are kept.
        embedder: makes them; another embedder builds an index of its own. It may know texts of the corpus beforehand.
        compiled_path: file for the compiled corpus.
        examples: gives further utterances to compile, by a name that is no source's id (see
            `Retriever.nearer_to_refer`); asked only where something has to be compiled.
        examples_mark: another one means that the utterances may be others.
        plain: makes the same vectors and knows nothing beforehand, so that notes do not wait until that is read; what
            it needs is loaded beside the opening of Chroma. By default `embedder`, not loaded before it is needed.
    """

    def __init__(
        self,
        ledger: Ledger,
        vectors: VectorStore,
        embedder: Embedder,
        compiled_path: Path,
        examples: Callable[[], Mapping[str, Sequence[str]]] = dict,
        examples_mark: str = "",
        plain: Embedder | None = None,
    ) -> None:
        self._ledger = ledger
        self._vectors = vectors
        self._embedder = embedder
        self._compiled_path = compiled_path
        self._examples = examples
        self._examples_mark = examples_mark
        self._plain = plain
        self._foresight = Foresight(plain or embedder)

    def foresee(self, sources: Iterable[Source]) -> None:
        """Say which notes were just written, before `bring_up_to_date`: what there is time for is embedded meanwhile.

        Returns at once. What is not asked for is forgotten with the next indexing.
        """
        self._foresee(row for source in sources for row in rows_of(source, remote=self._embedder.remote))

    def _foresee(self, rows: Iterable[Row]) -> None:
        self._foresight.foresee(row.text for row in rows if collection_of(row.id) == NOTES)

    def bring_up_to_date(self, progress: Progress | None = None, *, wait: bool = True) -> Compiled:
        """Index what is pending and return the compiled corpus. Does next to nothing where nothing changed.

        May be interrupted at any moment; the next call goes on from there. A graph that a kill has torn is built anew.

        Args:
            progress: told in this thread how far it is.
            wait: wait for another process that is at it. Else it is left to that one, unless what is returned changed.

        Raises:
            StoreError: the index cannot be written.
            ModelError: the embedder is an endpoint and fails.
        """
        seen, old = version(self._compiled_path), load(self._compiled_path)
        current = self._current(old)
        if current and not self._outstanding():
            return current
        try:
            with self._alone(None if wait or current is None else 0):
                # Another process may have been at it while this one waited.
                if version(self._compiled_path) != seen:
                    old = load(self._compiled_path)
                current = self._current(old)
                return current if current and not self._outstanding() else self._mended(old, progress)
        except BusyError:
            if current is None:
                raise
            return current

    def rebuild(self, progress: Progress | None = None) -> Compiled:
        """Throw every vector away and build all from the ledger."""
        with self._alone():
            remove(self._compiled_path)
            self._vectors.drop()
            return self._index(None, progress)

    def rewrite(self, progress: Progress | None = None) -> Compiled:
        """Index what is pending, and write the vectors into files that hold nothing of removed ones any more."""
        with self._alone():
            compiled = self._index(load(self._compiled_path), progress)
            rewrite(self._vectors.path, self._embedder.name)
            return self._index(compiled, progress)

    def key(self) -> str:
        """Return what the compiled file is made from; another one means that it must be compiled again."""
        return f"{self._ledger.curated_fingerprint()}:{self._embedder.name}:{self._examples_mark}"

    def _alone(self, patience: float | None = None) -> AbstractContextManager[None]:
        path = self._vectors.path
        return lock(path.with_name(path.name + ".indexing.lock"), patience)

    def _current(self, old: Compiled | None) -> Compiled | None:
        """What was compiled, where it is of the sources as they are."""
        return old if old and old.key == self.key() else None

    def _outstanding(self) -> bool:
        indexed = self._ledger.indexed
        return indexed.has_pending() or not indexed.mark() or indexed.mark() != self._vectors.identity()

    def _mended(self, old: Compiled | None, progress: Progress | None) -> Compiled:
        """Index what is pending; all of it where a kill has torn the graph, for all of it is in the ledger."""
        try:
            return self._index(old, progress)
        except TornGraphError:
            # A full disk tears nothing, but Chroma complains of it alike.
            if not self._vectors.has_room():
                raise
            self._vectors.drop()
            return self._index(old, progress)

    def _index(self, old: Compiled | None, progress: Progress | None) -> Compiled:
        self._begin_loading()
        key = self.key()
        reused = old.by_text() if old and old.space == self._embedder.name else {}
        is_current = old is not None and old.key == key
        situations = [] if is_current else self.situations()
        fresh = [text for text in dict.fromkeys(text for text, _ in situations) if text not in reused]
        count = Count(progress, len(fresh))
        with self._vectors.writing() as writer:
            if self._ledger.indexed.begin(self._vectors.identity()):
                self._forget_strays(writer)
            self._forget_removed(writer)
            work = []
            for each in self._compare(writer):
                work.append(each)
                self._foresee(each.rows)
            rows = [row for each in work for row in each.rows]
            count.expect(len(rows))
            if 0 < len(rows) <= _FEW:
                embedder = self._embedder_of(plain=is_plain(work))
                write(writer, rows, embedder.embed([row.text for row in rows]))
                self._done(work)
                count.done(len(rows))
                work = []
        self._embed(work, count)
        self._foresight.forget()
        if old and is_current:
            return old
        reused |= self._embedded(fresh, count)
        compiled = self._compile(key, situations, reused)
        save(compiled, self._compiled_path)
        return compiled

    def _begin_loading(self) -> None:
        """Load the plain embedder beside what follows, where notes will be embedded and it is on this machine."""
        plain = self._plain
        if plain is None or plain.remote:
            return
        if any(collection_of(i) == NOTES for i in self._ledger.indexed.pending_numbers()):

            def run() -> None:
                # What is wrong is raised again where something is embedded.
                with suppress(BaseException):
                    plain.embed([])

            threading.Thread(target=run, name="coach-loading", daemon=True).start()

    def _embedder_of(self, *, plain: bool) -> Embedder:
        return self._foresight if plain else self._embedder

    def _forget_strays(self, writer: Writer) -> None:
        """Remove rows that no source of the ledger can account for, as an index from elsewhere has them."""
        known = self._ledger.indexed.pending_numbers() | self._ledger.indexed.removed_numbers()
        for collection in COLLECTIONS:
            writer.remove(
                collection,
                [
                    i
                    for i in writer.ids(collection)
                    if collection_of(i) != collection or sort_key(i)[2] >= known.get(source_of(i), 0)
                ],
            )

    def _forget_removed(self, writer: Writer) -> None:
        removed = self._ledger.indexed.removed_numbers()
        for part in parts(removed):
            for collection, ids in numbered(part):
                writer.remove(collection, writer.hashes(collection, ids))
        self._ledger.indexed.mark_deleted(removed)

    def _compare(self, writer: Writer) -> Iterator[Work]:
        """Remove what pending sources do not say any more, and yield those that say something new."""
        is_empty = {collection: writer.count(collection) == 0 for collection in COLLECTIONS}
        for part in parts(self._ledger.indexed.pending_numbers()):
            known: dict[str, str] = {}
            for collection, ids in numbered(part):
                if not is_empty[collection]:
                    known |= writer.hashes(collection, ids)
            work = []
            wanted: set[str] = set()
            # Read first: what changes before the source is read stays pending.
            digests = self._ledger.indexed.digests(part)
            for source in self._ledger.sources_of(part).values():
                rows = rows_of(source, remote=self._embedder.remote)
                wanted.update(row.id for row in rows)
                work.append(
                    Work(source.id, digests.get(source.id, ""), [row for row in rows if known.get(row.id) != row.hash])
                )
            for collection, ids in numbered(part):
                writer.remove(collection, (known.keys() - wanted).intersection(ids))
            self._done([each for each in work if not each.rows])
            yield from (each for each in work if each.rows)

    def _done(self, work: Iterable[Work]) -> None:
        digests = {each.id: each.digest for each in work}
        self._ledger.indexed.mark_done(digests, digests=digests)

    def _embed(self, work: Sequence[Work], count: Count) -> None:
        """Embed rows and, beside that, write them."""
        if not work:
            return
        # Two calls of an embedder on this machine overlap, so that no core waits for the last texts of the one.
        most = 1 if self._embedder.remote else 2
        with (
            Landing(self._vectors, self._ledger.indexed) as landing,
            closing(ahead(self._vectors_of, portions(work), most)) as embedded,
        ):
            for portion, vectors in embedded:
                landing.put([row for _, row in portion.rows], vectors[[at for at, _ in portion.rows]])
                count.done(len(portion.rows))
                if portion.done:
                    landing.done(portion.done)

    def _vectors_of(self, portion: Portion) -> Vectors:
        return self._embedder_of(plain=portion.plain).embed(portion.texts)

    def _embedded(self, texts: Sequence[str], count: Count) -> dict[str, Vectors]:
        found: dict[str, Vectors] = {}
        for part in calls(texts):
            found |= zip(part, self._embedder.embed(part), strict=True)
            count.done(len(part))
        return found

    def situations(self) -> list[tuple[str, str]]:
        """Return every utterance with the source that it points to, or the name that it is an example of."""
        # What is private is never sent to an embedder elsewhere.
        curated = (s for s in self._ledger.curated() if not (s.private and self._embedder.remote))
        found = [(text, s.id) for s in curated for text in dict.fromkeys(s.situations)]
        return found + [(text, name) for name, texts in self._examples().items() for text in dict.fromkeys(texts)]

    def _compile(self, key: str, situations: Sequence[tuple[str, str]], vectors: Mapping[str, Vectors]) -> Compiled:
        import numpy as np

        # A writer sees all that was written, also where another process is at it.
        with self._vectors.writing() as writer:
            statement_ids, statements = writer.all(CURATED)
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
