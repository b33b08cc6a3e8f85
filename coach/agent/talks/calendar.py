"""Commitments as an iCalendar file (RFC 5545): an all-day event on the day that each comes back, with a reminder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from coach import __version__
from coach.domain.commitment import Commitment
from coach.domain.text import clean_line

#: Octets of a line without its line break (section 3.1).
_LINE = 75
#: The reminder comes at nine in the morning, wherever the calendar is read.
_REMINDER = "PT9H"


def to_icalendar(commitments: Iterable[Commitment], now: datetime) -> str:
    """Return the commitments as an iCalendar object, lines ended with CRLF and folded at 75 octets.

    Args:
        commitments: those to put into it; one that was put off stands on the day that it was put off to.
        now: when it is made, with its zone.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//coach//coach {__version__}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    for commitment in commitments:
        lines += _event(commitment, now)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(commitment: Commitment, now: datetime) -> list[str]:
    day = max(commitment.due, commitment.snoozed or commitment.due)
    plan = clean_line(commitment.plan)
    summary = _escaped(f"What happened? {plan}")
    told = f"You planned: {plan}\nTell Coach what happened: coach commitments settle {commitment.id}"
    return [
        "BEGIN:VEVENT",
        f"UID:commitment-{commitment.id}@coach",
        f"DTSTAMP:{_utc(now)}",
        f"CREATED:{_utc(commitment.created)}",
        f"DTSTART;VALUE=DATE:{_day(day)}",
        f"DTEND;VALUE=DATE:{_day(day + timedelta(days=1))}",
        f"SUMMARY:{summary}",
        f"DESCRIPTION:{_escaped(told)}",
        "CLASS:PRIVATE",
        # It takes no time: nobody is busy for it.
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"TRIGGER:{_REMINDER}",
        f"DESCRIPTION:{summary}",
        "END:VALARM",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """TEXT of section 3.3.11: backslash, semicolon and comma escaped, line breaks as ``\\n``."""
    lines = [clean_line(line) for line in text.split("\n")]
    return "\\n".join(line.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") for line in lines)


def _folded(line: str) -> str:
    """The line with a line break and a space before each further part; no character is cut in two."""
    parts, part, room = [], "", _LINE
    for char in line:
        octets = len(char.encode())
        if octets > room:
            parts.append(part)
            # The space that begins a further part counts.
            part, room = "", _LINE - 1
        part += char
        room -= octets
    return "\r\n ".join([*parts, part])


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
