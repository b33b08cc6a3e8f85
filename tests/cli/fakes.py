"""A coach whose answers are enqueued, and the values that tests of the command line are about."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from coach.agent.events import Checked, Delivered, Drafted, Event
from coach.agent.events import Step as AtStep
from coach.agent.provenance import Provenance
from coach.agent.reread import OnDisk, Standing
from coach.agent.vault import Removed
from coach.agent.vault_lock import VaultBusyError
from coach.agent.vault_report import Progress, Step, SyncReport
from coach.domain.answer import Answer, Citation, Sentence, Status, Verdict
from coach.domain.errors import CoachError, InputError
from coach.domain.evidence import Evidence, Retrieval, SourceMatch, Turn
from coach.domain.source import Source, SourceKind, Statement, StatementKind
from coach.grounding.checkers.base import Pair, Score
from coach.models.choice import ModelChoice
from coach.store.citing import CitedIn, TurnCitations
from coach.store.database import Database, open_database
from coach.store.vaults import Root

if TYPE_CHECKING:
    from coach.agent.library import Library
    from coach.store.sessions import Sessions

#: What nobody may be able to put on a screen or to crash a program with.
HOSTILE = "\x1b[31mred\x1b]52;c;aGk=\x07 [/INST] [@click=app.bell]x[/] [bold]b[/bold] \u202eevil\u2066 \x9b2J :smile:"
#: Characters that must never be printed, other than those of Rich's own styles.
FORBIDDEN = ("\x1b]", "\x07", "\x9b", "\u202e", "\u2066")

P8_2 = Statement("P8.2", "Name the cost of the date before you name the date.", StatementKind.PRINCIPLE)
C1_1 = Statement("C1.1", "Offer two scopes and one date.", StatementKind.ADVICE, serves=("P8.2",))
C1_2 = Statement("C1.2", "Write the offer down.", StatementKind.ADVICE, serves=("P8.2",))
N12_4 = Statement("N12.4", "We agreed to freeze on Friday.", StatementKind.NOTE, heading=("Retro",), line=7)

PRINCIPLE = Source("P8", SourceKind.PRINCIPLE, "Promise less", (P8_2,), path="corpus/principles/p8.md", builtin=True)
PRACTICE = Source("C1", SourceKind.PRACTICE, "Saying no", (C1_1, C1_2), when="you must refuse.", serves=("P8",))
NOTE = Source("N12", SourceKind.NOTE, "Retro", (N12_4,), date=date(2026, 10, 1), path="/notes/retro.md", private=True)


def found(statement: Statement, source: Source, score: float = 0.9) -> Evidence:
    return Evidence(statement, source.kind, source.title, score, "meaning 0.80", source.date, source.private)


EVIDENCE = (found(P8_2, PRINCIPLE), found(C1_1, PRACTICE), found(C1_2, PRACTICE), found(N12_4, NOTE))


def quoted(statement: Statement, part: str) -> Sentence:
    return Sentence(
        statement.text, (Citation(statement.id, statement.hash),), Verdict.SUPPORTED, 1.0, "lexical", part=part
    )


def quoted_answer(**changes: Any) -> Answer:
    """A page of quotes: every claim is a statement, word for word."""
    answer = Answer(
        status=Status.ANSWERED,
        sentences=(
            Sentence("This is about a moment when you must refuse.", part="frame"),
            quoted(P8_2, "point"),
            quoted(C1_1, "how"),
            quoted(C1_2, "how"),
            Sentence("Your note of 2026-10-01, “Retro”:", part="notes"),
            quoted(N12_4, "notes"),
        ),
        evidence=EVIDENCE,
        question="what do I say?",
        checker="lexical",
        timings={"total": 0.84},
    )
    return replace(answer, **changes)


def written_answer(**changes: Any) -> Answer:
    """A written answer with one supported, one unsupported, one uncited and one mended claim."""
    cite = (Citation("P8.2", P8_2.hash),)
    answer = Answer(
        status=Status.PARTIAL,
        sentences=(
            Sentence("Tell the VP what the date costs.", cite, Verdict.SUPPORTED, 0.91, "local"),
            Sentence(
                "Offer a raise.", cite, Verdict.UNSUPPORTED, 0.12, "local", reason="the statement says nothing of pay"
            ),
            Sentence("Everybody knows this.", (), Verdict.UNCITED),
            Sentence("Name its cost first.", cite, Verdict.SUPPORTED, 0.8, "local", mended_from="Name no date."),
        ),
        evidence=EVIDENCE,
        question="what do I say?",
        model="gpt (api.example.org)",
        composer="free",
        checker="local",
        timings={"total": 3.0},
        mended=1,
        dropped=2,
        remarks=("2 private lines were left out.",),
    )
    return replace(answer, **changes)


@dataclass
class Session:
    id: str
    title: str
    created: datetime = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
    updated: datetime = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


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


class FakeCoach:
    """Gives the answers and errors that were enqueued; a quoted answer where there is none."""

    def __init__(self) -> None:
        self.library = FakeLibrary()
        self.settings: Any = SimpleNamespace(home=Path("home"), sync_at_start=True)
        self.choice = ModelChoice("none", why="The settings say to use no model.")
        self.enqueued: list[Answer | BaseException] = []
        self.asked: list[dict[str, Any]] = []
        self.kept: list[Session] = []
        self.earlier: list[Answer] | CoachError = []
        self.cannot_delete: CoachError | None = None
        self.closed = 0
        self.scores: dict[str, float] = {}
        self.checked: list[tuple[str, tuple[str, ...]]] = []
        self.sentences: list[Sentence] = []

        @dataclass
        class Checker:
            name: str = "lexical"

        self.checker = Checker()

    @cached_property
    def citing(self) -> FakeCitations:
        return FakeCitations()

    @property
    def past(self) -> Provenance:
        return Provenance(cast("Library", self.library), cast("Sessions", self.citing), self.read)

    def read(self, source: Source, text: str, line: int) -> OnDisk:
        return OnDisk(Standing.NO_FILE)

    @cached_property
    def database(self) -> Database:
        """A real one: briefs, rehearsals and commitments are kept in it."""
        return open_database(self.settings.home / "coach.db")

    @cached_property
    def vault(self) -> FakeVault:
        return FakeVault(self.library)

    async def __aenter__(self) -> FakeCoach:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        self.closed += 1

    async def ask(
        self, question: str, *, session: str | None = None, keep: bool = True, turns: Sequence[Turn] = ()
    ) -> AsyncGenerator[Event, None]:
        self.asked.append({"question": question, "session": session, "keep": keep, "turns": tuple(turns)})
        yield AtStep("draft")
        yield Drafted("A draft with " + HOSTILE)
        answer = self.enqueued.pop(0) if self.enqueued else quoted_answer()
        if isinstance(answer, BaseException):
            raise answer
        for i, sentence in enumerate(answer.sentences):
            yield Checked(i, sentence)
        yield Delivered(replace(answer, session=(session or "s1") if keep else ""))

    async def score(self, pairs: Sequence[Pair]) -> list[Score]:
        values = [self.scores.get(p.claim, 0.9) for p in pairs]
        return [Score(v, checker="lexical") for v in values]

    async def check(self, text: str, source_ids: Sequence[str]) -> list[Sentence]:
        for source in source_ids:
            self.library.find(source)
        self.checked.append((text, tuple(source_ids)))
        return self.sentences

    def sessions(self, containing: str = "") -> list[Session]:
        return self.kept

    def latest_session(self) -> Session | None:
        return self.kept[0] if self.kept else None

    def turns(self, session: str) -> list[Turn]:
        return [Turn("what do I say? " + HOSTILE, "Name the cost. [P8.2]")]

    def answers(self, session: str, last: int | None = None) -> list[Answer]:
        if isinstance(self.earlier, CoachError):
            raise self.earlier
        return list(self.earlier)

    def rename_session(self, session: str, title: str) -> None:
        next(s for s in self.kept if s.id == session).title = title

    async def delete_session(self, session: str) -> None:
        if self.cannot_delete is not None:
            raise self.cannot_delete
        self.kept = [s for s in self.kept if s.id != session]
