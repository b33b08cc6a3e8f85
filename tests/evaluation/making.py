"""Cases, answers, outcomes and runs for tests, and a coach that says what it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from coach.agent.coach import Coach
from coach.domain.answer import Answer, Citation, Sentence, Status, Verdict
from coach.domain.evidence import Evidence, Retrieval, SourceMatch, Turn
from coach.domain.source import SourceKind, Statement, StatementKind
from coach.evaluation.cases import Case, Kind
from coach.evaluation.outcome import Outcome
from coach.evaluation.runner import Run
from coach.evaluation.subject import Subject
from coach.models.choice import ModelChoice
from coach.settings import Settings
from tests.grounding.fakes import FakeChecker

#: What nobody may be able to run or to break a page with.
HOSTILE = (
    "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "</title></style>]]> & \" ' {{x}} `x` javascript:alert(1) \u202eevil\u2066 \x1b[31m \x00\ufffe"
)
SUBJECT = Subject("no model", "quote", "fake", False, True, "d" * 12, "a" * 12, "b" * 12, "c" * 12)
TEXTS = {
    "P8.1": "Bring the team's achievements to leadership.",
    "P8.2": "Set realistic expectations.",
    "C1.1": "Offer two scopes and one date.",
    "N1.1": "We agreed to freeze on Friday.",
    "P2.1": "Hand over work that others can grow with.",
}


def case(id: str = "s001", kind: Kind = Kind.SITUATION, **changes: Any) -> Case:
    """A case that expects an answer from P8; `changes` as in the YAML."""
    row: dict[str, Any] = {"id": id, "kind": kind, "turns": ["what now?"], "status": "answered", "principles": ["P8"]}
    return Case.model_validate({**row, **changes})


def statement(id: str) -> Statement:
    return Statement(id, TEXTS[id], StatementKind.NOTE if id[0] == "N" else StatementKind.PRINCIPLE)


def evidence(*ids: str) -> tuple[Evidence, ...]:
    kinds = {"P": SourceKind.PRINCIPLE, "C": SourceKind.PRACTICE, "N": SourceKind.NOTE}
    return tuple(Evidence(statement(i), kinds[i[0]], f"Title of {i}", 1.0, "test") for i in ids)


def sentence(text: str, *ids: str, verdict: Verdict | None = None) -> Sentence:
    """A claim that cites `ids`; without ids it is no claim, unless a verdict is given."""
    cites = tuple(Citation(i, statement(i).hash) for i in ids)
    return Sentence(text, cites, verdict or (Verdict.SUPPORTED if ids else Verdict.NOT_A_CLAIM))


def answer(*sentences: Sentence, status: Status = Status.ANSWERED, **changes: Any) -> Answer:
    """An answer; what it cites was in evidence. Without sentences one claim from P8.1."""
    said = sentences or (sentence("Show leadership what the team achieved.", "P8.1"),)
    ids = dict.fromkeys(c.id for s in said for c in s.citations if c.id in TEXTS)
    return replace(Answer(status, said, evidence(*ids), question="what now?"), **changes)


def outcome(case: str = "s001", given: Answer | None = None, **changes: Any) -> Outcome:
    """An outcome in which everything is as it should be."""
    said = given or answer()
    n = len(said.claims)
    made = Outcome(
        case,
        answer=said,
        principles=("P8", "P7", "P2"),
        statements=("P8.1", "P8.2"),
        supported=(1.0,) * n,
        alone=tuple((1.0,) * len(s.citations) for s in said.claims),
        without=tuple((0.0,) * len(s.citations) for s in said.claims),
        judges=("fake",),
        seconds=0.5,
    )
    return replace(made, **changes)


def failed(case: str, error: str = "The endpoint is busy. Try again.", **changes: Any) -> Outcome:
    """An outcome without an answer."""
    return Outcome(case, error=error, **changes)


def run(cases: Sequence[Case], outcomes: Sequence[Outcome] | None = None, **changes: Any) -> Run:
    """A run; without outcomes each case went well."""
    made = Run(SUBJECT, "fake", tuple(outcomes or [outcome(c.id) for c in cases]), 1.0, 1, tuple(cases))
    return replace(made, **changes)


@dataclass
class FakeLibrary:
    added: list[tuple[tuple[str, ...], SourceKind]] = field(default_factory=list)
    indexed: int = 0

    def bring_up_to_date(self) -> None:
        self.indexed += 1

    def add(self, paths: Sequence[Path], kind: SourceKind) -> None:
        self.added.append((tuple(p.name for p in paths), kind))

    def search(self, question: str, turns: Sequence[Turn] = (), *, limit: int = 12) -> Retrieval:
        return Retrieval(
            question,
            principles=(SourceMatch("P8", "Speak up", SourceKind.PRINCIPLE, 0.9),),
            evidence=evidence("P8.1", "C1.1")[:limit],
        )


class FakeCoach:
    """Answers by question: an answer, an error that is raised, an event that is waited for, or a list of these.

    What is not told gets `answer()`.
    """

    def __init__(self, settings: Settings, said: Mapping[str, Any] | None = None) -> None:
        self.settings = settings
        self.library = FakeLibrary()
        self.choice = ModelChoice("none", why="a test")
        self.checker = FakeChecker()
        self.said = said or {}
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []
        self.open = 0
        #: How many were answered at the same time, at most.
        self.together = 0
        self._now = 0

    async def __aenter__(self) -> FakeCoach:
        self.open += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        self.open -= 1

    async def answer(self, question: str, *, keep: bool = True, turns: Sequence[Turn] = ()) -> Answer:
        assert not keep, "an eval keeps no conversation"
        self.asked.append((question, tuple(turns)))
        said = self.said.get(question, answer())
        if isinstance(said, list):
            said = said.pop(0)
        self._now += 1
        self.together = max(self.together, self._now)
        # Others get their turn here.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self._now -= 1
        if isinstance(said, asyncio.Event):
            await said.wait()
            said = answer()
        if isinstance(said, BaseException):
            raise said
        return replace(cast("Answer", said), question=question)


@dataclass
class Opener:
    """Opens fake coaches over the same answers, and remembers them."""

    said: dict[str, Any] = field(default_factory=dict)
    opened: list[FakeCoach] = field(default_factory=list)
    prepare: Callable[[FakeCoach], None] = lambda coach: None

    def __call__(self, settings: Settings) -> Coach:
        coach = FakeCoach(settings, self.said)
        self.prepare(coach)
        self.opened.append(coach)
        return cast("Coach", coach)

    @property
    def asked(self) -> list[str]:
        """Every question that was asked, of whichever coach."""
        return [question for coach in self.opened for question, _ in coach.asked]
