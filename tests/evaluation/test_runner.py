from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from coach.domain.errors import InputError, ModelError, SettingsError, StoreError
from coach.evaluation.cache import Cache
from coach.evaluation.homes import Homes
from coach.evaluation.runner import Runner
from coach.settings import Settings
from tests.evaluation.making import FakeCoach, Opener, answer, case, sentence
from tests.fakes import busy
from tests.grounding.fakes import FakeChecker

CASES = [case(f"s00{i}", turns=[f"question {i}"]) for i in range(1, 5)]


@pytest.fixture
def runner(tmp_path: Path, settings: Settings, opener: Opener) -> Any:
    """Makes runners over the same coach and the same cache."""

    def make(**options: Any) -> Runner:
        cache = Cache(None if options.pop("no_cache", False) else tmp_path / "cache")
        return Runner(Homes(tmp_path / f"homes{len(opener.opened)}", settings, opener), cache, **options)

    return make


async def test_outcomes_come_in_the_order_of_the_cases(runner: Any, opener: Opener) -> None:
    told: list[tuple[int, int]] = []
    mixed = [CASES[0], case("n001", notes=True, turns=["of notes"]), CASES[1]]
    found = await runner().run(mixed, lambda done, total: told.append((done, total)))
    assert [o.case for o in found.outcomes] == ["s001", "n001", "s002"]
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert found.cases == tuple(mixed)
    assert (found.cached, found.errors) == (0, ())
    assert found.outcomes[0].principles == ("P8",)
    assert found.outcomes[0].statements == ("P8.1", "C1.1")
    assert found.outcomes[0].supported == (0.9,)
    assert [c.open for c in opener.opened] == [0] * len(opener.opened), "every coach is closed"


async def test_only_the_last_turn_is_judged_and_the_others_stand_before_it(runner: Any, opener: Opener) -> None:
    opener.said = {"second": answer(sentence("The last.", "P8.2"))}
    found = await runner().run([case(turns=["first", "second"])])
    said = [a for c in opener.opened for a in c.asked]
    assert [q for q, _ in said] == ["first", "second"]
    assert [t.question for t in said[1][1]] == ["first"]
    assert said[1][1][0].answer == answer().text
    assert found.outcomes[0].answer.sentences == opener.said["second"].sentences


async def test_an_unchanged_run_costs_nothing_and_says_so(runner: Any, opener: Opener) -> None:
    first = await runner().run(CASES)
    before = len(opener.asked)
    again = await runner().run(CASES)
    assert before == len(CASES)
    assert len(opener.asked) == before, "nothing was asked"
    assert (first.cached, again.cached) == (0, len(CASES))
    assert [o.as_dict() for o in again.outcomes] == [o.as_dict() for o in first.outcomes]
    assert all(o.cached for o in again.outcomes)


async def test_what_is_fresh_stands_unmarked_beside_what_is_cached(runner: Any) -> None:
    await runner().run(CASES[:2])
    found = await runner().run(CASES[:3])
    assert [o.cached for o in found.outcomes] == [True, True, False]


async def test_another_judge_is_asked_anew(runner: Any, opener: Opener) -> None:
    await runner().run(CASES[:1])
    other = FakeChecker(default=0.1)
    other.name = "severe"
    found = await runner(judge=lambda coach: other).run(CASES[:1])
    assert found.judge == "severe"
    assert found.cached == 0
    assert found.outcomes[0].supported == (0.1,)


async def test_without_a_cache_everything_is_asked_again(runner: Any, opener: Opener) -> None:
    for _ in range(2):
        assert (await runner(no_cache=True).run(CASES[:1])).cached == 0
    assert len(opener.asked) == 2


def test_an_interrupted_run_goes_on_where_it_was(runner: Any, opener: Opener) -> None:
    opener.said = {"question 3": [KeyboardInterrupt(), answer()]}
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(runner().run(CASES))
    assert opener.asked == ["question 1", "question 2", "question 3"]
    found = asyncio.run(runner().run(CASES))
    assert opener.asked[3:] == ["question 3", "question 4"]
    assert [o.cached for o in found.outcomes] == [True, True, False, False]


