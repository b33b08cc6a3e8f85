"""The boundary at which text reaches a terminal or a pipe: what is printed has been cleaned, and is never markup."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from coach.config_file import is_set
from coach.domain.errors import CoachError
from coach.domain.text import clean

if TYPE_CHECKING:
    from rich.console import Console


def say(text: str = "") -> None:
    """Print one line (or several) on standard output, without anything that a terminal would obey."""
    print(clean(text), flush=True)


def whisper(text: str) -> None:
    """Print one line on standard error: what is not part of the result."""
    print(clean(text), file=sys.stderr, flush=True)


def complain(error: CoachError) -> None:
    """Print an error on standard error: what happened, and on the next line what to do."""
    whisper(error.message)
    if error.hint:
        whisper(error.hint)


def plainly(plain: bool) -> bool:
    """Whether to print without colour and redrawing: asked for or set, or standard output is no terminal that could."""
    return plain or not sys.stdout.isatty() or wants_plain()


def wants_plain() -> bool:
    """Whether no terminal is to be drawn on: the setting says so, or the terminal is one that only takes lines."""
    return os.environ.get("TERM", "").lower() in ("dumb", "unknown") or is_set("plain")


def console(*, stderr: bool = False) -> Console:
    """Return a Rich console that reads no markup, emoji codes or highlights out of text. It obeys NO_COLOR."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def debugging() -> bool:
    """Whether tracebacks are wanted. Read apart from the settings, since they may be what failed."""
    return is_set("debug")
