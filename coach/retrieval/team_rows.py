"""What is shared with the team, as rows of a Chroma collection, and back: a teammate's row is taken for nothing better
than text from outside.

A row is one statement: its text is the document, and the metadata say what it stands in. They name nobody: a member is
a random id, a source a hash. No path of the member's machine is among them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from coach.domain.source import (
    COACH_PATH,
    TEAM_PATH,
    Draft,
    Source,
    SourceKind,
    Statement,
    StatementKind,
    content_hash,
    team_title,
)
from coach.domain.text import clean_line

if TYPE_CHECKING:
    from coach.domain.ports import Vectors

#: Another one means that the rows have another form; what is of another form is not seen.
FORM = 1
#: Statements of one source that are shared, and taken over.
MOST_STATEMENTS = 2000
#: Characters of a statement, of a title or heading, and of a name that a member gives itself.
_TEXT, _TITLE, LABEL = 1000, 200, 40
#: Headings above a statement, tags, and situations of a principle, each.
_HEADINGS, _TAGS, _SITUATIONS = 8, 20, 100
#: Characters of a list in JSON.
_JSON = 40_000
_MEMBER = re.compile(r"[0-9a-f]{8,32}")
_KEY = re.compile(r"[0-9a-f]{16,64}")
_SHARED = (SourceKind.NOTE, SourceKind.PRINCIPLE)


@dataclass(frozen=True, slots=True)
class Member:
    """Who shares."""

    #: Random.
    id: str
    #: Mixed into every hash, so that what is hashed cannot be guessed; stays on this machine.
    salt: str
    #: What teammates see; empty for nothing.
    label: str = ""

    def key(self, source_id: str) -> str:
        """Return what a source is called on the server."""
        return self._hash("source", source_id)[:24]

    def digest(self, source_digest: str) -> str:
        """Return what changes whenever anything changes that is shared of a source."""
        return self._hash("digest", str(FORM), self.label, source_digest)[:24]

    def _hash(self, *parts: str) -> str:
        return hashlib.sha256("\x1f".join((self.salt, *parts)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A statement that a teammate shares."""

    member: str
    label: str
    #: Of its source: what it is called on the server, and what changes with it.
    key: str
    #: Empty while the source is being written.
    digest: str
    kind: SourceKind
    title: str
    date: date | None
    tags: tuple[str, ...]
    #: Place in its source, from 0.
    position: int
    heading: tuple[str, ...]
    line: int
    situations: tuple[str, ...]
    #: Empty where it was not asked for.
    text: str
    #: Cosine similarity to what was searched for, -1 to 1; 0 where nothing was.
    similarity: float = 0.0

    @property
    def path(self) -> str:
        """The path of its source in the ledger."""
        return f"{TEAM_PATH}{self.member}/{self.key}"


def may_be_shared(source: Source) -> bool:
    """Whether a source is one of the person's own that is not private: a note, or a principle."""
    return not (source.private or source.builtin or source.from_team or source.path.startswith(COACH_PATH)) and (
        source.kind in _SHARED
    )


def rows_for(source: Source, digest: str, vectors: Vectors, member: Member) -> dict[str, list[Any]]:
    """Return the first rows of a source, as the server takes them.

    Args:
        source: what is shared.
        digest: the ledger's digest of it.
        vectors: of its first statements, shape ``(n, dim)`` with n at most `MOST_STATEMENTS`.
        member: who shares it.

    Raises:
        ValueError: it must not be shared.
    """
    if not may_be_shared(source):
        raise ValueError(f"{source.id} must not be shared.")
    key, shared = member.key(source.id), source.statements[: len(vectors)]
    about: dict[str, Any] = {
        "form": FORM,
        "member": member.id,
        "label": member.label,
        "source": key,
        "digest": member.digest(digest),
        "kind": source.kind.value,
        "title": source.title[:_TITLE],
        "tags": _dump(source.tags[:_TAGS]),
    }
    if source.date is not None:
        about["day"] = day_number(source.date)
    metadata = [
        about | {"position": at, "heading": _dump(s.heading[:_HEADINGS]), "line": s.line, "hash": s.hash}
        for at, s in enumerate(shared)
    ]
    if metadata:
        metadata[0]["situations"] = _dump(source.situations[:_SITUATIONS])
    return {
        "ids": [f"{key}.{at}" for at in range(len(shared))],
        "documents": [s.text for s in shared],
        "metadatas": metadata,
        "embeddings": [base64.b64encode(v.astype("<f4").tobytes()).decode() for v in vectors],
    }


