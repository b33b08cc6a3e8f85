from __future__ import annotations

import asyncio
import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.answer import Usage
from coach.domain.errors import ModelError
from coach.models.endpoint import EndpointModel, log_odds
from tests import scripts
from tests.models.conftest import NOBODY
from tests.models.talking import HELLO, SCHEMA, whole
from tests.models.talking import model as model
from tests.scripts import Script, odds, say, status
from tests.servers import OpenAIServer


async def test_complete_sends_all_messages_and_counts_tokens(openai_server: OpenAIServer, model: EndpointModel) -> None:
    openai_server.enqueue(say("One.", usage=(11, 2)), say("Two.", finish="length", usage=(5, 1)))
    first = await model.complete(HELLO, max_tokens=9, temperature=0.5)
    second = await model.complete(HELLO, max_tokens=9)
    assert (first.text, first.finish, first.usage) == ("One.", "stop", Usage(11, 2))
    assert (second.text, second.finish) == ("Two.", "length")
    assert model.usage == Usage(16, 3)
    asked = openai_server.chats[0]
    assert [(m["role"], m["content"]) for m in asked.body["messages"]] == [(m.role, m.content) for m in HELLO]
    assert asked.body["model"] == "m"
    assert asked.body["max_tokens"] == 9
    assert asked.body["temperature"] == 0.5
    assert openai_server.chats[1].body["temperature"] == 0


async def test_stream_gives_pieces_and_counts_tokens(openai_server: OpenAIServer, model: EndpointModel) -> None:
    openai_server.enqueue(say("one two\nthree", usage=(4, 3)))
    parts = [part async for part in model.stream(HELLO, max_tokens=9)]
    assert parts == ["one ", "two\n", "three"]
    assert model.usage == Usage(4, 3)
    assert openai_server.chats[0].body["stream_options"] == {"include_usage": True}


async def test_a_schema_is_sent_and_its_json_returned(openai_server: OpenAIServer, model: EndpointModel) -> None:
    openai_server.enqueue('{"a": 1}', '{"a": 2}')
    assert (await model.complete(HELLO, max_tokens=9, schema=SCHEMA)).text == '{"a": 1}'
    sent = openai_server.chats[0].body["response_format"]
    assert sent["type"] == "json_schema"
    assert sent["json_schema"]["schema"] == SCHEMA
    assert sent["json_schema"]["strict"] is True
    await model.complete(HELLO, max_tokens=9, schema={"type": "object"})
    assert openai_server.chats[1].body["response_format"]["json_schema"]["strict"] is False


@pytest.mark.parametrize(
    ("answer", "needle"),
    [(say("no json"), "in the form that was asked for"), (say('{"a": ', finish="length"), "did not end within")],
)
async def test_a_schema_that_was_not_kept_is_an_error(
    openai_server: OpenAIServer, model: EndpointModel, answer: Script, needle: str
) -> None:
    openai_server.enqueue(answer)
    with pytest.raises(ModelError, match=needle):
        await model.complete(HELLO, max_tokens=9, schema=SCHEMA)


async def test_text_from_a_model_is_cleaned(openai_server: OpenAIServer, model: EndpointModel) -> None:
    dirty = "a\x1b]52;c;QUJD\x07b \u202ec\u200b \x1b[31 mred"
    openai_server.enqueue(say(dirty), say(dirty))
    text = (await model.complete(HELLO, max_tokens=9)).text
    assert text == "ab c red"
    # The last escape is split between two chunks.
    assert await whole(model) == text


async def test_turning_away_from_a_stream_closes_it(openai_server: OpenAIServer, model: EndpointModel) -> None:
    openai_server.enqueue(scripts.stall("one two"), "next")
    stream = model.stream(HELLO, max_tokens=9)
    assert await anext(stream) == "one "
    await asyncio.wait_for(stream.aclose(), 5)  # type: ignore[attr-defined]
    assert await whole(model) == "next"


def test_one_model_serves_several_event_loops(openai_server: OpenAIServer, model: EndpointModel) -> None:
    for _ in range(3):
        openai_server.enqueue("Hello.")
        assert asyncio.run(model.complete(HELLO, max_tokens=9)).text == "Hello."


async def test_closing_is_harmless_and_the_model_opens_again(openai_server: OpenAIServer, model: EndpointModel) -> None:
    await model.aclose()
    openai_server.enqueue("a", "b")
    await model.complete(HELLO, max_tokens=9)
    await model.aclose()
    assert (await model.complete(HELLO, max_tokens=9)).text == "b"


