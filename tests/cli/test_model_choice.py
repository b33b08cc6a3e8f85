from __future__ import annotations

import getpass
import importlib.util
from pathlib import Path

import pytest

from coach.settings import config_file
from tests.cli.conftest import Run
from tests.keyrings import MemoryKeyring, locked, put_in
from tests.keyrings import keyring_in_memory as keyring_in_memory
from tests.models.conftest import NOBODY
from tests.scripts import html
from tests.servers import OpenAIServer
from tests.servers import openai_server as openai_server

SECRET = "sk-very-secret"


@pytest.fixture(autouse=True)
def _nothing_set(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COACH_MODEL")
    monkeypatch.setenv("COACH_OLLAMA_URL", NOBODY)


def test_principles_only_and_back(run: Run) -> None:
    ran = run("model", "use", "none")
    assert ran.out.startswith(f"Kept in {config_file()}\nModel: no model\nWhy: The settings say to use no model.\n")
    assert ran.out.endswith("Network: Nothing leaves this machine.\n")
    assert config_file().read_text() == 'model = "none"\n'
    assert "Why: There is no key" in run("model", "use", "auto").out
    assert config_file().read_text() == ""


def test_a_variable_that_wins_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_MODEL", "none")
    ran = run("model", "use", "auto")
    assert ran.code == 0
    assert ran.err == "COACH_MODEL is set and wins over what is chosen here; unset it to change that.\n"
    assert run("model", "use", "none").err == ""


def test_a_variable_that_wins_over_an_endpoint_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer
) -> None:
    monkeypatch.setenv("COACH_MODEL", "none")
    openai_server.enqueue("OK")
    ran = run("model", "endpoint", openai_server.url, "--model", "mine")
    assert "COACH_MODEL is set and wins over what is chosen here" in ran.err
    assert "Model: no model" in ran.out


def test_the_local_model_before_it_is_pulled(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    ran = run("model", "use", "local")
    assert ran.code == 1
    assert "coach model pull" in ran.err
    assert not config_file().exists()


def test_a_key_from_a_pipe_is_tested_and_kept(
    run: Run, openai_server: OpenAIServer, keyring_in_memory: MemoryKeyring
) -> None:
    openai_server.key = SECRET
    openai_server.models = ["mine"]
    openai_server.enqueue("OK")
    ran = run("model", "endpoint", openai_server.url + "/", given=f"{SECRET}\n")
    assert ran.code == 0
    assert ran.out.startswith(f"mine at {openai_server.url[7:-3]} answers.\nKept in")
    assert "Model: mine (on this machine)" in ran.out
    assert list(keyring_in_memory.kept) == [("coach", openai_server.url)]
    assert SECRET not in ran.out + ran.err + config_file().read_text()
    # It is found again without being given.
    openai_server.enqueue("OK")
    assert run("model", "endpoint", openai_server.url).code == 0


def test_on_a_terminal_the_key_is_asked_for_and_a_model_chosen(
    run: Run, openai_server: OpenAIServer, keyring_in_memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def unseen(prompt: str) -> str:
        asked.append(prompt)
        return SECRET

    monkeypatch.setattr(getpass, "getpass", unseen)
    openai_server.key, openai_server.models = SECRET, ["small", "big"]
    openai_server.enqueue("OK", "OK")
    ran = run("model", "endpoint", openai_server.url, given="2\n", tty=True)
    assert "   1 small\n   2 big\n" in ran.err
    assert "Model: big" in ran.out
    assert len(asked) == 1
    assert run("model", "endpoint", openai_server.url, given="huge\n", tty=True).code == 2
    assert 'model = "big"' in config_file().read_text()


def test_several_models_and_nobody_to_ask(run: Run, openai_server: OpenAIServer) -> None:
    openai_server.models = ["small", "big"]
    ran = run("model", "endpoint", openai_server.url)
    assert ran.code == 2
    assert "   2 big\n" in ran.err
    assert "--model" in ran.err
    assert not config_file().exists()


def test_a_variable_gives_the_key(run: Run, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    openai_server.key = SECRET
    openai_server.enqueue("OK")
    ran = run("model", "endpoint", openai_server.url, "--model", "m", given="sk-other\n")
    assert ran.code == 0
    assert "The key is the one of OPENAI_API_KEY." in ran.err


@pytest.mark.parametrize("keyring", ["none", "locked"])
def test_a_keyring_that_does_not_work_keeps_nothing_and_names_the_variable(
    run: Run, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch, keyring: str
) -> None:
    if keyring == "locked":
        put_in(monkeypatch, locked())
    openai_server.enqueue("OK")
    ran = run("model", "endpoint", openai_server.url, "--model", "m", given=SECRET)
    assert ran.code == 1
    assert "COACH_API_KEY" in ran.err
    assert SECRET not in ran.out + ran.err
    assert not config_file().exists()


def test_faults_keep_nothing(run: Run, openai_server: OpenAIServer) -> None:
    openai_server.key = SECRET
    assert "refused the key" in run("model", "endpoint", openai_server.url, given="sk-wrong").err
    openai_server.key = None
    openai_server.enqueue(html())
    assert "not a chat answer" in run("model", "endpoint", openai_server.url, "--model", "m").err
    assert "cannot be reached" in run("model", "endpoint", f"{NOBODY}/v1").err
    assert "no key is given" in run("model", "endpoint", "https://models.example.org/v1").err
    for address in ("models.example.org", "https://user:secret@example.org/v1"):
        ran = run("model", "endpoint", address)
        assert ran.code == 2
        assert "secret" not in ran.err
    assert not config_file().exists()


def test_choices_that_are_none(run: Run) -> None:
    assert run("model", "use", "everything").code == 2
    assert run("model", "endpoint").code == 2
