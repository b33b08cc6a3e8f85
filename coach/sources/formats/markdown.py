"""Markdown, as CommonMark, Obsidian and Logseq write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from coach.domain.text import clean_line
from coach.sources.formats.blocks import Blocks
from coach.sources.formats.document import Document
from coach.sources.formats.vault_marks import callout, fence_after, sort_lines, task, without_hidden_lines
from coach.sources.inline import hashtags, marks, plain_inline, without_code, without_comments
from coach.sources.limits import cut_remark

#: A paragraph with a rule right under it is a heading to Markdown, whatever its length.
_LONGEST_HEADING = 120
#: Code blocks that hold what a program shows, and nothing that anybody said.
_QUERIES = frozenset({"dataview", "dataviewjs", "tasks", "query", "button", "compressed-json"})
_HTML_TAG = re.compile(r"<[^<>]{0,300}>|<[a-zA-Z][^<>=]{0,100}=[\"'][^<>]*+>")
_UNSEEN = re.compile(r"<(script|style|template)\b", re.IGNORECASE)
_LINK_TARGET = re.compile(r"[ \t]*\[[^\[\]^]{1,200}\]:[ \t]+<?[a-zA-Z][\w+.-]{1,20}:\S[^\n]*")
_HARD_BREAK = re.compile(r"(?: {2,}|\\)\n")
#: Nobody wraps text narrower or wider, in columns.
_NARROW, _WIDE = 50, 120
#: How much room for the next word a line has that was ended on purpose, in columns.
_SPARE = 12
#: A text longer than this is parsed in parts, in characters.
_PART = 100_000
#: What stands before the text of a line: indentation and marks of lists and quotes.
_PREFIX = re.compile(r"(?:[ \t>]|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))*+")
_MARK = re.compile(r"[>*+-]|\d{1,9}[.)]")
#: The parser reads nothing that nests deeper than 100, and a level takes two columns of indentation, or a mark.
_COLUMNS, _MARKS = 60, 8


def read_markdown(
    body: str, first_line: int = 1, values: dict[str, Any] | None = None, *, plain: bool = False
) -> Document:
    """Return the headings, sentences, list items, table rows and code blocks of `body`, and its tags and properties.

    Args:
        body: Markdown, cleaned, without front matter.
        first_line: of the body in its file.
        values: the front matter; the page's own properties are added to it.
        plain: whether a line that had room for the next word was ended on purpose, as in plain text.
    """
    reader = _Reader(dict(values or {}), _width(body) if plain else 0)
    for below, part in _in_parts(without_hidden_lines(_flat_enough(body))):
        reader.read(_parser().parse(part), first_line + below)
    return Document(
        reader.blocks.found,
        reader.values,
        tags=tuple(dict.fromkeys(reader.tags)),
        marks=marks(body),
        remarks=cut_remark(reader.blocks.cut),
    )


class _Reader:
    """Goes through the parser's tokens once and writes what they say into `Blocks`."""

    def __init__(self, values: dict[str, Any], width: int) -> None:
        self.blocks = Blocks()
        self.values = values
        self.tags: list[str] = []
        self._first_line = 1
        self._width = width
        #: Whether the next paragraph is the first of a list item, or of a quotation.
        self._in_item = self._in_quote = False

    def read(self, tokens: Sequence[Token], first_line: int) -> None:
        self._first_line = first_line
        for at, token in enumerate(tokens):
            line = self._first_line + (token.map[0] if token.map else 0)
            kind = token.type
            if kind == "inline":
                self._inline(tokens, at, line)
            elif kind in ("bullet_list_open", "ordered_list_open", "blockquote_open"):
                self.blocks.open()
                self._in_quote = kind == "blockquote_open"
            elif kind == "list_item_open":
                self.blocks.open_item()
                self._in_item = True
            elif kind in ("bullet_list_close", "ordered_list_close", "blockquote_close", "list_item_close"):
                self.blocks.close()
                self._in_item = self._in_quote = False
            elif kind == "table_open":
                self._table(tokens, at)
            elif kind == "fence":
                if token.content.strip() and token.info.strip().lower().partition(" ")[0] not in _QUERIES:
                    self.blocks.code(token.content, line)
                self._in_item = False
            elif kind == "html_block":
                self.blocks.paragraph(plain_inline(_HTML_TAG.sub(" ", _seen(token.content))), line)

    def _inline(self, tokens: Sequence[Token], at: int, line: int) -> None:
        opens, text = tokens[at - 1], tokens[at].content
        after = tokens[at + 2].type if at + 2 < len(tokens) else ""
        if opens.type == "heading_open":
            self._heading(opens, after, text, line)
        elif opens.type == "paragraph_open":
            if self._in_quote and (found := callout(text)):
                line += text.count("\n") - found[1].count("\n")
                text = self._callout(found, ends=after == "blockquote_close")
            self._in_quote = False
            self._paragraph(text, line)

    def _heading(self, opens: Token, after: str, content: str, line: int) -> None:
        self._take_tags(content)
        text = " ".join(plain_inline(content).split())
        if opens.markup in ("-", "=") and len(text) > _LONGEST_HEADING:
            self.blocks.paragraph(text, line)
        elif self._in_item and after == "list_item_close":
            # Logseq: a heading with nothing below it is about what follows it, or all that the item says.
            if self.blocks.depth == 2:
                self.blocks.heading(int(opens.tag[1:]), text, line, of_outline=True)
            else:
                self.blocks.paragraph(text, line)
        else:
            self.blocks.heading(int(opens.tag[1:]), text, line)
        self._in_item = False

    def _callout(self, found: tuple[str, str], *, ends: bool) -> str:
        title, text = found
        title = plain_inline(title)
        if ends and not text.strip():
            return title
        self.blocks.label(title)
        return text

    def _paragraph(self, content: str, line: int) -> None:
        lines = sort_lines(content, top=not self.blocks.found)
        for key, value in lines.of_the_page:
            if key in ("tags", "tag"):
                self.tags += [tag for part in value.split(",") if (tag := clean_line(plain_inline(part)).lstrip("#"))]
            else:
                self.values.setdefault(key, plain_inline(value))
        text = _LINK_TARGET.sub("", lines.text)
        self._take_tags(content)
        if text.strip():
            if self._in_item:
                text = task(text)
            for part, below in self._parts(text):
                self.blocks.paragraph(plain_inline(part), line + below)
            self._in_item = False
        for key, value in lines.properties:
            self.blocks.whole(f"{key}: {plain_inline(value)}", line)

    def _take_tags(self, content: str) -> None:
        if "#" in content:
            self.tags += hashtags(without_code(content))

    def _parts(self, text: str) -> list[tuple[str, int]]:
        """Return the parts of a paragraph that were parted on purpose, and how many lines below its first they are."""
        if "\n" not in text:
            return [(text, 0)]
        lines = text.split("\n")
        parts = [(lines[0], 0)]
        for number, (before, line) in enumerate(pairwise(lines), start=1):
            if _HARD_BREAK.search(before + "\n") or (self._width and _had_room(before, line, self._width)):
                parts.append((line, number))
            else:
                parts[-1] = (f"{parts[-1][0]}\n{line}", parts[-1][1])
        return parts

    def _table(self, tokens: Sequence[Token], at: int) -> None:
        columns: list[str] = []
        rows: list[tuple[int, list[str]]] = []
        for before, token in zip(tokens[at:], tokens[at + 1 :], strict=False):
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append((self._first_line + (token.map[0] if token.map else 0), []))
            elif token.type == "inline":
                self._take_tags(token.content)
                text = " ".join(plain_inline(token.content).split())
                (columns if before.type == "th_open" else rows[-1][1]).append(text)
        self.blocks.table(columns, [row for row in rows if row[1]])


