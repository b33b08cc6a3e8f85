"""When something is due, as people say it: "in a week", "Thursday", "next Monday", "3 December", "2026-12-03"."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from coach.domain.calendar_names import MONTHS, WEEKDAYS
from coach.domain.errors import InputError
from coach.domain.text import clean_line

#: What is said where nothing is said.
DEFAULT = "in a week"
_DAYS = tuple(name.lower() for name in WEEKDAYS)
_MONTHS = tuple(name.lower() for name in MONTHS)
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "twelve": 12}
#: Further ahead it is a slip of the finger.
_FURTHEST = 366
_IN = re.compile(r"(?:in )?(\w{1,6}) (day|week|fortnight|month)s?(?: from (?:now|today))?")
_DAY = re.compile(r"(?:on |by )?(next |this )?([a-z]{3,9})")
_OF_MONTH = re.compile(r"(?:on |by )?(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]{3,9})\.?,?(?: (\d{4}))?")
_MONTH_DAY = re.compile(r"(?:on |by )?([a-z]{3,9})\.? (?:the )?(\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}))?")
_HINT = 'Say it like this: "in a week", "in 3 days", "Thursday", "3 December" or "2026-12-03".'


def read_due(text: str, today: date) -> date:
    """Return the day that `text` means, `today` or later.

    A day of the week is the next one after today; with "next" it is that day of the week that follows this one, which
    begins on Monday. A day of a month without a year is the next such day.

    Raises:
        InputError: it cannot be read, is gone, or is more than a year away.
    """
    said = clean_line(text).lower().rstrip(".")
    try:
        due = _read(said, today)
    except (ValueError, OverflowError):
        due = None
    if due is None:
        raise InputError(f"“{clean_line(text)[:60]}” is not a day that Coach can read.", _HINT)
    if due < today:
        raise InputError(f"{due.isoformat()} is gone already.", _HINT)
    if (due - today).days > _FURTHEST:
        raise InputError(f"{due.isoformat()} is more than a year away.", "Choose a day within the coming year.")
    return due


def said_day(day: date, today: date) -> str:
    """Return a day as people read it: ``Thursday, 3 December``, with its year where that is not this one."""
    year = f" {day.year}" if day.year != today.year else ""
    return f"{WEEKDAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]}{year}"


def _read(said: str, today: date) -> date | None:
    if said in ("today", "tonight"):
        return today
    if said == "tomorrow":
        return today + timedelta(days=1)
    if said == "next week":
        return today + timedelta(weeks=1)
    if said == "next month":
        return _months_on(today, 1)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", said):
        return date.fromisoformat(said)
    if found := _IN.fullmatch(said):
        return _in(found, today)
    if found := _DAY.fullmatch(said):
        return _weekday(found, today)
    if found := _OF_MONTH.fullmatch(said):
        return _of_month(int(found[1]), found[2], found[3], today)
    if found := _MONTH_DAY.fullmatch(said):
        return _of_month(int(found[2]), found[1], found[3], today)
    return None


def _in(found: re.Match[str], today: date) -> date | None:
    number = int(found[1]) if found[1].isdecimal() else _NUMBERS.get(found[1])
    if number is None:
        return None
    if found[2] == "month":
        return _months_on(today, number)
    return today + timedelta(days=number * {"day": 1, "week": 7, "fortnight": 14}[found[2]])


def _weekday(found: re.Match[str], today: date) -> date | None:
    day = _named(found[2], _DAYS)
    if day is None:
        return None
    if (found[1] or "").strip() == "next":
        return today + timedelta(days=7 - today.weekday() + day)
    return today + timedelta(days=(day - today.weekday() - 1) % 7 + 1)


def _of_month(day: int, name: str, year: str | None, today: date) -> date | None:
    month = _named(name, _MONTHS)
    if month is None:
        return None
    if year:
        return date(int(year), month + 1, day)
    due = date(today.year, month + 1, day)
    return due if due >= today else date(today.year + 1, month + 1, day)


def _named(word: str, names: tuple[str, ...]) -> int | None:
    """The place of the one name that a word is, or that it shortens by its first three letters or more."""
    found = [n for n, name in enumerate(names) if name.startswith(word)]
    return found[0] if len(found) == 1 else None


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))
