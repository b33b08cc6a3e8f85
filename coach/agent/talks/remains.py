"""Looking for what was forgotten in every file of the data folder, byte by byte."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from coach.domain.errors import StoreError

#: Characters that a text is looked for by: short enough to stand on one page of a database, long enough to be its own.
_LENGTH = 28
_SHORTEST = 12
#: More pieces of text than these make the search longer, and not surer.
_MOST = 40
#: JSON writes these otherwise than they are.
_ESCAPED = re.compile(r"[\"\\\x00-\x1f]+")


def pieces(texts: Iterable[str]) -> list[str]:
    """Return pieces of `texts` that are long enough to be their own, some of each text."""
    rows = [list(_of(text)) for text in dict.fromkeys(texts)]
    # The first of each text, then the second of each, so that a long text does not crowd the others out.
    depth = max(map(len, rows), default=0)
    taken = dict.fromkeys(row[n] for n in range(depth) for row in rows if n < len(row))
    return list(taken)[:_MOST]


def found_in(home: Path, wanted: Sequence[str], *, leave_out: Iterable[str]) -> dict[str, list[str]]:
    """Return the pieces that stand in each file below `home`, by its path; nothing where none does.

    Args:
        home: the folder.
        wanted: see `pieces`.
        leave_out: names of files and folders in it that are not looked at.

    Raises:
        StoreError: a file cannot be read.
    """
    aside = set(leave_out)
    sought = [(piece, piece.encode()) for piece in wanted]
    found: dict[str, list[str]] = {}
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.relative_to(home).parts[0] not in aside:
            there = [piece for piece, raw in sought if _holds(path, raw)]
            if there:
                found[str(path)] = there
    return found


def _of(text: str) -> Iterator[str]:
    for part in _ESCAPED.split(text):
        words = part.strip()
        for start in range(0, len(words), _LENGTH):
            piece = words[start : start + _LENGTH].strip()
            # A word alone may be a hash or a name of ours.
            if len(piece) >= _SHORTEST and " " in piece:
                yield piece


def _holds(path: Path, wanted: bytes) -> bool:
    try:
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                return False
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
                return whole.find(wanted) >= 0
    except FileNotFoundError:
        # A file that went meanwhile holds nothing.
        return False
    except (OSError, ValueError) as e:
        raise StoreError(f"{path} cannot be read, so it could not be looked through.", "Check its rights.") from e
