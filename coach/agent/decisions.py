"""Which lines of notes decide something, and which newer line replaces an older one about the same thing.

There is no model here, only rules, and they are strict: two lines that merely share a subject, a result measured
against a rule, or an entry of a log are left alone. What is missed stays right, since every line is shown with its
date; a replacement that never happened would not be.
"""

from __future__ import annotations

import re

from coach.domain.evidence import Evidence
from coach.grounding.polarity import flipped, opposed
from coach.grounding.words import content, stem, stem_set, stems, word_set

_DECIDES = re.compile(
    r"(?i)\b(decided|decision:|agreed|resolved|approved|refused|rejected|outcome:|from now on|"
    r"we (?:will|stop|start|keep|drop))(?!\w)"
)
#: Words of headings and titles under which decisions stand; in a line they only speak of one.
_PLACE = re.compile(
    r"(?i)\b(decided|decisions?|agreed|agreements?|outcomes?|resolutions?|actions?|action items|next steps|"
    r"follow-?ups?|what we (?:try|do|change)|rules|to-?dos?)\b"
)
#: What somebody is to do was agreed, and is no rule that holds.
_TASK = re.compile(r"(?i)^\W*(?:open|done|to-?do)\b:?")
#: What is still talked about, however decided it sounds.
_OPEN = re.compile(
    r"(?i)\?\s*$|\b(maybe|perhaps|should we|could we|we could|what if|i think|i guess|not decided|undecided|"
    r"to be decided|tbd|proposal|proposes?|suggests?|wants? to)\b"
)
#: What holds from a day on, as against what happened on one.
_HOLDS = re.compile(
    r"(?i)\b(is|are|will|must|may|shall|can|stays?|remains?|becomes?|every|always|never|gets?|goes|takes?|happens?|"
    r"meets?|needs?|has to|have to|no longer|any ?more|costs?|starts?|ends?|runs?|lasts?)\b|^\W*[^\d:]{3,60}:\W*\d"
)
_HAPPENED = re.compile(
    r"(?i)\b(was|were|had|did|failed|took|came|went|said|told|saw|found|fell|rose|gave|warned|estimated|showed|"
    r"results?|measured|trial)\b"
)
#: "Four people worked": a past form that no "is" or "are" stands before.
_PAST = re.compile(
    r"(?i)(?<!\bis)(?<!\bare)(?<!\bbe)(?<!\bget)(?<!\bgets)(?<!\bthe)(?<!\ba)(?<!\ban)\s(?!need)[a-z]{2,}ed\b"
)
_TAKEN_BACK = re.compile(
    r"(?i)\b(?:no longer|not any ?more|replac(?:es|ed|ing)|withdr[ae]wn?|withdraws|tak(?:es?|en) back|takes? the place "
    r"of|cancel(?:s|led)?|revers(?:es|ed)|revok(?:es|ed)|overturn(?:s|ed)?|abolish(?:es|ed)?|(?:we )?stop(?:s|ped)?|"
    r"drop(?:s|ped)?|(?:changed|moved) from)\b(?P<what>[^.;:]*)"
)
_INSTEAD = re.compile(r"(?i)\b(?:instead of|rather than)\b(?P<what>[^.;:]*)")
_WAS = re.compile(
    r"(?i)(?P<what>[^.;:]*?)\b(?:is|are|was|were) (?:now )?(?:withdrawn|cancelled|dropped|over|off|gone)\b"
)
_ANY_MORE = re.compile(r"(?i)\b(?:not|n't)\b(?P<what>[^.;:]*?)\bany ?more\b")
#: "The training budget / is / 15,000 euros": what something is said of, and what.
_SAID_OF = re.compile(
    r"(?i)^(?P<subject>[^:]{3,80}?)(?:\s+(?:is|are|stays?|remains?|becomes?|will be|goes to|costs?|lasts?|takes?|"
    r"starts?|ends?|moves? to)\b|:)\s*(?P<value>.+)$"
)
_LEADS = re.compile(
    r"(?i)^\W*(?:(?:decided|decision|agreed|outcome|resolved)\b[:,\s*]*|(?:from|since|as of|starting) [^,:]{1,30}?,\s*|"
    r"(?:we|i) (?:decided|agreed) (?:that )?|from \d{1,2} \w+ (?=the|we|our))+"
)
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
#: Values of one kind can contradict each other; "45 minutes" and "on Tuesday" cannot.
_VALUES = {
    "interval": re.compile(
        r"\b(?:hourly|daily|weekly|fortnightly|monthly|quarterly|yearly|every (?:second |other )?(?:hour|day|week|"
        rf"month|quarter|year|sprint)|(?:once|twice) (?:a|every) \w+|every {_DAYS}|first {_DAYS} of the month)\b"
    ),
    "weekday": re.compile(rf"\b{_DAYS}\b"),
    "time": re.compile(r"\b\d{1,2}:\d\d\b|\b\d{1,2} ?[ap]m\b"),
    "day": re.compile(rf"\b\d{{1,2}} {_MONTHS}\b|\b{_MONTHS} \d{{1,2}}\b|\b(?:19|20)\d\d-\d\d-\d\d\b"),
}
_NUMBER = re.compile(r"(?<![\w.,:])([$€£]?\d[\d.,]*)\s*(%|[a-z]+)?")
_WORDS_FOR = {
    w: str(n) for n, w in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)
}
_WORD_FOR = re.compile(rf"\b(?:{'|'.join(_WORDS_FOR)})\b(?= [a-z])")
_EVERY = {
    "daily": "every day", "weekly": "every week", "monthly": "every month", "quarterly": "every quarter",
    "yearly": "every year", "hourly": "every hour", "once a": "every", "once every": "every",
}  # fmt: skip
_OPPOSITES = tuple(
    tuple(stem_set(side.replace("|", " ")) for side in pair.split("/"))
    for pair in (
        "approved|accepted|granted|signed/refused|rejected|declined|denied",
        "allowed|permitted|may/forbidden|banned|prohibited",
        "keep|kept|continue|stays/drop|dropped|stop|stopped|end|ended",
        "buy|bought/build|built",
        "mandatory|required|must/optional|voluntary",
        "open/closed",
    )
)
_SIDES = frozenset(word for pair in _OPPOSITES for side in pair for word in side)
#: Two that differ in these are two: the first candidate and the second, the junior engineer and the senior one.
_TELL_APART = stem_set(
    "first second third fourth fifth last junior senior old older newer north south east west internal external public "
    "private training test staging production"
)
_VAGUE = stem_set(
    "decide decision agree we now new current total overall today per from week month quarter year day hour"
)
_VAGUE |= word_set("monday tuesday wednesday thursday friday saturday sunday")
_ENOUGH = 0.5
#: "The three-year plan" and "the one-year plan" are two as well.
_COMPOUND = re.compile(r"\b(?:\d+|one|two|three|four|five|six|ten)-[a-z]+\b")


