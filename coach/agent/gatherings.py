"""Which note "the September retro" or "the last review with the VP" is: found by its title, tags and folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import PurePath

from coach.agent.periods import MONTH, period
from coach.domain.calendar_names import MONTHS
from coach.grounding.words import word_set
from coach.store.dated import DatedNote

_YEAR = r"(?:19|20)\d\d"
#: What tells when a gathering was, within its name. A month alone is that month of any year.
_WHEN = re.compile(
    rf"\b(?:{_YEAR}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)? {MONTH}(?: {_YEAR})?|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?!\d)|"
    rf"{MONTH} {_YEAR}|{_YEAR}|(?:last|previous|this) (?:week|month|quarter|year)|yesterday)\b"
)
_ANY_YEAR = re.compile(rf"\b{MONTH}(?!\w)")
_SMALL = word_set(
    "the a an our my your his her their this that these last latest newest recent most previous past with of on in at "
    "from for to and s team team's big first held one"
)
#: Words for what people meet for, or what happens on a day: what they begin a time with.
_NOUNS = word_set(
    "retro retros retrospective review reviews meeting launch release offsite incident outage planning kickoff sync "
    "onetoone allhands standup postmortem workshop forum demo minutes steering agreement interview "
    "checkin townhall hackathon training session talk conversation reorg migration rollout golive deployment freeze "
    "summit conference handover decision survey audit roadmap call"
)
_SAME = {"retrospective": "retro", "retrospectives": "retro"}
_ONE_TO_ONE = re.compile(r"\b(?:one[ -](?:to|on)[ -]one|1[:-]1|1on1)")
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_HYPHENED = re.compile(r"\w+(?:-\w+)+")
_FOLDERS = 2
_SHORTEST = 5


def is_gathering(words: str) -> bool:
    """Whether the words have one for a gathering: what is not found then is worth a word."""
    return any(w.removesuffix("s") in _NOUNS or w in _NOUNS for w in _joined(words.lower()))


def find_gathering(words: str, today: date, notes: Sequence[DatedNote]) -> DatedNote | None:
    """Return the newest note up to `today` that is what `words` name; None where there is none.

    Every word that says something has to be in its title, or else in its title, tags, file name and folders together.

    Args:
        words: such as "the September retro" or "our last review with the VP".
        today: newer notes are left out.
        notes: in any order.
    """
    lowered = " ".join(words.lower().replace("’", "'").replace("'s", "").split())
    first, last, month = date.min, today, 0
    if found := _WHEN.search(lowered):
        span = period(found.group(), today)
        if span is None:
            return None
        first, last = span.first, min(span.last, today)
    elif found := _ANY_YEAR.search(lowered):
        month = next(i for i, m in enumerate(MONTHS, 1) if m[:3].lower() == found.group()[:3])
    if found:
        lowered = f"{lowered[: found.start()]} {lowered[found.end() :]}"
    wanted = [w for w in _joined(lowered) if w not in _SMALL]
    if not wanted:
        return None
    of_then = [n for n in notes if first <= n.date <= last and month in (0, n.date.month)]
    for seen in (_title, _all):
        if named := [n for n in of_then if _has(seen(n), wanted)]:
            return max(named, key=lambda n: n.date)
    return None


def _title(note: DatedNote) -> list[str]:
    return _words(note.title)


def _all(note: DatedNote) -> list[str]:
    path = PurePath(note.path)
    return _words(" ".join([note.title, *note.tags, path.stem, *path.parent.parts[-_FOLDERS:]]))


def _words(text: str) -> list[str]:
    """The words in lower case; those with a hyphen as a whole and in parts."""
    lowered = text.lower().replace("_", " ")
    return [*_joined(lowered), *(p for w in _HYPHENED.findall(lowered) for p in w.split("-"))]


def _joined(lowered: str) -> list[str]:
    """The words, with one form for spellings such as "one-to-one", "one on one" and "1:1"."""
    found = (w.replace("-", "") for w in _WORD.findall(_ONE_TO_ONE.sub("onetoone", lowered)))
    return [_SAME.get(w, w) for w in found]


def _has(words: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(any(_alike(w, x) for x in words) for w in wanted)


def _alike(a: str, b: str) -> bool:
    if a.removesuffix("s") == b.removesuffix("s"):
        return True
    return min(len(a), len(b)) >= _SHORTEST and (a.startswith(b) or b.startswith(a))
