"""From a document to drafts: a note is one, a document of principles or practices one for each section."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from coach.domain.errors import NothingSaidError
from coach.domain.source import Draft, SourceKind, Statement, StatementKind
from coach.domain.text import clean_line
from coach.sources.formats.document import Document, Heading
from coach.sources.limits import fit
from coach.sources.note_facts import note_date, tags_of
from coach.sources.sections import Section, to_drafts

#: Headings down to this level begin a principle or practice of their own.
_SECTION_LEVEL = 2
#: A note with more tags than this is filed under the first of them.
_MOST_TAGS = 100
_DAY = re.compile(r"((?:19|20)\d\d)[-_.](\d\d)[-_.](\d\d)")


def all_tags(document: Document) -> tuple[str, ...]:
    """Return the tags of the front matter and of the text, each once."""
    return tuple(dict.fromkeys((*tags_of(document.values), *document.tags)))


def note_of(document: Document, path: Path, name: str, *, private: bool) -> Draft:
    """Return a note with its pieces under their headings and what else they stand under.

    Raises:
        NothingSaidError: it says nothing.
        SourceError: its front matter has a date that is none.
    """
    statements = tuple(
        Statement("", piece.text, StatementKind.NOTE, heading=(*above, *piece.under), line=piece.line)
        for piece, above in document.pieces()
    )
    if not statements:
        raise NothingSaidError(f"{name} has no text besides headings.", "Write something in it, or leave it out.")
    first = document.first_heading
    return Draft(
        SourceKind.NOTE,
        _title(document, path),
        statements,
        tags=all_tags(document)[:_MOST_TAGS],
        date=note_date(document.values, path, first.text if first else "", name, metadata=document.date),
        path=str(path),
        private=private,
        remarks=document.remarks,
    )


def sections_of(document: Document, kind: SourceKind, path: Path, *, private: bool = False) -> list[Draft]:
    """Return a draft for each heading of the first two levels, and one for the text before the first of them.

    Args:
        document: as it was read.
        kind: principle or practice.
        path: kept with the drafts.
        private: whether they must not leave this machine.
    """
    sections = [Section("")]
    below: list[Heading] = []
    for block in document.blocks:
        if isinstance(block, Heading):
            below = [heading for heading in below if heading.level < block.level]
            if block.level <= _SECTION_LEVEL:
                sections.append(Section(block.text))
            else:
                below.append(block)
        else:
            heading = (*(h.text for h in below), *block.under)
            sections[-1].texts.append((block.text, heading, block.line))
    return to_drafts(sections, kind, str(path), tags=all_tags(document), private=private)


def _title(document: Document, path: Path) -> str:
    said = document.values.get("title")
    if said is not None and not isinstance(said, list | dict) and clean_line(str(said)):
        return fit(str(said))[0]
    first = document.first_heading
    heading = fit(first.text)[0] if first else ""
    metadata = fit(document.title)[0]
    if heading and (not metadata or (first and first.level == 1)):
        return heading
    return metadata or _from_name(path) or "Note"


def _from_name(path: Path) -> str:
    """Return the title that a file name says; Logseq writes a page within a page as ``a___b`` and escapes with %."""
    if day := _DAY.fullmatch(path.stem):
        return "-".join(day.groups())
    return clean_line(unquote(path.stem.replace("___", " / ")).replace("-", " ").replace("_", " "))
