"""The counterpart of a rehearsal, made from what a brief keeps open, and changed as the person likes.

What the person fears, wants to reach at least and can concede, and every line marked private, is never read here: the
counterpart is made from the role, from the open lines on their view, and from a few words of the open facts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from coach.domain.counterpart import Counterpart, Standing, Style
from coach.domain.errors import InputError
from coach.domain.preparation import Brief, Line, LineKind
from coach.domain.text import clean_line
from coach.grounding.actors import roles, standing

_Kind = TypeVar("_Kind", Style, Standing)

_ROLE = 120
_TOPIC = 60
_STAKES = 400
_STAKES_LINES = 2
_MINE = re.compile(r"\A(?:(?:with|to) )?(?:my|our|the|an?) ", re.IGNORECASE)
_ABOVE = re.compile(
    r"\b(?:vp|svp|evp|ceo|cto|cfo|coo|cpo|chief|president|head|boss|director|founder|executive|board|skip[- ]level"
    r"|my manager|my lead|my supervisor|(?:engineering|line|senior) manager|leadership|management)\b",
    re.IGNORECASE,
)
_TEAM = re.compile(
    r"\b(?:report|direct report|engineer|developer|scientist|researcher|analyst|intern|junior|senior|annotator"
    r"|new hire|newcomer|team member|teammate|specialist|staff eng)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\b(?:product|project|program|account|sales|marketing|client|customer|peer|colleague|other team)\b", re.IGNORECASE
)
#: What difficult conversations of this field are about; a word of the person's beside it makes it theirs.
_SUBJECT = (
    r"(?:launch|release|rollout|go-live|deadline|dates?|demo|deployment|migration|roadmap|scope|estimates?|timeline"
    r"|budget|headcount|hiring|promotion|raise|salary|workload|on-call|overtime|weekend work|review|feedback|tone"
    r"|behaviou?r|remarks?|performance|incident|outage|mistake|bug|leak|model|classifier|prototype|pilot|experiment"
    r"|evaluation|benchmark|labels?|labelling|dataset|data|pipeline|infrastructure|rewrite|refactoring|technical debt"
    r"|design|architecture|project|feature|product|contract|request|report|paper|conference|credit|slides?|presentation"
    r"|meeting|decision|plan|priorities|reorganisation|reorganization|role|handover|pull request|code)"
)
_OWNER = r"(?:the|our|my|your|his|her|their|this|that|an?)"
_TOPICS = re.compile(
    rf"\b{_OWNER} (?P<words>(?:(?!{_OWNER}\b)[a-z][a-z-]{{1,15}} )??{_SUBJECT}(?: {_SUBJECT})?)\b", re.IGNORECASE
)
_NO_PART = re.compile(
    r"\A(?:same|only|first|last|next|old|new|other|whole|own|more|most|very|big|bad|good|to|of) ", re.I
)
_DEFAULT_STYLE = {
    Standing.ABOVE: Style.HURRIED,
    Standing.BESIDE: Style.FRIENDLY_EVASIVE,
    Standing.TEAM: Style.GUARDED,
}
#: What can be changed, by name.
FIELDS = ("role", "stakes", "topic", "style", "difficulty", "standing")


def counterpart_of(brief: Brief) -> Counterpart:
    """Return the counterpart that a brief asks for, to be shown to the person and changed before it is used."""
    role = _MINE.sub("", clean_line(brief.interview.who))[:_ROLE].rstrip(" .,;") or "the other person"
    where = standing_of(brief.interview.who)
    views = [line.text for line in _open(brief, "their view") if line.kind is not LineKind.QUESTION]
    facts = [line.text for line in _open(brief, "facts") if line.kind is LineKind.FACT]
    return Counterpart(
        role=role,
        stakes=clean_line(" ".join(views[:_STAKES_LINES]))[:_STAKES],
        topic=topic_of(facts),
        style=_DEFAULT_STYLE[where],
        standing=where,
    )


def edited(counterpart: Counterpart, field: str, value: str) -> Counterpart:
    """Return the counterpart with one of `FIELDS` changed; who has another role stands where that role stands.

    Raises:
        InputError: there is no such field, or it cannot have this value.
    """
    text = clean_line(value)
    match field:
        case "role":
            if not text:
                raise InputError("A counterpart has a role.", "Say which, such as: product director")
            role = _MINE.sub("", text)[:_ROLE]
            return replace(counterpart, role=role, standing=standing_of(text))
        case "stakes":
            return replace(counterpart, stakes=text[:_STAKES])
        case "topic":
            return replace(counterpart, topic=text[:_TOPIC] or "this")
        case "style":
            return replace(counterpart, style=_one_of(Style, text, "style"))
        case "standing":
            return replace(counterpart, standing=_one_of(Standing, text, "standing"))
        case "difficulty":
            if text not in ("1", "2", "3", "4", "5"):
                raise InputError("Difficulty goes from 1 to 5.", "1 gives way soon, 5 hardly ever.")
            return replace(counterpart, difficulty=int(text))
    raise InputError(f"A counterpart has no {clean_line(field)[:40]}.", f"It has: {', '.join(FIELDS)}.")


def standing_of(role: str) -> Standing:
    """Return where somebody of this role stands, seen from the person: the first of above, the team, beside that fits.

    "My product director" stands above although product stands beside; whom nothing places stands beside.
    """
    text = clean_line(role)
    if _ABOVE.search(text) or "above" in standing(roles(text)):
        return Standing.ABOVE
    if _TEAM.search(text) and not _BESIDE.search(text):
        return Standing.TEAM
    return Standing.BESIDE


def topic_of(texts: Sequence[str]) -> str:
    """Return what these texts are about, as it fits behind "about": "the launch date"; "this" where nothing tells."""
    counted: dict[str, int] = {}
    for text in texts:
        for match in _TOPICS.finditer(clean_line(text)):
            words = _NO_PART.sub("", match["words"].lower())
            counted[words] = counted.get(words, 0) + 1
    if not counted:
        return "this"
    # The first one named wins among those named as often.
    return f"the {max(counted, key=lambda words: counted[words])}"[:_TOPIC]


def shown(counterpart: Counterpart) -> str:
    """Return the counterpart as it is shown before it is used, a line for each field that can be changed."""
    return "\n".join(
        (
            f"role: {counterpart.role}",
            f"stakes: {counterpart.stakes or '(nothing said)'}",
            f"topic: {counterpart.topic}",
            f"style: {counterpart.style.value} (of {', '.join(s.value for s in Style)})",
            f"difficulty: {counterpart.difficulty} of 5",
            f"standing: {counterpart.standing.value} (of {', '.join(s.value for s in Standing)})",
        )
    )


def _open(brief: Brief, part: str) -> list[Line]:
    """The lines of a part that the other side may know: not private, and filled in."""
    return [line for line in brief.part(part) if not line.private and not line.blank]


def _one_of(kind: type[_Kind], text: str, name: str) -> _Kind:
    try:
        return kind(text.lower().replace(" ", "-"))
    except ValueError as e:
        raise InputError(f"There is no {name} {text[:40]!r}.", f"There are: {', '.join(k.value for k in kind)}.") from e
