"""Opening Chroma's client of a folder, and what Chroma raises, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coach.domain.errors import StoreError

REBUILD = "Nothing is lost: it is made from the ledger. See that the disk has space, then run: coach index rebuild"


class TornGraphError(StoreError):
    """Files of a graph that Chroma cannot read, as a kill leaves them while Chroma writes them."""


@contextmanager
def in_plain_words(done: str) -> Iterator[None]:
    """Turn whatever Chroma raises into a `StoreError`, a `TornGraphError` where it speaks of its graph."""
    try:
        yield
    except StoreError:
        raise
    except BaseException as exc:
        # Errors of its Rust core share no base class, and its panics (a damaged file) are no `Exception`.
        if not isinstance(exc, Exception) and type(exc).__name__ != "PanicException":
            raise
        kind = TornGraphError if "hnsw" in str(exc).casefold() else StoreError
        raise kind(f"The vector index cannot be {done}.", REBUILD) from exc


def open_client(path: Path) -> Any:
    """Return Chroma's client of a folder. Raises `StoreError`, or whatever Chroma raises."""
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
