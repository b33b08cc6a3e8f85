"""The formats that a vault holds: which files are read, and each by its parser, which is loaded only then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coach.sources.formats.document import Document

MARKDOWN = (".md", ".markdown", ".mkd")
PLAIN = (".txt", ".text", "")
CUES = (".vtt", ".srt")
HTML = (".html", ".htm", ".xhtml")
PDF = (".pdf",)
DOCX = (".docx",)
#: Endings of the names of files that are read, in lower case; the empty one is a name without an ending.
SUFFIXES = (*MARKDOWN, *PLAIN, *CUES, *HTML, *PDF, *DOCX)


def is_known(path: str | Path) -> bool:
    """Whether a file of this name is in a format that is read; ``.DS_Store`` and its like are not."""
    name = Path(path).name
    suffix = Path(name).suffix.lower()
    return suffix in SUFFIXES and not (suffix == "" and name.startswith("."))


def read_document(path: Path, name: str) -> Document:
    """Return what the file at `path` says.

    Text, Word, PDF and HTML files whose paragraphs are the turns of a talk are read as its transcript.

    Args:
        path: its ending says its format.
        name: the file, as errors name it.

    Raises:
        SourceError: it cannot be read, is in no format that is read, or is broken.
    """
    from coach.domain.errors import SourceError
    from coach.sources.limits import MAX_HTML_BYTES, MAX_OFFICE_BYTES
    from coach.sources.load import decode, load_bytes

    suffix = path.suffix.lower()
    if not is_known(path):
        raise SourceError(
            f"{name} is in no format that is read here.",
            "Markdown, text, PDF, DOCX, HTML, VTT and SRT are. Save or export it as one of these, and add that.",
        )
    if suffix in PDF:
        from coach.sources.formats.pdf import read_pdf

        return _as_talk(*read_pdf(load_bytes(path, MAX_OFFICE_BYTES), name))
    if suffix in DOCX:
        from coach.sources.formats.docx import read_docx

        return _as_talk(*read_docx(load_bytes(path, MAX_OFFICE_BYTES), name))
    if suffix in HTML:
        from coach.sources.formats.html import declared_encoding, read_html

        data = load_bytes(path, MAX_HTML_BYTES)
        text, remarks = decode(data, name, declared_encoding(data))
        return _with(_as_talk(*read_html(text, name)), remarks)
    text, remarks = decode(load_bytes(path), name)
    return _with(read_text(text, name, suffix), remarks)


def read_text(text: str, name: str, suffix: str) -> Document:
    """Return what a file of text says: cues, a transcript, or Markdown.

    Args:
        text: a whole file, cleaned.
        name: the file, as errors name it.
        suffix: the ending of its name, in lower case.

    Raises:
        SourceError: its front matter is not valid, or a file of cues has none.
    """
    from coach.sources.formats.cues import has_cues, read_cues

    if suffix in CUES or has_cues(text):
        return read_cues(text, name)
    from coach.sources.formats.speech import is_transcript, read_speech
    from coach.sources.front_matter import split_front_matter

    front = split_front_matter(text, name)
    if is_transcript(front.body):
        document = read_speech(front.body, front.first_line)
        return replace(document, values={**document.values, **front.values})
    from coach.sources.formats.markdown import read_markdown

    return read_markdown(front.body, front.first_line, front.values, plain=suffix in PLAIN)


def _as_talk(document: Document, lines: str) -> Document:
    """Return the document with the turns of a talk as its pieces, if that is what its lines are."""
    from coach.sources.formats.speech import is_transcript, read_speech

    if not is_transcript(lines):
        return document
    talk = read_speech(lines, 0)
    blocks = [replace(block, line=0) for block in talk.blocks]
    return replace(document, blocks=blocks, remarks=(*document.remarks, *talk.remarks))


def _with(document: Document, remarks: tuple[str, ...]) -> Document:
    return replace(document, remarks=(*remarks, *document.remarks)) if remarks else document
