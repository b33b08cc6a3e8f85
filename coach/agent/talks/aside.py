"""Asking the coach in the middle of a rehearsal: what would you say here, and why?"""

from __future__ import annotations

from dataclasses import dataclass

from coach.agent.library import Library
from coach.agent.talks.guidance import TO_MOVE, Statements, as_cited, first_with_speech, pinned, speech
from coach.domain.answer import Citation
from coach.domain.counterpart import Counterpart
from coach.domain.debrief import Cited
from coach.domain.preparation import Brief
from coach.domain.rehearsal import Move
from coach.domain.source import SourceKind, StatementKind
from coach.grounding.words import content

_SAYS_HOW = frozenset({StatementKind.IF_THEN, StatementKind.ADVICE, StatementKind.OTHER_SIDE})
_STATEMENTS = 3
_SEARCHED = 60
#: A statement that speaks of the very move stands so much before one that only the words led to.
_OF_THE_MOVE = 0.25
#: Content words that a reaction prepared in the brief shares with what was said, so that it is about it.
_SHARED = 2


@dataclass(frozen=True, slots=True)
class Aside:
    """What the coach says in between."""

    #: Words to say now, as a statement gives them; empty where none of them gives any.
    line: str
    #: The statement that gives them.
    of: tuple[Citation, ...]
    #: Why: statements as they stand, best first.
    why: tuple[Cited, ...]
    #: What the person's own brief has ready for this, as it stands there; empty where nothing fits.
    prepared: str = ""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every statement that it rests on."""
        return tuple(Citation(c.id, c.hash) for c in self.why)


def advise(library: Library, counterpart: Counterpart, reply: str, move: Move, brief: Brief | None = None) -> Aside:
    """Return what the sources say to do about this reply: found for its words, those that speak of its move first.

    Args:
        library: the sources.
        counterpart: who said it.
        reply: what was said.
        move: what that did.
        brief: the person's own page, whose prepared reactions are looked through; it stays on this machine.
    """
    query = f"In a talk about {counterpart.topic} they answer: {reply}"
    found = library.search(query, limit=_SEARCHED, kinds=[SourceKind.PRACTICE, SourceKind.PRINCIPLE]).evidence
    practices = [e for e in found if e.statement.kind in _SAYS_HOW and not e.private]
    scores = {e.id: e.score for e in practices}
    of_move = Statements(library).find(TO_MOVE[move])
    floor = min(scores.values(), default=0.0)
    for e in of_move:
        scores[e.id] = scores.get(e.id, floor) + _OF_THE_MOVE
    by_id = {e.id: e for e in (*of_move, *practices)}
    ranked = sorted(by_id.values(), key=lambda e: -scores[e.id])
    chosen = ranked[:_STATEMENTS] or [e for e in found if not e.private][:1]
    words = first_with_speech(chosen)
    return Aside(
        line=speech(words) if words else "",
        of=pinned([words]) if words else (),
        why=tuple(as_cited(e) for e in chosen),
        prepared=_prepared(brief, reply, move),
    )


def _prepared(brief: Brief | None, reply: str, move: Move) -> str:
    if move is Move.GREET:
        return next((line.text for line in (brief.part("openings") if brief else ()) if not line.blank), "")
    said = set(content(reply))
    best, shared = "", _SHARED - 1
    for line in brief.part("reactions") if brief else ():
        common = len(said & set(content(line.text)))
        if not line.blank and common > shared:
            best, shared = line.text, common
    return best
