"""A person's Markdown: a note is one draft, a document of principles or practices one for each section."""

from __future__ import annotations

from pathlib import Path

from coach.domain.errors import SourceError
from coach.domain.source import Draft, SourceKind, Statement, StatementKind
from coach.domain.text import clean_line
from coach.sources.blocks import Heading, read_blocks
from coach.sources.front_matter import FrontMatter
from coach.sources.limits import cut_remark, fit
from coach.sources.note_facts import note_date, tags_of
from coach.sources.sections import Section, to_drafts

#: Headings down to this level begin a principle or practice of their own.
_SECTION_LEVEL = 2


def read_note(front: FrontMatter, path: Path, name: str, *, private: bool) -> Draft:
    """Return a note with its sentences, list items, table rows and code blocks under their headings.

    Raises:
        SourceError: it says nothing, or its front matter has a date that is none.
    """
    path_of_headings = _HeadingPath()
    statements: list[Statement] = []
    first_heading = ""
    cut = 0
    for block in read_blocks(front.body, front.first_line):
        if isinstance(block, Heading):
            first_heading = first_heading or block.text
            path_of_headings.enter(block)
            continue
        text, was_cut = fit(block.text)
        cut += was_cut
        if text:
            heading = path_of_headings.above()
            statements.append(Statement("", text, StatementKind.NOTE, heading=heading, line=block.line))
    if not statements:
        raise SourceError(f"{name} has no text besides headings.", "Write something in it, or leave it out.")
    return Draft(
        SourceKind.NOTE,
        _title(front, first_heading, path),
        tuple(statements),
        tags=tags_of(front.values),
        date=note_date(front.values, path, first_heading, name),
        path=str(path),
        private=private,
        remarks=cut_remark(cut),
    )


def read_sections(front: FrontMatter, kind: SourceKind, path: Path, *, private: bool = False) -> list[Draft]:
    """Return a draft for each heading of the first two levels, and one for the text before the first of them.

    Args:
        front: the file, split.
        kind: principle or practice.
        path: kept with the drafts.
        private: whether they must not leave this machine.
    """
    sections = [Section("")]
    path_of_headings = _HeadingPath()
    for block in read_blocks(front.body, front.first_line):
        if isinstance(block, Heading):
            path_of_headings.enter(block)
            if block.level <= _SECTION_LEVEL:
                sections.append(Section(fit(block.text)[0]))
        else:
            below = path_of_headings.above(deeper_than=_SECTION_LEVEL)
            sections[-1].texts.append((block.text, below, block.line))
    return to_drafts(sections, kind, str(path), tags=tags_of(front.values), private=private)


class _HeadingPath:
    """The headings above the place that has been read to."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def enter(self, heading: Heading) -> None:
        self._open = [(level, text) for level, text in self._open if level < heading.level]
        self._open.append((heading.level, fit(heading.text)[0]))

    def above(self, deeper_than: int = 0) -> tuple[str, ...]:
        return tuple(text for level, text in self._open if level > deeper_than)


def _title(front: FrontMatter, first_heading: str, path: Path) -> str:
    said = front.values.get("title")
    if said is not None and not isinstance(said, list | dict) and clean_line(str(said)):
        return fit(str(said))[0]
    return fit(first_heading)[0] or clean_line(path.stem.replace("-", " ").replace("_", " ")) or "Note"
