"""What the searches by meaning and by words come to together."""

from __future__ import annotations

from collections.abc import Iterable

from coach.domain.evidence import Evidence
from coach.domain.ids import sort_key

#: Lines of notes among the evidence, and of one note, so that a long transcript does not drown a short decision.
MOST_NOTES, MOST_OF_ONE_NOTE = 8, 3
#: Lexical hits that count.
LEXICAL_HITS = 30
#: Added to the first lexical hit, a half of it to the second, a third to the third, and so on.
_LEXICAL_BONUS = 0.1
#: Notes below this cosine similarity are about something else (all-MiniLM-L6-v2 rarely gives less to one topic).
NOTE_FLOOR = 0.30
#: What a line scores that only its words could find, before their bonus: as one that is just near enough.
WORDS_ALONE = NOTE_FLOOR


def lexical_bonus(hits: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return what each lexical hit, best first, adds to a score; hits with the same score share a place."""
    bonus: dict[str, float] = {}
    first, last = 0, None
    for place, (statement, score) in enumerate(hits):
        if score != last:
            first, last = place, score
        bonus[statement] = _LEXICAL_BONUS / (1 + first)
    return bonus


def order(evidence: Evidence) -> tuple[float, int, tuple[str, int, int]]:
    """Sort best first, newer first among equals."""
    return -evidence.score, -(evidence.date.toordinal() if evidence.date else 0), sort_key(evidence.id)


def capped(found: Iterable[Evidence]) -> list[Evidence]:
    """Return the best lines of notes, at most a few of each, newer ones first among equals."""
    taken: dict[str, int] = {}
    kept: list[Evidence] = []
    for e in sorted(found, key=order):
        source = e.statement.source_id
        if taken.get(source, 0) < MOST_OF_ONE_NOTE and len(kept) < MOST_NOTES:
            taken[source] = taken.get(source, 0) + 1
            kept.append(e)
    return kept
