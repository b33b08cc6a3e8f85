from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coach.domain.errors import StoreError
from coach.models.choice import choose, open_model
from coach.models.keys import SERVICE, keep_key, stored_key
from coach.settings import load_settings
from tests.keyrings import MemoryKeyring, absent, locked, put_in
from tests.keyrings import keyring_in_memory as keyring_in_memory
from tests.servers import OpenAIServer

URL = "https://models.example.org/v1"
SECRET = "sk-very-secret"


def test_a_key_is_kept_by_address_and_found_again(keyring_in_memory: MemoryKeyring) -> None:
    keep_key(URL, SECRET)
    assert keyring_in_memory.kept == {(SERVICE, URL): SECRET}
    assert stored_key(URL) == SECRET
    assert stored_key("https://other.example.org/v1") is None
    keep_key(URL, "another")
    assert stored_key(URL) == "another"


@pytest.mark.parametrize("backend", absent(), ids=["fail", "null", "file"])
def test_without_a_safe_keyring_nothing_is_kept_and_the_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, backend: Any
) -> None:
    put_in(monkeypatch, backend)
    with pytest.raises(StoreError, match="no system keyring") as caught:
        keep_key(URL, SECRET)
    assert "COACH_API_KEY" in caught.value.hint
    assert SECRET not in str(caught.value)
    assert not getattr(backend, "kept", None)
    assert stored_key(URL) is None


def test_a_locked_keyring_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, locked())
    with pytest.raises(StoreError, match="is locked") as caught:
        keep_key(URL, SECRET)
    assert "COACH_API_KEY" in caught.value.hint
    with pytest.raises(StoreError, match="is locked"):
        stored_key(URL)


def test_a_broken_keyring_is_told_without_what_it_says(keyring_in_memory: MemoryKeyring) -> None:
    keyring_in_memory.fault = ValueError(f"cannot store {SECRET}")
    with pytest.raises(StoreError, match=r"cannot be used \(ValueError\)") as caught:
        keep_key(URL, SECRET)
    assert SECRET not in str(caught.value)


def test_a_keyring_that_waits_for_somebody_is_not_waited_for(keyring_in_memory: MemoryKeyring) -> None:
    keyring_in_memory.gate.clear()
    with pytest.raises(StoreError, match="did not answer in time"):
        keep_key(URL, SECRET, 0.01)
    with pytest.raises(StoreError, match="did not answer in time"):
        stored_key(URL, 0.01)
    keyring_in_memory.gate.set()


def test_the_keyring_is_asked_when_nothing_else_gives_a_key(
    keyring_in_memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring_in_memory.kept[SERVICE, URL] = SECRET
    settings = load_settings(model="m", base_url=URL)
    choice = choose(settings)
    assert keyring_in_memory.asked == 0  # Not at the start.
    model = open_model(choice, settings)
    assert model is not None
    assert vars(model)["_key"] == SECRET
    assert keyring_in_memory.asked == 1
    assert SECRET not in f"{choice!r} {settings!r} {model!r}"
    monkeypatch.setenv("OPENAI_API_KEY", "sk-variable")
    assert vars(open_model(choice, settings) or object())["_key"] == "sk-variable"
    assert keyring_in_memory.asked == 1


def test_without_an_endpoint_the_keyring_is_not_asked(keyring_in_memory: MemoryKeyring) -> None:
    settings = load_settings()
    open_model(choose(settings), settings)
    assert keyring_in_memory.asked == 0


def test_a_locked_keyring_matters_only_where_a_key_is_needed(
    monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> None:
    put_in(monkeypatch, locked())
    far = load_settings(model="m", base_url=URL)
    with pytest.raises(StoreError, match="is locked"):
        open_model(choose(far), far)
    here = load_settings(base_url=openai_server.url)
    assert open_model(choose(here), here) is not None


def test_nothing_of_the_key_reaches_a_file(keyring_in_memory: MemoryKeyring, tmp_path: Path) -> None:
    keep_key(URL, SECRET)
    assert not any(SECRET.encode() in p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
