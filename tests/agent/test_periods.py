"""Spans of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.periods import both, period
from coach.grounding.words import word_set

#: A Thursday.
TODAY = date(2026, 10, 8)


def days(text: str, today: date = TODAY) -> tuple[str, str] | None:
    span = period(text, today)
    return (span.first.isoformat(), span.last.isoformat()) if span else None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("3 October", "2026-10-03", "2026-10-03"),
        ("October 3rd, 2025", "2025-10-03", "2025-10-03"),
        ("the 3rd of Oct", "2026-10-03", "2026-10-03"),
        ("2026-09-01", "2026-09-01", "2026-09-01"),
        # Not said which year: the last one that has begun.
        ("9 October", "2025-10-09", "2025-10-09"),
        ("September", "2026-09-01", "2026-09-30"),
        ("October", "2026-10-01", "2026-10-31"),
        ("december", "2025-12-01", "2025-12-31"),
        ("Feb 2024", "2024-02-01", "2024-02-29"),
        ("late sept.", "2026-09-01", "2026-09-30"),
        ("Q3", "2026-07-01", "2026-09-30"),
        ("q4 of 2025", "2025-10-01", "2025-12-31"),
        ("the second quarter", "2026-04-01", "2026-06-30"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("this week", "2026-10-05", "2026-10-11"),
        ("last week", "2026-09-28", "2026-10-04"),
        ("last month", "2026-09-01", "2026-09-30"),
        ("last quarter", "2026-07-01", "2026-09-30"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("previous year", "2025-01-01", "2025-12-31"),
        # The one before this, or the last thirty days: both.
        ("the past month", "2026-09-01", "2026-10-08"),
        ("the last two weeks", "2026-09-24", "2026-10-08"),
        ("past 30 days", "2026-09-08", "2026-10-08"),
        ("the last couple of months", "2026-08-08", "2026-10-08"),
        ("two weeks ago", "2026-09-24", "2026-09-24"),
        ("Monday", "2026-10-05", "2026-10-05"),
        ("thursday", "2026-10-01", "2026-10-01"),
        ("yesterday", "2026-10-07", "2026-10-07"),
        ("the end of August", "2026-08-31", "2026-08-31"),
        ("the beginning of this year", "2026-01-01", "2026-01-01"),
    ],
)
def test_what_people_say(text: str, first: str, last: str) -> None:
    assert days(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["", "summer", "recently", "3/10", "31 June", "9 October 2026", "November 2026", "2027", "last September",
     "the last few weeks", "999 years ago", "the end of this month", "the start of time", "0 days ago", "Q5"],
)  # fmt: skip
def test_what_is_not_sure_or_has_not_begun_is_none(text: str) -> None:
    assert period(text, TODAY) is None


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("June", "August", ("2026-06-01", "2026-08-31")),
        ("November", "February", ("2025-11-01", "2026-02-28")),
        ("June", "August 2025", ("2025-06-01", "2025-08-31")),
        ("3", "10 August", ("2026-08-03", "2026-08-10")),
        ("August", "something", None),
        ("2026-08-03", "2026-08-01", None),
    ],
)
def test_between_two(first: str, last: str, expected: tuple[str, str] | None) -> None:
    span = both(first, last, TODAY)
    assert (span and (span.first.isoformat(), span.last.isoformat())) == expected


def test_a_month_back_from_the_last_of_a_month_ends_within_its_month() -> None:
    assert days("one month ago", date(2026, 3, 31)) == ("2026-02-28", "2026-02-28")


_WORDS = st.sampled_from(
    sorted(
        word_set(
            "the last past this 3 31 400 2026 29 february feb may march q1 q4 of week month quarter year weeks ago end "
            "beginning monday today second early , 2024-02-30"
        )
    )
)


@given(st.lists(_WORDS, max_size=7), st.dates(date(1970, 1, 1), date(2100, 1, 1)))
def test_whatever_is_read_has_begun_and_ends_after_it_begins(words: list[str], today: date) -> None:
    span = period(" ".join(words), today)
    if span is not None:
        assert span.first <= span.last
        assert span.first <= today


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_last_week_ends_where_this_week_begins(today: date) -> None:
    before, now = period("last week", today), period("this week", today)
    assert before is not None
    assert now is not None
    assert now.first <= today <= now.last
    assert before.last + timedelta(days=1) == now.first
