"""How a counterpart resists: a small state machine of our own that works without any model.

Resistance is a number, 0 (gives way) to `MOST`. What a line did raises or lowers it; the difficulty says from where it
starts and how much a line can move it; the moves are drawn by resistance, difficulty, style and what the line did.
Everything follows from the turns, so that going back to one brings back how it stood then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from coach.domain.counterpart import Counterpart, Style
from coach.domain.rehearsal import EARNING, HARDENING, Act, Found, Move, Turn

MOST = 12


@dataclass(frozen=True, slots=True)
class _Level:
    """What one difficulty asks of the person."""

    #: Where resistance starts, what the first act of a kind takes off it, and what one line can take off at most.
    start: int
    first: int
    at_most: int
    #: How many different things must have been done before anything is granted, and before anything is agreed to.
    kinds_to_soften: int
    kinds_to_agree: int
    #: How often a kind of act counts again after its first time.
    again: int
    #: What a slip costs beside what it costs anyway, and whether what was earned before it has to be earned again.
    slip: int = 0
    relapses: bool = False
    #: Whether what costs the person something counts double.
    dear: bool = True


_LEVELS = {
    1: _Level(start=4, first=2, at_most=4, kinds_to_soften=1, kinds_to_agree=2, again=2),
    2: _Level(start=7, first=2, at_most=3, kinds_to_soften=2, kinds_to_agree=3, again=2),
    3: _Level(start=9, first=2, at_most=2, kinds_to_soften=2, kinds_to_agree=4, again=2, slip=1),
    4: _Level(start=10, first=1, at_most=2, kinds_to_soften=3, kinds_to_agree=5, again=2, slip=1, relapses=True),
    # With one point a line at the most, eight good lines bring it to where a part is granted, and no further.
    5: _Level(start=11, first=1, at_most=1, kinds_to_soften=4, kinds_to_agree=6, again=3, slip=2, relapses=True,
              dear=False),
}  # fmt: skip
#: These cost the person something.
_DEAR = frozenset({Act.OWN_PART, Act.PARAPHRASE})
_HARDENS = {
    Act.ALWAYS_NEVER: 1, Act.REPEAT: 1, Act.FLATTERY: 1, Act.CAVE_IN: 1, Act.TRAIT: 2, Act.INTENT: 2, Act.THREAT: 3,
    Act.INSULT: 3,
}  # fmt: skip
_HARDENS_AT_MOST = 4
#: From here up they are shut, and down to here they agree; in between they can be talked with.
_HIGH = 8
_LOW = 4
_GIVES_WAY = 1
#: Insults, and silences in a row, after which the counterpart ends the talk.
MOST_INSULTS = 3
MOST_SILENCES = 5

_SHUT = {
    Move.DEFLECT: 3, Move.MINIMISE: 3, Move.APPEAL: 3, Move.PRESS: 3, Move.COUNTER_ACCUSE: 2, Move.SHARP_QUESTION: 1,
    Move.GO_SILENT: 1,
}  # fmt: skip
_OPEN = {
    Move.PRESS: 3, Move.SHARP_QUESTION: 3, Move.APPEAL: 2, Move.DEFLECT: 1, Move.MINIMISE: 1, Move.COUNTER_ACCUSE: 1,
    Move.GO_SILENT: 1,
}  # fmt: skip
_SOFT = {Move.HALF_AGREE: 5, Move.SHARP_QUESTION: 3, Move.PRESS: 1}
_STYLES: dict[Style, dict[Move, int]] = {
    Style.GUARDED: {Move.DEFLECT: 2, Move.GO_SILENT: 3, Move.MINIMISE: 2},
    Style.BLUNT: {Move.PRESS: 2, Move.COUNTER_ACCUSE: 3, Move.SHARP_QUESTION: 2},
    Style.FRIENDLY_EVASIVE: {Move.DEFLECT: 3, Move.MINIMISE: 3, Move.HALF_AGREE: 2},
    Style.ANALYTICAL: {Move.SHARP_QUESTION: 3, Move.APPEAL: 2},
    Style.HURRIED: {Move.PRESS: 3, Move.DEFLECT: 2},
}
#: What a line did draws some answers more than others.
_DRAWS: dict[Act, dict[Move, int]] = {
    Act.CAVE_IN: {Move.PRESS: 8},
    Act.FLATTERY: {Move.PRESS: 3, Move.SHARP_QUESTION: 3},
    Act.TRAIT: {Move.COUNTER_ACCUSE: 4},
    Act.INTENT: {Move.COUNTER_ACCUSE: 4},
    Act.ALWAYS_NEVER: {Move.COUNTER_ACCUSE: 3, Move.MINIMISE: 2},
    Act.THREAT: {Move.APPEAL: 4, Move.COUNTER_ACCUSE: 3, Move.GO_SILENT: 2},
    Act.REPEAT: {Move.GO_SILENT: 3, Move.SHARP_QUESTION: 2, Move.DEFLECT: 2},
    Act.LIMIT: {Move.PRESS: 2, Move.SHARP_QUESTION: 2},
    Act.FACT: {Move.MINIMISE: 2, Move.SHARP_QUESTION: 2},
    Act.OPEN_QUESTION: {Move.APPEAL: 3, Move.PRESS: 2, Move.HALF_AGREE: 2},
    Act.PARAPHRASE: {Move.PRESS: 2, Move.HALF_AGREE: 2},
    Act.OWN_PART: {Move.HALF_AGREE: 2},
    Act.OPTION: {Move.SHARP_QUESTION: 3, Move.PRESS: 2},
    Act.REQUEST: {Move.SHARP_QUESTION: 3},
}


@dataclass(frozen=True)
class Mood:
    """How a counterpart stands to what was said so far."""

    resistance: int
    #: How often each act was done.
    done: Counter[Act] = field(default_factory=Counter)
    #: What earned something, since the last slip where the difficulty relapses.
    earned: frozenset[Act] = frozenset()
    #: Insults so far, and silences in a row.
    insults: int = 0
    silences: int = 0
    moves: tuple[Move, ...] = ()

    @property
    def kinds_earned(self) -> int:
        """How many different earning acts there were that still count."""
        return len(self.earned)


def start(counterpart: Counterpart) -> Mood:
    """Return how a counterpart stands before anything was said."""
    return Mood(_LEVELS[counterpart.difficulty].start)


def mood(counterpart: Counterpart, turns: Sequence[Turn]) -> Mood:
    """Return how a counterpart stands after these turns, which begin at the beginning."""
    now = start(counterpart)
    for turn in turns:
        now = answered(heard(counterpart, now, turn.acts), turn.move)
    return now


def heard(counterpart: Counterpart, before: Mood, acts: Iterable[Found]) -> Mood:
    """Return how a counterpart stands once it has heard a line that did `acts`."""
    level = _LEVELS[counterpart.difficulty]
    did = {found.act for found in acts}
    harder = min(sum(_HARDENS.get(a, 0) for a in did), _HARDENS_AT_MOST)
    softer = min(sum(_worth(a, level, before) for a in did & EARNING), level.at_most)
    earned = before.earned | (did & EARNING)
    if harder:
        harder += level.slip
        # What is said beside an insult or a threat is hardly heard.
        softer //= 2
        earned = frozenset() if level.relapses else earned
    return replace(
        before,
        resistance=max(0, min(MOST, before.resistance + harder - softer)),
        done=before.done + Counter(did),
        earned=earned,
        insults=before.insults + (Act.INSULT in did),
        silences=before.silences + 1 if Act.SILENT in did else 0,
    )


def answered(now: Mood, move: Move) -> Mood:
    """Return how a counterpart stands once it has made its move."""
    return replace(now, moves=(*now.moves, move))


def _worth(act: Act, level: _Level, before: Mood) -> int:
    if before.done[act]:
        # The second question still counts, the tenth does not.
        return 1 if before.done[act] <= level.again else 0
    return 2 if level.dear and act in _DEAR else level.first


def may_agree(counterpart: Counterpart, now: Mood, acts: Iterable[Found]) -> bool:
    """Whether agreeing to one thing has been earned: by what was done, and by a line that asks or offers something."""
    did = {found.act for found in acts}
    return (
        now.resistance <= _GIVES_WAY
        and now.kinds_earned >= _LEVELS[counterpart.difficulty].kinds_to_agree
        and bool(did & {Act.REQUEST, Act.OPTION})
        and not did & HARDENING
        and Move.AGREE not in now.moves[-2:]
    )


def choose(counterpart: Counterpart, now: Mood, acts: Sequence[Found], random: Random) -> Move:
    """Return the move that answers a line.

    Args:
        counterpart: whose move it is.
        now: how it stands once it has heard the line.
        acts: what the line did.
        random: draws among the moves that fit.
    """
    did = {found.act for found in acts}
    if Act.INSULT in did:
        return Move.END if now.insults >= MOST_INSULTS else Move.SET_LIMIT
    if Act.SILENT in did:
        return Move.END if now.silences >= MOST_SILENCES else Move.WAIT
    if may_agree(counterpart, now, acts):
        return Move.AGREE
    weights = _weights(counterpart, now, did)
    moves = sorted(weights)
    return random.choices(moves, [weights[m] for m in moves])[0]


def _weights(counterpart: Counterpart, now: Mood, did: set[Act]) -> dict[Move, int]:
    enough = now.kinds_earned >= _LEVELS[counterpart.difficulty].kinds_to_soften
    softened = now.resistance <= _LOW and enough and not did & HARDENING
    weights = dict(_SOFT if softened else _SHUT if now.resistance > _HIGH else _OPEN)
    provoked = bool(did & {Act.TRAIT, Act.INTENT, Act.ALWAYS_NEVER, Act.THREAT})
    if Move.COUNTER_ACCUSE in weights and not provoked:
        weights[Move.COUNTER_ACCUSE] *= max(0, counterpart.difficulty - 2)
    for factors in (_STYLES[counterpart.style], *(_DRAWS[a] for a in did if a in _DRAWS)):
        for move, factor in factors.items():
            weights[move] = weights.get(move, 0) * factor
    for latest in now.moves[-1:]:
        # Nobody does the same twice in a row; half-agreeing may go on.
        if latest is not Move.HALF_AGREE:
            weights[latest] = 0
    return {move: weight for move, weight in weights.items() if weight > 0}