def read_rows(found: Mapping[str, Any], *, texts: bool = True, least: float = -1.01) -> Iterator[TeamRow]:
    """Yield the rows of an answer that are what they should be; those that are not are passed over.

    Args:
        found: lists of ids and metadatas, and perhaps of documents and distances.
        texts: whether a row without a text is none.
        least: the least similarity.
    """
    metadatas, documents, distances = (found.get(name) for name in ("metadatas", "documents", "distances"))
    if not isinstance(metadatas, list):
        return
    for at, metadata in enumerate(metadatas):
        document = documents[at] if isinstance(documents, list) and at < len(documents) else ""
        distance = distances[at] if isinstance(distances, list) and at < len(distances) else 1.0
        similarity = 1.0 - distance if isinstance(distance, int | float) and -3 < distance < 3 else math.nan
        row = _row(metadata, document, similarity) if least <= similarity <= 1.01 else None
        if row is not None and (row.text or not texts):
            yield row


def draft_of(rows: Sequence[TeamRow]) -> Draft:
    """Return the source that these rows, at least one and all of one source, are of."""
    ordered = sorted(rows, key=lambda row: row.position)
    head = ordered[0]
    kind = StatementKind(head.kind.value)
    return Draft(
        head.kind,
        team_title(head.title, head.label),
        tuple(Statement("", row.text, kind, row.heading, line=row.line) for row in ordered),
        situations=head.situations if head.kind is SourceKind.PRINCIPLE else (),
        tags=head.tags,
        date=head.date,
        path=head.path,
    )


def day_number(day: date) -> int:
    """Return a day as a number that is greater for a later one, such as 20260301: Chroma compares numbers alone."""
    return day.year * 10_000 + day.month * 100 + day.day


def label_of(text: str) -> str:
    """Return what a member calls itself as it is shown: one short line without brackets."""
    return re.sub(r"[()\[\]<>]", "", clean_line(text[: 4 * LABEL]))[:LABEL].strip()


def _row(metadata: Any, document: Any, similarity: float) -> TeamRow | None:
    if not isinstance(metadata, dict) or metadata.get("form") != FORM:
        return None
    member, key, kind = (metadata.get(name) for name in ("member", "source", "kind"))
    if not isinstance(member, str) or not isinstance(key, str) or kind not in ("note", "principle"):
        return None
    if not (_MEMBER.fullmatch(member) and _KEY.fullmatch(key)):
        return None
    position, line = _number(metadata.get("position")), _number(metadata.get("line"))
    title = _line(metadata.get("title"), _TITLE)
    if not title or position is None or position >= MOST_STATEMENTS:
        return None
    return TeamRow(
        member=member,
        label=label_of(_line(metadata.get("label"), LABEL)),
        key=key,
        digest=_line(metadata.get("digest"), 64),
        kind=SourceKind(kind),
        title=title,
        date=_day(metadata.get("day")),
        tags=_list(metadata.get("tags"), _TAGS),
        position=position,
        heading=_list(metadata.get("heading"), _HEADINGS),
        line=line or 0,
        situations=_list(metadata.get("situations"), _SITUATIONS),
        text=_line(document, _TEXT),
        similarity=similarity,
    )


def same_text(row: TeamRow, statement: Statement) -> bool:
    """Whether a statement of the ledger says what a row says."""
    return content_hash(row.text) == statement.hash


def _line(value: Any, most: int) -> str:
    if not isinstance(value, str):
        return ""
    # Cleaning only takes away, so what is far too long is cut before; most texts have nothing to be cleaned of.
    text = value[: 4 * most]
    plain = text.isascii() and text.isprintable()
    return (" ".join(text.split()) if plain else clean_line(text))[:most].strip()


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10_000_000 else None


def _day(value: Any) -> date | None:
    if not isinstance(value, int) or not 0 < value < 100_000_000:
        return None
    try:
        return date(value // 10_000, value // 100 % 100, value % 100)
    except ValueError:
        return None


def _list(value: Any, most: int) -> tuple[str, ...]:
    if not isinstance(value, str) or len(value) > _JSON:
        return ()
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return ()
    lines = (_line(item, _TITLE) for item in found[:most]) if isinstance(found, list) else ()
    return tuple(line for line in lines if line)


def _dump(texts: Sequence[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)
