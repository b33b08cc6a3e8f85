"""Markdown as headings and the pieces of text under them, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from coach.domain.sentences import split_sentences
from coach.sources.inline import plain_inline, without_comments

#: A list item up to this many characters is one statement; a longer one is split into its sentences.
_ITEM = 400
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_HTML_TAG = re.compile(r"<[^<>]{0,300}>")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: `level` 1 to 6, its text, its 1-based line."""

    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What becomes one statement, and its 1-based line."""

    text: str
    line: int


def read_blocks(body: str, first_line: int = 1) -> Iterator[Heading | Piece]:
    """Yield the headings, sentences, list items, table rows and code blocks of `body` in order.

    Args:
        body: Markdown, cleaned.
        first_line: of the body in its file.
    """
    tokens = _parser().parse(body)
    fresh_item = False
    for at, token in enumerate(tokens):
        line = first_line + (token.map[0] if token.map else 0)
        if token.type == "list_item_open":
            fresh_item = True
        elif token.type == "list_item_close":
            fresh_item = False
        elif token.type == "inline":
            parent = tokens[at - 1]
            if parent.type == "heading_open":
                text = " ".join(plain_inline(token.content).split())
                # A paragraph with a rule right under it is a heading to Markdown, whatever its length.
                if parent.markup in "-=" and len(text) > 120:
                    yield from _sentences(token.content, line)
                elif text:
                    yield Heading(int(parent.tag[1:]), text, line)
            elif parent.type == "paragraph_open":
                yield from _item(token.content, line) if fresh_item else _sentences(token.content, line)
                fresh_item = False
        elif token.type == "table_open":
            yield from _rows(tokens, at, first_line)
        elif token.type == "fence" and token.content.strip():
            yield Piece(f"Code: {' '.join(token.content.split())}", line)
        elif token.type == "html_block":
            yield from _sentences(_HTML_TAG.sub(" ", without_comments(token.content)), line)


def _parser() -> MarkdownIt:
    # Blocks only: inline marks are taken off by `plain_inline`. Indented text is text here, and link definitions
    # are not followed.
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table").disable(["code", "reference"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _item(content: str, line: int) -> Iterator[Piece]:
    task = _TASK.match(content)
    text = plain_inline(content[task.end() :] if task else content)
    if task:
        text = f"{'Open' if task.group(1) == ' ' else 'Done'}: {text}"
    if len(text) <= _ITEM:
        yield Piece(text, line)
    else:
        yield from _with_lines(text, line)


def _sentences(content: str, line: int) -> Iterator[Piece]:
    yield from _with_lines(plain_inline(content), line)


def _with_lines(text: str, line: int) -> Iterator[Piece]:
    at = 0
    for sentence in split_sentences(text):
        first = sentence.split(maxsplit=1)[0]
        found = text.find(first, at)
        if found >= 0:
            line += text.count("\n", at, found)
            at = found
        yield Piece(sentence, line)


def _rows(tokens: Sequence[Token], at: int, first_line: int) -> Iterator[Piece]:
    """Yield "Column: value; Column: value" for each row; empty cells are left out."""
    columns: list[str] = []
    cells: list[str] = []
    line = first_line
    for before, token in zip(tokens[at:], tokens[at + 1 :], strict=False):
        if token.type == "table_close":
            return
        if token.type == "tr_open":
            cells = []
            line = first_line + (token.map[0] if token.map else 0)
        elif token.type == "inline":
            text = " ".join(plain_inline(token.content).split())
            (columns if before.type == "th_open" else cells).append(text)
        elif token.type == "tr_close" and any(cells):
            pairs = zip(columns, cells, strict=False)
            yield Piece("; ".join(f"{column}: {cell}" if column else cell for column, cell in pairs if cell), line)
