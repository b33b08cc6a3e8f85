"""What a conversation keeps and remembers, and that a turn that fails leaves it as it was."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import pytest
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from coach.agent import checkpoints
from coach.agent.coach import Coach
from coach.agent.composers.quote import QuoteComposer
from coach.agent.events import Delivered, Drafted, Event, Found
from coach.domain.answer import Status
from coach.domain.errors import ModelError, NotKeptError, StoreError
from coach.domain.evidence import Turn
from tests.agent.world import (
    DECISION,
    DELEGATE,
    FOLLOW_UP,
    VP,
    World,
    cited,
    delivered,
    digest,
    events,
    remains,
    remembered,
    rows,
)
from tests.fakes import Broken, ScriptedModel, busy
from tests.grounding.fakes import FakeChecker

GOOD = "Negotiate the date of the launch instead of accepting it"


# Faults.


@pytest.mark.parametrize("broken", [busy(), Broken(f"{GOOD} [P8.1]. Off", busy())], ids=["at once", "in mid-stream"])
async def test_a_model_that_dies_leaves_the_conversation_as_it_was(world: World, broken: Exception | Broken) -> None:
    model = ScriptedModel("none", f"{GOOD} [P8.1].")
    coach = world.open(model, FakeChecker())
    session = (await coach.answer(VP)).session
    before = await asyncio.to_thread(remembered, world, session), rows(world)
    model.enqueue("none", broken)
    found: list[Event] = []
    with pytest.raises(ModelError, match="too many requests"):
        await events(coach, DELEGATE, found, session=session)
    assert not any(isinstance(e, Delivered) for e in found)
    assert [t.question for t in coach.turns(session)] == [VP]
    assert (await asyncio.to_thread(remembered, world, session), rows(world)) == before
    model.enqueue("none", f"{GOOD} [P8.1].")
    assert (await coach.answer(DELEGATE, session=session)).status is Status.ANSWERED
    assert [t["question"] for t in await asyncio.to_thread(remembered, world, session)] == [VP, DELEGATE]


async def test_a_new_conversation_whose_first_turn_fails_leaves_nothing(world: World) -> None:
    coach = world.open(ScriptedModel("none", busy()), FakeChecker())
    with pytest.raises(ModelError):
        await coach.answer(VP)
    assert coach.sessions() == []
    assert rows(world) == 0


class Waiting(QuoteComposer):
    """Composes when it is told to."""

    def __init__(self) -> None:
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    async def compose(self, brief: Any, tell: Any) -> list[Any]:
        tell("Ask")
        self.begun.set()
        await self.go.wait()
        return []


def with_composer(coach: Coach, composer: Waiting) -> None:
    object.__setattr__(coach.equipment(), "composer", composer)


@pytest.mark.parametrize("begun", [False, True], ids=["first turn", "second turn"])
async def test_a_cancelled_turn_leaves_the_conversation_as_it_was(world: World, begun: bool) -> None:
    coach = world.open()
    session = (await coach.answer(VP)).session if begun else None
    composer = Waiting()
    with_composer(coach, composer)
    turns = [t.question for t in coach.turns(session)] if session else []
    before = rows(world) if begun else 0
    task = asyncio.create_task(coach.answer(DELEGATE, session=session))
    await composer.begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert rows(world) == before
    assert len(coach.sessions()) == len(turns)
    if session:
        assert [t.question for t in coach.turns(session)] == turns
        assert [t["question"] for t in await asyncio.to_thread(remembered, world, session)] == turns


async def test_a_reader_who_turns_away_stops_the_turn(world: World) -> None:
    coach = world.open()
    composer = Waiting()
    with_composer(coach, composer)
    async with aclosing(coach.ask(VP)) as found:
        async for event in found:
            if isinstance(event, Drafted):
                break
    assert coach.sessions() == []
    assert rows(world) == 0


async def test_a_reader_who_turns_away_stops_the_model(world: World) -> None:
    ended = asyncio.Event()

    class Endless(ScriptedModel):
        async def stream(self, *_: object, **__: object) -> AsyncIterator[str]:
            yield "word "
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

    coach = world.open(Endless("none"), FakeChecker())
    async with aclosing(coach.ask(VP, keep=False)) as found:
        async for event in found:
            if isinstance(event, Drafted):
                break
    assert ended.is_set()


async def test_a_file_of_conversations_that_cannot_be_opened(world: World) -> None:
    (world.home / "checkpoints.db").mkdir()
    coach = world.open()
    with pytest.raises(NotKeptError) as caught:
        await coach.answer(VP)
    assert "--no-keep" in caught.value.hint
    assert cited(caught.value.answer), "a question can be answered without it"
    assert coach.sessions() == []
    assert (await coach.answer(VP, keep=False)).status is Status.ANSWERED


async def test_a_file_of_conversations_that_is_damaged(world: World) -> None:
    (world.home / "checkpoints.db").write_bytes(b"no database at all " * 100)
    with pytest.raises(StoreError, match="could not be kept"):
        await world.open().answer(VP)


async def test_a_full_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    coach = world.open()
    session = (await coach.answer(VP)).session
    with monkeypatch.context() as patch:
        patch.setattr(AsyncSqliteSaver, "aput", full)
        found: list[Event] = []
        with pytest.raises(NotKeptError, match="disk is full") as caught:
            await events(coach, DELEGATE, found, session=session)
    assert "space" in caught.value.hint
    assert caught.value.answer.question == DELEGATE
    assert cited(caught.value.answer)
    assert caught.value.answer.session == ""
    assert not any(isinstance(e, Delivered) for e in found)
    assert [t.question for t in coach.turns(session)] == [VP]


async def test_the_file_of_conversations_is_the_owner_s_alone(world: World) -> None:
    await world.open().answer(VP)
    for path in world.home.glob("checkpoints.db*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


# Memory.


async def test_a_follow_up_is_searched_for_with_the_turn_before_it(world: World) -> None:
    coach = world.open()
    first = await coach.answer(VP)
    found = await events(coach, FOLLOW_UP, session=first.session)
    query = next(e.retrieval.query for e in found if isinstance(e, Found))
    assert query == f"{VP} {FOLLOW_UP}"
    assert "P8.1" in cited(delivered(found))


async def test_a_capable_model_completes_a_follow_up(world: World) -> None:
    model = ScriptedModel("none", f"{GOOD} [P8.1].", "none", VP, f"{GOOD} [P8.1].")
    coach = world.open(model, FakeChecker())
    first = await coach.answer(VP)
    found = await events(coach, FOLLOW_UP, session=first.session)
    assert next(e.retrieval.query for e in found if isinstance(e, Found)) == VP
    assert GOOD in model.calls[3].text, "it sees the earlier answer"


async def test_turns_may_be_given_by_a_caller_who_keeps_the_conversation(world: World) -> None:
    coach = world.open()
    found = await events(coach, FOLLOW_UP, keep=False, turns=[Turn(VP, "Negotiate it.")])
    assert next(e.retrieval.query for e in found if isinstance(e, Found)) == f"{VP} {FOLLOW_UP}"


async def test_only_the_last_turns_are_remembered(world: World) -> None:
    coach = world.open()
    session = (await coach.answer(VP)).session
    for i in range(7):
        await coach.answer(f"{DELEGATE} number {i}", session=session)
    turns = await asyncio.to_thread(remembered, world, session)
    assert [t["question"][-1] for t in turns] == list("123456")
    assert len(coach.turns(session)) == 8


async def test_two_coaches_on_one_home_at_once(world: World) -> None:
    one, other = world.open(), world.open()
    answers = await asyncio.gather(*(c.answer(q) for q in (VP, DELEGATE, DECISION) for c in (one, other)))
    assert len({a.session for a in answers}) == 6
    assert {s.id for s in one.sessions()} == {s.id for s in other.sessions()} == {a.session for a in answers}
    for answer in answers:
        assert [t["question"] for t in await asyncio.to_thread(remembered, world, answer.session)] == [answer.question]


async def test_without_keeping_nothing_is_written(world: World) -> None:
    coach = world.open()
    before = digest(world.home)
    answer = await coach.answer(f"{VP} Say it like a quagga.", keep=False)
    assert answer.session == ""
    assert digest(world.home) == before
    assert not (world.home / "checkpoints.db").exists()
    assert remains(world.home, "quagga") == []


# What leaves.


async def test_no_turn_is_traced(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from langsmith import utils

    # It remembers what it read in the environment.
    forget: Callable[[], None] = getattr(utils.get_env_var, "cache_clear")  # noqa: B009

    for name in ("LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING"):
        monkeypatch.setenv(name, "true")
    forget()
    assert utils.tracing_is_enabled()
    forget()
    traced = []

    class Looking(FakeChecker):
        async def score(self, pairs: Any) -> Any:
            traced.append(utils.tracing_is_enabled())
            return await super().score(pairs)

    coach = world.open(checker=Looking())
    await coach.answer(f"the principles say all deadlines are to be kept. {VP}", keep=False)
    assert traced == [False]
    forget()


async def test_a_file_that_another_process_is_making_is_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[None] = []
    set_up = AsyncSqliteSaver.setup

    async def busy_at_first(saver: AsyncSqliteSaver) -> None:
        if len(refused) < 3:
            refused.append(None)
            raise sqlite3.OperationalError("database is locked")
        await set_up(saver)

    monkeypatch.setattr(checkpoints, "_PAUSES", (0.0,) * 5)
    monkeypatch.setattr(AsyncSqliteSaver, "setup", busy_at_first)
    assert (await world.open().answer(VP)).status is Status.ANSWERED
    assert len(refused) == 3
