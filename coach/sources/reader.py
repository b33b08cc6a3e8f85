"""One entry for every file: reads it in its format, and makes of it what it is to be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from coach.domain.errors import SourceError
from coach.domain.source import Draft, SourceKind
from coach.domain.text import clean, clean_line
from coach.sources.curated import read_curated
from coach.sources.drafts import all_tags, note_of, sections_of
from coach.sources.formats import MARKDOWN, PLAIN, read_document
from coach.sources.front_matter import split_front_matter
from coach.sources.load import decode, load_bytes
from coach.sources.note_facts import is_private, tags_of
from coach.sources.plain import read_plain

_ATX_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE)


def read_file(
    path: str | Path,
    kind: SourceKind,
    *,
    private_folders: Sequence[str | Path] = (),
    private_tags: Sequence[str] = (),
) -> list[Draft]:
    """Return the drafts of a person's file: one for a note, one or more for principles and practices.

    Principles and practices in text files are read in the corpus's format where the front matter has an `id`, as
    Markdown where there are ``#`` headings, else as plain text whose short lines are headings.

    Args:
        path: a file in one of the formats of `coach.sources.formats`.
        kind: what it is to be.
        private_folders: what lies in these never leaves this machine: paths, or names of folders.
        private_tags: what is tagged with these never leaves this machine: in the front matter or in the text.

    Raises:
        SourceError: the file cannot be read or has not the form that its kind asks for.
    """
    path = Path(path).expanduser().absolute()
    name = clean_line(path.name)
    if kind is not SourceKind.NOTE and path.suffix.lower() in (*MARKDOWN, *PLAIN):
        return _own_text(path, name, kind, private_folders, private_tags)
    document = read_document(path, name)
    tags = (*all_tags(document), *document.marks)
    private = is_private(document.values, tags, path, folders=private_folders, private_tags=private_tags)
    if kind is SourceKind.NOTE:
        return [note_of(document, path, name, private=private)]
    return _something(_with_remarks(sections_of(document, kind, path, private=private), document.remarks), name)


def _own_text(
    path: Path, name: str, kind: SourceKind, folders: Sequence[str | Path], private_tags: Sequence[str]
) -> list[Draft]:
    text, remarks = decode(load_bytes(path), clean(str(path)))
    front = split_front_matter(text, name)
    private = is_private(front.values, tags_of(front.values), path, folders=folders, private_tags=private_tags)
    if "id" in front.values:
        return [replace(read_curated(front, kind, name, path=str(path)), private=private)]
    if _ATX_HEADING.search(front.body):
        from coach.sources.formats.markdown import read_markdown

        document = read_markdown(front.body, front.first_line, front.values)
        drafts = sections_of(document, kind, path, private=private)
    else:
        drafts = [replace(d, private=private) for d in read_plain(front.body, kind, str(path))]
    return _something(_with_remarks(drafts, remarks), name)


def _with_remarks(drafts: list[Draft], remarks: tuple[str, ...]) -> list[Draft]:
    """Return the drafts of one file; what is to be said about it is said with the first."""
    return [replace(drafts[0], remarks=(*remarks, *drafts[0].remarks)), *drafts[1:]] if drafts and remarks else drafts


def _something(drafts: list[Draft], name: str) -> list[Draft]:
    if not drafts:
        raise SourceError(f"{name} has headings but nothing under them.", "Write sentences under each heading.")
    return drafts
