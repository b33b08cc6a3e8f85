"""What an examination of the ledger and its indexes found, and what was done about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement."""

    #: Where: ``ledger``, ``full-text index``, ``vector index`` or ``compiled corpus``.
    part: str
    #: What was found, in plain words.
    found: str
    #: What was done about it, in plain words.
    done: str
    #: What the person can do, where not all of it could be repaired; else empty.
    hint: str = ""

    @property
    def repaired(self) -> bool:
        """Whether nothing is left to do."""
        return not self.hint