def decides(evidence: Evidence) -> int:
    """Return how surely a line says a decision: 2 by its words, 1 by its place or as a task, 0 where it does not."""
    text = evidence.statement.text
    if _TASK.search(text):
        return 1
    if _OPEN.search(text):
        return 0
    if _DECIDES.search(text):
        return 2
    return int(any(_PLACE.search(t) for t in (text, *evidence.statement.heading, evidence.source_title)))


def replaces(newer: Evidence, older: Evidence) -> bool:
    """Whether a line of a newer note says something else about the very thing that an older one speaks of.

    It does where it takes that back ("no longer", "is withdrawn"; for a decision "instead of"), where it gives the same
    subject another value of the same kind, or where the two are nearly alike but for a value, a denial or an opposite.
    What only happened ("the retraining failed") or was measured neither replaces nor is replaced.
    """
    if newer.date is None or older.date is None or newer.date <= older.date:
        return False
    new, old = newer.statement.text, older.statement.text
    if not _holds(newer) or not (_holds(older) or _is_rule(old)) or _told_apart(new, old):
        return False
    shared = _matter(new) & _matter(old)
    if len(shared) >= 2 and _takes_back(new, old, decided=decides(newer) > 0):
        return True
    if subject := _same_subject(new, old):
        if len(subject) < 2 and not _matter(newer.source_title) & _matter(older.source_title):
            # "The budget" of two notes may be that of two projects.
            return False
        return _contradict(_value(new), _value(old))
    mine, theirs = _matter(new) - _SIDES, _matter(old) - _SIDES
    # Where each has a word of its own they may speak of two things: the platform team's budget and the data team's.
    alike = len(shared) >= 2 and (mine <= theirs or theirs <= mine)
    return alike and len(shared) >= _ENOUGH * max(len(mine), len(theirs)) and _contradict(new, old)


