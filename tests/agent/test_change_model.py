"""Another model in the middle of a conversation."""

from __future__ import annotations

from typing import Any

import pytest

from coach.agent import assembly
from coach.agent.coach import Coach
from coach.agent.events import Delivered
from coach.models.choice import ModelChoice
from coach.settings import Settings, load_settings
from tests.agent.world import FOLLOW_UP, VP, World
from tests.fakes import ScriptedModel

NOBODY = "http://127.0.0.1:9/v1"


class Closing(ScriptedModel):
    """Tells whether it was let go of."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, ability="none", default_odds=3.0)
        self.closed = 0

    async def aclose(self) -> None:
        self.closed += 1


@pytest.fixture
def models() -> dict[str, Closing]:
    return {name: Closing(name) for name in ("one", "two")}


def opened(world: World, models: dict[str, Closing]) -> Coach:
    """A coach that model one answers for; two can be changed to."""
    coach = world.open(models["one"], ability="none")

    def open_model(choice: ModelChoice, _: Settings) -> Any:
        return models.get(choice.name)

    world.patch.setattr(assembly, "open_model", open_model)
    return coach


def settings(name: str, **others: Any) -> Settings:
    return load_settings(model=name, base_url=None if name == "none" else NOBODY, **others)


async def test_the_next_turn_has_the_new_model_and_the_conversation_goes_on(
    world: World, models: dict[str, Closing]
) -> None:
    coach = opened(world, models)
    first = await coach.answer(VP)
    choice = await coach.change_model(settings("two"))
    assert (choice.name, coach.choice, coach.settings.model) == ("two", choice, "two")
    assert models["one"].closed == 1
    assert coach.model is models["two"]
    again = await coach.answer(FOLLOW_UP, session=first.session)
    assert again.session == first.session
    assert len(coach.turns(first.session)) == 2
    await coach.change_model(settings("none"))
    assert models["two"].closed == 1
    assert (await coach.answer(VP)).model == "none"


async def test_only_what_says_which_model_is_taken_over(world: World, models: dict[str, Closing]) -> None:
    coach = opened(world, models)
    home = coach.settings.home
    await coach.change_model(settings("two", strict=True, home=home / "elsewhere", api_key="sk-x"))
    assert (coach.settings.home, coach.settings.strict) == (home, False)
    assert coach.settings.api_key is not None
    assert coach.settings.api_key.get_secret_value() == "sk-x"


async def test_a_turn_that_is_being_answered_keeps_its_model(world: World, models: dict[str, Closing]) -> None:
    coach = opened(world, models)
    answer = None
    async for event in coach.ask(VP):
        if coach.settings.model != "two":
            await coach.change_model(settings("two"))
        if not isinstance(event, Delivered):
            assert models["one"].closed == 0
        else:
            answer = event.answer
    assert answer is not None
    assert models["one"].closed == 1
    assert coach.model is models["two"]
    assert models["two"].closed == 0


async def test_all_are_let_go_of_in_the_end(world: World, models: dict[str, Closing]) -> None:
    coach = opened(world, models)
    turn = coach.ask(VP)
    await anext(turn)
    await coach.change_model(settings("two"))
    await turn.aclose()
    assert models["one"].closed == 1
    assert coach.model is models["two"]
    await coach.aclose()
    assert [m.closed for m in models.values()] == [1, 1]
    world.opened.remove(coach)
