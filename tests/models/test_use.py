from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

from coach.domain.errors import ModelError, StoreError
from coach.models.choice import NOTHING_LEAVES, choose
from coach.models.trial import Trial
from coach.models.use import key_given_by, set_outside, use, use_endpoint
from coach.models.weights import DEFAULT_WEIGHTS, weights_path
from coach.settings import config_file, load_settings
from tests.keyrings import MemoryKeyring
from tests.keyrings import keyring_in_memory as keyring_in_memory

URL = "https://models.example.org/v1"
SECRET = "sk-very-secret"


def trial(name: str = "mine", models: tuple[str, ...] = ()) -> Trial:
    return Trial(URL, name, models, NOTHING_LEAVES)


def test_none_is_kept_and_taken_back() -> None:
    assert choose(load_settings()).open
    saved = use("none")
    assert saved.path.read_text() == 'model = "none"\n'
    assert (saved.settings.model, saved.over, saved.but) == ("none", (), "")
    assert not choose(load_settings()).open
    assert use("auto").settings.model == "auto"
    assert choose(load_settings()).open


def test_an_endpoint_is_kept_with_its_key_in_the_keyring(keyring_in_memory: MemoryKeyring) -> None:
    saved = use_endpoint(trial(), SECRET)
    assert config_file().read_text() == f'model = "mine"\nbase_url = "{URL}"\n'
    assert list(keyring_in_memory.kept.values()) == [SECRET]
    choice = choose(saved.settings)
    assert (choice.kind, choice.name, choice.base_url) == ("endpoint", "mine", URL)


def test_without_a_keyring_nothing_is_kept() -> None:
    with pytest.raises(StoreError, match="no system keyring"):
        use_endpoint(trial(), SECRET)
    assert not config_file().exists()
    use_endpoint(trial())  # A key from a variable needs none.
    assert SECRET not in config_file().read_text()


def test_a_name_that_means_something_else_in_the_settings() -> None:
    with pytest.raises(ModelError, match="means something else"):
        use_endpoint(trial("local", ("mine", "local")))
    assert use_endpoint(trial("models/a.gguf", ("models/a.gguf",))).settings.model == "auto"
    assert use_endpoint(trial("default")).settings.model == "auto"


def test_the_local_model_is_not_chosen_before_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match="not installed"):
        use("local")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    with pytest.raises(ModelError, match="not here yet"):
        use("local")
    assert not config_file().exists()
    path = weights_path(load_settings().ensure_home() / "models")
    path.parent.mkdir()
    with path.open("wb") as file:
        os.truncate(file.fileno(), DEFAULT_WEIGHTS.size)
    assert choose(use("local").settings).kind == "local"


def test_a_file_of_ones_own_is_the_local_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF")
    monkeypatch.setenv("COACH_GGUF", str(own))
    assert choose(use("local").settings).path == own


def test_a_variable_that_wins_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_MODEL", "other")
    assert set_outside() == ("COACH_MODEL",)
    saved = use("none")
    assert saved.settings.model == "other"
    assert "COACH_MODEL is set and wins" in saved.but
    monkeypatch.setenv("coach_base_url", "http://127.0.0.1:1/v1")
    assert "COACH_MODEL and COACH_BASE_URL are set and win" in use_endpoint(trial()).but
    # One that says the same wins over nothing.
    monkeypatch.setenv("COACH_MODEL", "mine")
    monkeypatch.setenv("coach_base_url", "")
    assert use_endpoint(trial()).but == ""
    assert set_outside() == ("COACH_MODEL",)


def test_what_gives_the_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert key_given_by(load_settings()) == ""
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    assert key_given_by(load_settings()) == "OPENAI_API_KEY"
    config_file().parent.mkdir(parents=True)
    config_file().write_text(f'api_key = "{SECRET}"\n')
    assert key_given_by(load_settings()) == "the settings file"
    monkeypatch.setenv("COACH_API_KEY", SECRET)
    assert key_given_by(load_settings()) == "COACH_API_KEY"
