"""The one door for whoever asks: the command line, the TUI and the evals."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from dataclasses import replace
from types import TracebackType

from coach.agent.equipment import Equipment
from coach.agent.events import Delivered, Event
from coach.agent.lease import Lease
from coach.agent.library import Library
from coach.agent.privacy import stays, turn_of_row
from coach.agent.provenance import Provenance
from coach.agent.vault import Vault
from coach.domain.answer import Answer, Sentence
from coach.domain.errors import CoachError, InputError, NotKeptError, StoreError
from coach.domain.evidence import Turn
from coach.domain.ports import ChatModel
from coach.domain.text import clean, clean_line
from coach.grounding.checkers.base import Checker, Pair, Score
from coach.grounding.gate import check_text
from coach.models.choice import ModelChoice, choose
from coach.settings import Settings
from coach.store.database import Database
from coach.store.sessions import Session, Sessions

#: A question longer than this is a document.
MOST_CHARACTERS = 20_000
_TITLE_WORDS = 9
#: Settings that say which model answers.
_MODEL_SETTINGS = ("model", "base_url", "api_key")
#: Conversations whose questions come back to whoever types, and questions of each.
_RECALLED = 10
_RECALLED_OF = 30


class Coach:
    """Asks, remembers and checks. Use it as an async context manager; `coach.agent.assembly.open_coach` makes one.

    Attributes:
        library: sources and search.
        vault: the person's notes where they lie, which the library takes over from there.
        settings: what was set.
        choice: which model answers, why, and what leaves the machine.
    """

    def __init__(
        self,
        settings: Settings,
        library: Library,
        sessions: Sessions,
        choice: ModelChoice,
        vault: Vault,
        equip: Callable[[Settings, ModelChoice], Equipment],
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings = settings
        self.library = library
        self.choice = choice
        self.vault = vault
        self._sessions = sessions
        self._lease = Lease(lambda: equip(self.settings, self.choice))
        self._close = close
        self._warm = False

    async def __aenter__(self) -> Coach:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop the local model, if one was started, let go of an endpoint's connections, and close the ledger."""
        await self._lease.aclose()
        self._close()

    async def change_model(self, settings: Settings) -> ModelChoice:
        """Let the model of these `settings` answer from the next turn on; return which it is.

        Only what they say of the model is taken over. A turn that is being answered ends with the model that it began
        with. What is wrong with the model shows when it is asked.
        """
        changed = self.settings.model_copy(update={name: getattr(settings, name) for name in _MODEL_SETTINGS})
        # It may ask an endpoint or the keyring, and other turns go on meanwhile.
        self.choice = await asyncio.to_thread(choose, changed)
        self.settings = changed
        await self._lease.renew()
        return self.choice

    async def ask(
        self, question: str, *, session: str | None = None, keep: bool = True, turns: Sequence[Turn] = ()
    ) -> AsyncGenerator[Event, None]:
        """Answer `question`, telling what happens as it happens; the last event is `Delivered`.

        Args:
            question: what the person asks or describes.
            session: id of the conversation to continue; None begins a new one.
            keep: whether to keep the conversation. Without it nothing is written anywhere.
            turns: what was said before, oldest first, in a conversation that is not kept; by default that of `session`.

        Raises:
            InputError: the question is empty or too long, or there is no such conversation.
            NotKeptError: the answer was made but could not be kept; it is in the error.
            ModelError, StoreError: see `coach.domain.errors`. What was asked before stays as it was.
        """
        # LangGraph takes half a second to import, and the networks load in native code meanwhile.
        threading.Thread(target=self._warm_up, daemon=True).start()
        from coach.agent.graph import MEMORY, run

        asked = clean(question).strip()
        if not asked:
            raise InputError("There is no question.", 'Ask one: coach ask "my VP wants a date and my team is tired"')
        if len(asked) > MOST_CHARACTERS:
            raise InputError(
                f"The question has {len(asked):,} characters; {MOST_CHARACTERS:,} is the most.",
                "Keep the situation, and add the document as a note: coach sources add FILE --kind note",
            )
        if session is not None and self._sessions.get(session) is None:
            raise InputError(f"There is no conversation {session!r}.", "List them with: coach sessions")
        checkpoints = self.settings.checkpoints_path if keep else None
        thread = session or self._sessions.new_id()

        def earlier() -> Sequence[Turn]:
            return turns or (self.turns(session, MEMORY) if session is not None else ())

        async with (
            self._lease.turn() as equipment,
            aclosing(run(equipment, asked, thread, checkpoints, earlier)) as events,
        ):
            async for event in events:
                if isinstance(event, Delivered) and keep:
                    yield Delivered(await self._keep(event.answer, asked, thread, begun=session is None))
                else:
                    yield event

    def _warm_up(self) -> None:
        if not self._warm:
            self._warm = True
            # What is wrong shows again, in plain words, where the search itself needs it.
            with suppress(CoachError):
                self.library.retriever.warm_up()

    async def answer(
        self, question: str, *, session: str | None = None, keep: bool = True, turns: Sequence[Turn] = ()
    ) -> Answer:
        """Return the delivered answer; see `ask`."""
        answer = None
        async for event in self.ask(question, session=session, keep=keep, turns=turns):
            if isinstance(event, Delivered):
                answer = event.answer
        if answer is not None:
            return answer
        raise CoachError("The answer was not delivered.", "Ask again.")  # pragma: no cover - the graph always delivers

    async def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """Return how well each evidence supports its claim, as the checker in use sees it."""
        return await self.checker.score(pairs)

    async def check(self, text: str, source_ids: Sequence[str]) -> list[Sentence]:
        """Return the sentences of `text` with verdicts against these sources or statements.

        Raises:
            InputError: there is no such source or statement.
        """
        statements = []
        private = False
        for wanted in source_ids:
            source, statement = self.library.find(wanted)
            statements += [statement] if statement else list(source.statements)
            private = private or source.private
        return await check_text(clean(text), statements, _OnThisMachine(self.checker) if private else self.checker)

    @property
    def checker(self) -> Checker:
        """The checker in use."""
        return self.equipment().checker

    @property
    def model(self) -> ChatModel | None:
        """The model in use, or None. Not started before it is asked."""
        return self.equipment().model

    def equipment(self) -> Equipment:
        """Return what answers are made with, made at first use."""
        return self._lease.equipment()

    def lease(self) -> AbstractAsyncContextManager[Equipment]:
        """Give that to whatever takes a while: it keeps its model to its end, also where another one is chosen then."""
        return self._lease.turn()

    def sessions(self, containing: str = "") -> list[Session]:
        """Return the conversations, last used first, whose title contains `containing`."""
        return self._sessions.list(containing)

    def questions(self) -> list[str]:
        """Return the last questions of the last conversations, oldest first."""
        return [q for s in reversed(self.sessions()[:_RECALLED]) for q in self._sessions.questions(s.id, _RECALLED_OF)]

    def latest_session(self) -> Session | None:
        """Return the conversation that was used last, or None."""
        return self._sessions.latest()

    def turns(self, session: str, last: int | None = None) -> list[Turn]:
        """Return questions and answers of a conversation, oldest first; the answers with their ids in brackets.

        Only the `last` so many if that is given.

        Raises:
            StoreError: what was kept cannot be read.
        """
        turns = []
        for kept in self._sessions.turns(session, last):
            try:
                turn = turn_of_row(kept.question, json.loads(kept.answer))
            except (KeyError, TypeError, ValueError) as e:
                raise _unreadable("Delete the conversation with: coach sessions delete") from e
            turns.append(replace(turn, private=stays(turn, self.library.private)))
        return turns

    def answers(self, session: str, last: int | None = None) -> list[Answer]:
        """Return the answers of a conversation as they were delivered, oldest first; only the `last` so many if given.

        Raises:
            StoreError: what was kept cannot be read.
        """
        try:
            return [Answer.from_dict(json.loads(t.answer)) for t in self._sessions.turns(session, last)]
        except (KeyError, TypeError, ValueError, StopIteration) as e:
            raise _unreadable("It was kept by another version; see its text with: coach sessions show") from e

    def rename_session(self, session: str, title: str) -> None:
        """Give a conversation another title."""
        self._sessions.rename(session, clean_line(title))

    @property
    def database(self) -> Database:
        """The ledger's file, in which briefs, rehearsals and commitments are kept as well."""
        return self._sessions.database

    @property
    def past(self) -> Provenance:
        """What past answers cite, and what became of it."""
        return Provenance(self.library, self._sessions)

    async def delete_session(self, session: str) -> None:
        """Forget a conversation: its turns and the graph's memory of it."""
        await self._forget(session)
        self._sessions.delete(session)

    async def _keep(self, answer: Answer, question: str, thread: str, *, begun: bool) -> Answer:
        kept = replace(answer, session=thread)
        written = json.dumps(kept.as_dict(), ensure_ascii=False)
        try:
            self._sessions.append(thread, question, written, title=_title(question) if begun else None)
        except CoachError as e:
            if begun:
                # Nobody could ever delete what the graph remembers of a conversation that is in no list.
                with suppress(CoachError):
                    await self._forget(thread)
            raise NotKeptError(e, answer) from e
        return kept

    async def _forget(self, thread: str) -> None:
        from coach.agent.checkpoints import forget

        await forget(self.settings.checkpoints_path, thread)


class _OnThisMachine:
    """A checker that is told that all evidence is private."""

    def __init__(self, checker: Checker) -> None:
        self.name = checker.name
        self._checker = checker

    async def score(self, pairs: Sequence[Pair]) -> list[Score]:
        return await self._checker.score([replace(pair, private=True) for pair in pairs])


def _title(question: str) -> str:
    words = clean_line(question).split()
    return " ".join(words[:_TITLE_WORDS]) + ("…" if len(words) > _TITLE_WORDS else "")


def _unreadable(hint: str) -> StoreError:
    return StoreError("An answer of this conversation cannot be read.", hint)