def test_only_this_machine_may_go_without_a_key() -> None:
    with pytest.raises(ModelError, match="asks for a key"):
        EndpointModel("m", "https://models.example.org/v1")
    assert EndpointModel("m", "https://models.example.org/v1", key="k").remote is True
    assert EndpointModel("m", "http://localhost:1/v1").remote is False


async def test_the_key_is_sent_and_never_shown(openai_server: OpenAIServer) -> None:
    model = EndpointModel("m", openai_server.url, key="sk-secret", max_retries=0)
    openai_server.enqueue(status(401, "Incorrect API key provided: sk-secret"))
    with pytest.raises(ModelError) as caught:
        await model.complete(HELLO, max_tokens=9)
    headers = {name.lower(): value for name, value in openai_server.chats[0].headers.items()}
    assert headers["authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in str(caught.value)
    assert "sk-secret" not in repr(model)


async def test_what_is_meant_for_this_machine_uses_no_proxy_and_follows_no_redirect(
    openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "OPENAI_PROXY"):
        monkeypatch.setenv(name, NOBODY)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    model = EndpointModel("m", openai_server.url, max_retries=0)
    with OpenAIServer() as elsewhere:
        openai_server.enqueue("Here.", status(307, headers={"Location": f"{elsewhere.url}/chat/completions"}))
        assert (await model.complete(HELLO, max_tokens=9)).text == "Here."
        with pytest.raises(ModelError, match="another address"):
            await model.complete(HELLO, max_tokens=9)
        assert elsewhere.asked == []


def test_openai_gets_the_newer_name_for_the_limit_and_no_temperature_for_reasoning_models() -> None:
    model = EndpointModel("gpt-5-mini", "https://api.openai.com/v1", key="k")
    assert model._options(9, 0.0) == {"max_tokens": 9}
    assert EndpointModel("gpt-4.1-mini", "https://api.openai.com/v1", key="k")._options(9, 0.5)["temperature"] == 0.5
    # ChatOpenAI renames `max_tokens` on its way; `extra_body` keeps it for everyone else.
    assert EndpointModel("gpt-5-mini", "https://x.example.org", key="k")._options(9, 0.0) == {
        "temperature": 0.0,
        "extra_body": {"max_tokens": 9},
    }


async def test_yes_log_odds_asks_for_one_token_with_its_likeliest_others(
    openai_server: OpenAIServer, model: EndpointModel
) -> None:
    openai_server.enqueue(odds({"Yes": math.log(0.5), "No": math.log(0.25), " yes": math.log(0.25)}))
    assert await model.yes_log_odds(HELLO) == pytest.approx(math.log(3))
    body = openai_server.chats[0].body
    assert (body["max_tokens"], body["logprobs"], body["top_logprobs"]) == (1, True, 20)
    assert model.usage == Usage(7, 3)


async def test_an_endpoint_without_log_probabilities_is_explained(
    openai_server: OpenAIServer, model: EndpointModel
) -> None:
    openai_server.enqueue("Yes")
    with pytest.raises(ModelError, match="how sure") as caught:
        await model.yes_log_odds(HELLO)
    assert "COACH_CHECKER" in caught.value.hint


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        ([("Yes", -1.0), ("No", -3.0)], 2.0),
        ([("YES", -1.0), ("▁no", -3.0)], 2.0),
        ([('"Yes', -1.0), ("Ġno.", -3.0)], 2.0),
        ([("No", -0.1), ("The", -5.0)], -4.9),  # Yes is at most as likely as the last.
        ([("Yes", -0.1), ("The", -5.0)], 4.9),
        ([("The", -0.1), ("Yesterday", -1.0), ("Not", -2.0)], 0.0),
        ([("Yes", -math.inf), ("No", -1.0)], -99.0),
    ],
)
def test_log_odds(top: list[tuple[str, float]], expected: float) -> None:
    assert log_odds(top) == pytest.approx(expected)


@given(st.lists(st.tuples(st.sampled_from(["Yes", " yes", "No", "NO", "x"]), st.floats(-60, 0)), min_size=1))
def test_swapping_yes_and_no_turns_the_sign(top: list[tuple[str, float]]) -> None:
    swap = {"Yes": "No", " yes": "NO", "No": "Yes", "NO": " yes", "x": "x"}
    assert log_odds([(swap[t], p) for t, p in top]) == pytest.approx(-log_odds(top))


async def test_the_first_call_pays_for_the_heavy_import_not_the_module() -> None:
    assert "langchain_openai" not in vars(sys.modules["coach.models.endpoint"])
