from __future__ import annotations

import pytest

from coach.domain.errors import ModelError
from coach.models.endpoint import EndpointModel
from tests import scripts
from tests.models.conftest import NOBODY
from tests.models.talking import HELLO, collect, whole
from tests.models.talking import model as model
from tests.scripts import Script, say, status
from tests.servers import OpenAIServer

FAULTS: dict[str, tuple[Script, str, bool]] = {
    "wrong key": (status(401), "refused the key", False),
    "forbidden": (status(403, "no access"), 'not allowed .*"no access"', False),
    "unknown model": (status(404, "no m here"), 'does not have this model .*"no m here"', False),
    "rate limit": (status(429, headers={"Retry-After": "17"}), "too many requests.*in 17 seconds", True),
    "rate limit without a time": (status(429), "too many requests.*in a minute", True),
    "hostile time": (status(429, headers={"Retry-After": "-1;x"}), "too many requests.*in a minute", True),
    "no credit": (status(429, "You exceeded your current quota", code="insufficient_quota"), "no credit", False),
    "server fault": (status(500), "fault of its own .*500", True),
    "overloaded": (status(529), "fault of its own .*529", True),
    "gateway time-out": (status(504), "in time", True),
    "redirect": (status(307, headers={"Location": NOBODY}), "points to another address", False),
    "bad request": (status(400, "bad <b>thing"), r"refused the request \(status 400\)\. ", False),
    "context too long": (scripts.too_long(), "more text than the model", False),
    "context too long for llama.cpp": (scripts.too_long(llama=True), "more text than the model", False),
    "HTML": (scripts.html(), "not a chat answer", False),
    "bad JSON": (scripts.bad_json(), "not a chat answer", False),
    "empty": (say(""), "empty answer", True),
    "blank": (say(" \n"), "empty answer", True),
    "withheld": (say("x", finish="content_filter"), "withheld", False),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("streamed", [False, True])
async def test_every_fault_has_its_own_plain_sentence(
    openai_server: OpenAIServer, model: EndpointModel, fault: str, streamed: bool
) -> None:
    script, needle, retryable = FAULTS[fault]
    openai_server.enqueue(script)
    with pytest.raises(ModelError, match=needle) as caught:
        await (whole(model) if streamed else model.complete(HELLO, max_tokens=9))
    assert caught.value.retryable is retryable
    assert caught.value.hint
    assert len(openai_server.chats) == 1


async def test_an_answer_without_choices_is_an_error(openai_server: OpenAIServer, model: EndpointModel) -> None:
    openai_server.enqueue(scripts.no_choices(), scripts.no_choices())
    with pytest.raises(ModelError, match="not a chat answer"):
        await model.complete(HELLO, max_tokens=9)
    with pytest.raises(ModelError, match="cut off"):
        await whole(model)


@pytest.mark.parametrize(
    ("script", "needle"),
    [
        (scripts.cut("one two"), "cut off before its end"),
        (scripts.drop("one two"), "cut off before its end"),
        (scripts.error_in_stream("one two"), 'broke off with an error .*"the model crashed"'),
    ],
)
async def test_a_stream_that_breaks_gives_what_came_and_then_an_error(
    openai_server: OpenAIServer, model: EndpointModel, script: Script, needle: str
) -> None:
    openai_server.enqueue(script)
    got: list[str] = []
    with pytest.raises(ModelError, match=needle) as caught:
        await collect(model, got)
    assert caught.value.retryable
    assert "".join(got) == "one two"


@pytest.mark.parametrize(("text", "needle"), [("one", "stopped in the middle"), ("", "stopped in the middle|in time")])
async def test_a_stalled_stream_is_given_up(openai_server: OpenAIServer, text: str, needle: str) -> None:
    model = EndpointModel("m", openai_server.url, timeout_s=0.2, max_retries=0)
    openai_server.enqueue(scripts.stall(text))
    with pytest.raises(ModelError, match=needle) as caught:
        await whole(model)
    assert caught.value.retryable


async def test_a_silent_endpoint_is_given_up(openai_server: OpenAIServer) -> None:
    model = EndpointModel("m", openai_server.url, timeout_s=0.2, max_retries=0)
    openai_server.enqueue(scripts.stall())
    with pytest.raises(ModelError, match="did not answer in time") as caught:
        await model.complete(HELLO, max_tokens=9)
    assert caught.value.retryable


async def test_an_endpoint_that_is_not_there_is_explained() -> None:
    with pytest.raises(ModelError, match="cannot be reached") as caught:
        await EndpointModel("m", f"{NOBODY}/v1", max_retries=0).complete(HELLO, max_tokens=9)
    assert caught.value.retryable


@pytest.mark.parametrize("streamed", [False, True])
async def test_faults_that_may_pass_are_tried_again(openai_server: OpenAIServer, streamed: bool) -> None:
    model = EndpointModel("m", openai_server.url, max_retries=2)
    soon = {"Retry-After-Ms": "1"}
    openai_server.enqueue(status(503, headers=soon), status(429, headers=soon), "At last.")
    assert await whole(model) if streamed else (await model.complete(HELLO, max_tokens=9)).text == "At last."
    assert len(openai_server.chats) == 3


@pytest.mark.parametrize("code", [400, 401, 403, 404])
async def test_faults_that_stay_are_not_tried_again(openai_server: OpenAIServer, code: int) -> None:
    openai_server.enqueue(status(code), "never said")
    with pytest.raises(ModelError):
        await EndpointModel("m", openai_server.url, max_retries=5).complete(HELLO, max_tokens=9)
    assert len(openai_server.chats) == 1
