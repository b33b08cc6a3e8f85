"""One entry for every file: finds out its format and reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from coach.domain.errors import SourceError
from coach.domain.source import Draft, SourceKind
from coach.domain.text import clean_line
from coach.sources.curated import read_curated
from coach.sources.front_matter import split_front_matter
from coach.sources.load import load_text
from coach.sources.markdown import read_note, read_sections
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

    Principles and practices are read in the corpus's format where the front matter has an `id`, as Markdown where
    there are ``#`` headings, else as plain text whose short lines are headings.

    Args:
        path: Markdown or plain text, in UTF-8 or UTF-16, up to 5 MB.
        kind: what it is to be.
        private_folders: what lies in these never leaves this machine: paths, or names of folders.
        private_tags: what is tagged with these never leaves this machine.

    Raises:
        SourceError: the file cannot be read or has not the form that its kind asks for.
    """
    path = Path(path).expanduser().absolute()
    name = clean_line(path.name)
    text = load_text(path)
    front = split_front_matter(text, name)
    private = is_private(front.values, tags_of(front.values), path, folders=private_folders, private_tags=private_tags)
    if kind is SourceKind.NOTE:
        return [read_note(front, path, name, private=private)]
    if "id" in front.values:
        return [replace(read_curated(front, kind, name, path=str(path)), private=private)]
    if _ATX_HEADING.search(front.body):
        drafts = read_sections(front, kind, path, private=private)
    else:
        drafts = [replace(d, private=private) for d in read_plain(front.body, kind, str(path))]
    if not drafts:
        raise SourceError(f"{name} has headings but nothing under them.", "Write sentences under each heading.")
    return drafts
