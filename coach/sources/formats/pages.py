"""The lines of printed pages as headings, paragraphs and list items: what a page layout took apart, put together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from coach.sources.formats.blocks import Blocks
from coach.sources.formats.document import Heading, Piece

#: Letters this much larger than most are a heading's.
_LARGER = 1.15
_LONGEST_HEADING = 120
#: A gap this much larger than the usual one parts paragraphs.
_GAP = 1.4
#: A line shorter than this share of a full one was ended on purpose.
_SHORT = 0.75
_BULLET = re.compile(r"(?:[•◦▪‣●○■*–—-]|\d{1,2}[.)]|[a-z]\))\s+(?=\S)")
_PAGE_NUMBER = re.compile(
    r"(?:page\s*)?[-–—]?\s*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/|\|)\s*\d{1,4})?\s*[-–—]?", re.IGNORECASE
)
_ENDS = (".", "!", "?", ":", "…", "。")
_CUT_WORD = re.compile(r"(\w*[^\W\d_])[-‐]$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its text, its letters' size and its distance from the page's bottom, both in points."""

    text: str
    size: float
    y: float
    #: From 1.
    page: int


def blocks_of(lines: Sequence[Line]) -> list[Heading | Piece]:
    """Return the headings and statements of the lines; each statement stands under its page."""
    writer = _Writer(lines)
    for line in _without_margins(lines):
        writer.add(line)
    writer.finish()
    return writer.blocks.found


class _Writer:
    """Puts lines together to paragraphs until one ends."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.blocks = Blocks()
        counted = _sizes(lines)
        self._body = counted.most_common(1)[0][0] if counted else 0.0
        self._levels = sorted((size for size in counted if size >= self._body * _LARGER), reverse=True)
        self._full = _full_length(lines)
        self._gap = _usual_gap(lines)
        self._words = _hyphened(lines)
        self._held: list[Line] = []
        self._is_item = self._is_heading = False
        self._page = 0

    def add(self, line: Line) -> None:
        heading = self._heading_level(line) > 0
        if self._held and (heading != self._is_heading or self._ends_before(line)):
            self.finish()
        if not self._held:
            if line.page != self._page:
                if self._page:
                    self.blocks.close()
                self.blocks.open(f"Page {line.page}")
                self._page = line.page
            self._is_heading = heading
            self._is_item = not heading and bool(_BULLET.match(line.text))
        self._held.append(line)

    def finish(self) -> None:
        """Write what is held as one heading, item or paragraph."""
        if not self._held:
            return
        text = self._joined()
        level = self._heading_level(self._held[0])
        self._held = []
        if self._is_heading and len(text) <= _LONGEST_HEADING:
            self.blocks.heading(level, text, of_outline=True)
        elif self._is_item:
            self.blocks.open_item()
            self.blocks.paragraph(_BULLET.sub("", text, count=1))
            self.blocks.close()
        else:
            self.blocks.paragraph(text)

    def _ends_before(self, line: Line) -> bool:
        last = self._held[-1]
        if self._is_heading:
            return round(line.size) != round(last.size) or line.page != last.page
        if _BULLET.match(line.text) and not _CUT_WORD.search(last.text):
            return True
        if line.page != self._held[0].page and last.text.endswith(_ENDS):
            return True
        if line.page != last.page:
            return last.text.endswith(_ENDS) or not line.text[:1].islower()
        if self._gap and last.y - line.y > self._gap * _GAP:
            return True
        short = len(last.text) < self._full * _SHORT
        return short and (last.text.endswith(_ENDS) or line.text[:1].isupper())

    def _heading_level(self, line: Line) -> int:
        size = round(line.size * 2) / 2
        if size not in self._levels or len(line.text) > _LONGEST_HEADING or not any(c.isalpha() for c in line.text):
            return 0
        return min(self._levels.index(size) + 1, 6)

    def _joined(self) -> str:
        text = self._held[0].text
        for line in self._held[1:]:
            cut = _CUT_WORD.search(text)
            if cut is None or not line.text[:1].islower():
                text = f"{text} {line.text}"
                continue
            after = re.match(r"\w*", line.text)
            whole = f"{cut[1]}-{after.group() if after else ''}".casefold()
            text = text + line.text if whole in self._words else text[:-1] + line.text
        return text


def _sizes(lines: Sequence[Line]) -> Counter[float]:
    """Return how many characters stand in letters of each size, to half points."""
    found: Counter[float] = Counter()
    for line in lines:
        found[round(line.size * 2) / 2] += len(line.text)
    return found


def _hyphened(lines: Sequence[Line]) -> frozenset[str]:
    """Return the words that have a hyphen within a line: at a line's end they keep it."""
    return frozenset(word.casefold() for line in lines for word in re.findall(r"\w+-\w+", line.text))


def _full_length(lines: Sequence[Line]) -> int:
    lengths = sorted(len(line.text) for line in lines)
    return lengths[len(lengths) * 9 // 10] if lengths else 0


def _usual_gap(lines: Sequence[Line]) -> float:
    """Return the distance between most lines that follow each other, in points; 0 where there is none."""
    gaps = Counter(
        round(before.y - line.y)
        for before, line in pairwise(lines)
        if before.page == line.page and 0 < before.y - line.y < 100
    )
    return float(gaps.most_common(1)[0][0]) if gaps else 0.0


def _without_margins(lines: Sequence[Line]) -> list[Line]:
    """Return the lines without page numbers, and without what stands at the top or bottom of page after page."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    edges = [line for page in pages.values() for line in _edges(page)]
    counted = Counter(_pattern(line) for line in edges)
    often = max(3, len(pages) // 2)
    margins = {id(line) for line in edges if counted[_pattern(line)] >= often or _PAGE_NUMBER.fullmatch(line.text)}
    return [line for line in lines if id(line) not in margins]


def _edges(page: list[Line]) -> list[Line]:
    """Return the two lines at the top and the two at the bottom of a page, none of them twice."""
    return page if len(page) <= 4 else [*page[:2], *page[-2:]]


def _pattern(line: Line) -> str:
    """Return the line with the number of its page as ``#``: "Retro, page 3 of 9" is the same on every page."""
    return re.sub(rf"(?<!\d){line.page}(?!\d)", "#", line.text.casefold(), count=1)
