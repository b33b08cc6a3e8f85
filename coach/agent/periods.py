"""Spans of the calendar as people name them: "3 October", "September", "Q3", "last week", "the past two months".

What does not say a year means the last one that has begun. Weeks begin on Monday, quarters are those of the calendar.
Whatever is not surely one of these forms ("summer", "recently", "3/10") is none.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from coach.domain.calendar_names import MONTHS, WEEKDAYS

_DAYS = tuple(name.lower() for name in WEEKDAYS)
#: A month's name or what it is cut to; at least three letters.
MONTH = (
    r"(?:january|jan\.?|february|feb\.?|march|mar\.?|april|apr\.?|may|june|jun\.?|july|jul\.?|august|aug\.?|"
    r"september|sept\.?|sep\.?|october|oct\.?|november|nov\.?|december|dec\.?)"
)
_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_COUNTS = {"a": 1, "one": 1, "two": 2, "couple of": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_COUNTS |= {"eight": 8, "nine": 9, "ten": 10, "twelve": 12}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_UNIT = r"(?P<unit>day|week|month|quarter|year)"
#: Nobody looks further back, and dates cannot go back much further.
_MOST_BACK = 400


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, the first and the last of them included."""

    first: date
    last: date
    #: Whether it says its place in the calendar by itself, as "3 October" does and "last week" does not.
    plain: bool = True


