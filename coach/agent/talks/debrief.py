"""Looking back at a rehearsal: the person's own view first, then their lines and what each did, and what was counted.

It looks at the lines, at what answered them, and at what the brief allows to be conceded. Who said them to whom is no
part of it: the same lines give the same debrief, whoever the person and the counterpart are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from coach.agent.library import Library
from coach.agent.talks.acts import sentences
from coach.agent.talks.dates import dates
from coach.agent.talks.guidance import (
    OF_ACT,
    OF_ONE_CASE,
    PLAN_OF_ACT,
    SAID_BETTER,
    TO_MOVE,
    WHAT,
    Statements,
    as_cited,
    pinned,
    speech,
)  # fmt: skip
from coach.agent.talks.measures import NOTHING_SAID, Allowed, measures
from coach.agent.talks.rewording import reword
from coach.domain.answer import Citation
from coach.domain.debrief import Debrief, Noted, Quote, Worded
from coach.domain.errors import InputError
from coach.domain.evidence import Evidence
from coach.domain.ports import ChatModel
from coach.domain.rehearsal import EARNING, HARDENING, Act, Move, Rehearsal, Turn
from coach.domain.source import StatementKind
from coach.domain.text import clean
from coach.grounding.checkers.base import Checker

#: More quotes than these are a transcript; those of an act that was quoted twice give way first.
_MOST_QUOTES = 12
_OF_ONE_ACT = 2
_MOST_VIEW = 4_000
#: What is to change, the gravest first.
_GRAVEST = (
    Act.INSULT, Act.THREAT, Act.TRAIT, Act.INTENT, Act.CAVE_IN, Act.ALWAYS_NEVER, Act.FLATTERY, Act.REPEAT,
)  # fmt: skip
#: What did most for the talk, where several did as much: what costs the person something before what does not.
_DEAREST = (
    Act.OWN_PART, Act.PARAPHRASE, Act.OPEN_QUESTION, Act.FACT, Act.LIMIT, Act.REQUEST, Act.OPTION,
)  # fmt: skip
#: What may be missing altogether, and how that is said.
_MISSING = {
    Act.OPEN_QUESTION: "None of your lines asks an open question.",
    Act.FACT: "None of your lines names a dated fact.",
    Act.PARAPHRASE: "None of your lines says their view back.",
    Act.REQUEST: "None of your lines asks for one clear thing.",
    Act.OWN_PART: "None of your lines names your own part in it.",
}
_OPEN_END = "They agreed to one thing, and none of your lines after it says who does what, and by when."
_EARLY = "Your first request or offer came before any dated fact."
#: Says what is done from here on.
_SETTLES = re.compile(
    r"(?i)\b(?:I|we|you)(?:['’]ll| will)\b|\b(?:write|send|look at|meet|come back|agree|tell|give|start|try)\b"
)
_THEN = {
    Move.DEFLECT: "turned away from it",
    Move.PRESS: "pressed for an answer",
    Move.MINIMISE: "made it smaller",
    Move.COUNTER_ACCUSE: "turned it round",
    Move.APPEAL: "pointed to others who decide",
    Move.GO_SILENT: "went silent",
    Move.SHARP_QUESTION: "asked a sharp question",
    Move.HALF_AGREE: "agreed in part",
    Move.AGREE: "agreed to one thing",
    Move.WAIT: "waited for a word",
    Move.SET_LIMIT: "asked for a civil tone",
    Move.END: "ended the talk",
}
NO_STRENGTH = (
    "None of these lines did one of the things that the sources name; the line to try again is a place to begin."
)
NO_SOURCES = "The sources in use hold nothing on some of this, so no words and no plan are given for it."


@dataclass(frozen=True, slots=True)
class _Piece:
    """One sentence of a line, and what it did."""

    quote: Quote
    acts: tuple[Act, ...]
    #: How much resistance fell after its line; below 0 where it rose.
    eased: int


async def look_back(
    rehearsal: Rehearsal,
    library: Library,
    *,
    allowed: Allowed = NOTHING_SAID,
    own_view: str = "",
    model: ChatModel | None = None,
    checker: Checker | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Debrief:
    """Return the debrief of the way through a rehearsal that it stands at.

    Args:
        rehearsal: as it was kept. Of its counterpart nothing but what it answered is looked at.
        library: the sources that it cites.
        allowed: what the brief says can be conceded; see `coach.agent.talks.measures.Allowed.by`.
        own_view: what the person said of it themself; it is shown first and sent nowhere.
        model: rewords one line; None takes a statement's own words.
        checker: checks what the model wrote; without one nothing that it writes is taken.
        now: the clock.

    Raises:
        InputError: nothing was said.
    """
    path = rehearsal.path
    if not path:
        raise InputError("There is nothing to look back at: no line was said.", "Rehearse first: coach rehearse BRIEF")
    statements = Statements(library)
    pieces = list(_pieces(path))
    cited: dict[str, Evidence] = {}

    def citing(ids: Sequence[str]) -> tuple[Citation, ...]:
        found = statements.find(dict.fromkeys(ids))
        cited.update({e.id: e for e in found})
        return pinned(found)

    def noted(piece: _Piece) -> Noted:
        said = "; it ".join(WHAT[a] for a in piece.acts)
        ids = [i for a in piece.acts for i in OF_ACT[a]]
        return Noted(piece.quote, piece.acts, f"It {said}. {_after(piece)}", citing(ids))

    best = _strongest(pieces)
    act, change, turn = _change(path, pieces)
    to_change = None
    if act is not None:
        lacking = _OPEN_END if any(t.has(act) for t in path) else _MISSING.get(act, "")
        text = f"It {WHAT[act]}." if act in HARDENING else _EARLY if change else lacking
        if act is Act.SILENT:
            text = f"Line {turn.number} says nothing."
        to_change = Noted(change, (act,), text, citing(OF_ACT[act]))
    rewrite = await _rewritten(path, turn, act, statements, model, checker) if act else None
    plan = _planned(path, turn, act, statements) if act else None
    for worded in (rewrite, plan):
        citing([c.id for c in worded.citations] if worded else ())
    strength = noted(best) if best else None
    quotes = tuple(noted(p) for p in _shown(pieces))
    return Debrief(
        own_view=clean(own_view).strip()[:_MOST_VIEW],
        lines=tuple(t.number for t in path),
        quotes=quotes,
        strength=strength,
        change=to_change,
        rewrite=rewrite,
        plan=plan,
        measures=measures(path, allowed),
        retry=turn.number,
        statements=tuple(as_cited(e) for e in cited.values()),
        created=now(),
        remarks=tuple(
            remark for remark, holds in ((NO_STRENGTH, best is None), (NO_SOURCES, bool(act) and not rewrite)) if holds
        ),
    )


def _pieces(path: Sequence[Turn]) -> Iterator[_Piece]:
    """Yield the sentences that did something, in the order in which they were said."""
    before = None
    for turn in path:
        eased = before - turn.resistance if before is not None else 0
        before = turn.resistance
        spans = dict.fromkeys(sentences(turn.line))
        if turn.has(Act.SILENT):
            continue
        whole = [a for a in turn.acts if a.act is Act.REPEAT]
        for start, end in spans:
            did = tuple(dict.fromkeys(a.act for a in turn.acts if start <= a.start < end and a not in whole))
            if did:
                yield _Piece(Quote(turn, start, end), did, eased)
        for found in whole:
            yield _Piece(Quote(turn, found.start, found.end), (found.act,), eased)


def _after(piece: _Piece) -> str:
    then = _THEN.get(piece.quote.turn.move, "answered")
    how = " and gave way a little" if piece.eased > 0 else " and hardened" if piece.eased < 0 else ""
    return f"After it they {then}{how}."


def _shown(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Return the pieces to quote: all of them, or where they are many at most so many of each act."""
    if len(pieces) <= _MOST_QUOTES:
        return list(pieces)
    count: dict[tuple[Act, ...], int] = {}
    kept = []
    for piece in pieces:
        count[piece.acts] = count.get(piece.acts, 0) + 1
        if count[piece.acts] <= _OF_ONE_ACT:
            kept.append(piece)
    return kept[:_MOST_QUOTES]


