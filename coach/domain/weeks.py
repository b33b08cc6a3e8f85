"""The weeks that a look back is over. Weeks are those of ISO 8601: they begin on Monday, ``2026-W47``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from coach.domain.errors import InputError
from coach.domain.text import clean_line

#: Weeks of the chart of a look back at one week, that week included.
CHART_WEEKS = 8
#: A chart of more weeks than these is not read any more.
_MOST_WEEKS = 53
_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """What is looked back at."""

    #: The first and the last day.
    since: date
    until: date
    #: ``2026-W47``, or ``2026-10-01 to 2026-11-23``.
    name: str
    #: The Monday that the chart begins on.
    chart_since: date

    @property
    def mondays(self) -> tuple[date, ...]:
        """The Mondays of the weeks of the chart, oldest first."""
        weeks = (self.until - self.chart_since).days // 7 + 1
        return tuple(self.chart_since + timedelta(weeks=n) for n in range(weeks))


def week_of(day: date) -> str:
    """Return the week of a day: ``2026-W47``."""
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def one_week(name: str, today: date) -> Period:
    """Return the week called so, the one of `today` where `name` is empty.

    Raises:
        InputError: there is no such week, or it has not begun yet.
    """
    monday = today - timedelta(days=today.weekday())
    if name:
        found = _WEEK.fullmatch(name.strip())
        try:
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else date.max
        except ValueError:
            monday = date.max
        if monday == date.max:
            raise InputError(f"There is no week {clean_line(name)[:20]!r}.", f"Name one like this: {week_of(today)}")
        if monday > today:
            raise InputError(f"The week {week_of(monday)} has not begun yet.", f"This one is {week_of(today)}.")
    before = timedelta(weeks=CHART_WEEKS - 1)
    return Period(monday, monday + timedelta(days=6), week_of(monday), max(monday, date.min + before) - before)


def since_day(text: str, today: date) -> Period:
    """Return the time from a day, given in ISO form, to `today`.

    Raises:
        InputError: it is no day, is still to come, or is too long ago for a chart of weeks.
    """
    try:
        since = date.fromisoformat(text.strip())
    except ValueError as e:
        raise InputError(
            f"“{clean_line(text)[:40]}” is not a day that Coach can read.", f"Give it like this: {today.isoformat()}"
        ) from e
    monday = since - timedelta(days=min(since.weekday(), since.toordinal() - 1))
    if since > today:
        raise InputError(f"{since.isoformat()} is still to come.", "Give a day that is past.")
    if (today - monday).days >= 7 * _MOST_WEEKS:
        raise InputError(f"{since.isoformat()} is more than a year ago.", "Look back at a year at most.")
    return Period(since, today, f"{since.isoformat()} to {today.isoformat()}", monday)
