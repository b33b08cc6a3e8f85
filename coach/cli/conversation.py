"""What a conversation in plain lines goes on from, and the shelf of those that were kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coach.cli.sessions import found
from coach.domain.answer import Answer
from coach.domain.errors import InputError
from coach.domain.evidence import Turn

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.store.sessions import Session

#: Turns that a conversation which is kept nowhere goes on from.
_REMEMBERED = 6
#: How a command names the conversation that is open.
THIS = "this"


class Conversation:
    """The conversation that is open.

    Args:
        coach: answers, and keeps conversations.
        keep: whether they are kept.
    """

    def __init__(self, coach: Coach, *, keep: bool) -> None:
        self._coach = coach
        self.keep = keep
        self.new()

    def new(self) -> None:
        """Begin anew."""
        #: Its id; None until its first answer is kept.
        self.session: str | None = None
        #: Its answers, oldest first.
        self.answers: list[Answer] = []
        #: The answer that ids and numbers are about: the last one, or one that was read again.
        self.shown: Answer | None = None
        #: What was asked last, answered or not.
        self.question = ""

    def add(self, answer: Answer) -> None:
        """Take in an answer that was delivered."""
        self.session = answer.session or None
        self.answers.append(answer)
        self.shown = answer

    def go_on(self, session: str) -> None:
        """Open a kept conversation.

        Raises:
            InputError: nothing is to be kept, so it cannot go on.
            StoreError: its answers cannot be read; what was open stays.
        """
        if not self.keep:
            raise InputError("A conversation that goes on is kept.", "Start again without --no-keep.")
        answers = self._coach.answers(session)
        self.new()
        self.session, self.answers = session, answers
        if answers:
            self.shown, self.question = answers[-1], answers[-1].question

    @property
    def turns(self) -> list[Turn]:
        """What the next answer is told of those before it, where they are kept nowhere else."""
        from coach.agent.privacy import turn_of

        return [] if self.keep else [turn_of(answer) for answer in self.answers[-_REMEMBERED:]]


class Shelf:
    """The kept conversations, as they were listed last. What is deleted is put aside until `forget`.

    Args:
        coach: keeps them.
    """

    def __init__(self, coach: Coach) -> None:
        self._coach = coach
        self._listed: list[Session] = []
        self._deleted: list[Session] = []

    def list(self, containing: str = "") -> list[Session]:
        """Return those whose title or questions contain the words, last used first; numbers are theirs from now on."""
        aside = {s.id for s in self._deleted}
        self._listed = [s for s in self._coach.sessions(containing) if s.id not in aside]
        return self._listed

    def find(self, name: str, open_now: str | None) -> Session:
        """Return the one that is meant.

        Args:
            name: its number in the last list, the beginning of its id, or `THIS`.
            open_now: id of the one that is open.

        Raises:
            InputError: there is none.
        """
        if name.lower() == THIS:
            if open_now is None:
                raise InputError("This conversation is not kept yet.", "Ask something first.")
            name = open_now
        elif len(name) < 6 and name.isascii() and name.isdigit():
            if not 1 <= int(name) <= len(self._listed):
                raise InputError(f"There is no conversation {name} in the last list.", "List them with /sessions")
            name = self._listed[int(name) - 1].id
        session = found(self._coach, name)
        if session.id in {s.id for s in self._deleted}:
            raise InputError("That conversation was deleted.", "/undo takes it back.")
        return session

    def delete(self, session: Session) -> None:
        """Put a conversation aside."""
        if session.id not in {s.id for s in self._deleted}:
            self._deleted.append(session)

    def undo(self) -> Session:
        """Return the conversation that was deleted last, which is back. Raises `InputError` where there is none."""
        if not self._deleted:
            raise InputError("Nothing was deleted that could be taken back.", "List what there is with /sessions")
        return self._deleted.pop()

    async def forget(self) -> None:
        """Delete for good what was put aside. Raises `StoreError` where that fails; what is left is still there."""
        while self._deleted:
            await self._coach.delete_session(self._deleted[-1].id)
            self._deleted.pop()