def _is_rule(text: str) -> bool:
    """Whether an old line says how things are done: nothing of it is past, and nothing measured or open."""
    return not any(p.search(text) for p in (_TASK, _OPEN, _HAPPENED, _PAST))


def _holds(evidence: Evidence) -> bool:
    """Whether a line holds from its day on, rather than telling what happened or what might be."""
    text = evidence.statement.text
    if _TASK.search(text) or _OPEN.search(text):
        return False
    if _DECIDES.search(text):
        return True
    return _HOLDS.search(text) is not None and (_HAPPENED.search(text) is None or decides(evidence) > 0)


def _matter(text: str) -> set[str]:
    """Stems of what a line is about, its values and the words of deciding left out."""
    return {s for s in content(_without_values(text)) if s not in _VAGUE and not s[0].isdigit()}


def _without_values(text: str) -> str:
    lowered = _in_digits(text)
    for pattern in (*_VALUES.values(), _NUMBER):
        lowered = pattern.sub(" ", lowered)
    return lowered


def _in_digits(text: str) -> str:
    return _WORD_FOR.sub(lambda m: _WORDS_FOR[m.group()], text.lower())


def _told_apart(new: str, old: str) -> bool:
    mine, theirs = (({*stems(_without_values(t))} & _TELL_APART) | {*_COMPOUND.findall(t.lower())} for t in (new, old))
    return mine != theirs and bool(mine) and bool(theirs)


def _takes_back(new: str, old: str, *, decided: bool) -> bool:
    """Whether what the newer line takes back is in the older one."""
    theirs = {*content(old)} | _intervals(old)
    for pattern in (_TAKEN_BACK, _WAS, _ANY_MORE, *((_INSTEAD,) if decided else ())):
        for found in pattern.finditer(new):
            # Up to the next clause: behind it, it goes on to what holds now.
            what = re.split(r",|\b(?:but|and then|because|since)\b", found["what"].strip(" ,"))[0]
            words = {s for s in content(what) if s not in _VAGUE} | _intervals(what)
            if words and len(words & theirs) * 2 >= len(words):
                return True
    return False


def _intervals(text: str) -> set[str]:
    found = set()
    for interval in _VALUES["interval"].findall(text.lower()):
        said = interval
        for form, same in _EVERY.items():
            said = re.sub(rf"\b{form}\b", same, said)
        # "Every Monday" is every week.
        found.add("every week" if re.fullmatch(rf"every {_DAYS}", said) else said)
    return found


def _same_subject(new: str, old: str) -> set[str]:
    """Stems of what both lines say something of; empty where that differs."""
    mine, theirs = (_SAID_OF.match(_LEADS.sub("", t)) for t in (new, old))
    if mine is None or theirs is None:
        return set()
    a, b = ({s for s in content(_without_values(m["subject"])) if s not in _VAGUE} for m in (mine, theirs))
    return a if a == b else set()


def _value(text: str) -> str:
    found = _SAID_OF.match(_LEADS.sub("", text))
    return found["value"] if found else ""


def _contradict(new: str, old: str) -> bool:
    """Whether two lines about one thing say values of one kind that have nothing in common, or opposites."""
    mine, theirs = _values(new), _values(old)
    if any(mine[kind].isdisjoint(theirs[kind]) for kind in mine.keys() & theirs.keys()):
        return True
    a, b = {*stems(new)}, {*stems(old)}
    for one, other in _OPPOSITES:
        if (a & one and b & other and not a & other and not b & one) or (
            a & other and b & one and not a & one and not b & other
        ):
            return True
    return bool(flipped(new, old) or opposed(new, old))


def _values(text: str) -> dict[str, set[str]]:
    lowered = _in_digits(text)
    found: dict[str, set[str]] = {}
    for kind, pattern in _VALUES.items():
        values = _intervals(lowered) if kind == "interval" else {v.rstrip("s") for v in pattern.findall(lowered)}
        if values:
            found[kind] = values
        lowered = lowered if kind == "interval" else pattern.sub(" ", lowered)
    for number, unit in _NUMBER.findall(lowered):
        kind = "number " + (number[0] if number[0] in "$€£" else stem(unit) if unit and unit != "of" else "")
        found.setdefault(kind, set()).add(number.strip("$€£.,"))
    return found
