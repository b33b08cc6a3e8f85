"""Coming back to what somebody decided to do: keeping it, asking what happened, and remembering that.

What came of a plan is written down as a private note, so that a later answer can find and cite it. The note names the
commitment as its path and goes when that goes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from coach.domain.answer import Citation
from coach.domain.commitment import OUTCOME_PATH, OUTCOME_TITLE, Commitment, State
from coach.domain.due import DEFAULT, read_due
from coach.domain.errors import CoachError, InputError
from coach.domain.if_then import NotAPlanError, read_plan
from coach.domain.sentences import split_sentences
from coach.domain.source import Draft, SourceKind, Statement, StatementKind
from coach.domain.text import clean, clean_line
from coach.store.commitments import Commitments
from coach.store.database import Database
from coach.store.ledger import Ledger

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.agent.library import Library

#: What somebody told of what happened is longer than this only by mistake.
MOST_CHARACTERS = 4_000
_TOLD = {
    State.KEPT: "You kept your plan “{plan}”",
    State.PARTLY: "You kept a part of your plan “{plan}”",
    State.MISSED: "You did not get to your plan “{plan}”",
    State.DROPPED: "You let go of your plan “{plan}”",
}

Clock = Callable[[], datetime]


def _clock() -> datetime:
    return datetime.now().astimezone()


def keeper(coach: Coach, now: Clock = _clock) -> Keeper:
    """Return the keeper of a coach's commitments."""
    return Keeper(coach.library, coach.database, now)


class Keeper:
    """Keeps commitments and what came of them. Every method raises `StoreError` where the ledger cannot be used.

    Args:
        library: the sources, among them what came of earlier plans.
        database: the ledger's file.
        now: the clock; its zone is the person's.
    """

    def __init__(self, library: Library, database: Database, now: Clock = _clock) -> None:
        self._library = library
        self._database = database
        self._ledger = Ledger(database)
        self._commitments = Commitments(database, now)
        self._now = now

    def commit(
        self, plan: str, due: str = DEFAULT, *, origin: str = "", citations: Sequence[Citation] = ()
    ) -> Commitment:
        """Keep one if-then plan, and return it as it was understood.

        Args:
            plan: in the person's words.
            due: when it comes back; see `coach.domain.due.read_due`.
            origin: what it came of: ``session:ID``, ``brief:ID``, ``rehearsal:ID``, or nothing.
            citations: the statements that it was made from.

        Raises:
            NotAPlanError: it has no cue or no deed; the hint is a sentence of the practice on if-then planning.
            InputError: the day cannot be read.
        """
        try:
            understood = read_plan(plan).text
        except NotAPlanError as e:
            raise NotAPlanError(e.message, self._help(e), e.statement) from e
        return self._commitments.add(understood, read_due(due or DEFAULT, self._now().date()), origin, citations)

    def all(self) -> tuple[Commitment, ...]:
        """Return every commitment: open ones first, the soonest due before the others, then the last settled."""
        return tuple(self._commitments.all())

    def due(self, now: datetime) -> tuple[Commitment, ...]:
        """Return the open ones whose day has come and that are not put off, the longest due first."""
        return tuple(self._commitments.due(now.date()))

    def to_ask(self, now: datetime) -> Commitment | None:
        """Return the one to ask about at a start: of those that are due and were not asked about today the longest due.

        One question at a start is enough. `asked` notes that it was put.
        """
        return next((c for c in self.due(now) if c.comes_back(now.date())), None)

    def asked(self, commitment: Commitment, now: datetime) -> Commitment:
        """Note that the person was asked, so that it does not come back on the same day."""
        return self._commitments.asked(commitment, now.date())

    def find(self, start: str) -> Commitment:
        """Return the one whose id begins so. Raises `InputError` where there is none, or more than one."""
        return self._commitments.find(start)

    def settle(self, commitment_id: str, state: State, what: str = "") -> Commitment:
        """Keep what came of a commitment, also in place of what was said before, and return it.

        Args:
            commitment_id: its id, or how that begins.
            state: any but open.
            what: what happened, in the person's words.

        Raises:
            InputError: there is no such commitment, or the text is too long.
        """
        if state is State.OPEN:
            raise InputError("A commitment that is settled is not open.", "Say kept, partly, missed or dropped.")
        told = clean(what).strip()
        if len(told) > MOST_CHARACTERS:
            raise InputError(
                f"What happened has {len(told):,} characters; {MOST_CHARACTERS:,} is the most.",
                "Tell it in a few sentences, and add the rest as a note: coach sources add FILE --kind note",
            )
        found = self._commitments.find(commitment_id)
        with self._database.write():
            settled = self._commitments.settle(found, state, told)
            changes = self._ledger.put_drafts([_note(settled)])
            settled = self._commitments.with_note(settled, changes.sources[0].id)
        # It is kept; what cannot be indexed now is indexed at the next start.
        with suppress(CoachError):
            self._library.bring_up_to_date()
        return settled

    def snooze(self, commitment_id: str, until: str) -> Commitment:
        """Have a commitment not asked about before a day, and return it.

        Raises:
            InputError: there is no such commitment, it is settled, or the day cannot be read.
        """
        found = self._commitments.find(commitment_id)
        if found.state is not State.OPEN:
            raise InputError(f"{found.id} is settled: {found.state.value}.", "Only what is open comes back.")
        return self._commitments.snooze(found, read_due(until, self._now().date()))

    def _help(self, error: NotAPlanError) -> str:
        """One sentence of the practice, with its id; what the rule itself says where practices are turned off."""
        try:
            _, statement = self._library.find(error.statement)
        except InputError:
            return error.hint
        if statement is None:
            return error.hint
        return f"{split_sentences(statement.text)[0]} [{statement.id}]"


def _note(commitment: Commitment) -> Draft:
    assert commitment.settled is not None
    plan = read_plan(commitment.plan)
    title = f"{OUTCOME_TITLE} {plan.cue[:1].lower()}{plan.cue[1:]}"
    lines = [_TOLD[commitment.state].format(plan=commitment.plan)]
    # A line break ends a sentence as well, however it was typed.
    lines += [s for line in commitment.outcome.split("\n") for s in split_sentences(clean_line(line))]
    return Draft(
        SourceKind.NOTE,
        title,
        tuple(Statement("", text, StatementKind.NOTE, heading=(title,)) for text in lines),
        tags=("commitment",),
        date=commitment.settled.date(),
        path=OUTCOME_PATH + commitment.id,
        private=True,
    )
