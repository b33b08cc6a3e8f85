from __future__ import annotations

import pytest

from coach.domain.errors import ModelError
from coach.domain.ports import ChatModel, Message
from tests.fakes import Broken, ScriptedModel, busy

ASK = [Message("user", "one two")]


async def test_answers_come_in_order_and_calls_are_remembered() -> None:
    fake = ScriptedModel("first", "second answer", odds=[1.5])
    model: ChatModel = fake
    assert (await model.complete(ASK, max_tokens=5, schema={"type": "object"})).text == "first"
    assert [part async for part in model.stream(ASK, max_tokens=5)] == ["second ", "answer"]
    assert await model.yes_log_odds(ASK) == 1.5
    assert [call.kind for call in fake.calls] == ["complete", "stream", "yes_log_odds"]
    assert fake.calls[0].options["schema"] == {"type": "object"}
    assert fake.calls[0].text == "one two"
    assert fake.usage.completion_tokens == 3
    assert fake.unused == 0


async def test_errors_are_raised_where_they_were_enqueued() -> None:
    fake = ScriptedModel(busy(), Broken("half an", busy()), odds=[busy()])
    with pytest.raises(ModelError):
        await fake.complete(ASK, max_tokens=5)
    stream = fake.stream(ASK, max_tokens=5)
    assert [await anext(stream), await anext(stream)] == ["half ", "an"]
    with pytest.raises(ModelError):
        await anext(stream)
    with pytest.raises(ModelError):
        await fake.yes_log_odds(ASK)


async def test_a_call_too_many_fails_the_test_unless_there_is_a_default() -> None:
    with pytest.raises(AssertionError):
        await ScriptedModel().complete(ASK, max_tokens=5)
    with pytest.raises(AssertionError):
        await ScriptedModel().yes_log_odds(ASK)
    fake = ScriptedModel(default_text="always", default_odds=lambda messages: float(len(messages)))
    assert (await fake.complete(ASK, max_tokens=5)).text == "always"
    assert await fake.yes_log_odds(ASK) == 1.0
