"""The team's own notes in an answer: dated, newest first, and said so where a newer line replaces an older one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.agent.brief import framed, quoted
from coach.domain.answer import Sentence
from coach.domain.evidence import Evidence

_LOOK_UP = re.compile(
    r"(?i)\b(did|have|had|what|when|where|why|which|who|how)\b.{0,60}\b(we|our)\b.{0,40}"
    r"\b(decide[d]?|agree[d]?|decision|settle[d]?|say|said|write|wrote|written|note[ds]?|plan(ned)?|promise[d]?|commit(ted)?)\b"
    r"|\b(my|our|the|team'?s?) notes?\b|\b(last|latest|since the|in the) (\w+ )?(retro|review|minutes|one-to-one|1:1)\b"
)

_ADVICE = re.compile(
    r"(?i)\b(how (do|can|should|could|would) (i|we)|should (i|we)|what (do|should|can) i|help me|advice)\b"
)
_TAKEN_BACK = re.compile(
    r"(?i)\b(no longer|not any ?more|instead of|replaces?|replaced|withdrawn|taken back|changed to|stop(ped)?)\b"
)
_AMOUNT = re.compile(
    r"\b(?:\d[\d.,:]*|daily|weekly|monthly|quarterly|yearly|every (?:day|week|month|quarter|year)|once a \w+|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
)
_COMMON = frozenset(
    {"which", "there", "their", "about", "every", "other", "after", "before", "would", "could", "should", "decisi"[:6]}
)


def asks_for_notes(question: str) -> bool:
    """Whether `question` asks what the team wrote or decided, and for no advice beside it."""
    return _LOOK_UP.search(question) is not None and _ADVICE.search(question) is None


def notes_part(notes: Sequence[Evidence]) -> list[Sentence]:
    """Return the lines of the notes as sentences, newest note first, each led by its date and title."""
    ordered = sorted(notes, key=lambda e: (-(e.date.toordinal() if e.date else 0), e.statement.source_id))
    sentences: list[Sentence] = []
    shown = ""
    newest: Evidence | None = None
    for e in ordered:
        if e.statement.source_id != shown:
            sentences.append(framed(_lead(e, newest), "notes"))
            shown = e.statement.source_id
        newest = newest or e
        sentences.append(quoted(e, "notes"))
    return sentences


def _lead(evidence: Evidence, newer: Evidence | None) -> str:
    dated = f" of {evidence.date.isoformat()}" if evidence.date else ""
    if newer is not None and replaces(newer, evidence):
        return f"Your older note{dated}, “{evidence.source_title}”, said otherwise; the newer one counts:"
    return f"Your note{dated}, “{evidence.source_title}”:"


def replaces(newer: Evidence, older: Evidence) -> bool:
    """Whether a line of a newer note speaks of the same matter as one of an older note and says something else.

    Same matter: they share two or more longer words. Something else: the newer one takes back ("no longer", "instead
    of"), or they share yet another word and name other amounts or intervals. Titles don't count: those of two
    one-to-ones are alike, and what was said in them need not be.
    """
    if newer.date is None or older.date is None or newer.date <= older.date:
        return False
    ours, theirs = newer.statement.text, older.statement.text
    shared = len(_topic(ours) & _topic(theirs))
    if shared < 2 or _TAKEN_BACK.search(ours):
        return shared >= 2
    amounts = set(_AMOUNT.findall(ours.lower())), set(_AMOUNT.findall(theirs.lower()))
    return shared > 2 and all(amounts) and amounts[0].isdisjoint(amounts[1])


def _topic(text: str) -> set[str]:
    """The longer words, cut to six letters so that forms of one word meet ("retrain", "retraining")."""
    return {w[:6] for w in re.findall(r"[a-z]{5,}", text.lower())} - _COMMON
