"""What a sync did, as a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What a sync is at."""

    READING = "reading"
    INDEXING = "indexing"
    SHARING = "sharing"


#: Called with the step, how much of it is done (files read, texts indexed, notes shared), and of how much.
Progress = Callable[[Step, int, int], None]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or folder that could not be read, or a root that could not be looked at."""

    path: str
    #: In plain words.
    reason: str
    #: Whether it was not so when it was last looked at.
    new: bool = False
    #: How many notes that stood there are still used as they were read last.
    keeps: int = 0


@dataclass(frozen=True, slots=True)
class TeamReport:
    """What was exchanged with the team's server; numbers of sources."""

    #: Of one's own: written there, and removed there.
    shared: int = 0
    unshared: int = 0
    #: Of teammates: copies that were made or brought up to date, and copies that went.
    taken: int = 0
    gone: int = 0
    #: Why it could not be done, in plain words; empty where it was.
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync did, and what it could not do. Ids are of notes."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    #: Renamed or moved, with the number that they had.
    moved: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    #: How many files are read, as things are now, and how many are not for reading.
    read: int = 0
    skipped: int = 0
    #: All that cannot be read, also where that is known from before.
    failed: tuple[Failure, ...] = ()
    #: Roots that are missing, or empty all of a sudden: nothing of theirs was removed.
    troubles: tuple[Failure, ...] = ()
    #: What had to be left out or guessed in the files that were read now, by path, in plain words.
    remarks: tuple[tuple[str, str], ...] = ()
    team: TeamReport = TeamReport()

    @property
    def whole(self) -> bool:
        """Whether everything was read, and the team's server is in step."""
        return not self.failed and not self.troubles and not self.team.trouble

    @property
    def changes(self) -> int:
        """How many notes are not what they were."""
        return len(self.added) + len(self.changed) + len(self.moved) + len(self.removed)

    @property
    def news(self) -> tuple[Failure, ...]:
        """What could be read when it was last looked at, or was not there, and cannot be read now."""
        return tuple(f for f in (*self.troubles, *self.failed) if f.new)
