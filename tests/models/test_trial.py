from __future__ import annotations

import pytest

from coach.domain.errors import ModelError
from coach.models.choice import NOTHING_LEAVES, OPENAI_MODEL
from coach.models.trial import try_endpoint
from tests.models.conftest import NOBODY
from tests.scripts import Script, drop, html, stall, status
from tests.servers import OpenAIServer


async def test_a_named_model_is_asked_for_a_few_tokens(openai_server: OpenAIServer) -> None:
    openai_server.enqueue("OK")
    trial = await try_endpoint(openai_server.url, name="mine")
    assert (trial.address, trial.name, trial.leaves) == (openai_server.url, "mine", NOTHING_LEAVES)
    [asked] = openai_server.asked
    assert (asked.method, asked.body["model"]) == ("POST", "mine")
    assert asked.body["max_tokens"] <= 64


async def test_the_only_model_is_taken(openai_server: OpenAIServer) -> None:
    openai_server.models = ["nomic-embed-text", "mine"]
    openai_server.enqueue("OK")
    trial = await try_endpoint(openai_server.url)
    assert (trial.name, trial.models) == ("mine", ("mine",))


async def test_several_models_are_offered_and_none_is_asked(openai_server: OpenAIServer) -> None:
    openai_server.models = ["b\x1b]0;x\x07", "text-embedding-3", OPENAI_MODEL, ""]
    trial = await try_endpoint(openai_server.url)
    assert (trial.name, trial.models) == ("", (OPENAI_MODEL, "b"))
    assert openai_server.chats == []


@pytest.mark.parametrize("listing", [None, status(404), status(405)])
async def test_a_server_without_a_list_takes_any_name(openai_server: OpenAIServer, listing: Script | None) -> None:
    openai_server.listing = listing
    openai_server.enqueue("OK")
    trial = await try_endpoint(openai_server.url)
    assert (trial.name, trial.models) == ("default", ())


async def test_an_answer_without_text_is_an_answer(openai_server: OpenAIServer) -> None:
    openai_server.enqueue(Script("", finish="length"))
    assert (await try_endpoint(openai_server.url, name="thinks")).name == "thinks"


@pytest.mark.parametrize("name", ["", "mine"])
async def test_the_right_key_and_a_wrong_one(openai_server: OpenAIServer, name: str) -> None:
    openai_server.key, openai_server.models = "sk-right", ["mine"]
    openai_server.enqueue("OK")
    with pytest.raises(ModelError, match="refused the key") as caught:
        await try_endpoint(openai_server.url, name=name, key="sk-wrong")
    assert "sk-wrong" not in str(caught.value)
    assert (await try_endpoint(openai_server.url, name=name, key="sk-right")).name == "mine"


async def test_a_list_that_takes_any_key_does_not_hide_a_wrong_one(openai_server: OpenAIServer) -> None:
    openai_server.models = ["mine"]
    openai_server.enqueue(status(401))
    with pytest.raises(ModelError, match="refused the key"):
        await try_endpoint(openai_server.url, key="sk-wrong")


async def test_another_machine_gets_nothing_without_a_key() -> None:
    with pytest.raises(ModelError, match=r"models\.example\.org is another machine, and no key is given"):
        await try_endpoint("https://models.example.org/v1", name="m")


async def test_a_cloud_model_behind_this_machine_is_told(openai_server: OpenAIServer) -> None:
    openai_server.enqueue("OK")
    assert "ollama.com" in (await try_endpoint(openai_server.url, name="huge:480b-cloud")).leaves


async def test_nobody_there() -> None:
    with pytest.raises(ModelError, match="cannot be reached"):
        await try_endpoint(f"{NOBODY}/v1")


async def test_a_model_that_is_not_there(openai_server: OpenAIServer) -> None:
    openai_server.enqueue(status(404, "no such model"))
    with pytest.raises(ModelError, match="does not have this model"):
        await try_endpoint(openai_server.url, name="gone")


async def test_an_address_that_is_not_whole(openai_server: OpenAIServer) -> None:
    openai_server.enqueue(status(404, "no such page"))
    with pytest.raises(ModelError) as caught:
        await try_endpoint(openai_server.root)
    assert "mostly ends in /v1" in caught.value.hint


@pytest.mark.parametrize(
    "listing",
    [html(), Script(raw=b"[1, 2]"), Script(raw=b'{"data": 3}'), Script(raw=b'{"data": [{"id": null}, 4]}'), drop()],
)
async def test_what_is_no_endpoint_is_told(openai_server: OpenAIServer, listing: Script) -> None:
    openai_server.listing = listing
    openai_server.enqueue(html())
    with pytest.raises(ModelError, match=r"not a chat answer|cut off"):
        await try_endpoint(openai_server.url)


@pytest.mark.parametrize("name", ["", "mine"])
async def test_a_slow_one_is_given_up(openai_server: OpenAIServer, name: str) -> None:
    openai_server.listing = stall()
    openai_server.enqueue(stall())
    with pytest.raises(ModelError, match="did not answer in time"):
        await try_endpoint(openai_server.url, name=name, timeout_s=0.2)