def _strongest(pieces: Sequence[_Piece]) -> _Piece | None:
    """Return the sentence that did most for the talk, in a line that did nothing against it; None where none did."""
    spoilt = {p.quote.turn.number for p in pieces if HARDENING & set(p.acts)}
    good = [p for p in pieces if set(p.acts) & (EARNING | {Act.LIMIT}) and p.quote.turn.number not in spoilt]

    def worth(piece: _Piece) -> tuple[int, int, int, int]:
        dearest = min(_DEAREST.index(a) for a in piece.acts if a in _DEAREST)
        return len(piece.acts), piece.eased, -dearest, -piece.quote.turn.number

    return max(good, key=worth, default=None)


def _change(path: Sequence[Turn], pieces: Sequence[_Piece]) -> tuple[Act | None, Quote | None, Turn]:
    """Return the one thing to change, where it was said, and the line to try again."""
    for act in _GRAVEST:
        for piece in pieces:
            if act in piece.acts:
                return act, piece.quote, piece.quote.turn
    for turn in path:
        if turn.has(Act.SILENT):
            return Act.SILENT, None, turn
    did = [(p, a) for p in pieces for a in p.acts]
    first = next((p for p, a in did if a in (Act.REQUEST, Act.OPTION)), None)
    facts = [p for p, a in did if a is Act.FACT]
    if first and facts and facts[0].quote.turn.number > first.quote.turn.number:
        return Act.FACT, first.quote, first.quote.turn
    done = {a for _, a in did}
    for act in _MISSING:
        if act not in done:
            return act, None, first.quote.turn if first else path[0]
    after = next((path[i:] for i, t in enumerate(path, 1) if t.move is Move.AGREE), ())
    if after and not any(dates(t.line) and _SETTLES.search(t.line) for t in after):
        return Act.REQUEST, None, after[-1]
    return None, None, path[-1]


async def _rewritten(
    path: Sequence[Turn],
    turn: Turn,
    act: Act,
    statements: Statements,
    model: ChatModel | None,
    checker: Checker | None,
) -> Worded | None:
    for statement in statements.find([SAID_BETTER[act]]):
        if model is not None and checker is not None and turn.line:
            written = await reword(model, checker, path, turn, act, statement)
            if written is not None:
                return written
        if words := speech(statement):
            return Worded(words, pinned([statement]), turn=turn.number)
    return None


def _planned(path: Sequence[Turn], turn: Turn, act: Act, statements: Statements) -> Worded | None:
    """Return an if-then line: for what was done, else for what the counterpart had done just before."""
    before = [t.move for t in path if t.number < turn.number]
    ids = [PLAN_OF_ACT[act]] if act in PLAN_OF_ACT else []
    moves = TO_MOVE[before[-1] if before else turn.move]
    for statement in statements.find([*ids, *(i for i in moves if i not in OF_ONE_CASE)]):
        if statement.statement.kind is StatementKind.IF_THEN:
            return Worded(statement.statement.text, pinned([statement]))
    return None
