"""Examining everything that is kept, and repairing it: the ledger's file first, then what is derived from it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from coach.agent.assembly import open_coach
from coach.agent.coach import Coach
from coach.domain.errors import CoachError
from coach.domain.finding import Finding
from coach.settings import Settings
from coach.store.salvage import Salvage, damage, salvage

LEDGER = "ledger"
#: Called with how many texts are indexed and how many there are to index.
Progress = Callable[[int, int], None]
#: What people made, by table: no file has it as well.
_MADE = {
    "sessions": "titles of conversations",
    "turns": "answers",
    "briefs": "briefs",
    "rehearsals": "rehearsals",
    "commitments": "commitments",
}


@dataclass(frozen=True, slots=True)
class Examination:
    """What was examined, and what was found."""

    sources: int
    statements: int
    #: Nothing where all agreed.
    findings: tuple[Finding, ...]

    @property
    def repaired(self) -> bool:
        """Whether nothing is left to do."""
        return all(finding.repaired for finding in self.findings)


def verify(settings: Settings, progress: Progress | None = None) -> Examination:
    """Examine the ledger and its indexes, and repair what can be repaired. Not to be called within an event loop.

    Raises:
        StoreError: the ledger is in use, or something cannot be written.
        ModelError: the embedder is an endpoint and fails.
    """
    saved = salvage(settings.database_path) if damage(settings.database_path) else None
    coach = open_coach(settings)
    try:
        findings = list(_restore(coach, saved)) if saved is not None else []
        derived = coach.library.verify(progress)
        # Notes that come back are indexed, so the indexes have to be sound.
        findings += _come_back(coach, saved) if saved is not None else ()
        findings += derived
        return Examination(sum(coach.library.counts().values()), coach.library.statement_count(), tuple(findings))
    finally:
        asyncio.run(coach.aclose())


def _restore(coach: Coach, saved: Salvage) -> Iterator[Finding]:
    """Read from their files the sources of which not all was saved, and yield what happened."""
    rows = saved.rows
    yield Finding(
        LEDGER,
        "Its file was damaged.",
        f"What could be read is in a new one: {rows['sources']:,} sources, {rows['statements']:,} statements, "
        f"{rows['sessions']:,} conversations with {rows['turns']:,} answers. The damaged file is kept: {saved.copy}",
    )
    failed = coach.library.read_again(saved.incomplete.values())
    if again := [i for i in saved.incomplete if i not in {source.id for source in failed}]:
        done = "It was read again from its file." if len(again) == 1 else "They were read again from their files."
        yield Finding(LEDGER, f"Of {_listed(again)} not all could be read.", done)
    for source in failed:
        yield Finding(
            LEDGER,
            f"Of {source.id} {source.title} not all could be read, and its file cannot be read again.",
            "What is left of it is kept, and stays on this machine.",
            f"Put the file back to {source.path}, then run: coach sources add '{source.path}'"
            if source.path
            else "Add its file again: coach sources add FILE",
        )


def _come_back(coach: Coach, saved: Salvage) -> Iterator[Finding]:
    """Read the folders of notes again, where some were lost, and yield what happened, and what cannot come back."""
    try:
        added = coach.vault.sync().added
    except CoachError as e:
        added = ()
        yield Finding(LEDGER, f"Your notes could not be read again: {e.message}", "", "Run: coach notes sync")
    if saved.lost:
        yield Finding(
            LEDGER,
            f"What belongs to {_listed(saved.lost)} could not be read; these numbers are not used again.",
            f"The folders of your notes were read again: {len(added)} came back with new numbers.",
            "" if len(added) >= len(saved.lost) else "Add the files that are missing again: coach sources add FILE",
        )
    if made := [what for table, what in _MADE.items() if table in saved.torn]:
        yield Finding(
            LEDGER,
            f"Some {' and '.join(made)} could not be read.",
            "The others are kept.",
            f"If you have a backup of {coach.settings.database_path}, it has them.",
        )


def _listed(ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:10])
    return shown if len(ids) <= 10 else f"{shown} and {len(ids) - 10} more"
