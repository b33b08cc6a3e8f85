"""What one run of the graph reads and writes, and what it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, TypedDict

from langgraph.channels import UntrackedValue

from coach.agent.brief import Brief
from coach.agent.composers import Composer
from coach.agent.screening import Screen
from coach.domain.answer import Answer, Sentence, Status
from coach.domain.evidence import Evidence, Retrieval
from coach.domain.ports import ChatModel
from coach.grounding.checkers.base import Checker
from coach.retrieval.retriever import Retriever


class State(TypedDict, total=False):
    """State of one conversation. Only `question` and `turns` are kept between turns, as plain JSON values."""

    question: str
    #: The last turns, oldest first, each ``{"question", "answer", "private"}``.
    turns: list[dict[str, str]]
    # What follows lives for one run only and is never written to the checkpoint.
    matter: Annotated[str, UntrackedValue(str)]
    retrieval: Annotated[Retrieval, UntrackedValue(Retrieval)]
    status: Annotated[Status, UntrackedValue(Status)]
    brief: Annotated[Brief, UntrackedValue(Brief)]
    sentences: Annotated[list[Sentence], UntrackedValue(list)]
    counts: Annotated[dict[str, int], UntrackedValue(dict)]
    timings: Annotated[dict[str, float], UntrackedValue(dict)]
    answer: Annotated[Answer, UntrackedValue(Answer)]


@dataclass(frozen=True, slots=True)
class Referral:
    """Where a matter belongs, and the statements that say what to do."""

    name: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Equipment:
    """What the steps work with; the same for every turn of a `Coach`."""

    retriever: Retriever
    composer: Composer
    checker: Checker
    #: The model that writes, screens and mends; None where there is none.
    model: ChatModel | None
    screen: Screen
    #: What is said for each matter to refer, by matter.
    referrals: Mapping[str, Referral]
    #: Every principle statement: with a capable model they always stand before it, so they may always be cited.
    principles: tuple[Evidence, ...]
    #: What each practice is for, by id.
    whens: Mapping[str, str]
    words: int
    strict: bool
    practices: bool
