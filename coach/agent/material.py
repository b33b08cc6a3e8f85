"""What a composer gets for one turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from coach.domain.answer import Citation, Sentence, Verdict
from coach.domain.evidence import Evidence, Retrieval, Turn


@dataclass(frozen=True, slots=True)
class Material:
    """The situation and everything that may be said about it."""

    question: str
    turns: tuple[Turn, ...]
    retrieval: Retrieval
    #: About how many words the answer should have.
    words: int = 200
    #: Parts of the question that the sources do not cover, in the person's words.
    uncovered: tuple[str, ...] = ()
    #: What the person says the sources say, where they do not say it.
    false_premise: str = ""
    #: The principle statements that come nearest to that, and put it right.
    instead: tuple[Evidence, ...] = ()
    #: The person insists on what was asked before, and brings nothing new.
    insists: bool = False
    #: The person asks what their own notes say, rather than for advice.
    about_notes: bool = False
    #: Everything that may be cited this turn, by id.
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    #: What each practice is for, by id: completes "This is about a moment when …".
    whens: Mapping[str, str] = field(default_factory=dict)

    @property
    def said_before(self) -> str:
        """The earlier answers of the conversation, joined."""
        return " ".join(turn.answer for turn in self.turns)


def quoted(evidence: Evidence, part: str) -> Sentence:
    """Return a statement, said as it stands, as a sentence of an answer that cites it."""
    return Sentence(
        text=evidence.statement.text,
        citations=(Citation(evidence.id, evidence.statement.hash),),
        verdict=Verdict.UNCITED,
        part=part,
    )


def framed(text: str, part: str = "frame") -> Sentence:
    """Return a sentence that frames what follows and asserts nothing itself."""
    return Sentence(text=text, verdict=Verdict.NOT_A_CLAIM, part=part)


def with_ids(sentence: Sentence) -> str:
    """Return the sentence as a draft shows it: its text, and its ids in brackets."""
    ids = ", ".join(c.id for c in sentence.citations)
    return f"{sentence.text} [{ids}]" if ids else sentence.text
