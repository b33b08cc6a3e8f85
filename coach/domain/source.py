"""Sources and the statements that they consist of."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

#: What the path of a source begins with that Coach wrote down itself, and of one that a teammate shared:
#: ``team:MEMBER/KEY``.
COACH_PATH = "coach:"
TEAM_PATH = "team:"
_TEAM_TITLE = re.compile(r" \(team(?:: [^()]*)?\)\Z")


class SourceKind(StrEnum):
    """What a source is; its first letter in an id is P, C or N."""

    PRINCIPLE = "principle"
    PRACTICE = "practice"
    NOTE = "note"

    @property
    def letter(self) -> str:
        """The letter that ids of this kind begin with (C for practices: *coaching* practices)."""
        return {"principle": "P", "practice": "C", "note": "N"}[self.value]


class StatementKind(StrEnum):
    """What a statement does for its reader. Principles and notes have one kind each, practices five."""

    PRINCIPLE = "principle"
    NOTE = "note"
    ADVICE = "advice"
    OTHER_SIDE = "other-side"
    CAUTION = "caution"
    IF_THEN = "if-then"
    QUESTION = "question"


def content_hash(text: str) -> str:
    """Return the hash that a citation pins: 16 hex digits of SHA-256 over the NFC text with white space folded."""
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(folded.encode("utf-8")).hexdigest()[:16]


def team_title(title: str, label: str = "") -> str:
    """Return the title of what a teammate shared: wherever it is shown, it shows whose it is."""
    return f"{title} (team: {label})" if label else f"{title} (team)"


def is_team_title(title: str) -> bool:
    """Whether `team_title` made it."""
    return _TEAM_TITLE.search(title) is not None


@dataclass(frozen=True, slots=True)
class Statement:
    """The smallest citable piece of a source: one sentence or one list item."""

    id: str
    text: str
    kind: StatementKind
    #: Headings above the statement in its source, outermost first.
    heading: tuple[str, ...] = ()
    #: Ids of the principle statements that a practice statement serves; empty for other kinds.
    serves: tuple[str, ...] = ()
    #: 1-based line in the source's file; 0 where there is no file.
    line: int = 0

    @property
    def source_id(self) -> str:
        """Id of the source that the statement stands in."""
        return self.id.partition(".")[0]

    @property
    def hash(self) -> str:
        """Content hash of the text (see `content_hash`)."""
        return content_hash(self.text)


@dataclass(frozen=True, slots=True)
class Source:
    """A document: a principle, a practice or a note, with its statements in order."""

    id: str
    kind: SourceKind
    title: str
    statements: tuple[Statement, ...]
    #: Short utterances in users' own words that point to this source.
    situations: tuple[str, ...] = ()
    #: Completes "This is about a moment when …" (practices).
    when: str = ""
    #: Principles that a practice serves, best first.
    serves: tuple[str, ...] = ()
    #: Published work that facts come from.
    draws_on: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    date: date | None = None
    #: Where it was read from: an absolute path, ``corpus/…`` for what comes with the package, ``coach:…`` for what
    #: Coach wrote down itself, such as what came of a commitment, or ``team:…`` for what a teammate shared.
    path: str = ""
    private: bool = False
    builtin: bool = False

    @property
    def file(self) -> str:
        """The person's file that it was read from; empty where it was read from none."""
        return "" if self.builtin or self.path.startswith((COACH_PATH, TEAM_PATH)) else self.path

    @property
    def from_team(self) -> bool:
        """Whether a teammate shared it, so that it stands in no file here."""
        return self.path.startswith(TEAM_PATH)

    @property
    def digest(self) -> str:
        """Hash over everything that is indexed of this source: a changed digest means that it must be indexed again."""
        parts = [self.kind, self.title, self.when, *self.serves, "\0", *self.situations, "\0", *self.tags]
        parts += [str(self.date), self.path, str(self.private), str(self.builtin)]
        for s in self.statements:
            parts += [s.id, s.text, s.kind, *s.heading, *s.serves, str(s.line)]
        return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Draft:
    """A source as read from a file, before the ledger gave it a number; statements have no ids yet.

    `number` is set where the file itself says its id (the built-in corpus), else the ledger assigns one.
    """

    kind: SourceKind
    title: str
    #: Statements in order; their `id` is empty.
    statements: tuple[Statement, ...]
    number: int | None = None
    situations: tuple[str, ...] = ()
    when: str = ""
    serves: tuple[str, ...] = ()
    draws_on: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    date: date | None = None
    path: str = ""
    private: bool = False
    builtin: bool = False
    #: What the reader had to leave out or guess, in plain words.
    remarks: tuple[str, ...] = field(default=())
