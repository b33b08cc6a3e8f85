"""Chroma as the store of vectors: one collection for statements of principles and practices, one for those of notes.

Everything here is derived from the ledger and can be rebuilt from it. How processes and threads share a folder is the
matter of `coach.retrieval.clients`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach.domain.errors import StoreError
from coach.retrieval.chroma import REBUILD, in_plain_words
from coach.retrieval.clients import folder
from coach.retrieval.compiled import cosines

if TYPE_CHECKING:
    from coach.domain.ports import Vectors

CURATED = "curated"
NOTES = "notes"
COLLECTIONS = (CURATED, NOTES)

#: How Chroma searches. A search looks at 1,000 rows of the graph instead of 100, in 2 ms more among 100,000 rows: so a
#: line of which hundreds of others are nearly the same (a log, a long transcript) is found. Twice the neighbours and
#: twice the breadth of insertion cost twice as much and find fewer (`python -m bench.alike`).
#: The graph is written to its files every 32 changes: what is not there yet is put into the graph anew by each process
#: that opens the folder, in 2 ms a row among 100,000, and with the 1,000 of the default that is up to 2 s.
GRAPH = {"hnsw": {"space": "cosine", "ef_search": 1000, "sync_threshold": 32}}
#: Chroma refuses more rows in one call.
_MOST_ROWS = 5000
#: Reading documents of more rows at once fails in SQLite.
_PAGE = 10_000
#: Of the rows that a search finds, so many tell whether the index is whole.
_CHECKED = 40
#: Of a collection of so many rows each one can be looked at.
_SMALL = 1000
#: What rounding may add to a cosine.
_ROUNDING = 1e-3


class VectorStore:
    """The vectors on disk in `path`, for the embedder called `space`.

    Vectors of another embedder are of no use, so collections carry the embedder's name in theirs.
    """

    def __init__(self, path: Path, space: str) -> None:
        self._folder = folder(path)
        self._space = space_name(space)

    @property
    def path(self) -> Path:
        """The folder."""
        return self._folder.path

    def exists(self) -> bool:
        """Whether anything was ever written, and not lost since."""
        return self._folder.exists()

    def identity(self) -> str:
        """Return a name of these vectors that others, also those of an index built anew, do not have.

        Empty where there is no index.
        """
        name = self._folder.identity() if self.exists() else ""
        return f"{self._space} {name}" if name else ""

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Give the one writer of this directory. Waits for another's write session to end, so keep yours short.

        Raises:
            StoreError: the folder or the index cannot be written; the writer's methods raise it too.
        """
        with self._folder.writing() as client:
            with in_plain_words("opened"):
                collections = {
                    name: client.get_or_create_collection(
                        self._named(name), embedding_function=None, configuration=dict(GRAPH)
                    )
                    for name in COLLECTIONS
                }
            yield Writer(collections)

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Give a reader that sees everything that was written before now. It creates nothing.

        What it opens stays open for the next one, until somebody writes; `close` lets go of it.

        Raises:
            StoreError: there is no index, or it is damaged; the reader's methods raise it too.
        """
        with self._folder.reading(self._space, self._load) as (client, loaded):
            if loaded is None:
                with in_plain_words("opened"):
                    loaded = Reader(self._collections(client))
            yield loaded

    def close(self) -> None:
        """Let go of what is kept open for reading."""
        self._folder.close()

    def has_room(self) -> bool:
        """Whether the disk has room to build the index anew."""
        return self._folder.has_room()

    def drop(self) -> None:
        """Remove every vector of every embedder, so that they can be built again from the ledger.

        Raises:
            StoreError: the folder cannot be removed.
        """
        self._folder.drop()

    def _collections(self, client: Any) -> dict[str, Any]:
        return {name: client.get_collection(self._named(name)) for name in COLLECTIONS}

    def _load(self, client: Any) -> Reader:
        searchable = []
        with in_plain_words("opened"):
            collections = self._collections(client)
            for name, collection in collections.items():
                # Asking for a vector loads the graph. Where there is none, there is nothing to load.
                for vector in collection.get(limit=1, include=["embeddings"])["embeddings"]:
                    collection.query(query_embeddings=[vector.tolist()], n_results=1, include=["distances"])
                    searchable.append(name)
        return Reader(collections, searchable)

    def _named(self, collection: str) -> str:
        return f"{collection}-{self._space}"


def space_name(space: str) -> str:
    """Return what stands in the names of collections for the embedder called `space`."""
    # Chroma allows few characters in a name; the hash tells apart what differs in the others.
    readable = re.sub(r"[^a-zA-Z0-9]+", "-", space)[:32]
    return f"{readable}-{hashlib.sha256(space.encode()).hexdigest()[:12]}"


class Reader:
    """Reads of the collections."""

    def __init__(self, collections: dict[str, Any], searchable: Container[str] = COLLECTIONS) -> None:
        self._collections = collections
        self._searchable = searchable

    def nearest(self, collection: str, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Return up to `limit` ids with their cosine similarity (-1 to 1), best first; `vector` has shape (dim,)."""
        here = self._collections[collection]
        if limit < 1 or collection not in self._searchable:
            return []
        with in_plain_words("read"):
            found = here.query(query_embeddings=[vector.tolist()], n_results=limit, include=["distances"])
            ids, distances = found["ids"][0], found["distances"][0]
            there = len(ids) if len(ids) == limit else here.count()
        # The search is approximate and may miss rows, the more of them the more it is asked for, and among lines that
        # are nearly the same. Where any is missing, a small collection is compared row by row. Where most of a few are,
        # files of the index may be gone: Chroma does not say so. Nor does it where vectors are damaged.
        if any(abs(1.0 - d) > 1 + _ROUNDING for d in distances):
            raise StoreError("The vector index is damaged.", REBUILD)
        missing = len(ids) < min(limit, there)
        if (missing and there <= _SMALL) or len(ids) < min(limit, _CHECKED, there) / 2:
            return self._exactly(collection, vector, limit)
        return [(i, 1.0 - d) for i, d in zip(ids, distances, strict=True)]

    def _exactly(self, collection: str, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Search a small collection row by row. Raises `StoreError` where it is large, or rows cannot be read."""
        count = self.count(collection)
        ids, rows = self.all(collection) if count <= _SMALL else ([], None)
        if rows is None or len(ids) < count or not ids:
            raise StoreError("The vector index is damaged.", REBUILD)
        found = sorted(zip(ids, cosines(rows, vector).tolist(), strict=True), key=lambda row: -row[1])
        return found[:limit]

    def similarity(self, collection: str, vector: Vectors, ids: Sequence[str]) -> dict[str, float]:
        """Return the cosine similarity (-1 to 1) of those of these rows that there are, in no order.

        For a thousand rows at most, quicker than a search among them; `vector` has shape (dim,).
        """
        if not ids or collection not in self._searchable:
            return {}
        found, rows = self.vectors(collection, ids)
        return dict(zip(found, cosines(rows, vector).tolist(), strict=True)) if found else {}

    def vectors(self, collection: str, ids: Sequence[str]) -> tuple[list[str], Vectors]:
        """Return ids and vectors of those of these rows that there are, in no order; 5000 at most."""
        import numpy as np

        with in_plain_words("read"):
            found = self._collections[collection].get(ids=list(ids), include=["embeddings"])
            rows = np.asarray(found["embeddings"], dtype=np.float32)
        return found["ids"], rows if found["ids"] else np.zeros((0, 0), dtype=np.float32)

    def count(self, collection: str) -> int:
        """Return how many rows there are."""
        with in_plain_words("read"):
            return int(self._collections[collection].count())

    def all(self, collection: str) -> tuple[list[str], Vectors]:
        """Return ids and vectors (shape ``(n, dim)``; ``(0, 0)`` where there are none) of a whole collection."""
        import numpy as np

        ids: list[str] = []
        rows: list[Any] = []
        for page in self._pages(collection, "embeddings"):
            ids += page["ids"]
            rows.append(np.asarray(page["embeddings"], dtype=np.float32))
        return ids, np.concatenate(rows) if rows else np.zeros((0, 0), dtype=np.float32)

    def ids(self, collection: str) -> list[str]:
        """Return the id of every row."""
        return [i for page in self._pages(collection) for i in page["ids"]]

    def hashes(self, collection: str, among: Sequence[str] | None = None) -> dict[str, str]:
        """Return id and content hash of every row, or of those among these ids."""
        found: dict[str, str] = {}
        for page in self._pages(collection, "metadatas") if among is None else self._named(collection, among):
            # A row without its hash, as a damaged file may give, is one to write again.
            found |= {i: (m or {}).get("hash", "") for i, m in zip(page["ids"], page["metadatas"], strict=True)}
        return found

    def _named(self, collection: str, ids: Sequence[str]) -> Iterator[Any]:
        with in_plain_words("read"):
            for start in range(0, len(ids), _MOST_ROWS):
                here = self._collections[collection]
                yield here.get(ids=list(ids[start : start + _MOST_ROWS]), include=["metadatas"])

    def _pages(self, collection: str, *include: str) -> Iterator[Any]:
        here = self._collections[collection]
        with in_plain_words("read"):
            for offset in range(0, here.count(), _PAGE):
                yield here.get(limit=_PAGE, offset=offset, include=list(include))


class Writer(Reader):
    """Writes to the collections; obtained from `VectorStore.writing`."""

    def upsert(self, collection: str, ids: Sequence[str], vectors: Vectors, hashes: Sequence[str]) -> None:
        """Write rows; each carries the content hash that its vector was made from."""
        with in_plain_words("written"):
            for start in range(0, len(ids), _MOST_ROWS):
                part = slice(start, start + _MOST_ROWS)
                metadata = [{"hash": h} for h in hashes[part]]
                self._collections[collection].upsert(ids=list(ids[part]), embeddings=vectors[part], metadatas=metadata)

    def remove(self, collection: str, ids: Iterable[str]) -> None:
        """Remove rows by id; an id that is not there is no matter."""
        gone = sorted(ids)
        with in_plain_words("written"):
            for start in range(0, len(gone), _MOST_ROWS):
                self._collections[collection].delete(ids=gone[start : start + _MOST_ROWS])
