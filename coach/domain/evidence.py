"""What is put before a composer for one turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Date

from coach.domain.source import SourceKind, Statement, StatementKind


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement found for a situation, with its score and why it was found."""

    statement: Statement
    source_kind: SourceKind
    source_title: str
    #: Fused relevance; higher is better; 0 to about 1.3, comparable within one retrieval only.
    score: float
    #: In plain words: "situation match", "wording", "meaning", with the closest situation where there is one.
    why: str
    date: Date | None = None
    private: bool = False

    @property
    def id(self) -> str:
        """Id of the statement."""
        return self.statement.id


@dataclass(frozen=True, slots=True)
class SourceMatch:
    """How well one principle or practice fits the situation as a whole."""

    source_id: str
    title: str
    kind: SourceKind
    score: float
    #: The situation of the source that is closest to the question, as "why".
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Everything that was found for one situation."""

    #: Question that was searched for; differs from what was typed where a follow-up was completed from its turns.
    query: str
    #: Principles, best first, all of them.
    principles: tuple[SourceMatch, ...] = ()
    #: Practices, best first, all of them.
    practices: tuple[SourceMatch, ...] = ()
    #: Statements, best first, at most as many as were asked for.
    evidence: tuple[Evidence, ...] = ()
    #: How surely the sources cover the situation, 0 to 1: the gate's probability of "inside".
    coverage: float = 0.0
    #: Probability of each class of what the sources cover: "inside", "outside", and the matters to refer.
    gate: dict[str, float] = field(default_factory=dict)
    #: What could not be searched, in plain words.
    missing: tuple[str, ...] = ()

    def of_kind(self, *kinds: StatementKind) -> tuple[Evidence, ...]:
        """Return the evidence whose statements have one of `kinds`, best first."""
        return tuple(e for e in self.evidence if e.statement.kind in kinds)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and the answer's text, without citations."""

    question: str
    answer: str = ""
    #: Whether the answer quoted private notes, so that it must not leave this machine.
    private: bool = False
    #: Ids of the person's own sources that the answer may say something of; they may become private later.
    sources: tuple[str, ...] = ()
