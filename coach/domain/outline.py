"""Paragraphs, list items and headings of a text that a model writes: where each begins, and how.

Line by line and looking nowhere ahead, so that it holds for a text that is still being written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: How a paragraph opens; a list item opens with its marker, ``-`` or ``3.``.
PARAGRAPH = "paragraph"

_BULLET = re.compile(r"[^\S\n]{0,20}[-*+•◦▪‣][^\S\n]{1,20}(?=\S)")
_NUMBER = re.compile(r"[^\S\n]{0,20}(\d{1,3})[.)][^\S\n]{1,20}(?=\S)")
_HEADING = re.compile(r"[^\S\n]{0,20}#{1,6}[^\S\n]")
#: Nothing, or a rule.
_EMPTY = re.compile(r"[^\S\n]{0,20}(?:([-=_*])\1{2,98})?[^\S\n]{0,20}")
#: May be the marker of something that has not come yet.
_MARKER = re.compile(r"[^\S\n]{0,20}(?:[-*+•◦▪‣]|\d{1,3}[.)]?|#{1,6})[^\S\n]{0,20}")


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph, list item or heading."""

    #: `PARAGRAPH`, or the marker of an item. A heading is a paragraph that keeps its ``#``.
    opens: str
    #: Where its words begin and end in the text: without the marker.
    start: int
    end: int


def outline(text: str) -> list[Piece]:
    """Return the pieces of `text` in order; lines that go on with a piece belong to it.

    A marker at the very end, whose item has not come yet, is left out until it is clear what it is.
    """
    found: list[Piece] = []
    opens, start, end = "", 0, 0
    at = 0

    def close() -> None:
        nonlocal opens
        if opens:
            found.append(Piece(opens, start, end))
        opens = ""

    for line in text.splitlines(keepends=True):
        body = line.rstrip()
        begins = _begins(body, goes_on=bool(opens), in_list=opens not in ("", PARAGRAPH))
        if at + len(line) == len(text) and _MARKER.fullmatch(line):
            break
        if _EMPTY.fullmatch(body):
            close()
        elif begins is not None or not opens:
            close()
            opens, skipped = begins or (PARAGRAPH, len(body) - len(body.lstrip()))
            start, end = at + skipped, at + len(body)
            if _HEADING.match(body):
                close()
        else:
            end = at + len(body)
        at += len(line)
    close()
    return found


def openings(text: str, sentences: Sequence[str]) -> list[str]:
    """Return how each of the sentences of `text` opens: `PARAGRAPH`, the marker of a list item, or ``""`` where it goes
    on in the piece that the sentence before it stands in, or is the first of all.

    Args:
        text: what was written.
        sentences: its sentences, as `split_sentences` gives them.
    """
    found = [""] * len(sentences)
    number = 0
    for piece in outline(text):
        words = " ".join(text[piece.start : piece.end].split())
        at, opens = 0, "" if not number and piece.opens == PARAGRAPH else piece.opens
        while number < len(sentences) and (place := words.find(sentences[number], at)) >= 0:
            found[number], opens = opens, ""
            at = place + len(sentences[number])
            number += 1
    return found


def _begins(line: str, *, goes_on: bool, in_list: bool) -> tuple[str, int] | None:
    """Return how the line opens and where its words begin; None where it goes on with what stands before it."""
    if item := _BULLET.match(line):
        return "-", item.end()
    item = _NUMBER.match(line)
    # As in CommonMark, only a 1 begins a list in the middle of a paragraph.
    if item and (in_list or not goes_on or item[1] == "1"):
        return f"{item[1]}.", item.end()
    if _HEADING.match(line):
        return PARAGRAPH, len(line) - len(line.lstrip())
    return None