@cache
def _parser() -> MarkdownIt:
    # Blocks only: inline marks are taken off by `plain_inline`. Indented text is text here, and link definitions
    # are not followed.
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table").disable(["code", "reference"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _in_parts(body: str) -> Iterator[tuple[int, str]]:
    """Yield a long text in parts, each with the number of lines before it: a token takes a hundred times its text.

    A part begins with a heading, or after an empty line; where there is none for long, anywhere.
    """
    if len(body) <= _PART:
        yield 0, body
        return
    lines = body.split("\n")
    begins = size = 0
    fence = ""
    for number, line in enumerate(lines):
        may_begin = not fence and (line.startswith("#") or (line[:1].strip(" \t>") and not lines[number - 1].strip()))
        if (size > _PART and may_begin) or size > 4 * _PART:
            yield begins, "\n".join(lines[begins:number])
            begins, size, fence = number, 0, ""
        size += len(line) + 1
        fence = fence_after(line, fence)
    yield begins, "\n".join(lines[begins:])


def _flat_enough(body: str) -> str:
    """Return `body` with the marks before a line cut where they nest deeper than the parser reads."""
    lines = body.split("\n")
    for number, line in enumerate(lines):
        prefix = _PREFIX.match(line)
        if prefix is None or prefix.end() < _MARKS:
            continue
        marks = _MARK.findall(prefix.group())
        wide = prefix.group().expandtabs(4)
        if len(wide) > _COLUMNS or len(marks) > _MARKS:
            indent = " " * min(len(wide) - len(wide.lstrip()), _COLUMNS)
            lines[number] = " ".join([indent, *marks[:_MARKS], line[prefix.end() :]])
    return "\n".join(lines)


def _seen(text: str) -> str:
    """Return HTML without its comments, and without the elements whose text nobody sees."""
    text = without_comments(text)
    kept: list[str] = []
    at = 0
    while found := _UNSEEN.search(text, at):
        kept.append(text[at : found.start()])
        end = re.compile(f"</{found[1]}", re.IGNORECASE).search(text, found.end())
        at = end.start() if end else len(text)
    return "".join([*kept, text[at:]])


def _width(text: str) -> int:
    """Return the width that `text` is wrapped at, in characters; a large number where its lines are not wrapped."""
    longest = max(map(len, text.split("\n")), default=0)
    return longest if _NARROW <= longest <= _WIDE else len(text) + _SPARE


def _had_room(line: str, following: str, width: int) -> bool:
    """Whether the first word of the following line would have fitted on `line`, with some to spare."""
    first = following.split(maxsplit=1)[0] if following.strip() else ""
    return len(line.rstrip()) + 1 + len(first) <= width - _SPARE
