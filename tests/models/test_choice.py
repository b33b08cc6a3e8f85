from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from coach.domain.errors import ModelError
from coach.models.choice import NOTHING_LEAVES, OPENAI_MODEL, OPENAI_URL, ability_of, choose, open_model
from coach.models.weights import DEFAULT_WEIGHTS, weights_path
from coach.settings import Settings, load_settings
from tests.models.conftest import NOBODY
from tests.servers import OpenAIServer


def pulled(settings: Settings) -> Path:
    """Put a file of the right size, which takes no room on the disk, where the local model lies."""
    path = weights_path(settings.models_path)
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        os.truncate(file.fileno(), DEFAULT_WEIGHTS.size)
    return path


def ollama(server: OpenAIServer, *models: dict[str, Any]) -> Settings:
    server.tags = list(models)
    return load_settings(ollama_url=server.root)


@pytest.fixture
def has_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if name == "xllamacpp" else real(name))


def test_with_nothing_there_is_none(settings: Settings) -> None:
    choice = choose(settings)
    assert (choice.kind, choice.ability, choice.remote, choice.label) == ("none", "none", False, "no model")
    assert "coach model pull" in choice.why
    assert open_model(choice, settings) is None


def test_a_key_in_the_environment_means_openai(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
    choice = choose(settings)
    assert (choice.kind, choice.name, choice.base_url) == ("endpoint", OPENAI_MODEL, OPENAI_URL)
    assert (choice.remote, choice.ability) == (True, "free")
    assert "OPENAI_API_KEY" in choice.why
    assert "api.openai.com" in choice.leaves
    model = open_model(choice, settings)
    assert model is not None
    assert (model.name, model.ability, model.remote) == (f"{OPENAI_MODEL} (api.openai.com)", "free", True)


def test_an_address_in_the_environment_is_asked_for_its_models(
    openai_server: OpenAIServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    openai_server.models = ["text-embedding-3-small", "llama-3.2-3b-instruct", "other"]
    monkeypatch.setenv("OPENAI_BASE_URL", openai_server.url + "/")
    choice = choose(settings)
    assert (choice.kind, choice.name, choice.base_url) == ("endpoint", "llama-3.2-3b-instruct", openai_server.url)
    assert (choice.remote, choice.leaves, choice.ability) == (False, NOTHING_LEAVES, "stepwise")
    assert "OPENAI_BASE_URL" in choice.why
    assert open_model(choice, settings) is not None  # This machine needs no key.


def test_settings_win_over_the_environment(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://example.org/v1")
    assert choose(load_settings(model="none")).kind == "none"
    assert choose(load_settings(model="local")).kind == "local"
    choice = choose(load_settings(model="mine", base_url=openai_server.url))
    assert (choice.name, choice.base_url, choice.remote) == ("mine", openai_server.url, False)


@pytest.mark.parametrize("models", [[], ["nomic-embed-text"], ["\x1b[31m"]])
def test_an_endpoint_that_lists_nothing_still_gets_asked(
    openai_server: OpenAIServer, settings: Settings, models: list[str]
) -> None:
    openai_server.models = models
    choice = choose(load_settings(base_url=openai_server.url))
    assert (choice.kind, choice.name) == ("endpoint", "default")


def test_a_remote_model_without_a_key_cannot_be_opened() -> None:
    settings = load_settings(model="gpt-x")
    choice = choose(settings)
    assert (choice.kind, choice.remote) == ("endpoint", True)
    with pytest.raises(ModelError, match="asks for a key") as caught:
        open_model(choice, settings)
    assert "OPENAI_API_KEY" in caught.value.hint


def test_an_open_line_is_told() -> None:
    settings = load_settings(model="m", base_url="http://models.example.org/v1", api_key="k")
    assert "unencrypted to models.example.org" in choose(settings).leaves


def test_ollama_takes_its_most_capable_chat_model_on_this_machine(openai_server: OpenAIServer) -> None:
    settings = ollama(
        openai_server,
        {"name": "small:1.5b", "details": {"parameter_size": "1.5B"}},
        {"name": "good:latest", "details": {"parameter_size": "7.6B"}},
        {"name": "nomic-embed-text:latest", "details": {"parameter_size": "137M"}},
        {"name": "huge:480b-cloud", "remote_host": "https://ollama.com:443"},
        {"name": "huger:900b-cloud"},
        {"no": "name"},
    )
    choice = choose(settings)
    assert (choice.kind, choice.name, choice.base_url) == ("ollama", "good:latest", f"{openai_server.root}/v1")
    assert (choice.remote, choice.ability, choice.leaves) == (False, "free", NOTHING_LEAVES)


def test_a_cloud_model_of_ollama_leaves_the_machine(openai_server: OpenAIServer) -> None:
    ollama(openai_server, {"name": "huge:480b-cloud"})
    settings = load_settings(ollama_url=openai_server.root, model="huge:480b-cloud")
    choice = choose(settings)
    assert (choice.kind, choice.remote) == ("ollama", True)
    assert "ollama.com" in choice.leaves
    model = open_model(choice, settings)
    assert model is not None
    assert model.remote  # So that no private line is sent to it.


def test_a_cloud_model_of_ollama_as_an_endpoint_leaves_the_machine_too(openai_server: OpenAIServer) -> None:
    settings = load_settings(base_url=openai_server.url, model="huge:480b-cloud")
    choice = choose(settings)
    assert (choice.kind, choice.remote) == ("endpoint", True)
    assert "ollama.com" in choice.leaves
    model = open_model(choice, settings)
    assert model is not None
    assert model.remote


def test_a_small_model_of_ollama_writes_stepwise_unless_the_settings_say_otherwise(openai_server: OpenAIServer) -> None:
    settings = ollama(openai_server, {"name": "phi:latest", "details": {"parameter_size": "3.8B"}})
    assert choose(settings).ability == "stepwise"
    assert choose(load_settings(ollama_url=openai_server.root, ability="free")).ability == "free"


def test_a_model_named_in_the_settings_is_looked_for_in_ollama(openai_server: OpenAIServer) -> None:
    ollama(openai_server, {"name": "big:70b"}, {"name": "wanted:latest"})
    choice = choose(load_settings(ollama_url=openai_server.root, model="wanted"))
    assert (choice.kind, choice.name) == ("ollama", "wanted:latest")


def test_the_openai_key_is_not_sent_to_ollama(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    ollama(openai_server, {"name": "a:7b"})
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    choose(load_settings(ollama_url=openai_server.root, model="ollama"))
    assert openai_server.asked
    assert "sk-secret" not in str(openai_server.asked)


def test_ollama_asked_for_but_absent_says_so(settings: Settings) -> None:
    settings = load_settings(model="ollama")
    choice = choose(settings)
    assert choice.kind == "ollama"
    assert NOBODY.removeprefix("http://") in choice.why
    with pytest.raises(ModelError, match="No model was found in Ollama"):
        open_model(choice, settings)


@pytest.mark.parametrize("tags", [None, [], [{"name": 3}], ["x"], [{"name": "bge-m3:latest", "details": 4}]])
def test_what_is_no_ollama_is_passed_over(openai_server: OpenAIServer, tags: Any) -> None:
    openai_server.tags = tags
    assert choose(load_settings(ollama_url=openai_server.root)).kind == "none"


@pytest.mark.usefixtures("has_runtime")
def test_the_local_model_is_taken_once_pulled_and_only_checks(settings: Settings) -> None:
    path = pulled(settings)
    choice = choose(settings)
    assert (choice.kind, choice.path, choice.ability, choice.remote) == ("local", path, "none", False)
    assert choice.label == "qwen2.5-coder-1.5b (on this machine)"
    assert choose(load_settings(ability="stepwise")).ability == "stepwise"


def test_a_pulled_model_without_its_runtime_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    pulled(settings)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    choice = choose(settings)
    assert choice.kind == "none"
    assert "coach[local]" in choice.why


@pytest.mark.usefixtures("has_runtime")
def test_a_file_of_ones_own_is_the_local_model(tmp_path: Path) -> None:
    own = tmp_path / "Mistral-7B-Instruct.Q4_K_M.gguf"
    assert choose(load_settings(gguf=own)).kind == "none"
    own.write_bytes(b"GGUF")
    for settings in (load_settings(gguf=own), load_settings(model=str(own)), load_settings(model="local", gguf=own)):
        choice = choose(settings)
        assert (choice.kind, choice.path, choice.ability) == ("local", own, "free")


@pytest.mark.parametrize(
    ("name", "ability"),
    [
        ("qwen2.5-coder:1.5b", "stepwise"),
        ("llama-3.2-3B-instruct", "stepwise"),
        ("qwen-0.5b", "stepwise"),
        ("gemma3:270m", "stepwise"),
        ("gemma3n:e4b", "stepwise"),
        ("qwen2.5-7b-instruct-1m", "free"),
        ("qwen3-30b-a3b", "free"),
        ("mixtral-8x7b", "free"),
        ("gpt-4.1-mini", "free"),
        ("llama3:8b-q4_k_m", "free"),
        ("some-4bit-model", "free"),
        ("", "free"),
    ],
)
def test_small_models_are_known_by_name(name: str, ability: str) -> None:
    assert ability_of(name) == ability


def test_choosing_imports_nothing_heavy() -> None:
    heavy = {"openai", "langchain_core", "numpy", "httpx", "httpx2", "xllamacpp", "langsmith"}
    code = f"import sys, coach.models.choice, coach.models.local; print(sorted({heavy!r} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
