"""What Markdown says, as a note and as its pieces."""

from __future__ import annotations

from pathlib import Path

from coach.domain.source import Draft
from coach.sources.drafts import note_of
from coach.sources.formats.markdown import read_markdown
from coach.sources.front_matter import split_front_matter


def note(text: str, tmp_path: Path, name: str = "note.md") -> Draft:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    front = split_front_matter(text, name)
    return note_of(read_markdown(front.body, front.first_line, front.values), path, name, private=False)


def heard(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """What a note says, with the headings above it."""
    return [(piece.text, (*above, *piece.under)) for piece, above in read_markdown(text).pieces()]
