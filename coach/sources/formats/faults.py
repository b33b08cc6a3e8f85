"""What parsers raise on files that are broken: they promise nothing, and a bad file must not end a sync."""

from __future__ import annotations

import struct
import zlib

#: All kinds of errors that a mistake in a file can lead to, and none that is about this program's own state.
BROKEN: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
