"""What a turn tells while it runs, for whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass

from coach.domain.answer import Answer, Sentence
from coach.domain.evidence import Retrieval


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the turn began: screen, retrieve, draft, check, mend, deliver."""

    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """Retrieval is done."""

    retrieval: Retrieval


@dataclass(frozen=True, slots=True)
class Drafted:
    """The composer wrote `text`, which continues what it wrote before; citations stand in brackets, no verdicts yet."""

    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Sentence number `index` of the draft, counted from 0, has its verdict."""

    index: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Delivered:
    """The answer is final, and kept where the conversation is kept. The last event of a turn."""

    answer: Answer


Event = Step | Found | Drafted | Checked | Delivered
