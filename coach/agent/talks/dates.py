"""Words that say when: found as they stand, never computed from."""

from __future__ import annotations

import re


def phrases(text: str) -> str:
    """Return a pattern for any of the phrases in `text`, which are parted by commas or line breaks."""
    found = [" ".join(p.split()) for p in re.split(r"[,\n]", text)]
    return "(?:" + "|".join(p for p in found if p) + ")"


_MONTH = r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|{})\b".format(
    phrases("january, february, march, april, may, june, july, august, september, october, november, december")
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
_SPAN = phrases(
    "week, month, quarter, year, sprint, night, weekend, morning, afternoon, evening, spring, summer, autumn, winter"
)
_COUNT = r"(?:\d+|a|an|one|two|three|four|five|six|several|a few|a couple of)"
_CLOCK = r"(?:,? (?:at )?\d{1,2}(?::\d\d(?: ?[ap]m)?| ?[ap]\.?m\b)|,? at (?:\d{1,2}|noon|midnight)\b)"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_FORMS = (
    r"\d{4}-\d\d-\d\d",
    rf"{_ORDINAL}(?: of)? {_MONTH}(?: \d{{4}})?",
    rf"{_MONTH} {_ORDINAL}(?!:|\d|\w)(?:,? \d{{4}})?",
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4}",
    rf"(?:last |next |this |that |every )?{_DAY}(?: (?:morning|afternoon|evening|night|next week|this week))?",
    rf"(?:in|since|by|until|last|next|this|early|late|mid|end of|beginning of) {_MONTH}(?: \d{{4}})?",
    rf"{_MONTH} \d{{4}}",
    rf"(?:last|next|this|past|same|that) {_SPAN}\b",
    r"today|tonight|yesterday|tomorrow(?: (?:morning|afternoon|evening|night))?",
    rf"{_COUNT} (?:hour|day|week|month|quarter|year)s? ago",
    rf"in {_COUNT} (?:hour|day|week|month)s?",
    r"q[1-4]\b",
)
_DATE = re.compile(
    rf"(?<![\w.-])(?:(?:on|by|before|at|until|since) )?(?:{'|'.join(_FORMS)}){_CLOCK}?(?!\w)"
    r"|\bat \d{1,2}(?::\d\d)? ?[ap]m\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    rf"(?:tomorrow|tonight|next {_SPAN}|next {_DAY}|next {_MONTH}|in {_COUNT} (?:hour|day|week|month)s?)", re.IGNORECASE
)


def dates(text: str) -> list[re.Match[str]]:
    """Return what in `text` says when, each with its preposition and clock: "on Thursday at 9am", "3 March 2026"."""
    # "May" at the beginning of a question, and "may" in the middle of a sentence, are no month.
    return [m for m in _DATE.finditer(text) if not re.fullmatch(r"(?i)may", m.group())]


def first_date(text: str) -> str:
    """Return the first words of `text` that say when; empty where there are none."""
    found = dates(text)
    return found[0].group() if found else ""


def is_future(words: str) -> bool:
    """Whether a date that `dates` found lies ahead by its own words."""
    return _FUTURE.search(words) is not None
