"""From a path to clean text: everything that can be wrong with a file is said here, with what to do about it."""

from __future__ import annotations

import codecs
from pathlib import Path

from coach.domain.errors import SourceError
from coach.domain.text import clean
from coach.sources.limits import MAX_FILE_BYTES

#: Endings that are read; anything else would have to be converted first.
SUFFIXES = (".md", ".markdown", ".mkd", ".txt", ".text", "")


def load_text(path: Path) -> str:
    """Return the text of the file at `path`, cleaned.

    Raises:
        SourceError: it is missing, a folder, unreadable, too large, empty, not text, or not in UTF-8 or UTF-16.
    """
    name = clean(str(path))
    if path.suffix.lower() not in SUFFIXES:
        raise SourceError(
            f"{name} is neither Markdown nor plain text.", "Save or export it as a .md or .txt file, and add that."
        )
    text = clean(_decode(_read(path, name), name))
    if not text.strip():
        raise SourceError(f"{name} is empty.", "Write something in it, or leave it out.")
    return text


def _read(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            raise SourceError(f"{name} is a folder.", "Name a file in it, or add each of its files.")
        if not path.exists():
            raise SourceError(f"There is no file {name}.", "Check how the path is spelt.")
        if not path.is_file():
            # A pipe or a device: reading it could wait for ever.
            raise SourceError(f"{name} is not an ordinary file.", "Copy what it gives into a file, and add that.")
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its path cannot be used"
        raise SourceError(f"{name} cannot be read: {reason}.", "Check that you may read it.") from error
    if len(data) > MAX_FILE_BYTES:
        raise SourceError(
            f"{name} is larger than {MAX_FILE_BYTES // 1_000_000} MB.",
            "Split it into smaller files, one for each subject.",
        )
    return data


def _decode(data: bytes, name: str) -> str:
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    if encoding == "utf-8-sig" and b"\0" in data:
        raise SourceError(f"{name} is not a text file.", "Save or export it as a .md or .txt file, and add that.")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(f"{name}, line {line}: this is not UTF-8 text.", "Save the file in UTF-8.") from error
