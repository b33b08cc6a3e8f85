"""A person's own principles or practices: the sections of a document, each a draft."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from coach.domain.source import Draft, SourceKind, Statement, StatementKind
from coach.sources.limits import cut_remark, fit

#: Title of what stands before the first heading.
INTRODUCTION = "Introduction"
_IF_THEN = re.compile(r"if\b.{3,}(?:,|\bthen\b)", re.IGNORECASE)


@dataclass(slots=True)
class Section:
    """A heading and what stands under it: texts with their headings below the section's own, and their lines."""

    title: str
    texts: list[tuple[str, tuple[str, ...], int]] = field(default_factory=list)


def to_drafts(
    sections: Iterable[Section], kind: SourceKind, path: str, *, tags: tuple[str, ...] = (), private: bool = False
) -> list[Draft]:
    """Return a draft for each section that says anything.

    Their `number` is their place in the document: 0 for an introduction without a heading, else from 1.
    """
    drafts: list[Draft] = []
    for section in sections:
        statements: list[Statement] = []
        cut = 0
        for text, heading, line in section.texts:
            short, was_cut = fit(text)
            cut += was_cut
            if short:
                statements.append(Statement("", short, statement_kind(short, kind), heading=heading, line=line))
        if not statements:
            continue
        title = section.title or INTRODUCTION
        number = drafts[-1].number + 1 if drafts and drafts[-1].number is not None else int(bool(section.title))
        drafts.append(
            Draft(
                kind,
                title,
                tuple(statements),
                number=number,
                # A practice is found by what it is about; its title is all that a document without front matter says.
                when=title if kind is SourceKind.PRACTICE else "",
                tags=tags,
                path=path,
                private=private,
                remarks=cut_remark(cut),
            )
        )
    return drafts


def statement_kind(text: str, kind: SourceKind) -> StatementKind:
    """Return what a person's own statement does, as far as its form shows."""
    if kind is SourceKind.PRINCIPLE:
        return StatementKind.PRINCIPLE
    if kind is SourceKind.NOTE:
        return StatementKind.NOTE
    if text.rstrip("\"'”’)*_").endswith("?"):
        return StatementKind.QUESTION
    return StatementKind.IF_THEN if _IF_THEN.match(text) else StatementKind.ADVICE
