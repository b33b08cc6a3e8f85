from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from coach.domain.errors import CoachError, ModelError
from coach.domain.ports import Message
from coach.models import local
from coach.models.choice import choose, open_model
from coach.models.local import LocalModel
from coach.models.weights import DEFAULT_WEIGHTS, verified, weights_path
from coach.settings import Settings, load_settings
from tests.servers import OpenAIServer

HELLO = [Message("user", "Hello?")]


class FakeParams:
    """Takes whatever is set on it, as the binding's parameters do."""

    def __init__(self) -> None:
        self.model = SimpleNamespace()
        self.cpuparams = SimpleNamespace()
        self.cpuparams_batch = SimpleNamespace()


class FakeBinding:
    """Stands for xllamacpp: its server is the scripted one."""

    def __init__(self, server: OpenAIServer) -> None:
        self.started: list[Any] = []
        self.alive = 0
        self.CommonParams = FakeParams
        binding = self

        class Server:
            listening_address = server.root

            def __init__(self, params: Any) -> None:
                binding.started.append(params)
                if Path(params.model.path).read_bytes().endswith(b"broken"):
                    raise RuntimeError("Failed to init server, please check the input params.")
                binding.alive += 1

            def __del__(self) -> None:
                binding.alive -= 1

        self.Server = Server


