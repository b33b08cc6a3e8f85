"""The curated corpus, compiled for exact scoring: every vector in memory.

Ranking a principle takes the similarity of the question to *all* of its situations, which an approximate index does not
give, and a few thousand rows are one matrix product. So what Chroma holds for principles and practices is compiled into
one file after each change. It is derived from the index, which is derived from the ledger; it may be deleted at any
time.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach.domain.errors import StoreError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from coach.domain.ports import Vectors

#: Raised when the form of the file changes, so that an old file is not used.
_VERSION = 2
#: What NumPy and zipfile raise at bytes that they cannot make sense of.
_DAMAGED = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True)
class Compiled:
    """Vectors of statements and situations, rows L2-normalised."""

    #: What it was made from; another key means that it must be compiled again.
    key: str
    #: Name of the embedder whose vectors these are.
    space: str
    statement_ids: tuple[str, ...]
    statements: Vectors
    situation_texts: tuple[str, ...]
    #: Source id of each situation, or the name that it is an example of, in the order of the rows.
    situation_sources: tuple[str, ...]
    situations: Vectors

    @cached_property
    def rows(self) -> dict[str, NDArray[np.intp]]:
        """The rows of `situations` of each source, in order."""
        import numpy as np

        rows: dict[str, list[int]] = {}
        for row, source in enumerate(self.situation_sources):
            rows.setdefault(source, []).append(row)
        return {source: np.array(here) for source, here in rows.items()}

    def by_text(self) -> dict[str, Vectors]:
        """Return the vector of each situation, shape ``(dim,)``, by its text."""
        return dict(zip(self.situation_texts, self.situations, strict=True))


def cosines(rows: Vectors, vector: Vectors) -> Vectors:
    """Return the dot product of each row, shape ``(n, dim)``, with `vector`, shape ``(dim,)``.

    Without BLAS, whose threads spin for some 20 ms after each product, on cores that the rest of a search needs.
    """
    import numpy as np

    return np.asarray(np.einsum("ij,j->i", rows, vector), dtype=np.float32)


def save(compiled: Compiled, path: Path) -> None:
    """Write `compiled` to `path`, readable by the user only; an older file is replaced in one step.

    Raises:
        StoreError: the disk is full or the folder cannot be written.
    """
    import numpy as np

    names: dict[str, Any] = {
        "version": _VERSION,
        "key": compiled.key,
        "space": compiled.space,
        "statement_ids": compiled.statement_ids,
        "situation_texts": compiled.situation_texts,
        "situation_sources": compiled.situation_sources,
    }
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            np.savez(
                file,
                names=np.frombuffer(json.dumps(names).encode(), dtype=np.uint8),
                statements=compiled.statements,
                situations=compiled.situations,
            )
        part.replace(path)
    except OSError as exc:
        with suppress(OSError):
            part.unlink()
        reason = exc.strerror or "the system refuses"
        raise StoreError(
            f"The index cannot be written to {path.parent}: {reason}.", "Check the folder's rights and free some space."
        ) from exc


def remove(path: Path) -> None:
    """Remove the file, if there is one.

    Raises:
        StoreError: the folder cannot be written.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as exc:
        raise StoreError(f"{path} cannot be removed.", "Check its rights.") from exc


def version(path: Path) -> tuple[int, int, int] | None:
    """Return what tells the file from one that took its place; None where it cannot be looked at."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def load(path: Path) -> Compiled | None:
    """Return what was compiled last, or None where the file is missing, of another version, or damaged."""
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as file:
            names = json.loads(file["names"].tobytes())
            if names["version"] != _VERSION:
                return None
            return Compiled(
                key=names["key"],
                space=names["space"],
                statement_ids=tuple(names["statement_ids"]),
                statements=file["statements"],
                situation_texts=tuple(names["situation_texts"]),
                situation_sources=tuple(names["situation_sources"]),
                situations=file["situations"],
            )
    except _DAMAGED:
        return None
