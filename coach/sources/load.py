"""From a path to bytes and clean text: what can be wrong with any file is said here, with what to do about it."""

from __future__ import annotations

import codecs
import os
import re
from contextlib import suppress
from pathlib import Path

from coach.domain.errors import NothingSaidError, SourceError
from coach.domain.text import clean
from coach.sources.limits import MAX_FILE_BYTES

_HINT = "Save or export it as a .md or .txt file, and add that."
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: A character of two bytes or more in UTF-8.
_UTF8 = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
#: Control characters that no text holds, in any encoding that has ASCII in it.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
#: So many of them may have strayed into a text.
_STRAY = 8
#: Encodings that people's old files are in, in Python's names; of two that fit as well, the first is meant.
_WESTERN = "cp1252"
_OTHERS = ["cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "cp874", "cp866", "iso8859_2"]
_OTHERS += ["cp932", "euc_jp", "gb18030", "big5", "cp949", "mac_roman"]


def load_text(path: Path) -> str:
    """Return the text of the file at `path`, cleaned.

    Raises:
        SourceError: it is missing, a folder, unreadable, too large, empty or not text.
    """
    return decode(load_bytes(path), clean(str(path)))[0]


def load_bytes(path: Path, limit: int = MAX_FILE_BYTES) -> bytes:
    """Return what the file at `path` holds.

    Raises:
        SourceError: it is missing, a folder, no ordinary file, unreadable, empty, or larger than `limit` bytes.
    """
    name = clean(str(path))
    try:
        if path.is_dir():
            raise SourceError(f"{name} is a folder.", "Name a file in it, or add each of its files.")
        if not path.exists():
            raise SourceError(f"There is no file {name}.", "Check how the path is spelt.")
        if not path.is_file():
            # A pipe or a device: reading it could wait for ever.
            raise SourceError(f"{name} is not an ordinary file.", "Copy what it gives into a file, and add that.")
        with path.open("rb") as file:
            large = os.fstat(file.fileno()).st_size > limit
            data = b"" if large else file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its path cannot be used"
        raise SourceError(f"{name} cannot be read: {reason}.", "Check that you may read it.") from error
    if large or len(data) > limit:
        raise SourceError(
            f"{name} is larger than {limit // 1_000_000} MB.", "Split it into smaller files, one for each subject."
        )
    if not data:
        raise NothingSaidError(f"{name} is empty.", "Write something in it, or leave it out.")
    return data


def decode(data: bytes, name: str, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """Return the text that `data` is, cleaned, and a remark where its encoding had to be guessed.

    Args:
        data: a whole file.
        name: the file, as errors name it.
        declared: the encoding that the file itself says, where its format can.

    Raises:
        SourceError: it is empty, no text, or broken UTF-8.
    """
    text, remarks = _decode(data, name, declared)
    text = clean(text)
    if not text.strip():
        raise NothingSaidError(f"{name} is empty.", "Write something in it, or leave it out.")
    return text, remarks


def _decode(data: bytes, name: str, declared: str) -> tuple[str, tuple[str, ...]]:
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "")
    if not encoding and b"\0" in data:
        encoding = _utf16_without_mark(data)
    if encoding:
        try:
            return data.decode(encoding), ()
        except UnicodeDecodeError as error:
            raise SourceError(f"{name}: this is not UTF-8 text, nor UTF-16.", "Save the file in UTF-8.") from error
    if b"\0" in data or len(_BINARY.findall(data[:1_000_000])) > _STRAY + len(data[:1_000_000]) // 20:
        raise SourceError(f"{name} is not a text file.", _HINT)
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        if declared:
            with suppress(LookupError, ValueError):
                return data.decode(declared), ()
        # A broken UTF-8 file is not one in an old encoding: a guess would make other letters of the whole ones.
        broken = error.start and len(_UTF8.findall(data)) >= _count_broken(data)
        guess = None if broken else _guess(data)
        if guess is None:
            line = data.count(b"\n", 0, error.start) + 1
            raise SourceError(f"{name}, line {line}: this is not UTF-8 text.", "Save the file in UTF-8.") from error
        return guess[0], (f"It is not in UTF-8: it was read as {guess[1]}, which is a guess.",)


def _utf16_without_mark(data: bytes) -> str:
    """Return which UTF-16 has so many zeros in every second place only; empty for a binary."""
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if min(even, odd) * 10 < max(even, odd) > len(sample) // 8:
        return "utf-16-be" if even > odd else "utf-16-le"
    return ""


def _count_broken(data: bytes) -> int:
    """Return how many bytes above ASCII are in no UTF-8 character."""
    return len(re.findall(rb"[\x80-\xff]", _UTF8.sub(b"", data)))


def _guess(data: bytes) -> tuple[str, str] | None:
    """Return the text and the name of the encoding that it is most likely in; None where none fits."""
    from charset_normalizer import from_bytes

    western = from_bytes(data, cp_isolation=[_WESTERN]).best()
    other = from_bytes(data, cp_isolation=_OTHERS).best()
    best = min((match for match in (western, other) if match), key=lambda m: (m.chaos, -m.coherence), default=None)
    if best is None:
        return None
    return str(best), {"cp1252": "Windows-1252", "cp1250": "Windows-1250", "cp1251": "Windows-1251"}.get(
        best.encoding, best.encoding.replace("_", "-").upper()
    )
