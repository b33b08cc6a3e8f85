"""Outcomes that are kept, so that a run which was cut off goes on and an unchanged one costs nothing.

One file an outcome, written whole or not at all. Errors are not kept: they are tried again.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from coach.domain.errors import StoreError
from coach.evaluation.outcome import Outcome


class Cache:
    """Keeps outcomes in a folder.

    Args:
        folder: where; made at the first write. None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, key: str) -> Outcome | None:
        """Return the outcome kept under `key`, marked as cached; None where there is none, or none that can be read."""
        if self._folder is None:
            return None
        try:
            row = json.loads((self._folder / f"{key}.json").read_text(encoding="utf-8"))
            return replace(Outcome.from_dict(row), cached=True)
        except FileNotFoundError:
            return None
        except (OSError, KeyError, TypeError, ValueError, StopIteration):
            # Cut off, or written by another version: asked anew, and written over.
            return None

    def put(self, key: str, outcome: Outcome) -> None:
        """Keep an outcome under `key`; errors are left out.

        Raises:
            StoreError: it cannot be written.
        """
        if self._folder is None or outcome.error:
            return
        name = ""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(outcome.as_dict(), file, ensure_ascii=False)
            Path(name).replace(self._folder / f"{key}.json")
        except OSError as e:
            with suppress(OSError):
                Path(name).unlink(missing_ok=True)
            raise StoreError(
                f"What was measured cannot be kept in {self._folder}: {e.strerror or e}.",
                "Make room, say where it may be kept with --cache FOLDER, or keep nothing with --no-cache.",
            ) from e
