"""Running a rehearsal: the person says a line, the counterpart answers in role; back, again, aside, and stop.

Which move the counterpart makes is decided by `coach.agent.talks.resistance` alone. A model, where one may write, only
words it. After each turn everything is kept, branches that were left included.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from coach.agent.equipment import Equipment
from coach.agent.language import other_language
from coach.agent.talks import resistance
from coach.agent.talks.acts import acts as acts_of
from coach.agent.talks.aside import Aside, advise
from coach.agent.talks.lines import FIXED
from coach.agent.talks.lines import line as written_line
from coach.agent.talks.matters import matter_in, referral
from coach.agent.talks.present import open_now
from coach.agent.talks.voice import Refused, worded
from coach.domain.answer import Citation, Sentence
from coach.domain.errors import CoachError, InputError, ModelError
from coach.domain.ports import ChatModel
from coach.domain.preparation import Brief
from coach.domain.rehearsal import MOST_CHARACTERS, MOST_TURNS, Move, Rehearsal, State, Turn
from coach.domain.text import clean
from coach.store.rehearsals import Rehearsals

if TYPE_CHECKING:
    from coach.agent.coach import Coach

#: Said before a rehearsal in which no model words what the counterpart says.
SIMPLE = (
    "No capable model is in use, so the counterpart is simple: it resists by rules, and says lines that were written "
    "beforehand. It hears what your line does, and not all that it means."
)
#: Said before one in which a small model does.
SMALL = "A small model words the counterpart, within rules that choose what it does: expect simple sentences."

_PRIVATE_NOW = "The counterpart has words of a line that is private now, so no model elsewhere was asked."


@dataclass(frozen=True, slots=True)
class Spoke:
    """The counterpart said `text`, which continues what it said before in this turn."""

    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """The turn is done and kept. The last event of a line that was answered."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class Referred:
    """The line named a matter that belongs to somebody else: the rehearsal is over. The line is kept nowhere."""

    #: What to do now; those that cite something are statements.
    sentences: tuple[Sentence, ...]


TalkEvent = Spoke | Said | Referred