def said(day: date) -> str:
    """Return a date as it is said to people: ``14 September 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def period(text: str, today: date) -> Period | None:
    """Return the span that `text`, all of it, names; None where it is not surely one that has begun by `today`."""
    words = " ".join(text.lower().split())
    for pattern, read in _FORMS:
        if found := pattern.fullmatch(words):
            try:
                span = read(found, today)
            except (ValueError, OverflowError):
                # The 31st of June, or the year before the first.
                return None
            return span if span is not None and span.first <= today else None
    return None


def both(first: str, last: str, today: date) -> Period | None:
    """Return the span from `first` to `last`, as in "between June and August" or "from 3 to 10 October"."""
    end = period(last, today)
    if end is None:
        return None
    day = re.fullmatch(_DAY, first)
    month = re.search(MONTH, last.lower())
    begin = period(f"{first} {month.group()}" if day and month else first, min(end.last, today))
    if begin is None or begin.first > end.first:
        return None
    return Period(begin.first, end.last, begin.plain and end.plain)


def _month_of(name: str) -> int:
    return next(i for i, m in enumerate(MONTHS, 1) if m[:3].lower() == name[:3].lower())


def _whole_month(year: int, month: int) -> Period:
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _whole_quarter(year: int, quarter: int) -> Period:
    return Period(date(year, 3 * quarter - 2, 1), _whole_month(year, 3 * quarter).last)


def _last_begun(span: Callable[[int], Period], today: date) -> Period:
    now = span(today.year)
    return now if now.first <= today else span(today.year - 1)


def _day(found: re.Match[str], today: date) -> Period:
    number, month = int(re.sub(r"\D", "", found["day"])), _month_of(found["month"])

    def of(year: int) -> Period:
        return Period(date(year, month, number), date(year, month, number))

    return of(int(found["year"])) if found["year"] else _last_begun(of, today)


def _iso(found: re.Match[str], _: date) -> Period:
    day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    return Period(day, day)


def _month(found: re.Match[str], today: date) -> Period:
    month = _month_of(found["month"])
    if found["year"]:
        return _whole_month(int(found["year"]), month)
    return _last_begun(lambda year: _whole_month(year, month), today)


def _quarter(found: re.Match[str], today: date) -> Period:
    number = int(found["number"]) if found["number"] else _ORDINALS[found["ordinal"]]
    if found["year"]:
        return _whole_quarter(int(found["year"]), number)
    return _last_begun(lambda year: _whole_quarter(year, number), today)


def _year(found: re.Match[str], _: date) -> Period:
    return Period(date(int(found["year"]), 1, 1), date(int(found["year"]), 12, 31))


def _around(unit: str, day: date) -> Period:
    """The day, week, month, quarter or year that `day` is in."""
    if unit == "week":
        first = day - timedelta(days=day.weekday())
        return Period(first, first + timedelta(days=6), plain=False)
    if unit == "day":
        return Period(day, day, plain=False)
    if unit == "year":
        span = Period(date(day.year, 1, 1), date(day.year, 12, 31))
    else:
        span = _whole_month(day.year, day.month)
        span = _whole_quarter(day.year, (day.month + 2) // 3) if unit == "quarter" else span
    return Period(span.first, span.last, plain=False)


def _this(found: re.Match[str], today: date) -> Period:
    return _around(found["unit"], today)


def _last(found: re.Match[str], today: date) -> Period:
    return _around(found["unit"], _around(found["unit"], today).first - timedelta(days=1))


def _past(found: re.Match[str], today: date) -> Period:
    """ "In the last month" may mean the one before this or the last thirty days: it is taken to mean both."""
    return Period(_last(found, today).first, today, plain=False)


def _back(count: int, unit: str, today: date) -> date:
    if unit == "day":
        return today - timedelta(days=count)
    if unit == "week":
        return today - timedelta(weeks=count)
    months = today.year * 12 + today.month - 1 - count * {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _count(text: str) -> int:
    count = int(text) if text.isdigit() else _COUNTS[text]
    if not 0 < count <= _MOST_BACK:
        raise ValueError(text)
    return count


def _some(found: re.Match[str], today: date) -> Period:
    return Period(_back(_count(found["count"]), found["unit"], today), today, plain=False)


def _ago(found: re.Match[str], today: date) -> Period:
    day = _back(_count(found["count"]), found["unit"], today)
    return Period(day, day, plain=False)


def _weekday(found: re.Match[str], today: date) -> Period:
    back = (today.weekday() - _DAYS.index(found["day"])) % 7 or 7
    return Period(today - timedelta(days=back), today - timedelta(days=back), plain=False)


def _named_day(found: re.Match[str], today: date) -> Period:
    day = today - timedelta(days=found.group() == "yesterday")
    return Period(day, day, plain=False)


def _edge(found: re.Match[str], today: date) -> Period | None:
    """The first or the last day of a span: "the end of August"."""
    whole = period(found["whole"], today)
    if whole is None or (found["edge"] == "end" and whole.last > today):
        return None
    day = whole.last if found["edge"] == "end" else whole.first
    return Period(day, day, whole.plain)


_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period | None]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"(?P<year>{_YEAR})-(?P<month>\d\d)-(?P<day>\d\d)", _iso),
        (rf"(?:the )?(?P<day>{_DAY}) (?:of )?(?P<month>{MONTH}),?(?: (?P<year>{_YEAR}))?", _day),
        (rf"(?P<month>{MONTH}) (?:the )?(?P<day>{_DAY})(?:,? (?P<year>{_YEAR}))?", _day),
        (rf"(?:(?:early|late|mid)[ -])?(?P<month>{MONTH}),?(?: (?:of )?(?P<year>{_YEAR}))?", _month),
        (
            rf"(?:the )?(?:q(?P<number>[1-4])|(?P<ordinal>{'|'.join(_ORDINALS)}) quarter)"
            rf"(?:,? (?:of )?(?P<year>{_YEAR}))?",
            _quarter,
        ),
        (rf"(?P<year>{_YEAR})", _year),
        (rf"(?:this|the current) {_UNIT}", _this),
        (r"(?:last|previous|the previous) (?P<unit>week|month|quarter|year)", _last),
        (r"the (?:last|past) (?P<unit>week|month|quarter|year)", _past),
        (r"past (?P<unit>week|month|quarter|year)", _past),
        (rf"(?:the )?(?:last|past) (?:a )?{_COUNT} {_UNIT}s?", _some),
        (rf"(?:a )?{_COUNT} {_UNIT}s? ago", _ago),
        (rf"(?:last )?(?P<day>{'|'.join(_DAYS)})", _weekday),
        (r"today|yesterday", _named_day),
        (r"(?:the )?(?P<edge>beginning|start|end) of (?:the )?(?P<whole>.{3,40})", _edge),
    )
)
