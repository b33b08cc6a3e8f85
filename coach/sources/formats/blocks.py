"""Where the parsers write what they find: it cuts text into pieces and keeps what each of them stands under."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coach.domain.sentences import split_sentences
from coach.domain.text import clean, clean_line
from coach.sources.formats.document import Heading, Piece
from coach.sources.limits import MAX_STATEMENT

#: What only files a note, and says nothing.
_ONLY_TAGS = re.compile(r"\s*(?:#[\w/-]{1,100}\s*)+")
#: A list item up to this many characters is one statement; a longer one is split into its sentences.
_ITEM = 400
#: A list item as what stands below it names it, in characters.
_LABEL = 80
#: A longer heading says something: it is cut where it stands above, and a piece besides, in characters.
_HEADING = 200
#: How many of the items above a piece are named.
_MOST_UNDER = 6
#: A "word" longer than this is data, not text.
_WORD = 200
#: A cell with more characters makes its table one that lays out a page.
_CELL = 400


@dataclass(slots=True)
class _Scope:
    """Something that pieces stand in: its label, None for a list item whose text has not come yet."""

    label: str | None


class Blocks:
    """Collects the headings and pieces of a document, in order.

    Text that is given to it may come from anywhere: it is cleaned here, and no mark in it means anything.
    """

    def __init__(self) -> None:
        self.found: list[Heading | Piece] = []
        #: How many blocks of code had to be cut.
        self.cut = 0
        self._scopes: list[_Scope] = []
        #: The paragraph before, where it ends in a colon: it says what the list after it is about.
        self._lead = ""

    @property
    def depth(self) -> int:
        """How many scopes are open."""
        return len(self._scopes)

    def heading(self, level: int, text: str, line: int = 0, *, of_outline: bool = False) -> None:
        """A heading. In a list item it is the item's text, unless it is one of the document's outline."""
        text = clean_line(text)
        if not text:
            return
        self._lead = ""
        if self._scopes and not of_outline:
            self.label(text)
        else:
            self.found.append(Heading(level, shorten(text, _HEADING), line))
            if len(text) > _HEADING:
                self._put(text, line, ())

    def open(self, label: str = "") -> None:
        """Begin a scope whose pieces stand under `label`; a list takes the sentence that leads to it."""
        self._scopes.append(_Scope(shorten(clean_line(label).rstrip(" :")) or self._lead))
        self._lead = ""

    def open_item(self) -> None:
        """Begin a list item: its first paragraph is its text, and what else is in it stands under that."""
        self._scopes.append(_Scope(None))
        self._lead = ""

    def close(self) -> None:
        """End the scope or item that was begun last."""
        self._lead = ""
        if self._scopes:
            self._scopes.pop()

    def label(self, text: str) -> None:
        """Name the innermost scope without saying anything in it."""
        if self._scopes:
            self._scopes[-1].label = shorten(clean_line(text).rstrip(" :"))

    def paragraph(self, text: str, line: int = 0) -> None:
        """Sentences, each a piece; the first paragraph of a list item is one piece where it is not too long."""
        text = clean(text)
        under = self._under()
        self._lead = ""
        if self._scopes and self._scopes[-1].label is None:
            self.label(text[: 4 * _LABEL])
            if len(text) <= _ITEM:
                self._put(text, line, under)
                return
        for sentence, at in with_lines(text, line):
            self._put(sentence, at if line else 0, under)
        if text.rstrip().endswith(":") and self.found and isinstance(self.found[-1], Piece):
            self._lead = shorten(self.found[-1].text.rstrip(" :"))

    def whole(self, text: str, line: int = 0) -> None:
        """One piece, however many sentences it has."""
        self._put(clean(text), line, self._under())

    def code(self, text: str, line: int = 0) -> None:
        """A block of code, as one piece that is cut where it is too long."""
        text = f"Code: {clean_line(text)}"
        self.cut += len(text) > MAX_STATEMENT
        self._put(shorten(text, MAX_STATEMENT), line, self._under())

    def table(self, columns: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        """One piece for each row, "Column: value; Column: value"; empty cells are left out.

        Args:
            columns: the names, empty where the table has none.
            rows: the line and the cells of each.
        """
        names = [clean_line(column).rstrip(":") for column in columns]
        for line, row in rows:
            cells = [clean(cell) for cell in row]
            if max(map(len, cells), default=0) > _CELL:
                for cell in cells:
                    self.paragraph(cell, line)
                continue
            padded = [*names, *[""] * (len(cells) - len(names))]
            said = ((n, " ".join(c.split())) for n, c in zip(padded, cells, strict=False))
            self.whole("; ".join(f"{n}: {c}" if n else c for n, c in said if c), line)

    def _under(self) -> tuple[str, ...]:
        return tuple(scope.label for scope in self._scopes if scope.label)[-_MOST_UNDER:]

    def _put(self, text: str, line: int, under: tuple[str, ...]) -> None:
        self._lead = ""
        if _ONLY_TAGS.fullmatch(text) or not any(c.isalnum() for c in text):
            return
        for part in parts(text):
            self.found.append(Piece(part, line, under))


def parts(text: str, length: int = MAX_STATEMENT) -> Iterator[str]:
    """Yield `text` on one line, in parts of at most `length` characters; words that nobody says are shortened."""
    text = " ".join(text.split())
    if len(text) > length:
        text = " ".join(w if len(w) <= _WORD else w[: _WORD - 1] + "…" for w in text.split(" "))
    at = 0
    while len(text) - at > length:
        end = text.rfind(" ", at, at + length)
        yield text[at:end]
        at = end + 1
    if text[at:]:
        yield text[at:]


def shorten(text: str, length: int = _LABEL) -> str:
    """Return `text` cut at a word to at most `length` characters, with … where something is missing."""
    if len(text) <= length:
        return text
    head = text[:length]
    return (head.rpartition(" ")[0] or head[:-1]).rstrip(" ,;:") + "…"


def with_lines(text: str, line: int) -> Iterator[tuple[str, int]]:
    """Yield the sentences of `text`, and the line that each begins on.

    Args:
        text: any.
        line: of its beginning.
    """
    at = 0
    for sentence in split_sentences(text):
        found = text.find(sentence.split(maxsplit=1)[0], at)
        if found >= 0:
            line += text.count("\n", at, found)
            at = found
        yield sentence, line
