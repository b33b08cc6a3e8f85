"""Transcripts in plain text: "Name: …", "[00:12:30] Speaker 2: …", and what meeting programs export."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from coach.domain.text import clean_line
from coach.sources.formats.document import Document, Heading, Piece
from coach.sources.formats.turns import Cue, is_name, pieces_of
from coach.sources.inline import marks, plain_inline

_TIME = r"[\[(]?(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,2}):(?P<s>\d{2})(?:[.,]\d{1,3})?(?:[ \t]?[AaPp]\.?[Mm]\.?)?[\])]?"
_NAME = r"\[?(?P<name>[^\W_][^\n:()\[\]<>|*#]{0,48}?)\]?"
_TIME_FIRST = re.compile(
    rf"{_TIME}[ \t]*[-–—|]?[ \t]*(?:From[ \t]+)?{_NAME}(?:[ \t]+to[ \t]+[^\n:]{{1,40}})?[ \t]*:[ \t]*(?P<said>.*)"
)
_NAME_FIRST = re.compile(rf"{_NAME}[ \t]*[-–—|]?[ \t]*{_TIME}[ \t]*:?[ \t]*(?P<said>.*)")
_NAME_ONLY = re.compile(r"(?P<name>[^\W_][^\n:()\[\]<>|*#]{0,48}?)[ \t]*:[ \t]+(?P<said>\S.*)")
_TIME_ONLY = re.compile(_TIME)
_STRONG = re.compile(r"\*\*|__")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(\S.*)")

#: How much of a text has to be turns for it to be a transcript: with times, and without.
_TIMED_TURNS, _TIMED_SHARE = 3, 0.2
_TURNS, _SHARE = 6, 0.5
_MOST_SPEAKERS = 25
#: Lines of a text that are looked at to find out.
_LOOKED_AT = 2000


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that begins a turn, or says the time."""

    speaker: str
    start: float | None
    said: str
    timed: bool


def is_transcript(text: str) -> bool:
    """Whether a text is one: enough of its lines begin with a speaker, and speakers come again."""
    lines = [line for line in text.split("\n") if line.strip()][:_LOOKED_AT]
    turns = [turn for line in lines if (turn := _turn(line)) and turn.speaker]
    timed = Counter(turn.speaker for turn in turns if turn.timed)
    if timed.total() >= _TIMED_TURNS and timed.total() >= _TIMED_SHARE * len(lines) and max(timed.values()) > 1:
        return True
    speakers = Counter(turn.speaker for turn in turns)
    again = sum(1 for count in speakers.values() if count > 1)
    many = len(turns) >= _TURNS and len(turns) >= _SHARE * len(lines)
    return many and again > 1 and len(speakers) <= min(_MOST_SPEAKERS, len(turns) // 2)


def read_speech(text: str, first_line: int = 1) -> Document:
    """Return the turns of a transcript under its headings; what stands before the first turn is read as Markdown.

    Args:
        text: one that `is_transcript`, without front matter.
        first_line: of the text in its file.
    """
    from coach.sources.formats.markdown import read_markdown

    lines = text.split("\n")
    begins = next((n for n, line in enumerate(lines) if (turn := _turn(line)) and (turn.speaker or turn.timed)), 0)
    front = read_markdown("\n".join(lines[:begins]), first_line)
    blocks, remarks = pieces_of(_said(lines[begins:], first_line + begins))
    found: list[Heading | Piece] = [*front.blocks, *blocks]
    return Document(found, front.values, tags=front.tags, marks=marks(text), remarks=remarks)


def _said(lines: list[str], first_line: int) -> Iterator[Cue | Heading]:
    start: float | None = None
    speaker = ""
    for number, line in enumerate(lines, start=first_line):
        if not line.strip():
            continue
        if heading := _HEADING.fullmatch(line):
            yield Heading(len(heading[1]), clean_line(plain_inline(heading[2])), number)
        elif turn := _turn(line):
            start = turn.start if turn.timed else start
            speaker = turn.speaker or speaker
            if turn.said:
                yield Cue(speaker, start, plain_inline(turn.said), number)
        else:
            yield Cue(speaker, start, plain_inline(line), number)


def _turn(line: str) -> _Line | None:
    """Return the turn that a line begins; one that only says the time has no speaker."""
    if len(line) < 2 or not line.strip():
        return None
    head = (_STRONG.sub("", line[:200]) + line[200:]).strip()
    if found := _TIME_ONLY.fullmatch(head):
        return _Line("", _seconds(found), "", timed=True)
    for pattern in (_TIME_FIRST, _NAME_FIRST):
        found = pattern.fullmatch(head)
        if found and is_name(found["name"]):
            return _Line(found["name"].strip(), _seconds(found), found["said"].strip(), timed=True)
    found = _NAME_ONLY.fullmatch(head)
    if found and is_name(found["name"]):
        return _Line(found["name"].strip(), None, found["said"].strip(), timed=False)
    return None


def _seconds(found: re.Match[str]) -> float:
    return float(int(found["h"] or 0) * 3600 + int(found["m"]) * 60 + int(found["s"]))
