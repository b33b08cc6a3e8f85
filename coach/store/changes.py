"""What a write to the ledger did, source by source."""

from __future__ import annotations

from dataclasses import dataclass

from coach.domain.ids import sort_key
from coach.domain.source import Source


@dataclass(frozen=True, slots=True)
class Changes:
    """What a write did."""

    #: Ids of sources, each in one of the four.
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    #: The sources that were put, as they are now, in the order that they were given in.
    sources: tuple[Source, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


class ChangeLog:
    """Collects what one write does."""

    def __init__(self) -> None:
        self._ids: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": [], "removed": []}
        self._sources: list[Source] = []

    def put(self, what: str, source: Source) -> None:
        """Note that a source was put; `what` is added, changed or unchanged."""
        self._ids[what].append(source.id)
        self._sources.append(source)

    def removed(self, source_id: str) -> None:
        """Note that a source was removed."""
        self._ids["removed"].append(source_id)

    def changes(self) -> Changes:
        """Return what was noted, ids in their order."""
        ids = {what: tuple(sorted(ids, key=sort_key)) for what, ids in self._ids.items()}
        return Changes(ids["added"], ids["changed"], ids["unchanged"], ids["removed"], tuple(self._sources))
