"""Markdown within a paragraph as styled text: bold, emphasis, code, struck out, and links with their address.

What is shown is `Content`: nothing in a text becomes markup, runs, or opens. Images, HTML, entities and links to
anything but http and https are plain text, and so is a mark that nothing closes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from textual.content import Content, Span

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_STYLES = {"strong": "bold", "em": "italic", "s": "strike", "link": "underline"}
_CODE = "$text-accent on $surface"
_ADDRESS = "$foreground-muted"
_RULES = ("newline", "escape", "backticks", "emphasis", "strikethrough", "link")
#: One stands for each piece that is put in as it is. Punctuation, so that it closes and opens emphasis as a citation in
#: brackets would, and so rare that a text that holds all of them is shown as it came.
_STAND_INS = "⁘⁙⁛⁜⁝⸖⸗"
_HEADING = re.compile(r"#{1,6}\s+")
#: A mark at the end, of which more may come.
_CUT = re.compile(r"([*_~`])\1*\Z")
#: A paragraph longer than this was not written to be read.
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Inline:
    """A paragraph, and where in it the pieces stand that were put in as they are."""

    content: Content
    starts: tuple[int, ...]


def compose(pieces: Sequence[str | Content]) -> Inline:
    """Return one paragraph of `pieces`: strings are cleaned Markdown, `Content` is put in as it is.

    Marks may open in one string and close in another. A paragraph that begins with ``#`` is a heading.
    """
    given = [p for p in pieces if isinstance(p, Content)]
    texts = [p for p in pieces if isinstance(p, str)]
    stand_in = next((c for c in _STAND_INS if not any(c in t for t in texts)), None)
    if stand_in is not None:
        source = "".join(stand_in if isinstance(p, Content) else p for p in pieces)
        plain, spans = _parsed(source)
        # A title in a link would swallow what stands in it.
        if plain.count(stand_in) == len(given):
            return _put_in(plain, spans, given, [i for i, c in enumerate(plain) if c == stand_in])
    return _literal(pieces)


def held_back(text: str) -> tuple[str, str]:
    """Part a text that is still being written into what can be read as Markdown now, and a mark at its end.

    The first of two stars that close would make ``**bold*`` something else for a moment. A mark that closes one just
    like it is not held back.
    """
    cut = _CUT.search(text)
    if cut is None:
        return text, ""
    mark = cut.group()
    before = text[: cut.start()]
    runs = re.findall(rf"(?<!{re.escape(mark[0])}){re.escape(mark)}(?!{re.escape(mark[0])})", before)
    return (text, "") if len(runs) % 2 else (before, mark)


def _literal(pieces: Sequence[str | Content]) -> Inline:
    starts, at = [], 0
    for piece in pieces:
        if isinstance(piece, Content):
            starts.append(at)
        at += len(piece if isinstance(piece, str) else piece.plain)
    return Inline(Content.assemble(*(Content(p) if isinstance(p, str) else p for p in pieces)), tuple(starts))


def _put_in(plain: str, spans: Iterable[Span], given: Sequence[Content], places: Sequence[int]) -> Inline:
    """Put `given` in place of the characters at `places`, and move the spans along."""
    moved = [0]
    for content in given:
        moved.append(moved[-1] + len(content.plain) - 1)

    def to(at: int) -> int:
        return at + moved[bisect_left(places, at)]

    text, last = [], 0
    shown = [Span(to(s.start), to(s.end), s.style) for s in spans]
    starts = [to(place) for place in places]
    for place, start, content in zip(places, starts, given, strict=True):
        text += [plain[last:place], content.plain]
        last = place + 1
        # After the others, so that a chip looks the same within bold text.
        shown += [Span(start + s.start, start + s.end, s.style) for s in content.spans]
    text.append(plain[last:])
    return Inline(Content("".join(text), [s for s in shown if s.end > s.start]), tuple(starts))


@lru_cache(maxsize=256)
def _parsed(source: str) -> tuple[str, tuple[Span, ...]]:
    """Return the text without its marks, and the spans that they mean, in time linear in its length."""
    heading = _HEADING.match(source)
    body = source[heading.end() :] if heading else source
    if len(body) > _LONGEST:
        return source, ()
    text: list[str] = []
    spans: list[Span] = []
    opened: list[tuple[int, int, str]] = []
    at = 0

    def add(words: str) -> None:
        nonlocal at
        text.append(words)
        at += len(words)

    for token in _parser().parseInline(body)[0].children or ():
        if token.type == "text":
            add(token.content)
        elif token.type == "code_inline":
            begun = at
            add(token.content)
            spans.append(Span(begun, at, _CODE))
        elif token.type in ("softbreak", "hardbreak"):
            add(" ")
        elif token.nesting == 1:
            opened.append((at, len(text), str(token.attrGet("href") or "")))
        elif token.nesting == -1:
            begun, first, address = opened.pop()
            spans.append(Span(begun, at, _STYLES[token.type.removesuffix("_close")]))
            if address and "".join(text[first:]) != address:
                begun = at
                add(f" ({address})")
                spans.append(Span(begun, at, _ADDRESS))
    if heading:
        spans.insert(0, Span(0, at, "bold"))
    return "".join(text), tuple(spans)


@cache
def _parser() -> MarkdownIt:
    # Some 15 ms, only where a model writes.
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero").enable(_RULES)
    parser.validateLink = _may_be_shown  # type: ignore[assignment,method-assign]
    parser.inline.ruler.before("link", "no_image", _no_image)
    return parser


def _no_image(state: StateInline, silent: bool) -> bool:
    """The beginning of an image is text, so that what follows is not taken for a link."""
    if not state.src.startswith("![", state.pos):
        return False
    if not silent:
        state.pending += "!["
    state.pos += 2
    return True


def _may_be_shown(address: str) -> bool:
    return re.match(r"https?://[^/]", address, re.IGNORECASE) is not None
