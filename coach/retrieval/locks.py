"""Locks on files: one process or thread at a time; the system lets go of them however their holder ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coach.domain.errors import StoreError

#: Seconds between two looks at whether a lock is free.
_LOOK = 0.02


class BusyError(StoreError):
    """Another process, or another thread, has the lock."""


@contextmanager
def lock(path: Path, patience: float | None = None) -> Iterator[None]:
    """Hold the lock file at `path`, made where it is missing, readable by the user alone.

    Args:
        path: of the file.
        patience: seconds to wait for whoever has it; None for as long as it takes.

    Raises:
        BusyError: somebody has it for longer than that.
        StoreError: the file cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as exc:
        message = f"The index folder {path.parent} cannot be written."
        raise StoreError(message, "Check its rights and space.") from exc
    try:
        if patience is None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        else:
            _wait(handle, time.monotonic() + patience)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise BusyError("The vector index is being written by another process.", "Try again later.") from None
            time.sleep(_LOOK)
        else:
            return
