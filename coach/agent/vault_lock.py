"""One sync at a time: a lock on a file, which the system lets go of however its holder ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coach.domain.errors import CoachError, StoreError

#: Seconds between two looks at whether it is free. Waiting in the system instead could not be interrupted everywhere.
_LOOK = 0.05


class VaultBusyError(CoachError):
    """Another sync is at work on the same data folder, in this process or another."""


@contextmanager
def locked(path: Path, *, wait: bool) -> Iterator[None]:
    """Hold the lock at `path`, made where it is missing, readable by the user alone.

    Args:
        path: the lock file.
        wait: wait for whoever has it.

    Raises:
        VaultBusyError: somebody has it, and `wait` is false.
        StoreError: the file cannot be made.
    """
    try:
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as e:
        raise StoreError(f"{path} cannot be written: {e.strerror or 'the system refuses'}.", "Check its rights.") from e
    try:
        while not _taken(handle):
            if not wait:
                raise VaultBusyError("The notes are being read already.", "Wait until that has finished.")
            time.sleep(_LOOK)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as e:
        raise StoreError("The data folder is on a disk that does not lock files.", "Set COACH_HOME elsewhere.") from e
    return True
