"""Opening Chroma's client of a folder, what it raises, in plain words, and what it should not leave in its files."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coach.domain.errors import StoreError

REBUILD = "Nothing is lost: it is made from the ledger. See that the disk has space, then run: coach index rebuild"


#: How the header of a graph begins (hnswlib as Chroma has it, format 1): format, offset of the first row, rows that
#: there is room for, rows that there are, bytes of a row.
_HEADER = struct.Struct("<iQQQQ")
_FORMAT = 1
_LENGTH_BYTES = 4
_CHUNK = 2**20


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


def wipe_unused(path: Path) -> None:
    """Write zeros where the graphs in a folder have no rows yet.

    Chroma makes their files with room for rows to come, and leaves there what stood in the memory of the process:
    whatever it read before, a note that was forgotten since, or a key. Call it with the folder's lock held and nobody
    writing. Nothing is done where a file cannot be read or written, or is of another format.
    """
    for header in path.glob("*/header.bin"):
        try:
            form, start, _, rows, size = _HEADER.unpack(header.read_bytes()[: _HEADER.size])
            if form == _FORMAT:
                _wipe(header.with_name("data_level0.bin"), start + rows * size)
                _wipe(header.with_name("length.bin"), rows * _LENGTH_BYTES)
        except (OSError, struct.error):
            continue


def _wipe(file: Path, start: int) -> None:
    with file.open("r+b", buffering=0) as here:
        end = here.seek(0, os.SEEK_END)
        for at in range(start, end, _CHUNK):
            here.seek(at)
            found = here.read(min(_CHUNK, end - at))
            if found.count(0) < len(found):
                here.seek(at)
                here.write(bytes(len(found)))