@pytest.fixture
def binding(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> FakeBinding:
    fake = FakeBinding(openai_server)
    monkeypatch.setitem(__import__("sys").modules, "xllamacpp", fake)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    monkeypatch.setattr(local, "available_memory", lambda: 64 << 30)
    return fake


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own-7b.gguf"
    path.write_bytes(b"GGUF and more")
    return path


def opened(**settings: Any) -> LocalModel:
    loaded = load_settings(**settings)
    model = open_model(choose(loaded), loaded)
    assert isinstance(model, LocalModel)
    return model


async def test_nothing_is_loaded_before_the_first_call(
    openai_server: OpenAIServer, binding: FakeBinding, own: Path
) -> None:
    openai_server.enqueue("One.", "Two three.")
    with opened(model=str(own), context_tokens=2048, threads=3) as model:
        assert binding.started == []
        assert (model.name, model.ability, model.remote) == ("own-7b (on this machine)", "free", False)
        assert (await model.complete(HELLO, max_tokens=9)).text == "One."
        assert [part async for part in model.stream(HELLO, max_tokens=9)] == ["Two ", "three."]
        assert len(binding.started) == binding.alive == 1
        assert model.usage.completion_tokens == 6
    assert binding.alive == 0
    params = binding.started[0]
    assert (params.model.path, params.n_ctx, params.n_parallel) == (str(own), 2048, 1)
    assert params.cpuparams.n_threads == params.cpuparams_batch.n_threads == 3
    assert params.ui is False
    # The server answers nobody who does not know a key that cannot be guessed.
    (key,) = params.api_keys
    assert len(key) > 30
    assert {n.lower(): v for n, v in openai_server.chats[0].headers.items()}["authorization"] == f"Bearer {key}"
    assert os.environ["GOMP_SPINCOUNT"] == "0"


async def test_a_closed_model_loads_again_and_keeps_counting(
    openai_server: OpenAIServer, binding: FakeBinding, own: Path
) -> None:
    openai_server.enqueue("a", "b")
    model = opened(model=str(own))
    model.close()
    await model.complete(HELLO, max_tokens=9)
    model.close()
    model.close()
    await model.complete(HELLO, max_tokens=9)
    assert len(binding.started) == 2
    assert model.usage.prompt_tokens == 14
    assert binding.started[0].api_keys != binding.started[1].api_keys
    model.close()


def test_many_threads_start_one_server(binding: FakeBinding, own: Path) -> None:
    with opened(model=str(own)) as model:
        together = threading.Barrier(8)

        def start() -> None:
            together.wait()
            model.start()

        threads = [threading.Thread(target=start) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(binding.started) == 1


def test_threads_default_to_the_cores(binding: FakeBinding, own: Path) -> None:
    with opened(model=str(own)) as model:
        model.start()
    assert binding.started[0].cpuparams.n_threads == local.cores() >= 1


def test_a_missing_runtime_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match="not installed") as caught:
        opened(model="local")
    assert "coach[local]" in caught.value.hint


@pytest.mark.usefixtures("binding")
@pytest.mark.parametrize(
    ("content", "needle"),
    [(None, "is not there"), (b"", "not a GGUF file"), (b"<html>", "not a GGUF file"), (b"GGUF broken", "loaded")],
)
def test_a_wrong_file_of_ones_own_is_explained(own: Path, content: bytes | None, needle: str) -> None:
    own.unlink() if content is None else own.write_bytes(content)
    with opened(model=str(own)) as model, pytest.raises(ModelError, match=needle) as caught:
        model.start()
    assert caught.value.hint


@pytest.mark.usefixtures("binding")
def test_a_folder_in_place_of_a_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").mkdir()
    with opened(model=str(tmp_path / "x.gguf")) as model, pytest.raises(ModelError, match="cannot be read"):
        model.start()


def test_the_default_file_is_used_only_if_its_hash_fits(
    binding: FakeBinding, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"GGUF content"
    small = replace(DEFAULT_WEIGHTS, size=len(content), sha256=hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(local, "verified", lambda path: verified(path, small))
    with opened(model="local") as model:
        with pytest.raises(ModelError, match="is not there") as caught:
            model.start()
        assert "coach model pull" in caught.value.hint
        settings.models_path.mkdir(parents=True)
        weights_path(settings.models_path).write_bytes(b"GGUF-content")
        with pytest.raises(ModelError, match="not the file that it should be"):
            model.start()
        weights_path(settings.models_path).write_bytes(content)
        model.start()
    assert len(binding.started) == 1


def test_too_little_memory_is_told_before_loading(
    binding: FakeBinding, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "available_memory", lambda: 100 << 20)
    with opened(model=str(own)) as model, pytest.raises(ModelError, match=r"needs 0\.4 GB of memory, and 0\.1 GB"):
        model.start()
    assert binding.started == []
    monkeypatch.setattr(local, "available_memory", lambda: None)
    with opened(model=str(own)) as model:
        model.start()
    assert len(binding.started) == 1


def _weights() -> Path | None:
    named = os.environ.get("COACH_TEST_GGUF")
    try:
        path = Path(named) if named else weights_path(load_settings().models_path)
    except CoachError:
        return None
    return path if path.is_file() and importlib.util.find_spec("xllamacpp") else None


# Asked for once, before a fixture moves the data folder away.
WEIGHTS = _weights()


@pytest.fixture(scope="module")
def real() -> Iterator[LocalModel]:
    if WEIGHTS is None:
        pytest.skip("no weights: run `coach model pull` or set COACH_TEST_GGUF to a small chat model")
    settings = load_settings(model=str(WEIGHTS), context_tokens=2048)
    with LocalModel(choose(settings), settings) as model:
        yield model


@pytest.mark.local_model
async def test_the_real_model_answers_streams_and_keeps_to_a_schema(real: LocalModel) -> None:
    question = [Message("user", "What is the capital of France? One word.")]
    reply = await real.complete(question, max_tokens=8)
    assert "Paris" in reply.text
    assert reply.usage.prompt_tokens > 10
    streamed = "".join([part async for part in real.stream(question, max_tokens=8)])
    assert "Paris" in streamed
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    reply = await real.complete([Message("user", "Capital of France?")], max_tokens=40, schema=schema)
    assert "Paris" in reply.text
    assert reply.text.strip().startswith("{")


@pytest.mark.local_model
async def test_the_real_model_tells_how_sure_it_is(real: LocalModel) -> None:
    ask = "Evidence: Ask for the date in writing.\nClaim: {}\nIs the claim supported by the evidence? Yes or No."
    good = await real.yes_log_odds([Message("user", ask.format("Get the date in written form."))])
    bad = await real.yes_log_odds([Message("user", ask.format("Dismiss half of the team."))])
    assert good > bad + 1


@pytest.mark.local_model
async def test_the_real_model_explains_a_text_that_is_too_long(real: LocalModel) -> None:
    with pytest.raises(ModelError, match="more text than the model"):
        await real.complete([Message("user", "hello " * 4000)], max_tokens=8)


@pytest.mark.local_model
async def test_the_real_server_refuses_strangers(real: LocalModel) -> None:
    address = (await asyncio.to_thread(real.start))._base_url
    assert address.startswith("http://127.0.0.1:")
    with pytest.raises(urllib.error.HTTPError) as caught:
        await asyncio.to_thread(urllib.request.urlopen, f"{address}/models")
    caught.value.close()
    assert caught.value.code == 401


@pytest.mark.local_model
def test_a_broken_file_does_not_end_the_process(tmp_path: Path) -> None:
    if WEIGHTS is None:
        pytest.skip("no weights, so perhaps no runtime")
    broken = tmp_path / "broken.gguf"
    with WEIGHTS.open("rb") as file:
        broken.write_bytes(file.read(100_000))
    settings = load_settings(model=str(broken))
    with LocalModel(choose(settings), settings) as model, pytest.raises(ModelError, match="cannot be loaded"):
        model.start()
