from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.errors import InputError
from coach.domain.weeks import CHART_WEEKS, one_week, since_day, week_of

TODAY = date(2026, 11, 23)


def test_a_week_begins_on_monday() -> None:
    period = one_week("", date(2026, 11, 22))
    assert (period.since, period.until, period.name) == (date(2026, 11, 16), date(2026, 11, 22), "2026-W47")
    assert len(period.mondays) == CHART_WEEKS
    assert period.mondays[-1] == period.since


@pytest.mark.parametrize(
    ("name", "monday"),
    [("2026-W47", date(2026, 11, 16)), ("2026w1", date(2025, 12, 29)), (" 2020-W53 ", date(2020, 12, 28))],
)
def test_a_week_is_named(name: str, monday: date) -> None:
    assert one_week(name, TODAY).since == monday


@pytest.mark.parametrize("name", ["2026-W54", "2026-W0", "W47", "last", "2026-47", "0000-W01"])
def test_there_is_no_such_week(name: str) -> None:
    with pytest.raises(InputError, match="no week"):
        one_week(name, TODAY)


def test_a_week_to_come_has_nothing_to_look_back_at() -> None:
    with pytest.raises(InputError, match="not begun"):
        one_week("2026-W49", TODAY)


def test_since_a_day() -> None:
    period = since_day("2026-10-01", TODAY)
    assert (period.since, period.until) == (date(2026, 10, 1), TODAY)
    assert period.mondays[0] == date(2026, 9, 28)
    assert period.mondays[-1] == TODAY


@pytest.mark.parametrize(
    ("text", "why"),
    [("October", "not a day"), ("2026-11-24", "to come"), ("2025-01-01", "year"), ("0001-01-01", "year")],
)
def test_a_day_that_cannot_be_looked_back_from(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        since_day(text, TODAY)


@given(st.dates(date(2, 1, 1), date(9998, 1, 1)))
def test_every_day_is_in_its_week(day: date) -> None:
    period = one_week(week_of(day), day)
    assert period.since <= day <= period.until
