"""What one look at a folder of notes found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Rule(StrEnum):
    """Why something is passed over without being named, as one says behind a number."""

    HIDDEN = "hidden"
    NOISE = "kept by other programs"
    IGNORED = "named in a .coachignore"
    EXCLUDED = "excluded"
    NOT_INCLUDED = "not included"
    APART = "added on its own"


class Found(NamedTuple):
    """A file that the rules let through."""

    path: str
    #: In bytes.
    size: int
    #: When it was changed last, in nanoseconds since 1970.
    mtime_ns: int
    #: The folder that it really lies in, where a link leads there; else empty.
    via: str


class Aside(NamedTuple):
    """Something that is no file to read: what it is, and why."""

    path: str
    reason: str
    #: Whether a note may be there that could not be seen; else there is nothing to read.
    failed: bool


@dataclass(slots=True)
class Walked:
    """What one look at a folder found, in the order of the paths."""

    files: list[Found] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    #: How many files and folders each rule passed over; what is in such a folder is not counted.
    passed: Counter[Rule] = field(default_factory=Counter)
    #: Why nothing at all could be seen; empty where something could.
    trouble: str = ""
    #: Whether there is nothing in it but folders, and what is hidden or kept by other programs.
    empty: bool = True