class Rehearsing:
    """One rehearsal that is going on.

    Args:
        coach: whose sources, screen and model are used.
        rehearsals: where it is kept.
        rehearsal: as it stands.
        brief: the page that it rehearses; None where that is gone. The counterpart never sees it.
    """

    def __init__(self, coach: Coach, rehearsals: Rehearsals, rehearsal: Rehearsal, brief: Brief | None) -> None:
        self._coach = coach
        self._rehearsals = rehearsals
        self._brief = brief
        self._coached: tuple[Citation, ...] = ()
        #: A model that could not be asked, and is not asked again.
        self._failed: ChatModel | None = None
        #: As it stands now.
        self.rehearsal = rehearsal
        threading.Thread(target=self._warm_up, daemon=True).start()

    @property
    def notice(self) -> str:
        """What the person should know of how the counterpart is worded, one or two sentences; empty where nothing."""
        model = self._model(self._coach.equipment())
        if model is None:
            return SIMPLE
        return SMALL if model.ability != "free" else ""

    @property
    def latest(self) -> tuple[str, Move]:
        """What the counterpart said last, and which move that was."""
        path = self.rehearsal.path
        return (path[-1].reply, path[-1].move) if path else (self.rehearsal.greeting, Move.GREET)

    @property
    def over(self) -> bool:
        """Whether it has ended; going back to a line opens it again."""
        return self.rehearsal.state is not State.OPEN

    async def say(self, line: str) -> AsyncGenerator[TalkEvent, None]:
        """Say a line, and yield the counterpart's answer as it comes; the last event is `Said` or `Referred`.

        An answer that is broken off leaves the rehearsal as it was before the line.

        Raises:
            InputError: it is over, the line is too long or not in English, or there were too many.
            StoreError: it cannot be kept; what was said before stays.
        """
        spoken = clean(line).strip()
        self._check(spoken)
        # A model that is changed for another meanwhile ends the answer that it has begun.
        async with self._coach.lease() as equipment, aclosing(self._answer(spoken, equipment)) as events:
            async for event in events:
                yield event

    async def _answer(self, spoken: str, equipment: Equipment) -> AsyncGenerator[TalkEvent, None]:
        if matter := matter_in(spoken, equipment):
            self._put(replace(self.rehearsal, state=State.REFERRED, matter=matter))
            yield Referred(referral(equipment, matter))
            return
        path = self.rehearsal.path
        counterpart = self.rehearsal.counterpart
        replies = [self.rehearsal.greeting, *(t.reply for t in path)]
        acts = acts_of(spoken, replies, [t.line for t in path])
        mood = resistance.heard(counterpart, resistance.mood(counterpart, path), acts)
        random = Random(f"{self.rehearsal.seed}|{len(path)}|{spoken.casefold()}")
        move = resistance.choose(counterpart, mood, acts, random)
        prepared = written_line(counterpart, move, random, replies)
        reply, by, refused = "", "template", ""
        model = None if move in FIXED else self._model(equipment)
        async with aclosing(self._worded(model, spoken, move, prepared)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Refused):
                    refused = piece.why
                else:
                    reply += piece
                    by = model.name if model else by
                    yield Spoke(piece)
        if not reply:
            reply = prepared
            yield Spoke(reply)
        turn = Turn(
            number=len(self.rehearsal.turns) + 1,
            parent=self.rehearsal.at,
            line=spoken,
            acts=acts,
            move=move,
            reply=reply,
            resistance=mood.resistance,
            worded_by=by,
            refused=refused,
            coached=self._coached,
        )
        self._put(self.rehearsal.said(turn, State.ENDED if move is Move.END else State.OPEN))
        self._coached = ()
        yield Said(turn)

    def rewind(self, number: int) -> Turn:
        """Go back to where line `number` was said, to say it another way, and return that turn. Nothing is lost.

        Raises:
            InputError: there is no such line.
        """
        turn = self.rehearsal.turn(number)
        self.rehearsal = self.rehearsal.before(number)
        self._coached = ()
        if self.rehearsal.turns:
            self._rehearsals.keep(self.rehearsal)
        return turn

    def again(self) -> Turn:
        """Go back to before the last line. Raises `InputError` where nothing was said yet."""
        return self.rewind(self.rehearsal.at)

    def advise(self) -> Aside:
        """Return what the coach would say here and why; it is noted with the next line that it was asked for."""
        reply, move = self.latest
        aside = advise(self._coach.library, self.rehearsal.counterpart, reply, move, self._brief)
        self._coached = aside.citations
        return aside

    def stop(self) -> Rehearsal:
        """End it, and return it as it is kept; one in which nothing was said is kept nowhere."""
        if self.rehearsal.state is State.OPEN:
            stopped = replace(self.rehearsal, state=State.STOPPED)
            if stopped.turns:
                self._put(stopped)
            self.rehearsal = stopped
        return self.rehearsal

    def _check(self, line: str) -> None:
        if self.over:
            raise InputError("This rehearsal is over.", "Go back to a line of it, or begin another one.")
        if len(line) > MOST_CHARACTERS:
            raise InputError(
                f"The line has {len(line):,} characters; {MOST_CHARACTERS:,} is the most.", "Say less at a time."
            )
        if language := other_language(line):
            raise InputError(
                f"This seems to be written in {language}, and a rehearsal understands English only.",
                "Say it in English, please. If somebody may be in danger, call your local emergency number now.",
            )
        if len(self.rehearsal.turns) >= MOST_TURNS:
            raise InputError(
                f"This rehearsal has {MOST_TURNS} lines.", "Stop here, look back at it, and begin another."
            )

    def _put(self, rehearsal: Rehearsal) -> None:
        if rehearsal.turns:
            self._rehearsals.keep(rehearsal)
        self.rehearsal = rehearsal

    def _model(self, equipment: Equipment) -> ChatModel | None:
        model = writer(equipment)
        return None if model is self._failed else model

    async def _worded(
        self, model: ChatModel | None, line: str, move: Move, prepared: str
    ) -> AsyncGenerator[str | Refused, None]:
        if model is None:
            return
        r = self.rehearsal
        private = self._coach.library.private
        if model.remote and self._brief is not None and open_now(r.counterpart, self._brief, private) != r.counterpart:
            yield Refused(_PRIVATE_NOW)
            return
        try:
            async with aclosing(worded(model, r.counterpart, r.path, r.greeting, line, move, prepared)) as written:
                async for piece in written:
                    yield piece
        except ModelError as e:
            # The talk goes on with written lines; a model that has failed is not waited for at every line.
            if not e.retryable:
                self._failed = model
            yield Refused(e.message)

    def _warm_up(self) -> None:
        # What is wrong shows again, in plain words, where the search itself needs it.
        with suppress(CoachError):
            self._coach.library.retriever.warm_up()


def writer(equipment: Equipment) -> ChatModel | None:
    """Return the model that may word what is said in a talk: the one that may also write answers; None without one."""
    return None if equipment.composer.name == "quote" else equipment.model
