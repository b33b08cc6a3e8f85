"""PDF files that hold text: their lines with size and place, as pypdf finds them."""

from __future__ import annotations

import io
import logging
import math
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from coach.domain.errors import SourceError
from coach.domain.text import clean, clean_line
from coach.sources.formats.document import Document
from coach.sources.formats.faults import BROKEN
from coach.sources.formats.pages import Line, blocks_of
from coach.sources.inline import hashtags, marks

if TYPE_CHECKING:
    from pypdf import PdfReader

_MOST_PAGES = 2_000
#: Of all its pages: what a page of a book has some thousand of.
_MOST_OPERATIONS = 3_000_000
_LIMITS = {
    "zlib_maximum_output_length": 20_000_000,
    "lzw_maximum_output_length": 20_000_000,
    "run_length_maximum_output_length": 20_000_000,
    "array_based_stream_maximum_output_length": 20_000_000,
    "stream_decoding_work_maximum_length": 60_000_000,
    "stream_parsing_work_maximum_count": 1_000_000,
    "xform_maximum_invocations_per_extraction": 500,
    "page_tree_maximum_entries": 20_000,
    "page_tree_maximum_page_entries": 200_000,
}
_HINT = "Export it again as PDF, or save what it says as text, and add that."
#: Titles that programs give, and nobody chose.
_NO_TITLE = re.compile(r"untitled|microsoft word - |.*\.(?:docx?|pptx?|xlsx?|pdf|indd|tex|odt|pages)$", re.IGNORECASE)
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]|/g\\d{1,4}|\\(cid:\\d{1,5}\\)")

#: Two or three letters drawn as one sign.
_LIGATURES = {ord("ﬀ"): "ff", ord("ﬁ"): "fi", ord("ﬂ"): "fl", ord("ﬃ"): "ffi", ord("ﬄ"): "ffl", ord("ﬅ"): "st"}

#: The dots that lead to a page number.
_LEADERS = re.compile(r"(?:\s?\.){4,}\s*")

logging.getLogger("pypdf").addHandler(logging.NullHandler())
logging.getLogger("pypdf").propagate = False


def read_pdf(data: bytes, name: str) -> tuple[Document, str]:
    """Return what a PDF says, each statement under its page and what larger letters make headings, and its lines.

    Raises:
        SourceError: it is encrypted, broken, scanned, or too long.
    """
    from pypdf import PdfReader, apply_configuration, get_configuration
    from pypdf.errors import DependencyError, PyPdfError

    broken: tuple[type[Exception], ...] = (*BROKEN, PyPdfError)
    try:
        with apply_configuration(get_configuration().with_overwrites(**_LIMITS)):
            reader = PdfReader(io.BytesIO(data))
            if reader.is_encrypted and not reader.decrypt(""):
                raise SourceError(f"{name} is encrypted with a password.", "Save it without the password.")
            pages = _Pages(reader, name)
            pages.read()
            title, day, keywords = _facts(reader)
    except DependencyError as error:
        raise SourceError(f"{name} is encrypted.", "Save it without encryption.") from error
    except broken as error:
        raise SourceError(f"{name} is not a PDF that can be read: it is broken.", _HINT) from error
    lines = [line for line in pages.lines if line.text]
    text = "\n".join(line.text for line in lines)
    _check_text(text, name)
    blocks = blocks_of(lines)
    tags = tuple(dict.fromkeys((*keywords, *hashtags(text))))
    return Document(blocks, title=title, date=day, tags=tags, marks=marks(text), remarks=pages.remarks()), text


class _Pages:
    """Reads the lines of each page; a page that cannot be read does not spoil the others."""

    def __init__(self, reader: PdfReader, name: str) -> None:
        self.lines: list[Line] = []
        self._reader = reader
        self._name = name
        self._operations = 0
        self._without_text: list[int] = []
        self._broken: list[int] = []
        self._parts: list[tuple[str, float, float]] = []

    def read(self) -> None:
        from pypdf.errors import PyPdfError

        broken: tuple[type[Exception], ...] = (*BROKEN, PyPdfError)
        if len(self._reader.pages) > _MOST_PAGES:
            raise SourceError(f"{self._name} has more than {_MOST_PAGES} pages.", "Split it, and add its parts.")
        for number, page in enumerate(self._reader.pages, start=1):
            self._parts = []
            try:
                page.extract_text(visitor_text=self._text, visitor_operand_before=self._operation)
            except broken:
                self._broken.append(number)
            found = _lines(self._parts, number)
            self.lines += found
            if not found and number not in self._broken:
                self._without_text.append(number)
        if self._broken and len(self._broken) == len(self._reader.pages):
            raise SourceError(f"{self._name}: none of its pages can be read.", _HINT)

    def remarks(self) -> tuple[str, ...]:
        """Return which pages were left out, and why."""
        found = []
        if self._without_text:
            found.append(f"No text is on {_said(self._without_text)}: a picture, or nothing.")
        if self._broken:
            found.append(f"{_said(self._broken).capitalize()} could not be read, or only in part.")
        return tuple(found)

    def _operation(self, *_: Any) -> None:
        self._operations += 1
        if self._operations > _MOST_OPERATIONS:
            raise SourceError(f"{self._name} is longer than can be read.", "Split it, and add its parts.")

    def _text(self, text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        # The letters' height and place on the page: text matrix times the page's matrix.
        height = math.hypot(tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3])
        self._parts.append((text, abs(size) * (height or 1.0), tm[4] * cm[1] + tm[5] * cm[3] + cm[5]))


def _lines(parts: list[tuple[str, float, float]], page: int) -> list[Line]:
    found: list[Line] = []
    text: list[str] = []
    size = y = 0.0
    for part, part_size, part_y in [*parts, ("\n", 0.0, 0.0)]:
        for number, piece in enumerate(part.split("\n")):
            if number:
                # A soft hyphen at the end of a line is one that was put there for the line.
                line = "".join(text).rstrip()
                line = f"{line[:-1]}-" if line.endswith("\u00ad") else line
                if line := clean_line(_LEADERS.sub(" … ", line.translate(_LIGATURES))):
                    found.append(Line(line, size, y, page))
                text, size = [], 0.0
            if piece.strip() and part_size >= size:
                size, y = part_size, part_y
            text.append(piece)
    return found


def _check_text(text: str, name: str) -> None:
    if not any(c.isalnum() for c in text):
        raise SourceError(
            f"{name} holds no text, only pictures of it: it was scanned.", "Run text recognition (OCR) on it first."
        )
    if sum(len(m.group()) for m in _UNREADABLE.finditer(text)) * 4 > len(text):
        raise SourceError(f"{name} does not say which letters its signs stand for.", _HINT)


def _facts(reader: PdfReader) -> tuple[str, date | None, tuple[str, ...]]:
    """Return the title, the day it was made, and the keywords that a PDF says of itself."""
    said = reader.metadata
    if said is None:
        return "", None, ()
    title = clean_line(str(said.get("/Title") or ""))[:300]
    keywords = clean(str(said.get("/Keywords") or "")).replace(";", ",").split(",")
    try:
        made = said.creation_date
    except BROKEN:
        made = None
    day = made.date() if isinstance(made, datetime) else None
    tags = tuple(tag for keyword in keywords if (tag := clean_line(keyword).lstrip("#")))
    return "" if _NO_TITLE.match(title) else title, day, tags


def _said(pages: list[int]) -> str:
    if len(pages) == 1:
        return f"page {pages[0]}"
    shown = ", ".join(map(str, pages[:10]))
    return f"{len(pages)} pages ({shown}{', …' if len(pages) > 10 else ''})"
