"""Chroma as the store of vectors: one collection for statements of principles and practices, one for those of notes.

Everything here is derived from the ledger and can be rebuilt from it. Two processes that write one directory at the
same time lose vectors silently (tried with chromadb 1.5.9), so every write session takes a lock file, opens a client of
its own and closes it. A reader opens a client of its own too, and sees what was written before it opened.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import threading
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

_REBUILD = "Nothing is lost: it is made from the ledger. See that the disk has space, then run: coach index rebuild"
#: Chroma refuses more rows in one call.
_MOST_ROWS = 5000
#: Reading documents of more rows at once fails in SQLite.
_PAGE = 10_000
#: Chroma shares one system among the clients of a folder, and counts them without a lock around opening and closing.
_OPENING = threading.Lock()


class VectorStore:
    """The vectors on disk in `path`, for the embedder called `space`.

    Vectors of another embedder are of no use, so collections carry the embedder's name in theirs.
    """

    def __init__(self, path: Path, space: str) -> None:
        self._path = path
        # Chroma allows few characters in a name; the hash tells apart what differs in the others.
        readable = re.sub(r"[^a-zA-Z0-9]+", "-", space)[:32]
        self._space = f"{readable}-{hashlib.sha256(space.encode()).hexdigest()[:12]}"

    def exists(self) -> bool:
        """Whether anything was ever written, and not lost since."""
        return (self._path / "chroma.sqlite3").is_file()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Give the one writer of this directory. Waits for another process's write session to end.

        Raises:
            StoreError: the folder or the index cannot be written; the writer's methods raise it too.
        """
        with self._locked(), self._client() as client:
            with _in_plain_words("opened"):
                collections = {
                    name: client.get_or_create_collection(
                        self._named(name), embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
                    )
                    for name in COLLECTIONS
                }
            yield Writer(collections)

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Give a reader that sees everything that was written before now. It creates nothing.

        Raises:
            StoreError: there is no index, or it is damaged; the reader's methods raise it too.
        """
        if not self.exists():
            raise StoreError("The vector index is not there.", _REBUILD)
        with self._client() as client:
            with _in_plain_words("opened"):
                collections = {name: client.get_collection(self._named(name)) for name in COLLECTIONS}
            yield Reader(collections)

    def drop(self) -> None:
        """Remove every vector of every embedder, so that they can be built again from the ledger.

        Raises:
            StoreError: the folder cannot be removed.
        """
        with self._locked():
            try:
                if self._path.is_dir():
                    shutil.rmtree(self._path)
                else:
                    self._path.unlink(missing_ok=True)
            except OSError as exc:
                raise StoreError(f"The index {self._path} cannot be removed.", "Check its rights.") from exc

    def _named(self, collection: str) -> str:
        return f"{collection}-{self._space}"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = self._path.with_name(self._path.name + ".lock")
        try:
            lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as exc:
            message = f"The index folder {self._path.parent} cannot be written."
            raise StoreError(message, "Check its rights and space.") from exc
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def _client(self) -> Iterator[Any]:
        with _OPENING, _in_plain_words("opened"):
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            client = _open(self._path)
        try:
            yield client
        finally:
            with _OPENING:
                client.close()


class Reader:
    """Reads of the collections."""

    def __init__(self, collections: dict[str, Any]) -> None:
        self._collections = collections

    def nearest(self, collection: str, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Return up to `limit` ids with their cosine similarity (-1 to 1), best first; `vector` has shape (dim,)."""
        here = self._collections[collection]
        with _in_plain_words("read"):
            wanted = min(limit, here.count())
            if wanted < 1:
                return []
            found = here.query(query_embeddings=[vector.tolist()], n_results=wanted, include=["distances"])
        ids, distances = found["ids"][0], found["distances"][0]
        # The search is approximate and may miss a row. Where most are missing, files of the index are gone: Chroma
        # does not say so.
        if len(ids) < wanted / 2:
            raise StoreError("The vector index is damaged.", _REBUILD)
        return [(i, 1.0 - d) for i, d in zip(ids, distances, strict=True)]

    def all(self, collection: str) -> tuple[list[str], Vectors]:
        """Return ids and vectors (shape ``(n, dim)``; ``(0, 0)`` where there are none) of a whole collection."""
        import numpy as np

        ids: list[str] = []
        rows: list[Any] = []
        for page in self._pages(collection, "embeddings"):
            ids += page["ids"]
            rows.append(np.asarray(page["embeddings"], dtype=np.float32))
        return ids, np.concatenate(rows) if rows else np.zeros((0, 0), dtype=np.float32)

    def hashes(self, collection: str) -> dict[str, str]:
        """Return id and content hash of every row."""
        found: dict[str, str] = {}
        for page in self._pages(collection, "metadatas"):
            # A row without its hash, as a damaged file may give, is one to write again.
            found |= {i: (m or {}).get("hash", "") for i, m in zip(page["ids"], page["metadatas"], strict=True)}
        return found

    def _pages(self, collection: str, include: str) -> Iterator[Any]:
        here = self._collections[collection]
        with _in_plain_words("read"):
            for offset in range(0, here.count(), _PAGE):
                yield here.get(limit=_PAGE, offset=offset, include=[include])


class Writer(Reader):
    """Writes to the collections; obtained from `VectorStore.writing`."""

    def upsert(self, collection: str, ids: Sequence[str], vectors: Vectors, hashes: Sequence[str]) -> None:
        """Write rows; each carries the content hash that its vector was made from."""
        with _in_plain_words("written"):
            for start in range(0, len(ids), _MOST_ROWS):
                part = slice(start, start + _MOST_ROWS)
                metadata = [{"hash": h} for h in hashes[part]]
                self._collections[collection].upsert(ids=list(ids[part]), embeddings=vectors[part], metadatas=metadata)

    def remove(self, collection: str, ids: Iterable[str]) -> None:
        """Remove rows by id; an id that is not there is no matter."""
        gone = sorted(ids)
        with _in_plain_words("written"):
            for start in range(0, len(gone), _MOST_ROWS):
                self._collections[collection].delete(ids=gone[start : start + _MOST_ROWS])


def _open(path: Path) -> Any:
    try:
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings
    except ValueError as exc:  # chromadb reads the environment and a file .env when it is imported
        raise StoreError(
            "Chroma does not accept a setting in the environment, or in the file .env of this folder.",
            "Start coach in another folder, or unset what Chroma does not know.",
        ) from exc
    # Made without the environment and without .env: with CHROMA_API_IMPL and CHROMA_SERVER_HOST, which another program
    # may need, the vectors would go to that server.
    settings = Settings.model_construct(is_persistent=True, persist_directory=str(path), anonymized_telemetry=False)
    try:
        return chromadb.PersistentClient(str(path), settings=settings)
    finally:
        # A system that failed to start would be given out again, also after the folder was built anew.
        if str(path) not in SharedSystemClient._identifier_to_refcount:
            SharedSystemClient._identifier_to_system.pop(str(path), None)


@contextmanager
def _in_plain_words(done: str) -> Iterator[None]:
    """Turn whatever Chroma raises into a `StoreError`."""
    try:
        yield
    except StoreError:
        raise
    except BaseException as exc:
        # Errors of its Rust core share no base class, and its panics (a damaged file) are no `Exception`.
        if not isinstance(exc, Exception) and type(exc).__name__ != "PanicException":
            raise
        raise StoreError(f"The vector index cannot be {done}.", _REBUILD) from exc
