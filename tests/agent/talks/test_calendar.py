from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.talks.calendar import to_icalendar
from coach.domain.commitment import Commitment

NOW = datetime(2026, 11, 23, 20, 30, tzinfo=timezone(timedelta(hours=-5)))
MADE = Commitment(
    "ab12cd34",
    "If Zoë asks for a date; a price, or both, then I say “C:\\temp” and wait 🙂 " + "until she answers " * 5 + ".",
    date(2026, 11, 30),
    NOW,
)
Properties: TypeAlias = dict[str, tuple[str, str]]


def unfolded(text: str) -> list[str]:
    """The content lines, by sections 3.1 and 3.2 of RFC 5545, which are kept here to the letter."""
    assert text.endswith("\r\n")
    assert not re.search(r"(?<!\r)\n|\r(?!\n)", text)
    for line in text.split("\r\n"):
        assert len(line.encode()) <= 75
    lines = re.sub(r"\r\n[ \t]", "", text).split("\r\n")[:-1]
    for line in lines:
        assert re.fullmatch(r"[A-Z-]+(;[A-Z-]+=[^\x00-\x1f\";:,]+)*:[^\x00-\x08\x0a-\x1f\x7f]*", line), line
    return lines


def components(text: str) -> tuple[Properties, list[tuple[Properties, Properties]]]:
    """The properties of the calendar, and of each event with those of its alarm; each property once, nested rightly."""
    calendar: Properties = {}
    events: list[tuple[Properties, Properties]] = []
    stack: list[tuple[str, Properties]] = []
    for line in unfolded(text):
        name, _, value = line.partition(":")
        name, _, parameters = name.partition(";")
        if name == "BEGIN":
            assert [n for n, _ in stack] == {
                "VCALENDAR": [],
                "VEVENT": ["VCALENDAR"],
                "VALARM": ["VCALENDAR", "VEVENT"],
            }[value]
            stack.append((value, {}))
        elif name == "END":
            ended, properties = stack.pop()
            assert ended == value
            if ended == "VALARM":
                alarm = properties
            elif ended == "VEVENT":
                events.append((properties, alarm))
            else:
                calendar = properties
        else:
            assert name not in stack[-1][1]
            stack[-1][1][name] = (parameters, value)
    assert stack == []
    return calendar, events


def text_of(value: str) -> str:
    """TEXT of section 3.3.11, with every character that must be escaped escaped."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value)
    assert re.fullmatch(r"(?:[^\\]|\\[\\;,nN])*", value)
    return re.sub(r"\\([\\;,nN])", lambda m: "\n" if m[1] in "nN" else m[1], value)


def test_a_commitment_is_an_event_of_its_day_with_a_reminder() -> None:
    calendar, [(event, alarm)] = components(to_icalendar([MADE], NOW))
    assert calendar["VERSION"] == ("", "2.0")
    assert calendar["PRODID"][1]
    assert event["UID"] == ("", "commitment-ab12cd34@coach")
    assert event["DTSTAMP"] == ("", "20261124T013000Z")
    assert event["CREATED"] == ("", "20261124T013000Z")
    assert event["DTSTART"] == ("VALUE=DATE", "20261130")
    assert event["DTEND"] == ("VALUE=DATE", "20261201")
    assert text_of(event["SUMMARY"][1]) == f"What happened? {MADE.plan}"
    assert text_of(event["DESCRIPTION"][1]).split("\n")[1].endswith("coach commitments settle ab12cd34")
    assert alarm["ACTION"] == ("", "DISPLAY")
    assert alarm["TRIGGER"] == ("", "PT9H")
    assert text_of(alarm["DESCRIPTION"][1]) == f"What happened? {MADE.plan}"


def test_what_was_put_off_stands_on_the_day_that_it_was_put_off_to() -> None:
    put_off = replace(MADE, snoozed=date(2026, 12, 31))
    _, [(event, _)] = components(to_icalendar([put_off], NOW))
    assert (event["DTSTART"][1], event["DTEND"][1]) == ("20261231", "20270101")


def test_each_has_its_own_event() -> None:
    _, events = components(to_icalendar([MADE, replace(MADE, id="ffff0000")], NOW))
    assert len({event["UID"] for event, _ in events}) == 2


@pytest.mark.parametrize("plan", ["", "a\r\nEND:VCALENDAR\r\nBEGIN:VEVENT", "a\u2028b", "\x1b]0;x\x07", "\\n", "\\,;"])
def test_a_plan_cannot_become_a_line_of_the_file(plan: str) -> None:
    _, [(event, _)] = components(to_icalendar([replace(MADE, plan=plan)], NOW))
    assert "\n" not in text_of(event["SUMMARY"][1])


@given(st.text(max_size=300), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_any_plan_makes_a_file_that_can_be_read(plan: str, due: date) -> None:
    _, [(event, alarm)] = components(to_icalendar([replace(MADE, plan=plan, due=due)], datetime.now(UTC)))
    assert text_of(event["SUMMARY"][1]) == text_of(alarm["DESCRIPTION"][1])
