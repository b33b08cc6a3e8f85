"""Asks every case, judges the answers, and keeps what came of it. `pytest evals` and `coach eval` both come here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from coach.agent.coach import Coach
from coach.domain.answer import Answer
from coach.domain.errors import CoachError, InputError, SettingsError
from coach.domain.evidence import Turn
from coach.evaluation.cache import Cache
from coach.evaluation.cases import Case
from coach.evaluation.homes import NOTHING_MORE, Homes, sources_of
from coach.evaluation.judging import judge
from coach.evaluation.outcome import Outcome
from coach.evaluation.subject import Subject, subject_of
from coach.grounding.checkers.base import Checker

#: Called after each outcome with how many there are and how many there will be.
Progress = Callable[[int, int], None]
#: Statements that recall and nDCG are computed over.
DEPTH = 20


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run."""

    subject: Subject
    judge: str
    outcomes: tuple[Outcome, ...]
    seconds: float
    #: How often each case was asked.
    repeats: int = 1
    cases: tuple[Case, ...] = field(default=(), repr=False)

    @property
    def cached(self) -> int:
        """How many outcomes were read from the cache."""
        return sum(o.cached for o in self.outcomes)

    @property
    def errors(self) -> tuple[Outcome, ...]:
        """The outcomes without an answer."""
        return tuple(o for o in self.outcomes if o.error)


class Runner:
    """Asks cases.

    Args:
        homes: makes a coach for what a case needs.
        cache: what is known already.
        repeats: how often each case is asked, 1 or more.
        parallel: how many cases are asked at once; more than one only pays with an endpoint.
        judge: returns what judges the answers; by default the checker of the coach under test.
    """

    def __init__(
        self,
        homes: Homes,
        cache: Cache,
        *,
        repeats: int = 1,
        parallel: int = 1,
        judge: Callable[[Coach], Checker] = lambda coach: coach.checker,
    ) -> None:
        self._homes = homes
        self._cache = cache
        self._repeats = max(1, repeats)
        self._parallel = max(1, parallel)
        self._judge = judge
        self._done = 0

    async def run(self, cases: Sequence[Case], progress: Progress = lambda done, total: None) -> Run:
        """Ask every case as often as is wanted, and return what came of it in the order of `cases`.

        What is finished is kept at once, so an interrupted run goes on where it was. An error of one case is an
        outcome; one of the settings or the storage ends the run.

        Raises:
            InputError: there are no cases.
            SettingsError: the model, composer or checker that was asked for is not there.
            StoreError: an outcome cannot be kept.
        """
        if not cases:
            raise InputError("There are no cases to ask.", "See which there are: coach eval cases")
        began, self._done = time.perf_counter(), 0
        async with self._homes.open(NOTHING_MORE) as coach:
            subject, judge_name = subject_of(coach), self._judge(coach).name
        keys = {(c.id, r): subject.key(c, r, judge_name) for c in cases for r in range(self._repeats)}
        found = {which: kept for which, key in keys.items() if (kept := self._cache.get(key)) is not None}
        self._told(len(found), len(keys), progress)
        # One coach for all cases with the same sources: opening one may mean loading a model.
        left = sorted((c for c in cases if any((c.id, r) not in found for r in range(self._repeats))), key=sources_of)
        for sources, group in groupby(left, key=sources_of):
            missing = [(c, r) for c in group for r in range(self._repeats) if (c.id, r) not in found]
            async with self._homes.open(sources) as coach:
                for outcome in await self._group(coach, missing, keys, progress):
                    found[outcome.case, outcome.repeat] = outcome
        outcomes = tuple(found[which] for which in keys)
        return Run(subject, judge_name, outcomes, time.perf_counter() - began, self._repeats, tuple(cases))

    async def _group(
        self,
        coach: Coach,
        missing: Sequence[tuple[Case, int]],
        keys: Mapping[tuple[str, int], str],
        progress: Progress,
    ) -> list[Outcome]:
        slots, checker = asyncio.Semaphore(self._parallel), self._judge(coach)

        async def one(case: Case, repeat: int) -> Outcome:
            async with slots:
                outcome = replace(await _asked(coach, checker, case), repeat=repeat)
                self._cache.put(keys[case.id, repeat], outcome)
            self._told(1, len(keys), progress)
            return outcome

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(case, repeat)) for case, repeat in missing]
        except BaseExceptionGroup as e:
            # The others were stopped; what they had finished is kept.
            raise e.exceptions[0] from e
        return [task.result() for task in tasks]

    def _told(self, more: int, total: int, progress: Progress) -> None:
        self._done += more
        progress(self._done, total)


async def _asked(coach: Coach, checker: Checker, case: Case) -> Outcome:
    began = time.perf_counter()
    try:
        turns: list[Turn] = []
        for question in case.turns[:-1]:
            turns.append(_turn(await coach.answer(question, keep=False, turns=turns)))
        found = coach.library.search(case.question, turns, limit=DEPTH)
        asked = time.perf_counter()
        answer = await coach.answer(case.question, keep=False, turns=turns)
        seconds = time.perf_counter() - asked
        said = await judge(answer, checker)
    except SettingsError:
        raise
    except CoachError as e:
        return Outcome(case.id, error=f"{e.message} {e.hint}".strip(), seconds=time.perf_counter() - began)
    return Outcome(
        case.id,
        answer=answer,
        principles=tuple(p.source_id for p in found.principles),
        statements=tuple(e.id for e in found.evidence),
        supported=said.supported,
        alone=said.alone,
        without=said.without,
        judges=said.judges,
        seconds=seconds,
    )


def _turn(answer: Answer) -> Turn:
    # With its ids, as a conversation that is kept remembers it.
    return Turn(answer.question, answer.text, sources=answer.drawn_from)
