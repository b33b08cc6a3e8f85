"""A coach that plays scripts: what happens in a turn, where it waits, and where it breaks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from coach.agent.coach import Coach
from coach.agent.events import Checked, Delivered, Drafted, Event, Found, Step
from coach.domain.answer import Answer
from coach.domain.evidence import Retrieval
from coach.domain.source import Source, SourceKind
from coach.tui.app import CoachApp
from tests.cli.fake_sources import FakeLibrary
from tests.cli.fakes import FakeCoach
from tests.cli.sample import quoted_answer


class Gate:
    """A place in a script where the turn waits until the test opens it, from whatever thread."""

    def __init__(self) -> None:
        self._open = threading.Event()

    def open(self) -> None:
        self._open.set()

    async def wait(self) -> None:
        while not self._open.is_set():
            await asyncio.sleep(0.002)


Script = list[Event | Gate | BaseException]


def script(answer: Answer, *, gate: Gate | None = None, words: int = 3) -> Script:
    """The events of a turn as the agent sends them: steps, a draft in pieces, verdicts, the answer."""
    draft = answer.text.split(" ")
    pieces = [" ".join(draft[i : i + words]) for i in range(0, len(draft), words)]
    drafted: list[Event] = [Drafted(p if i == 0 else f" {p}") for i, p in enumerate(pieces)]
    found = Found(Retrieval(answer.question, evidence=answer.evidence))
    events: Script = [Step("screen"), Step("retrieve"), found, Step("draft"), *drafted]
    if gate is not None:
        events.append(gate)
    events += [Step("check"), *(Checked(i, s) for i, s in enumerate(answer.sentences)), Step("deliver")]
    return [*events, Delivered(answer)]


class ScriptedLibrary(FakeLibrary):
    """Waits while it indexes, if told to; can be told to fail; forgets what is removed."""

    def __init__(self) -> None:
        super().__init__()
        self.indexing: Gate | None = None
        self.failure: BaseException | None = None

    def bring_up_to_date(self, progress: Callable[[int, int], None] | None = None, *, wait: bool = True) -> None:
        super().bring_up_to_date(progress, wait=wait)
        if self.indexing is not None:
            self.indexing._open.wait(10)
        if self.failure is not None:
            raise self.failure

    def add(self, paths: Any, kind: SourceKind, progress: Callable[[int, int], None] | None = None) -> Any:
        if self.failure is not None:
            raise self.failure
        if progress is not None:
            progress(1, 2)
            progress(2, 2)
        return super().add(paths, kind, progress)

    def remove(self, source_id: str) -> Source:
        source = super().remove(source_id)
        self.all = [s for s in self.all if s.id != source_id]
        return source


@dataclass
class Kept:
    """A kept conversation."""

    id: str
    title: str
    created: datetime
    updated: datetime
    answers: list[Answer] = field(default_factory=list)


class ScriptedCoach(FakeCoach):
    """Plays the scripts that were enqueued, one a turn; a quoted answer where there is none left."""

    library: ScriptedLibrary

    def __init__(self) -> None:
        super().__init__()
        self.library = ScriptedLibrary()
        self.settings.ask_back = False
        self.scripts: list[Script] = []
        self.conversations: list[Kept] = []
        self.cancelled = 0

    def keep(self, title: str, *answers: Answer) -> Kept:
        """Have one more kept conversation, older than those before it."""
        used = datetime(2026, 11, 20, 9, 30, tzinfo=UTC) - timedelta(days=len(self.conversations))
        kept = Kept(f"s{len(self.conversations) + 1}", title, used, used, list(answers))
        self.conversations.append(kept)
        return kept

    async def ask(
        self, question: str, *, session: str | None = None, keep: bool = True, **_: Any
    ) -> AsyncGenerator[Event, None]:
        self.asked.append({"question": question, "session": session, "keep": keep})
        events = self.scripts.pop(0) if self.scripts else script(quoted_answer(question=question))
        try:
            for event in events:
                if isinstance(event, Gate):
                    await event.wait()
                elif isinstance(event, BaseException):
                    raise event
                elif isinstance(event, Delivered):
                    yield Delivered(
                        self._kept(replace(event.answer, question=question), session) if keep else event.answer
                    )
                else:
                    yield event
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled += 1
            raise

    def _kept(self, answer: Answer, session: str | None) -> Answer:
        kept = next((c for c in self.conversations if c.id == session), None) or self.keep(answer.question)
        kept.answers.append(replace(answer, session=kept.id))
        return kept.answers[-1]

    async def change_model(self, settings: Any) -> Any:
        from coach.models.choice import choose

        self.settings, self.choice = settings, choose(settings)
        return self.choice

    def sessions(self, containing: str = "") -> list[Any]:
        return [c for c in self.conversations if containing.lower() in c.title.lower()]

    def questions(self) -> list[str]:
        return [a.question for c in reversed(self.conversations) for a in c.answers]

    def latest_session(self) -> Any:
        return self.conversations[0] if self.conversations else None

    def turns(self, session: str) -> list[Any]:
        from coach.domain.evidence import Turn

        return [Turn(a.question, a.text) for a in self._conversation(session).answers]

    def answers(self, session: str, last: int | None = None) -> list[Answer]:
        answers = self._conversation(session).answers
        return answers if last is None else answers[-last:] if last else []

    def rename_session(self, session: str, title: str) -> None:
        self._conversation(session).title = title

    async def delete_session(self, session: str) -> None:
        self.conversations = [c for c in self.conversations if c.id != session]

    def _conversation(self, session: str) -> Kept:
        return next(c for c in self.conversations if c.id == session)


def app_over(coach: ScriptedCoach, preferences_path: Path | None = None, **options: Any) -> CoachApp:
    """The program over a scripted coach."""
    return CoachApp(lambda: cast("Coach", coach), preferences_path=preferences_path, **options)
