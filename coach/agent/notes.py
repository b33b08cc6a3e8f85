"""The team's own notes in an answer: dated, newest first, and said so where a newer line replaces an older one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.agent.decisions import replaces
from coach.agent.material import framed, quoted
from coach.domain.answer import Sentence
from coach.domain.commitment import OUTCOME_TITLE
from coach.domain.evidence import Evidence
from coach.domain.ids import sort_key
from coach.domain.source import is_team_title

_LOOK_UP = re.compile(
    r"(?i)\b(did|have|had|what|when|where|why|which|who|how)\b.{0,60}\b(we|our)\b.{0,40}"
    r"\b(decide[d]?|agree[d]?|decision|settle[d]?|say|said|write|wrote|written|note[ds]?|plan(ned)?|promise[d]?|commit(ted)?)\b"
    r"|\b(my|our|the|team'?s?) notes?\b"
)
#: Of a gathering something has to be asked as well: "quiet since the retro" only tells.
_GATHERING = re.compile(r"(?i)\b(last|latest|since the|in the) (\w+ )?(retro|review|minutes|one-to-one|1:1)\b")
_ASKS = re.compile(r"(?i)\b(what|which|who|when|where|did|anything|list|show|find|remind)\b")

_TIME = (
    r"(?:since|after the|between|yesterday|today|(?:last|this) (?:week|month|quarter|year)|"
    r"(?:in|over|during|within) (?:the (?:last|past)|q[1-4]|(?:19|20)\d\d|"
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
)
_NEWS = (
    r"(?:what(?:'s| is| was| has| have| all)?(?: been)?|(?:has |was |is )?anything(?: been)?|which decisions were) "
    r"(?:changed|happened|new|decided|agreed|settled|taken|made)\b"
)
#: What happened in some time, as a question of its own: "what's new since June?".
_HAPPENED = re.compile(
    rf"(?i)(?:\A|[.!?] |\band |\bso ){_NEWS}[^.!?]{{0,40}}\b{_TIME}[^.!?]{{0,80}}(?:\?|\Z)"
    rf"|(?:\A|[.!?] ){_TIME}[^.!?]{{0,60}} {_NEWS}[^.!?]{{0,80}}(?:\?|\Z)"
)
_ADVICE = re.compile(
    r"(?i)\b(how (do|can|should|could|would) (i|we)|should (i|we)|what (do|should|can) i|help me|advice)\b"
)
_DECISION = re.compile(r"(?i)\b(decid\w+|decision\w*|agree\w*|settled?|promised?|commit\w*|rules?)\b")


def looks_up(question: str) -> bool:
    """Whether `question` asks what the team wrote or decided, or what happened in some time."""
    if _LOOK_UP.search(question) is not None or _HAPPENED.search(question) is not None:
        return True
    return _GATHERING.search(question) is not None and _ASKS.search(question) is not None


def asks_for_notes(question: str) -> bool:
    """Whether `question` asks what the team wrote or decided, and for no advice beside it."""
    return looks_up(question) and _ADVICE.search(question) is None


def asks_for_decisions(question: str) -> bool:
    """Whether `question` asks what was decided, rather than what was said or what happened."""
    return _DECISION.search(question) is not None


def with_newer(chosen: Sequence[Evidence], found: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the chosen lines, and for each that was replaced the newest of all that were `found` which replaces it."""
    known = [*chosen]
    for older in chosen:
        newer = [e for e in found if replaces(e, older)]
        if newer and not any(e in known for e in newer):
            known.append(max(newer, key=_age))
    return tuple(known)


def notes_part(notes: Sequence[Evidence]) -> list[Sentence]:
    """Return the lines of the notes as sentences, newest note first, each led by its date and title.

    What came of a plan the last time is led as that. What a newer line among them replaces comes under a lead of its
    own, which says what replaces it and since when.
    """
    ordered = sorted(notes, key=lambda e: (-_age(e), e.statement.source_id, sort_key(e.id)[2] if _is_outcome(e) else 0))
    last_time = next((e.statement.source_id for e in ordered if _is_outcome(e)), "")
    groups: dict[tuple[str, str], list[Evidence]] = {}
    newer = {e.id: next((n for n in ordered if replaces(n, e)), None) for e in ordered}
    for e in ordered:
        by = newer[e.id]
        groups.setdefault((e.statement.source_id, by.id if by else ""), []).append(e)
    return [
        s
        for lines in groups.values()
        for s in (framed(_lead(lines, newer[lines[0].id], last_time), "notes"), *(quoted(e, "notes") for e in lines))
    ]


def _is_outcome(evidence: Evidence) -> bool:
    """Whether it tells what came of a plan; its lines are told in their order."""
    return evidence.source_title.startswith(OUTCOME_TITLE)


def _age(evidence: Evidence) -> int:
    return evidence.date.toordinal() if evidence.date else 0


def _lead(lines: Sequence[Evidence], newer: Evidence | None, last_time: str) -> str:
    first = lines[0]
    if first.date and first.statement.source_id == last_time:
        return f"Last time, on {first.date.isoformat()} (“{first.source_title}”):"
    dated = f" of {first.date.isoformat()}" if first.date else ""
    whose = "your team's" if is_team_title(first.source_title) else "your"
    if newer is None or newer.date is None:
        return f"{whose.capitalize()} note{dated}, “{first.source_title}”:"
    which = "this line" if len(lines) == 1 else "these lines"
    return (
        f"{newer.id} of {newer.date.isoformat()} replaces {which} of {whose} older note{dated}, "
        f"“{first.source_title}”; the newer one counts:"
    )
