"""Principles or practices in plain text, whose headings are its short lines without a full stop."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coach.domain.sentences import split_sentences
from coach.domain.source import Draft, SourceKind
from coach.sources.sections import Section, to_drafts

_HEADING_CHARACTERS = 80
_HEADING_WORDS = 12
#: Lines of hard-wrapped text are at most this long; paragraphs on one line are longer somewhere.
_WRAPPED = 120
_LIST_ITEM = re.compile(r"(?:[-*+•◦▪‣–—>|]|\d{1,3}[.)])\s")


def read_plain(text: str, kind: SourceKind, path: str) -> list[Draft]:
    """Return a draft for each heading of `text` with the sentences under it, and one for the text before the first.

    Args:
        text: a whole file, cleaned.
        kind: principle or practice.
        path: kept with the drafts.
    """
    sections = [Section("")]
    for paragraph, line, alone in _paragraphs(text):
        if alone and is_heading(paragraph):
            sections.append(Section(" ".join(paragraph.split()).rstrip(":")))
        else:
            sections[-1].texts += [(sentence, (), line) for sentence in split_sentences(paragraph)]
    return to_drafts(sections, kind, path)


def is_heading(line: str) -> bool:
    """Whether a line by itself is a heading: short, no full stop or comma at its end, no list item, with a word."""
    line = line.strip()
    if len(line) > _HEADING_CHARACTERS or len(line.split()) > _HEADING_WORDS:
        return False
    if not any(c.isalpha() for c in line) or _LIST_ITEM.match(line):
        return False
    return line.rstrip("\"'”’)]*_")[-1:] not in (*".!?…;,", "")


def _paragraphs(text: str) -> Iterator[tuple[str, int, bool]]:
    """Yield paragraphs, their 1-based lines, and whether each stands on a line of its own.

    Where the text is hard-wrapped, blank lines part its paragraphs; else every line is one.
    """
    lines = text.split("\n")
    filled = [line for line in lines if line.strip()]
    wrapped = len(filled) < len(lines) - 1 and max(map(len, filled), default=0) <= _WRAPPED
    block: list[str] = []
    start = 1
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip() and (wrapped or not block):
            start = start if block else number
            block.append(line)
            if wrapped:
                continue
        if block:
            yield "\n".join(block), start, len(block) == 1
            block = []
