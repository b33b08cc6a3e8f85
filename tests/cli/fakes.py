"""A coach that does as it is told."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from coach.agent.events import Checked, Delivered, Drafted, Event
from coach.agent.events import Step as AtStep
from coach.agent.provenance import Provenance
from coach.agent.reread import OnDisk, Standing
from coach.domain.answer import Answer, Sentence
from coach.domain.errors import CoachError
from coach.domain.evidence import Turn
from coach.domain.source import Source
from coach.grounding.checkers.base import Pair, Score
from coach.models.choice import ModelChoice
from coach.store.database import Database, open_database

if TYPE_CHECKING:
    from coach.agent.library import Library
    from coach.store.sessions import Sessions

from tests.cli.fake_sources import FakeCitations, FakeLibrary, FakeVault
from tests.cli.sample import HOSTILE, Session, quoted_answer


class FakeCoach:
    """Gives the answers and errors that were enqueued; a quoted answer where there is none."""

    def __init__(self) -> None:
        self.library = FakeLibrary()
        # Briefs, rehearsals and commitments are kept for real; the folder goes with this coach.
        self._folder = TemporaryDirectory(prefix="coach-fake-")
        self.settings: Any = SimpleNamespace(home=Path(self._folder.name), sync_at_start=True, chroma_url=None)
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
