"""Rows of a database file, read from its pages alone.

Where a page that says in which order others follow is damaged, SQLite no longer finds these, though the rows on them
are as they were. The format is https://www.sqlite.org/fileformat.html, chapters 1.6 and 2.1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

#: Type of a page that holds rows of a table.
_LEAF = 0x0D
#: What a row may take, so that a damaged length is not believed.
_MOST_BYTES = 64_000_000

Value = int | float | str | bytes | None


class _DamagedError(Exception):
    """Something on a page is not what it has to be."""


def rows_on_pages(path: Path, page_size: int) -> Iterator[list[tuple[int, tuple[Value, ...]]]]:
    """Yield for each page of rows what is on it: their numbers and values, as far as they can be read.

    Pages come in no order that means anything, and nothing says which table they are of.
    """
    data = path.read_bytes()
    for start in range(0, len(data) - page_size + 1, page_size):
        header = start + (100 if start == 0 else 0)
        if data[header] == _LEAF:
            yield list(_rows(data, page_size, start, header))


def _rows(data: bytes, page_size: int, start: int, header: int) -> Iterator[tuple[int, tuple[Value, ...]]]:
    (cells,) = struct.unpack_from(">H", data, header + 3)
    for cell in range(min(cells, (page_size - 8) // 2)):
        try:
            (offset,) = struct.unpack_from(">H", data, header + 8 + 2 * cell)
            if offset >= page_size:
                raise _DamagedError
            length, at = _varint(data, start + offset)
            number, at = _varint(data, at)
            yield number, _values(_payload(data, page_size, at, length))
        except (_DamagedError, IndexError, struct.error, UnicodeDecodeError):
            continue


def _payload(data: bytes, size: int, at: int, length: int) -> bytes:
    if length > min(_MOST_BYTES, len(data)):
        raise _DamagedError
    most = size - 35
    if length <= most:
        return data[at : at + length]
    least = (size - 12) * 32 // 255 - 23
    here = least + (length - least) % (size - 4)
    here = here if here <= most else least
    found = [data[at : at + here]]
    left = length - here
    (page,) = struct.unpack_from(">I", data, at + here)
    while left > 0:
        begin = (page - 1) * size
        if page < 2 or begin + size > len(data):
            raise _DamagedError
        part = data[begin + 4 : begin + 4 + min(left, size - 4)]
        found.append(part)
        left -= len(part)
        (page,) = struct.unpack_from(">I", data, begin)
    return b"".join(found)


def _values(record: bytes) -> tuple[Value, ...]:
    end, at = _varint(record, 0)
    kinds: list[int] = []
    while at < end:
        kind, at = _varint(record, at)
        kinds.append(kind)
    return tuple(_decoded(kinds, record, at))


def _decoded(kinds: Sequence[int], record: bytes, at: int) -> Iterator[Value]:
    for kind in kinds:
        if kind in (10, 11):
            raise _DamagedError
        size = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind] if kind < 10 else (kind - 12) // 2
        part = record[at : at + size]
        if len(part) < size:
            raise _DamagedError
        at += size
        if kind == 0:
            yield None
        elif kind in (8, 9):
            yield kind - 8
        elif kind == 7:
            yield struct.unpack(">d", part)[0]
        elif kind < 7:
            yield int.from_bytes(part, "big", signed=True)
        else:
            yield part.decode("utf-8") if kind % 2 else part


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of one to nine bytes and where it ends."""
    number = 0
    for i in range(8):
        byte = data[at + i]
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, at + i + 1
    return number << 8 | data[at + 8], at + 9
