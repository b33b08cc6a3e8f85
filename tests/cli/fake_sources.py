"""A library, citations and a vault that do as they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from coach.agent.vault import Removed
from coach.agent.vault_lock import VaultBusyError
from coach.agent.vault_report import Progress, Step, SyncReport
from coach.domain.errors import CoachError, InputError
from coach.domain.evidence import Retrieval, SourceMatch, Turn
from coach.domain.source import Source, SourceKind, Statement
from coach.store.citing import CitedIn, TurnCitations
from coach.store.listed import Listed
from coach.store.vaults import Root
from tests.cli.sample import EVIDENCE, NOTE, PRACTICE, PRINCIPLE


class FakeLibrary:
    """Three sources; remembers what was asked of it."""

    def __init__(self) -> None:
        self.all = [PRINCIPLE, PRACTICE, NOTE]
        self.boundaries = SimpleNamespace(referral_sources=frozenset())
        self.calls: list[tuple[Any, ...]] = []
        self.missing: tuple[str, ...] = ()
        self.to_index = 0
        self.error: CoachError | None = None

    def bring_up_to_date(self, progress: Callable[[int, int], None] | None = None, *, wait: bool = True) -> None:
        if progress and self.to_index:
            for done in range(1, self.to_index + 1):
                progress(done, self.to_index)

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> None:
        self.calls.append(("rebuild",))

    def rewrite(self, progress: Callable[[int, int], None] | None = None) -> None:
        self.calls.append(("rewrite",))

    def sources(self, kind: SourceKind | None = None) -> list[Source]:
        return [s for s in self.all if kind in (None, s.kind)]

    def listed(self) -> list[Listed]:
        return [Listed(s.id, s.kind, s.title, s.date, s.private, s.builtin) for s in self.all]

    def counts(self) -> dict[SourceKind, int]:
        return {kind: len(self.sources(kind)) for kind in SourceKind}

    def find(self, any_id: str) -> tuple[Source, Statement | None]:
        wanted = any_id.strip("[]").upper()
        for source in self.all:
            if source.id == wanted:
                return source, None
            for statement in source.statements:
                if statement.id == wanted:
                    return source, statement
        raise InputError(f"There is no source {any_id!r}.", "List them with: coach sources")

    def source(self, source_id: str) -> Source | None:
        return next((s for s in self.all if s.id == source_id), None)

    def statements(self, ids: Iterable[str]) -> dict[str, Statement]:
        wanted = set(ids)
        return {s.id: s for source in self.all for s in source.statements if s.id in wanted}

    def search(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        *,
        limit: int = 12,
        kinds: Sequence[SourceKind] = tuple(SourceKind),
    ) -> Retrieval:
        self.calls.append(("search", question, tuple(turns), limit, tuple(kinds)))
        return Retrieval(
            question,
            principles=(SourceMatch("P8", "Promise less", SourceKind.PRINCIPLE, 0.9),),
            evidence=tuple(e for e in EVIDENCE if e.source_kind in kinds)[:limit],
            missing=self.missing,
        )

    def add(self, paths: Sequence[Path], kind: SourceKind, progress: Callable[[int, int], None] | None = None) -> Any:
        self.calls.append(("add", tuple(paths), kind))

        @dataclass
        class Added:
            sources: tuple[Source, ...]
            remarks: tuple[str, ...]

        return Added((NOTE,), ("One statement was cut.",))

    def remove(self, source_id: str) -> Source:
        source, _ = self.find(source_id)
        self.calls.append(("remove", source.id))
        return source


class FakeCitations:
    """Which kept answers cite which statement, as it was told: by id."""

    def __init__(self) -> None:
        self.cited: list[tuple[str, CitedIn]] = []

    def citing(self, statement_id: str) -> list[CitedIn]:
        return [c for i, c in self.cited if i == statement_id]

    def citations(self, session_id: str | None = None) -> list[TurnCitations]:
        return [
            TurnCitations(c.session, c.position, frozenset({(i, c.hash)}))
            for i, c in self.cited
            if session_id in (None, c.session)
        ]


class FakeVault:
    """No folders; removes from the library, and gives the reports and errors that were enqueued."""

    def __init__(self, library: FakeLibrary) -> None:
        self.library = library
        self.added: list[Root] = []
        self.enqueued: list[SyncReport | BaseException] = []
        self.synced = 0
        #: What a sync tells of how far it is.
        self.tells: list[tuple[Step, int, int]] = []
        #: Whether another sync is at work.
        self.busy = False

    def roots(self) -> list[Root]:
        return list(self.added)

    def sync(self, progress: Progress | None = None, *, wait: bool = True) -> SyncReport:
        if self.busy and not wait:
            raise VaultBusyError("The notes are being read already.", "Wait until that has finished.")
        self.synced += 1
        for told in self.tells:
            if progress:
                progress(*told)
        report = self.enqueued.pop(0) if self.enqueued else SyncReport()
        if isinstance(report, BaseException):
            raise report
        return report

    def remove(self, what: str, *, wait: bool = True) -> Removed:
        if self.busy and not wait:
            raise VaultBusyError("The notes are being read already.", "Wait until that has finished.")
        source = self.library.remove(what)
        return Removed(id=source.id, title=source.title)
