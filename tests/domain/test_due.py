from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.due import read_due, said_day
from coach.domain.errors import InputError

#: A Monday.
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("today", date(2026, 11, 23)),
        ("Tomorrow", date(2026, 11, 24)),
        ("in a week", date(2026, 11, 30)),
        ("a week", date(2026, 11, 30)),
        ("one week from now", date(2026, 11, 30)),
        ("in 3 days", date(2026, 11, 26)),
        ("in two weeks", date(2026, 12, 7)),
        ("in a fortnight", date(2026, 12, 7)),
        ("in 12 days.", date(2026, 12, 5)),
        ("in a month", date(2026, 12, 23)),
        ("next month", date(2026, 12, 23)),
        ("next week", date(2026, 11, 30)),
        ("Thursday", date(2026, 11, 26)),
        ("on thu", date(2026, 11, 26)),
        ("by Friday", date(2026, 11, 27)),
        ("Monday", date(2026, 11, 30)),
        ("next Thursday", date(2026, 12, 3)),
        ("this Sunday", date(2026, 11, 29)),
        ("2026-12-03", date(2026, 12, 3)),
        ("3 December", date(2026, 12, 3)),
        ("on the 3rd of Dec 2026", date(2026, 12, 3)),
        ("December 3rd, 2026", date(2026, 12, 3)),
        ("Jan 5", date(2027, 1, 5)),
        ("23 November", date(2026, 11, 23)),
        ("22 November", date(2027, 11, 22)),
    ],
)
def test_days_are_read_as_people_say_them(said: str, due: date) -> None:
    assert read_due(said, TODAY) == due


@pytest.mark.parametrize("weekday", range(7))
def test_a_day_of_the_week_is_the_next_one_after_today(weekday: int) -> None:
    for day in (TODAY + timedelta(days=n) for n in range(7)):
        due = read_due(f"{TODAY + timedelta(days=weekday):%A}", day)
        assert due.weekday() == weekday
        assert 1 <= (due - day).days <= 7


def test_a_month_on_from_its_last_day_is_the_last_day_of_the_next() -> None:
    assert read_due("in a month", date(2027, 1, 31)) == date(2027, 2, 28)
    assert read_due("in 2 months", date(2026, 12, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "soon",
        "ju",
        "t",
        "in x days",
        "in some weeks",
        "2026-13-01",
        "30 February",
        "2026-12-3",
        "99 May",
        "in ² days",
    ],
)
def test_what_is_no_day_is_refused_with_examples(said: str) -> None:
    with pytest.raises(InputError) as error:
        read_due(said, TODAY)
    assert "cannot" in error.value.message or "can read" in error.value.message
    assert "2026-12-03" in error.value.hint


@pytest.mark.parametrize(
    ("said", "why"), [("2026-11-22", "gone"), ("2028-01-01", "more than a year"), ("in 99 months", "year")]
)
def test_a_day_that_is_past_or_far_is_refused(said: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        read_due(said, TODAY)


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_an_error(text: str) -> None:
    try:
        due = read_due(text, TODAY)
    except InputError:
        return
    assert TODAY <= due <= TODAY + timedelta(days=366)


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(0, 366))
def test_an_iso_day_is_itself(today: date, days: int) -> None:
    due = today + timedelta(days=days)
    assert read_due(due.isoformat(), today) == due


def test_a_day_is_said_with_its_year_where_that_is_another() -> None:
    assert said_day(date(2026, 12, 3), TODAY) == "Thursday, 3 December"
    assert said_day(date(2027, 1, 4), TODAY) == "Monday, 4 January 2027"
