"""Chroma as the store of vectors: one collection for the statements of principles and practices, one for those of notes.

Everything here is derived from the ledger and can be rebuilt from it. Two processes that write one directory at the
same time lose vectors silently (tried with chromadb 1.5.9), so every write session takes a lock file, opens a client of
its own and closes it. A reader opens a client of its own too, and sees what was written before it opened.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach.domain.errors import StoreError

if TYPE_CHECKING:
    from coach.domain.ports import Vectors

CURATED = "curated"
NOTES = "notes"
COLLECTIONS = (CURATED, NOTES)

#: Chroma refuses more rows in one call.
_MOST_ROWS = 5000
#: Reading documents of more rows at once fails in SQLite.
_PAGE = 10_000
#: Sources named in one filter.
_SOURCES_AT_ONCE = 500


class VectorStore:
    """The vectors on disk in `path`, for the embedder called `space`.

    Vectors of another embedder are of no use, so collections carry the embedder's name in theirs.
    """

    def __init__(self, path: Path, space: str) -> None:
        self._path = path
        self._space = "".join(c if c.isalnum() else "-" for c in space)[:48]

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Give the one writer of this directory. Waits for another process's write session to end."""
        with self._locked(), self._client() as client:
            yield Writer({name: self._collection(client, name) for name in COLLECTIONS})

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Give a reader that sees everything that was written before now."""
        with self._client() as client:
            yield Reader({name: self._collection(client, name) for name in COLLECTIONS})

    def drop(self) -> None:
        """Remove every vector of every embedder, so that they can be built again from the ledger."""
        import shutil

        with self._locked():
            shutil.rmtree(self._path, ignore_errors=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = self._path.with_name(self._path.name + ".lock")
        try:
            lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as exc:
            raise StoreError(f"The index folder {self._path.parent} cannot be written.", "Check its rights and space.") from exc
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def _client(self) -> Iterator[Any]:
        import chromadb
        from chromadb.config import Settings

        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            client: Any = chromadb.PersistentClient(str(self._path), settings=Settings(anonymized_telemetry=False))
        except Exception as exc:  # chromadb raises errors of its Rust core that share no base class
            raise StoreError(
                "The vector index cannot be opened.", "It is derived from the ledger; rebuild it: coach index rebuild"
            ) from exc
        try:
            yield client
        finally:
            client.close()

    def _collection(self, client: Any, name: str) -> Any:
        return client.get_or_create_collection(
            f"{name}-{self._space}", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )


class Reader:
    """Reads of the collections."""

    def __init__(self, collections: dict[str, Any]) -> None:
        self._collections = collections

    def nearest(self, collection: str, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Return up to `limit` ids with their cosine similarity (-1 to 1), best first; `vector` has shape (dim,)."""
        here = self._collections[collection]
        count = here.count()
        if not count:
            return []
        found = here.query(query_embeddings=[vector.tolist()], n_results=min(limit, count), include=["distances"])
        return [(i, 1.0 - d) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)]

    def all(self, collection: str) -> tuple[list[str], list[dict[str, Any]], Vectors]:
        """Return ids, metadata and vectors (shape ``(n, dim)``) of a whole collection."""
        import numpy as np

        ids: list[str] = []
        metadata: list[dict[str, Any]] = []
        rows: list[Any] = []
        here = self._collections[collection]
        for offset in range(0, here.count(), _PAGE):
            page = here.get(limit=_PAGE, offset=offset, include=["embeddings", "metadatas"])
            ids += page["ids"]
            metadata += page["metadatas"]
            rows.append(np.asarray(page["embeddings"], dtype=np.float32))
        return ids, metadata, np.concatenate(rows) if rows else np.zeros((0, 0), dtype=np.float32)

    def sources(self, collection: str) -> set[str]:
        """Return the id of every source that has rows in a collection."""
        found: set[str] = set()
        here = self._collections[collection]
        for offset in range(0, here.count(), _PAGE):
            found |= {m["source"] for m in here.get(limit=_PAGE, offset=offset, include=["metadatas"])["metadatas"]}
        return found

    def hashes(self, collection: str, source_ids: Iterable[str]) -> dict[str, str]:
        """Return id and content hash of every row of these sources."""
        wanted = sorted(source_ids)
        found: dict[str, str] = {}
        for start in range(0, len(wanted), _SOURCES_AT_ONCE):
            page = self._collections[collection].get(
                where={"source": {"$in": wanted[start : start + _SOURCES_AT_ONCE]}}, include=["metadatas"]
            )
            found |= {i: m["hash"] for i, m in zip(page["ids"], page["metadatas"], strict=True)}
        return found


class Writer(Reader):
    """Writes to the collections; obtained from `VectorStore.writing`."""

    def upsert(
        self, collection: str, ids: Sequence[str], vectors: Vectors, sources: Sequence[str], hashes: Sequence[str]
    ) -> None:
        """Write rows; each carries the id of its source and the content hash that its vector was made from."""
        for start in range(0, len(ids), _MOST_ROWS):
            part = slice(start, start + _MOST_ROWS)
            metadata = [{"source": s, "hash": h} for s, h in zip(sources[part], hashes[part], strict=True)]
            self._collections[collection].upsert(ids=list(ids[part]), embeddings=vectors[part], metadatas=metadata)

    def remove_sources(self, source_ids: Iterable[str]) -> None:
        """Remove every row of these sources from every collection."""
        wanted = sorted(source_ids)
        for start in range(0, len(wanted), _SOURCES_AT_ONCE):
            for here in self._collections.values():
                here.delete(where={"source": {"$in": wanted[start : start + _SOURCES_AT_ONCE]}})

    def remove(self, collection: str, ids: Iterable[str]) -> None:
        """Remove rows by id."""
        gone = sorted(ids)
        for start in range(0, len(gone), _MOST_ROWS):
            self._collections[collection].delete(ids=gone[start : start + _MOST_ROWS])
