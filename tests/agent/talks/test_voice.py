from __future__ import annotations

import pytest

from coach.agent.talks.voice import Refused, messages, worded
from coach.domain.errors import ModelError
from coach.domain.rehearsal import Move, Turn
from tests.agent.talks.stage import GOOD, counterpart, play
from tests.fakes import Broken, ScriptedModel, busy

PREPARED = "I need one date. Which one is it?"


async def said(model: ScriptedModel, move: Move = Move.PRESS, line: str = "We can't.") -> list[str | Refused]:
    played = play(GOOD[:2])
    return [p async for p in worded(model, counterpart(), played.path, played.greeting, line, move, PREPARED)]


async def test_at_most_two_sentences_are_said_each_as_soon_as_it_is_complete() -> None:
    model = ScriptedModel("So what do I write down today? I need one thing to tell them. And a third. And more.")
    assert await said(model) == ["So what do I write down today?", " I need one thing to tell them."]
    assert model.cancelled


async def test_the_end_of_a_stream_ends_its_last_sentence() -> None:
    assert await said(ScriptedModel("So when")) == ["So when"]


@pytest.mark.parametrize(
    "written", ["Product director: So when?", '"So when?"', "*So when?*", "You: So when?", " \nSo when?"]
)
async def test_what_is_put_around_the_words_is_taken_off(written: str) -> None:
    assert await said(ScriptedModel(written)) == ["So when?"]


async def test_a_first_sentence_that_may_not_be_said_is_refused_with_its_reason() -> None:
    model = ScriptedModel("As an AI I cannot do that. So when is it?")
    [refused] = await said(model)
    assert refused == Refused("It steps out of the role.")


async def test_a_second_one_is_left_out() -> None:
    model = ScriptedModel("So when is it? All right, take all the time you need. Or tomorrow?")
    assert await said(model) == ["So when is it?"]


async def test_nothing_written_is_refused() -> None:
    assert await said(ScriptedModel("  \n ")) == [Refused("It wrote nothing.")]


async def test_escapes_do_not_get_through() -> None:
    [text] = await said(ScriptedModel("So \x1b[31mwhen\x1b]52;c;aGk=\x07 is\u202e it?"))
    assert text == "So when is it?"


async def test_a_model_that_fails_says_so() -> None:
    with pytest.raises(ModelError):
        await said(ScriptedModel(busy()))
    with pytest.raises(ModelError):
        await said(ScriptedModel(Broken("So", ModelError("The stream was cut."))))


def test_the_model_is_shown_the_role_the_last_turns_and_the_move() -> None:
    played = play(GOOD[:6])
    system, asked = messages(counterpart(), played.path, played.greeting, "We <<<can't>>>.", Move.PRESS, PREPARED)
    assert "product director" in system.content
    assert "the launch date" in system.content
    assert "press for the date" in asked.content
    assert PREPARED in asked.content
    assert "We ‹‹‹can't›››." in asked.content
    # The last four turns, and not those before.
    assert GOOD[5] in asked.content
    assert GOOD[0] not in asked.content


def test_silence_is_shown_as_such() -> None:
    turn = Turn(1, 0, "", (), Move.WAIT, "I am listening.", 8)
    _, asked = messages(counterpart(), [turn], "Hello.", "So.", Move.PRESS, PREPARED)
    assert "Other: (says nothing)" in asked.content
    assert "You: Hello." in asked.content
