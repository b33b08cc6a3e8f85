"""WebVTT and SRT: cues with their times, and who speaks, where they say it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coach.domain.errors import SourceError
from coach.domain.text import clean_line
from coach.sources.formats.document import Document
from coach.sources.formats.turns import Cue, is_name, pieces_of, repeated
from coach.sources.inline import hashtags, marks
from coach.sources.note_facts import date_in

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2}(?:[.,]\d{1,6})?)"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*(?:\d{{1,3}}:)?\d{{1,2}}:\d{{1,2}}.*")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,60})?[ \t]+([^<>]{1,100})>")
_TAG = re.compile(r"<[^<>]{0,200}>|\{\\[^{}]{0,100}\}")
_NAMED = re.compile(r"\s*(?:[-–]\s*)?\[?([^\s:\[\]<>][^:\[\]<>\n]{0,49})\]?:\s+(?=\S)")
_NOT_TEXT = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION)\b")


def read_cues(text: str, name: str) -> Document:
    """Return the turns of a transcript in WebVTT or SRT.

    Raises:
        SourceError: there is no cue in it.
    """
    cues, about = _cues(text)
    if not cues:
        raise SourceError(f"{name} has no cues.", "Export the transcript again, as WebVTT, SRT or text.")
    blocks, remarks = pieces_of(_with_speakers(_without_repeats(cues)))
    title, day = _about(about)
    tags = tuple(dict.fromkeys(hashtags(about)))
    return Document(blocks, title=title, date=day, tags=tags, marks=marks(text), remarks=remarks)


def has_cues(text: str) -> bool:
    """Whether a text without a telling name is a transcript with cues: at least three of their timings."""
    return text.count("-->") > 2 and sum(1 for line in text.split("\n") if _TIMING.fullmatch(line)) > 2


def _cues(text: str) -> tuple[list[Cue], str]:
    """Return the cues, a line of text each, and what the header and the notes say."""
    found: list[Cue] = []
    about: list[str] = []
    lines = text.split("\n")
    start: float | None = None
    #: What the lines are that come: of a cue, or of something that says nothing.
    inside = skipped = kept = False
    for number, line in enumerate(lines, start=1):
        if timing := _TIMING.fullmatch(line):
            hours, minutes, seconds = timing[1] or 0, timing[2], timing[3].replace(",", ".")
            start = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
            inside, skipped = True, False
        elif not line.strip():
            inside = skipped = False
        elif inside:
            found.append(Cue("", start, line, number))
        elif skipped or _NOT_TEXT.match(line):
            kept = kept if skipped else not line.startswith(("STYLE", "REGION"))
            skipped = True
            if kept:
                about.append(line.removeprefix("WEBVTT").removeprefix("NOTE").strip(" -\t"))
        elif start is not None and not _is_number(lines, number):
            # A blank line in the middle of a cue: what follows it was said all the same.
            found.append(Cue("", start, line, number))
    return found, "\n".join(about)


def _is_number(lines: list[str], number: int) -> bool:
    """Whether the line at `number` (1-based) is the number or the name of the cue after it."""
    after = lines[number] if number < len(lines) else ""
    return bool(_TIMING.fullmatch(after)) or lines[number - 1].strip().isdigit()


def _without_repeats(cues: list[Cue]) -> Iterator[Cue]:
    """Yield the cues without lines that are shown twice, as captions do that roll up the screen."""
    before = ""
    for cue in cues:
        text = cue.text.strip()
        if text != before:
            yield cue
        before = text


def _with_speakers(cues: Iterator[Cue]) -> Iterator[Cue]:
    voiced = [part for cue in cues for part in _voices(cue)]
    named = [match[1].strip() for cue in voiced if (match := _NAMED.match(cue.text)) and is_name(match[1])]
    speakers = repeated(named, len(voiced))
    alone = _names_on_their_own(voiced)
    speaker = ""
    for cue, after in zip(voiced, [*voiced[1:], None], strict=True):
        match = None if cue.speaker else _NAMED.match(cue.text)
        if cue.text in alone and after and after.start == cue.start:
            speaker = cue.text
        elif match and match[1].strip() in speakers:
            yield replace(cue, speaker=match[1].strip(), text=cue.text[match.end() :])
            speaker = ""
        else:
            yield replace(cue, speaker=cue.speaker or speaker)
            speaker = ""


def _names_on_their_own(cues: list[Cue]) -> frozenset[str]:
    """Return the names that stand on the first line of a cue, as Teams writes them, where most cues have one."""
    pairs = zip([None, *cues], cues, strict=False)
    first = [cue.text for before, cue in pairs if not before or before.start != cue.start]
    names = [text for text in first if is_name(text)]
    return frozenset(names) if len(names) * 2 > len(first) and len(first) < len(cues) else frozenset()


def _voices(cue: Cue) -> Iterator[Cue]:
    """Yield what each voice (``<v Ann>``) of a line says, as plain text."""
    pieces = _VOICE.split(cue.text)
    for speaker, text in zip(["", *pieces[1::2]], pieces[::2], strict=True):
        plain = html.unescape(_TAG.sub("", text)).strip()
        if plain:
            yield replace(cue, speaker=html.unescape(speaker).strip(), text=plain)


def _about(text: str) -> tuple[str, date | None]:
    """Return the title and the date that a header says."""
    first = next((clean_line(line) for line in text.split("\n") if any(c.isalpha() for c in line)), "")
    title = "" if ":" in first and len(first.split(":", 1)[0].split()) == 1 else first
    return title, date_in(text)
