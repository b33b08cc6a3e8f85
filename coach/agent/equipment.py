"""What the steps of an answer work with, apart from the graph that runs them: LangGraph loads only when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coach.agent.composers import Composer
from coach.agent.screening import Screen
from coach.domain.evidence import Evidence
from coach.domain.ports import ChatModel
from coach.domain.source import Source
from coach.grounding.checkers.base import Checker
from coach.retrieval.retriever import Retriever
from coach.store.dated import DatedNote


@dataclass(frozen=True, slots=True)
class Referral:
    """Where a matter belongs, and the statements that say what to do."""

    name: str
    evidence: tuple[Evidence, ...]
    #: Completes "If …, this comes first", where it is not sure that it is one.
    doubt: str = ""


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
    #: Gives every principle statement: with a capable model they always stand before it, so they may always be cited.
    principles: Callable[[], tuple[Evidence, ...]]
    #: Gives what each practice is for, by id.
    whens: Callable[[], Mapping[str, str]]
    #: Gives the notes that have a date, newest first, and a source by its id; None where there is none.
    dated_notes: Callable[[], Sequence[DatedNote]]
    source: Callable[[str], Source | None]
    #: Gives whether sources are private, by id; those that are gone are left out.
    private: Callable[[Iterable[str]], Mapping[str, bool]]
    words: int
    strict: bool
    practices: bool
    #: Gives the day that "last week" is counted from.
    today: Callable[[], date] = date.today
