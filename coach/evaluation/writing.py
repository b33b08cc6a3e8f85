"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from coach.domain.errors import StoreError


def write_whole(path: Path, text: str) -> None:
    """Write a text file; where that fails, what stood there before stays.

    Raises:
        StoreError: it cannot be written.
    """
    name = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError as e:
        if name:
            with suppress(OSError):
                Path(name).unlink(missing_ok=True)
        raise StoreError(
            f"{path} cannot be written: {e.strerror or e}.", "Make room, or name a file in a folder that you may use."
        ) from e
