"""Editing the line that is typed: what was typed before, and what stands there already."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_HISTORY_LINES = 1000


def can_prefill() -> bool:
    """Whether `prefilled` has an effect: a Python that was built without line editing still reads lines."""
    return importlib.util.find_spec("readline") is not None


@contextmanager
def prefilled(text: str) -> Iterator[None]:
    """Let `text` stand in the prompt, to be changed or sent as it is."""
    if not text or not can_prefill():
        yield
        return
    import readline

    readline.set_startup_hook(lambda: readline.insert_text(text))
    try:
        yield
    finally:
        readline.set_startup_hook(None)


@contextmanager
def line_history(path: Path | None) -> Iterator[None]:
    """Line editing with the lines of earlier runs, kept in a file that is private to the user; None keeps nothing."""
    if path is None:
        yield
        return
    try:
        import readline
    except ImportError:
        yield
        return
    # A history that cannot be read or written must not keep anybody from asking.
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        readline.read_history_file(path)
    readline.set_history_length(_HISTORY_LINES)
    try:
        yield
    finally:
        with suppress(OSError):
            readline.write_history_file(path)
            path.chmod(0o600)
