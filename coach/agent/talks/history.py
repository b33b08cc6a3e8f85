"""The lines that were typed at the prompt, which line editing keeps in a file: taking some of them out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from coach.domain.errors import StoreError

#: A shorter text may stand within a line that is about something else.
_LEAST = 12
#: libedit writes a blank as ``\040``.
_OCTAL = re.compile(r"\\([0-7]{3})")


def forget_lines(path: Path, texts: Iterable[str]) -> int:
    """Take out every line of the history that says one of `texts`, or a line of one, and return how many went.

    Raises:
        StoreError: the file cannot be read or written; it is as it was.
    """
    wanted = {folded for text in texts for line in text.split("\n") if (folded := " ".join(line.split()))}
    parts = tuple(text for text in wanted if len(text) >= _LEAST)
    if not wanted or not path.exists():
        return 0
    try:
        # What is no text in it stays as it is.
        lines = path.read_text("utf-8", errors="surrogateescape").split("\n")
        kept = [line for line in lines if not _says(line, wanted, parts)]
        if len(kept) < len(lines):
            new = path.with_name(f"{path.name}.{os.getpid()}.part")
            with os.fdopen(os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
                file.write("\n".join(kept).encode("utf-8", errors="surrogateescape"))
            new.replace(path)
    except OSError as e:
        raise StoreError(
            f"The history {path} could not be changed: {e.strerror or 'the system refuses'}.",
            "Check its rights and the room on the disk, then forget it again.",
        ) from e
    return len(lines) - len(kept)


def _says(line: str, wanted: set[str], parts: tuple[str, ...]) -> bool:
    said = " ".join(_OCTAL.sub(lambda match: chr(int(match[1], 8)), line).split())
    return said in wanted or any(part in said for part in parts)