async def test_a_cancelled_run_keeps_what_is_finished(runner: Any, opener: Opener) -> None:
    opener.said = {"question 2": [asyncio.Event(), answer()]}
    task = asyncio.create_task(runner().run(CASES[:3]))
    while "question 2" not in opener.asked:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [c.open for c in opener.opened] == [0] * len(opener.opened)
    assert [o.cached for o in (await runner().run(CASES[:3])).outcomes] == [True, False, False]


async def test_an_error_is_an_outcome_and_is_tried_again(runner: Any, opener: Opener) -> None:
    opener.said = {"question 2": [busy(), answer()]}
    first = await runner().run(CASES[:3])
    assert [bool(o.error) for o in first.outcomes] == [False, True, False]
    assert "too many requests" in first.errors[0].error
    assert first.errors[0].answer is None
    again = await runner().run(CASES[:3])
    assert [o.cached for o in again.outcomes] == [True, False, True]
    assert again.errors == ()


async def test_a_judge_that_fails_is_an_error_of_its_case(runner: Any) -> None:
    class Flaky(FakeChecker):
        async def score(self, pairs: Any) -> Any:
            if len(self.asked) == 1:
                self.asked += pairs
                raise busy()
            return await super().score(pairs)

    judge = Flaky()
    found = await runner(judge=lambda coach: judge).run(CASES[:3])
    assert [bool(o.error) for o in found.outcomes] == [False, True, False]


@pytest.mark.parametrize("error", [SettingsError("no such composer"), StoreError("full")])
async def test_what_is_wrong_with_everything_ends_the_run(
    runner: Any, opener: Opener, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(error, SettingsError):
        opener.said = {"question 2": error}
    else:
        monkeypatch.setattr(Cache, "put", lambda *_: (_ for _ in ()).throw(error))
    with pytest.raises(type(error)):
        await runner().run(CASES)
    assert "question 4" not in opener.asked or isinstance(error, StoreError)
    assert [c.open for c in opener.opened] == [0] * len(opener.opened)


async def test_repeats_are_asked_and_kept_each(runner: Any, opener: Opener) -> None:
    found = await runner(repeats=3).run(CASES[:2])
    assert [(o.case, o.repeat) for o in found.outcomes] == [(c, r) for c in ("s001", "s002") for r in range(3)]
    assert len(opener.asked) == 6
    more = await runner(repeats=4).run(CASES[:2])
    assert (more.repeats, more.cached, len(opener.asked)) == (4, 6, 8)


@pytest.mark.parametrize("parallel", [1, 3])
async def test_no_more_are_asked_at_once_than_is_allowed(runner: Any, opener: Opener, parallel: int) -> None:
    found = await runner(parallel=parallel).run(CASES)
    assert max(c.together for c in opener.opened) == parallel
    assert [o.case for o in found.outcomes] == [c.id for c in CASES]


async def test_cases_with_the_same_sources_share_a_coach(runner: Any, opener: Opener) -> None:
    mixed = [case(f"n00{i}", notes=i % 2 == 0, turns=[f"n{i}"]) for i in range(1, 7)]
    await runner().run(mixed)
    assert [len(c.asked) for c in opener.opened] == [0, 3, 3], "one that says what is under test, and one each"


async def test_no_cases(runner: Any) -> None:
    with pytest.raises(InputError, match="no cases"):
        await runner().run([])


async def test_a_coach_that_cannot_be_opened(tmp_path: Path, settings: Settings) -> None:
    def refuse(_: Settings) -> Any:
        raise ModelError("The model is not there.", "Pull it.")

    with pytest.raises(ModelError):
        await Runner(Homes(tmp_path, settings, refuse), Cache(None)).run(CASES)


def test_fake_and_real_coach_have_the_same_door(settings: Settings) -> None:
    from coach.agent.coach import Coach

    for name in ("answer", "aclose", "__aenter__", "__aexit__"):
        assert hasattr(Coach, name)
        assert hasattr(FakeCoach, name)
