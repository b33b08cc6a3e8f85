"""What is embedded of a source: one row for each statement."""

from __future__ import annotations

from dataclasses import dataclass

from coach.domain.source import Source, SourceKind, content_hash
from coach.retrieval.vectors import CURATED, NOTES


@dataclass(frozen=True, slots=True)
class Row:
    """A statement as the vectors have it."""

    #: Of the statement.
    id: str
    #: Content hash of the text.
    hash: str
    #: What is embedded.
    text: str


def collection_of(source_id: str) -> str:
    """Return the collection that the statements of a source are kept in."""
    return NOTES if source_id.startswith(SourceKind.NOTE.letter) else CURATED


def rows_of(source: Source, *, remote: bool) -> list[Row]:
    """Return the rows of a source, in order.

    Args:
        source: what to embed.
        remote: whether the embedder is elsewhere. What is private is then not among the rows; it is found by its words.

    A copy of a teammate's note has none: it is searched on the team's server.
    """
    if (source.private and remote) or (source.from_team and source.kind is SourceKind.NOTE):
        return []
    rows = []
    for statement in source.statements:
        text = _embedded_text(source, statement.heading, statement.text)
        rows.append(Row(statement.id, content_hash(text), text))
    return rows


def _embedded_text(source: Source, heading: tuple[str, ...], text: str) -> str:
    """A line of a note is understood by its headings: "retrain monthly" under "Decision: card-fraud model"."""
    if source.kind is not SourceKind.NOTE:
        return text
    lead = heading[-1] if heading and heading[-1] != source.title else ""
    return ". ".join(part for part in (source.title, lead, text) if part)
