"""Another model in the middle of a talk: what has begun ends with the model that it began with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from coach.agent import assembly
from coach.agent.coach import Coach
from coach.agent.talks.beginning import begin
from coach.agent.talks.interview import understood
from coach.agent.talks.looking_back import looked_back
from coach.agent.talks.prepare import Prepared, Writing, matter_in, prepare
from coach.agent.talks.rehearse import Referred, Rehearsing, Said
from coach.domain.debrief import Debrief
from coach.domain.errors import ModelError
from coach.models.choice import ModelChoice
from coach.settings import load_settings
from coach.store.rehearsals import Rehearsals
from tests.agent.talks.preparing import TALK
from tests.agent.talks.stage import brief, counterpart
from tests.agent.world import World
from tests.fakes import ScriptedModel
from tests.grounding.fakes import FakeChecker


class Closing(ScriptedModel):
    """Says whether it was let go of, and cannot be asked any more then."""

    closed = False

    async def aclose(self) -> None:
        self.closed = True

    async def stream(self, *args: Any, **options: Any) -> Any:
        async for piece in super().stream(*args, **options):
            assert not self.closed
            yield piece


def changing(world: World, model: ScriptedModel) -> tuple[Coach, Callable[[], Awaitable[None]]]:
    """A coach with this model, and what changes it for none."""
    coach = world.open(model, FakeChecker())
    world.patch.setattr(assembly, "open_model", lambda choice, _: None)

    async def change() -> None:
        world.patch.setattr("coach.agent.coach.choose", lambda _: ModelChoice("none", why="a test"))
        await coach.change_model(load_settings(model="none", home=world.home))

    return coach, change


async def test_a_brief_is_written_by_the_model_that_began_it(world: World) -> None:
    good = "On 3 November you promised the client that we launch on 1 December."
    model = Closing(good, name="tiny", ability="stepwise")
    coach, change = changing(world, model)
    made = None
    async for event in prepare(coach, understood(TALK), keep=False):
        if isinstance(event, Writing) and coach.model is model:
            await change()
            assert not model.closed
        if isinstance(event, Prepared):
            made = event.brief
    assert made is not None
    assert made.model == "tiny"
    assert model.closed
    assert await matter_in(coach, understood(TALK)) == ""


async def test_a_line_of_a_rehearsal_is_worded_by_the_model_that_began_it(world: World) -> None:
    model = Closing("So what do I tell them? What then?", name="writer")
    coach, change = changing(world, model)
    rehearsing = begin(coach, brief(), counterpart(), seed=1)
    turns = []
    async for event in rehearsing.say("We can't do it."):
        if coach.model is model:
            await change()
        if isinstance(event, Said):
            turns.append(event.turn)
    assert [t.worded_by for t in turns] == ["writer"]
    assert model.closed
    # The next line has no model any more.
    assert [e.turn.worded_by async for e in rehearsing.say("The labels are missing.") if isinstance(e, Said)] == [
        "template"
    ]


async def test_a_model_that_failed_is_forgotten_with_it(world: World) -> None:
    failing = ScriptedModel(ModelError("There is no such model."), name="gone")
    coach = world.open(failing, FakeChecker())
    rehearsing = begin(coach, brief(), counterpart(), seed=1)
    assert await worded(rehearsing, "We can't do it.") == "template"
    assert await worded(rehearsing, "It won't work.") == "template"
    assert len(failing.calls) == 1
    other = ScriptedModel("So what do I tell them?", name="writer")
    world.patch.setattr(assembly, "open_model", lambda *_: other)
    choice = ModelChoice("endpoint", "writer", "http://127.0.0.1:9/v1", False, "free", "a test")
    world.patch.setattr("coach.agent.coach.choose", lambda _: choice)
    await coach.change_model(load_settings(home=world.home))
    assert rehearsing.notice == ""
    assert await worded(rehearsing, "The labels are missing.") == "writer"


async def worded(rehearsing: Rehearsing, line: str) -> str:
    return next(e.turn.worded_by for e in [e async for e in rehearsing.say(line)] if isinstance(e, Said))


async def test_a_debrief_is_made_by_the_model_that_began_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Closing("So what do I tell them?", name="writer")
    coach, change = changing(world, model)
    rehearsing = begin(coach, brief(), counterpart(), seed=1)
    assert await worded(rehearsing, "You always do this.")

    async def look_back(*_: Any, model: Any, **__: Any) -> Any:
        await change()
        assert not model.closed
        raise ModelError("enough")

    monkeypatch.setattr("coach.agent.talks.looking_back.look_back", look_back)
    with pytest.raises(ModelError, match="enough"):
        await looked_back(coach, rehearsing.rehearsal)
    assert model.closed


async def test_an_own_view_that_names_a_matter_is_referred_and_kept_nowhere(world: World) -> None:
    coach = world.open()
    rehearsing = begin(coach, brief(), counterpart(), seed=1)
    assert await worded(rehearsing, "We can't do it.")
    seen = await looked_back(coach, rehearsing.rehearsal, "He waits by her car, and he touched her.")
    assert isinstance(seen, Referred)
    assert any(s.citations for s in seen.sentences)
    kept = Rehearsals(coach.database)
    assert kept.get(rehearsing.rehearsal.id).debrief is None
    made = await looked_back(coach, rehearsing.rehearsal, "I was calm.")
    assert isinstance(made, Debrief)
    assert kept.get(rehearsing.rehearsal.id).debrief == made
