"""The one form that every format is read into: headings, and the pieces of text under them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: `level` 1 to 6, its text, its 1-based line (0 where the format has no lines)."""

    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What becomes one statement, and its 1-based line (0 where the format has no lines)."""

    text: str
    line: int
    #: What it stands under below its headings, shortened, outermost first: list items, a callout, a page.
    under: tuple[str, ...] = ()


@dataclass(slots=True)
class Document:
    """A file as it was read, with what it says about itself."""

    blocks: list[Heading | Piece]
    #: Front matter and the properties of the page, by key in lower case.
    values: dict[str, Any] = field(default_factory=dict)
    #: As the format's own metadata say, empty or None where they say nothing.
    title: str = ""
    date: date | None = None
    #: Tags in the text and the metadata, without ``#``.
    tags: tuple[str, ...] = ()
    #: Tags anywhere, in code and comments too: whoever writes ``#private`` in a comment means it.
    marks: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def first_heading(self) -> Heading | None:
        """The first heading, None where there is none."""
        return next((b for b in self.blocks if isinstance(b, Heading)), None)

    def pieces(self) -> Iterator[tuple[Piece, tuple[str, ...]]]:
        """Yield each piece with the headings above it, outermost first."""
        open_: list[Heading] = []
        above: tuple[str, ...] = ()
        for block in self.blocks:
            if isinstance(block, Heading):
                while open_ and open_[-1].level >= block.level:
                    open_.pop()
                open_.append(block)
                above = tuple(heading.text for heading in open_)
            else:
                yield block, above
