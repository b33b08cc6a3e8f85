"""HTML: what its reader sees, under its headings, with lists and tables as in Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coach.domain.text import clean_line
from coach.sources.formats.blocks import Blocks
from coach.sources.formats.document import Document
from coach.sources.formats.html_tags import simplified
from coach.sources.inline import hashtags, marks
from coach.sources.limits import cut_remark
from coach.sources.note_facts import date_in

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_CHARSET = re.compile(
    rb"<meta[^<>]{0,200}?charset\s{0,4}=\s{0,4}[\"']?([\w.:-]{1,40})|encoding=[\"']([\w.:-]{1,40})", re.IGNORECASE
)
_SPACE = re.compile(r"\s+")
#: Cells of a first row that name the columns where nothing says so, in characters.
_COLUMN = 40
#: A table with one of these in it, and without a row of headers, lays out the page.
_STRUCTURE = "table, h1, h2, h3, h4, ul, ol, pre"


def declared_encoding(data: bytes) -> str:
    """Return the encoding that a page says it is in; empty where it says none."""
    found = _CHARSET.search(data[:4096])
    return (found[1] or found[2]).decode("ascii") if found else ""


def read_html(text: str, name: str) -> tuple[Document, str]:
    """Return what a page says, and its paragraphs as plain lines.

    Args:
        text: the page, cleaned.
        name: the file, as errors name it.

    Raises:
        SourceError: its elements nest too deeply.
    """
    from selectolax.lexbor import LexborHTMLParser

    page = simplified(text, name)
    walk = _Walk()
    body = LexborHTMLParser(page.text).body
    if body is not None:
        walk.through(body)
    day = next((day for said in page.dates if (day := date_in(said))), None)
    keywords = [tag for keyword in page.keywords if (tag := clean_line(keyword))]
    lines = "\n".join(walk.lines)
    tags = tuple(dict.fromkeys([*keywords, *hashtags(lines)]))
    return Document(
        walk.blocks.found,
        title=clean_line(page.title),
        date=day,
        tags=tags,
        marks=marks(lines),
        remarks=cut_remark(walk.blocks.cut),
    ), lines


class _Walk:
    """Goes through a tree without recursion, and writes what it says into `Blocks`."""

    def __init__(self) -> None:
        self.blocks = Blocks()
        #: Each paragraph as it stands, for whoever wants to know whether it is a transcript.
        self.lines: list[str] = []
        self._text: list[str] = []
        self._term = ""

    def through(self, root: LexborNode) -> None:
        todo: list[tuple[LexborNode, bool]] = [(root, False)]
        while todo:
            node, done = todo.pop()
            if done:
                self._leave(node, node.tag or "")
            elif self._enter(node, node.tag or ""):
                todo.append((node, True))
                todo += [(child, False) for child in reversed(list(node.iter(include_text=True)))]
        self._flush()

    def _enter(self, node: LexborNode, tag: str) -> bool:
        """Take the beginning of an element, and return whether what is in it is to be read."""
        if tag == "-text":
            self._text.append(_SPACE.sub(" ", node.text_content or ""))
            return False
        if "hidden" in node.attributes:
            return False
        if tag == "br":
            self._text.append("\n")
        elif tag == "input":
            if self.blocks.depth and not "".join(self._text).strip():
                self._text.append("Done: " if "checked" in node.attributes else "Open: ")
        elif tag == "del":
            self._text.append("(struck out: ")
        else:
            self._flush()
        if tag == "pre":
            self.blocks.code(node.text())
            self.lines += node.text().split("\n")
            return False
        if tag == "table":
            return self._table(node)
        if tag in ("ul", "ol", "dl", "blockquote", "details"):
            self.blocks.open()
        elif tag == "li":
            self.blocks.open_item()
        elif tag == "dd":
            self.blocks.open(self._term)
        return True

    def _leave(self, node: LexborNode, tag: str) -> None:
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            text = self._taken()
            self.lines.append(f"# {text}")
            self.blocks.heading(int(tag[1]), text)
        elif tag == "dt":
            self._term = self._taken()
            after = node.next
            while after is not None and after.tag == "-text" and not (after.text_content or "").strip():
                after = after.next
            if after is None or after.tag != "dd":
                self.blocks.paragraph(self._term)
        elif tag == "summary":
            self.blocks.label(self._taken())
        elif tag == "del":
            self._text.append(")")
        elif tag not in ("br", "input"):
            self._flush()
            if tag in ("ul", "ol", "dl", "blockquote", "details", "li", "dd"):
                self.blocks.close()

    def _taken(self) -> str:
        text = "\n".join(line.strip() for line in "".join(self._text).split("\n")).strip()
        self._text.clear()
        return text

    def _flush(self) -> None:
        if not (text := self._taken()):
            return
        paragraph = ""
        for line in text.split("\n"):
            self.lines.append(line)
            # A break is meant, unless the sentence goes on.
            if paragraph and not (line[:1].islower() and paragraph[-1] not in ".!?:;"):
                self.blocks.paragraph(paragraph)
                paragraph = ""
            paragraph = f"{paragraph}\n{line}" if paragraph else line
        self.blocks.paragraph(paragraph)

    def _table(self, table: LexborNode) -> bool:
        """Take a table whole, and return whether it is none, but a way to lay out what is in it."""
        rows = [[cell for cell in row.iter() if cell.tag in ("td", "th")] for row in table.css("tr")]
        rows = [row for row in rows if row]
        named = bool(rows) and all(cell.tag == "th" for cell in rows[0])
        if not rows or (not named and any(inside != table for inside in table.css(_STRUCTURE))):
            return True
        texts = [[_said(cell) for cell in row] for row in rows]
        first = texts[0]
        named = named or (len(first) > 1 and len(texts) > 1 and all(_may_name(text) for text in first))
        columns = first if named else []
        self.lines += ["; ".join(row) for row in texts]
        caption = table.css_first("caption")
        self.blocks.open(_said(caption) if caption is not None else "")
        self.blocks.table(columns, [(0, row) for row in texts[named:]])
        self.blocks.close()
        return False


def _said(cell: LexborNode) -> str:
    """Return the text of a cell on one line, its paragraphs and list items apart."""
    found: list[str] = []
    for node in cell.traverse(include_text=True):
        if node.tag == "-text":
            found.append(_SPACE.sub(" ", node.text_content or ""))
        elif node != cell:
            found.append("\n")
    return "; ".join(line.strip() for line in "".join(found).split("\n") if line.strip())


def _may_name(text: str) -> bool:
    return 0 < len(text) <= _COLUMN and not any(c.isdigit() for c in text)
