from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, OptionList

from coach.domain.errors import ModelError
from coach.models import pull as pulling
from coach.models.choice import ModelChoice
from coach.models.pull import Progress
from coach.models.weights import DEFAULT_WEIGHTS, weights_path
from coach.settings import config_file, load_settings
from coach.tui.screens.endpoint import EndpointScreen
from coach.tui.screens.models import ModelsScreen
from tests.cli.fakes import FORBIDDEN, HOSTILE, quoted_answer
from tests.keyrings import MemoryKeyring, locked, put_in
from tests.keyrings import keyring_in_memory as keyring_in_memory
from tests.models.conftest import NOBODY
from tests.servers import OpenAIServer, html, stall
from tests.servers import openai_server as openai_server
from tests.tui.driving import Driver, running
from tests.tui.fakes import Gate, ScriptedCoach, script

SECRET = "sk-very-secret"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COACH_OLLAMA_URL", NOBODY)
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if name == "xllamacpp" else real(name))


@pytest.fixture
def coach() -> ScriptedCoach:
    """One that found no model."""
    coach = ScriptedCoach()
    coach.choice = ModelChoice("none", why="There is no key, no Ollama, and no local model.", open=True)
    return coach


class Hub:
    """Stands for a pull: goes on step by step, as the test says."""

    def __init__(self) -> None:
        self.steps = threading.Semaphore(0)
        self.error: Exception | None = None
        self.pulls = 0

    def __call__(self, settings: Any, route: str, progress: Callable[[Progress], None]) -> Path:
        self.pulls += 1
        for done in (0, 34, 68):
            progress(Progress("hub", done, 100))
            self.steps.acquire(timeout=20)
        progress(Progress("hub", 99, 100))
        if self.error is not None:
            raise self.error
        progress(Progress("verify", 50, 100))
        path = weights_path(settings.ensure_home() / "models")
        path.parent.mkdir()
        with path.open("wb") as file:
            os.truncate(file.fileno(), DEFAULT_WEIGHTS.size)
        return path


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    stand_in = Hub()
    monkeypatch.setattr(pulling, "pull", stand_in)
    return stand_in


def on(tui: Driver, screen: type[Any]) -> bool:
    return isinstance(tui.app.screen, screen)


async def choose(tui: Driver, number: int) -> None:
    """Open the choice and take one."""
    await tui.press("ctrl+g")
    await tui.until(lambda: on(tui, ModelsScreen) and tui.app.screen.query_one(OptionList).option_count == 3)
    await tui.press(*["down"] * number, "enter")


async def fill(tui: Driver, address: str, model: str = "", key: str = "") -> None:
    """Open the form, fill it in and begin the test."""
    await choose(tui, 0)
    await tui.until(lambda: on(tui, EndpointScreen))
    for name, value in (("address", address), ("model", model), ("key", key)):
        tui.app.screen.query_one(f"#{name}", Input).value = value
    tui.app.screen.query_one("#key", Input).focus()
    await tui.press("enter")


# The offer.


async def test_where_no_model_was_found_one_is_offered(coach: ScriptedCoach) -> None:
    async with running(coach, size=(80, 24)) as tui:
        await tui.shows("Choose: an endpoint, the local model, or principles only (Ctrl+G)")
        await tui.press("shift+tab", "enter")
        await tui.until(lambda: on(tui, ModelsScreen))
        await tui.shows("huggingface.co")
        for told in (
            "Now: no model. There is no key",
            "An endpoint",
            "Sent there: what you type, the statements found for it, the last turns, notes that match",
            "The local model (1.1 GB to pull; ask meanwhile)",
            "The pull asks huggingface.co, or else your package index, for files.",
            "Principles only",
            "Enter takes it · x stops a pull · Esc back",
        ):
            assert told in tui.flowing
        await tui.press("escape")
        assert tui.app.screen is tui.app.conversation
        assert not config_file().exists()


async def test_where_the_person_has_chosen_nothing_is_offered() -> None:
    async with running() as tui:
        await tui.shows("The settings say to use no model.")
        assert "Ctrl+G" not in tui.frame
        await tui.press("ctrl+g")
        await tui.until(lambda: on(tui, ModelsScreen))
        await tui.press("ctrl+g")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)


async def test_principles_only(coach: ScriptedCoach) -> None:
    async with running(coach) as tui:
        await choose(tui, 2)
        await tui.until(lambda: "Principles only, from the next question on." in tui.toasts)
        await tui.shows("no model. The settings say to use no model.")
        assert "none was found" not in tui.frame
        assert config_file().read_text() == 'model = "none"\n'


async def test_a_variable_that_wins_is_said_before_and_after(
    coach: ScriptedCoach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACH_MODEL", "auto")
    async with running(coach, size=(80, 24)) as tui:
        await tui.press("ctrl+g")
        await tui.shows("COACH_MODEL is set and wins over what is chosen here")
        await tui.press("escape")
        await choose(tui, 2)
        await tui.until(lambda: "COACH_MODEL is set and wins" in tui.toasts)
        await tui.shows("none was found")


async def test_a_settings_file_that_cannot_be_written_changes_nothing(
    coach: ScriptedCoach, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("a file in the way")
    async with running(coach) as tui:
        await choose(tui, 2)
        await tui.until(lambda: "cannot be written" in tui.toasts)
        await tui.shows("none was found")


async def test_a_settings_file_that_cannot_be_read_is_explained(coach: ScriptedCoach) -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text("model = [")
    async with running(coach) as tui:
        await tui.press("ctrl+g")
        await tui.shows("is not valid TOML")


# An endpoint.


async def test_an_endpoint_is_tested_kept_and_used_in_the_same_conversation(
    coach: ScriptedCoach, openai_server: OpenAIServer, keyring_in_memory: MemoryKeyring
) -> None:
    openai_server.key = SECRET
    openai_server.enqueue("OK")
    async with running(coach) as tui:
        await tui.ask("before")
        await fill(tui, openai_server.url + "/", "mine", SECRET)
        await tui.until(lambda: "From the next question on: mine (on this machine)." in tui.toasts)
        await tui.shows("mine (on this machine) · Nothing leaves this machine.")
        assert [t.question for t in tui.turns] == ["before"]
        await tui.ask("after")
        assert coach.asked[1]["session"] == "s1"
        assert tui.app.opening.model == "mine (on this machine)"
    assert config_file().read_text() == f'model = "mine"\nbase_url = "{openai_server.url}"\n'
    assert list(keyring_in_memory.kept.items()) == [(("coach", openai_server.url), SECRET)]
    assert coach.settings.api_key.get_secret_value() == SECRET


async def test_the_key_is_not_shown_and_what_is_sent_where_is_said_while_typing(coach: ScriptedCoach) -> None:
    async with running(coach, size=(80, 24)) as tui:
        await choose(tui, 0)
        await tui.until(lambda: on(tui, EndpointScreen))
        await tui.type("http://e.org/v1")
        await tui.shows("go unencrypted to e.org.")
        await tui.press("enter", "enter")
        await tui.type("sk-1")
        assert "sk-1" not in tui.frame
        assert "••••" in tui.frame
        for told in ("Address", "Model", "Key", "Test and use", "Esc leaves it"):
            assert told in tui.frame


async def test_several_models_are_offered(coach: ScriptedCoach, openai_server: OpenAIServer) -> None:
    openai_server.models = ["small", f"big {HOSTILE}", *(f"m{i}" for i in range(30))]
    openai_server.enqueue("OK")
    async with running(coach, size=(80, 24)) as tui:
        await fill(tui, openai_server.url)
        await tui.shows("It has 32 models: Enter tests the chosen one.")
        await tui.shows("Esc leaves it")
        assert not any(mark in tui.frame for mark in FORBIDDEN)
        await tui.press("down", "enter")
        await tui.until(lambda: "From the next question on: big" in tui.toasts)
        assert openai_server.chats[0].body["model"].startswith("big ")
        assert not any(mark in tui.frame + tui.toasts for mark in FORBIDDEN)


async def test_faults_are_told_in_the_form_and_change_nothing(
    coach: ScriptedCoach, openai_server: OpenAIServer
) -> None:
    openai_server.key = SECRET
    async with running(coach, size=(80, 24)) as tui:
        await fill(tui, openai_server.url, "m", "sk-wrong")
        await tui.shows("refused the key.")
        openai_server.key = None
        for address, key, told in (
            ("", "", "Type its address."),
            ("models.example.org", "", "must be a web address such as"),
            (f"{NOBODY}/v1", "", "cannot be reached."),
            ("https://models.example.org/v1", "", "is another machine, and no key is given for it."),
            (openai_server.url, "", "is not a chat answer."),
        ):
            openai_server.enqueue(html())
            tui.app.screen.query_one("#address", Input).value = address
            tui.app.screen.query_one("#key", Input).value = key
            tui.app.screen.query_one("#key", Input).focus()
            await tui.press("enter")
            await tui.shows(told)
        await tui.press("escape")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        assert not config_file().exists()
        assert coach.choice.open


async def test_a_slow_endpoint_can_be_given_up(coach: ScriptedCoach, openai_server: OpenAIServer) -> None:
    openai_server.enqueue(stall())
    async with running(coach) as tui:
        await fill(tui, openai_server.url, "m")
        await tui.until(lambda: openai_server.chats)
        await tui.shows("Asking it …")
        await tui.press("escape")
        await tui.shows("Stopped.")
        assert on(tui, EndpointScreen)
        await tui.press("escape")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)


@pytest.mark.parametrize("keyring", ["none", "locked"])
async def test_where_the_keyring_does_not_work_the_key_holds_for_this_run(
    coach: ScriptedCoach, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch, keyring: str
) -> None:
    if keyring == "locked":
        put_in(monkeypatch, locked())
    openai_server.enqueue("OK")
    async with running(coach) as tui:
        await fill(tui, openai_server.url, "mine", SECRET)
        await tui.until(lambda: "The key holds until you leave." in tui.toasts)
        assert "COACH_API_KEY" in tui.toasts
        assert SECRET not in tui.toasts
        assert coach.settings.api_key.get_secret_value() == SECRET
    assert SECRET not in config_file().read_text()
    assert load_settings().model == "mine"


async def test_a_key_for_one_address_does_not_go_to_another_that_wins(
    coach: ScriptedCoach, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch, keyring_in_memory: MemoryKeyring
) -> None:
    monkeypatch.setenv("COACH_BASE_URL", f"{NOBODY}/v1")
    openai_server.enqueue("OK")
    async with running(coach) as tui:
        await fill(tui, openai_server.url, "mine", SECRET)
        await tui.until(lambda: "COACH_BASE_URL is set and wins" in tui.toasts)
        assert coach.settings.api_key is None


async def test_a_key_from_a_variable_is_named_and_none_is_asked_for(
    coach: ScriptedCoach, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    openai_server.key = SECRET
    openai_server.enqueue("OK")
    async with running(coach) as tui:
        await choose(tui, 0)
        await tui.shows("OPENAI_API_KEY gives it; it is sent to this address")
        tui.app.screen.query_one("#address", Input).value = openai_server.url
        await tui.press("enter")
        await tui.type("mine")
        await tui.press("enter")
        await tui.until(lambda: "From the next question on: mine" in tui.toasts)
        assert SECRET not in tui.frame


# The local model.


async def test_one_can_ask_while_the_local_model_is_pulled(coach: ScriptedCoach, hub: Hub) -> None:
    async with running(coach, size=(80, 24)) as tui:
        await choose(tui, 1)
        await tui.shows("The local model is being pulled: 0%; ask meanwhile.")
        await tui.shows("pulling 0%")
        hub.steps.release()
        await tui.shows("pulling 34%")
        await tui.ask("what do I say?")
        await tui.shows("4 of 4 claims supported")
        assert "pulling 34%" in tui.frame
        coach.scripts.append(script(quoted_answer(question="again"), gate=(gate := Gate())))
        tui.app.conversation.composer.put("again")
        await tui.press("enter")
        await tui.until(lambda: tui.app.conversation.answering)
        hub.steps.release(2)
        await tui.until(lambda: "The local model checks from the next question on." in tui.toasts)
        gate.open()
        await tui.until(lambda: not tui.app.conversation.answering)
        await tui.shows("qwen2.5-coder-1.5b (on this machine)")
        assert "pulling" not in tui.frame
        assert len(tui.turns) == 2
    assert config_file().read_text() == 'model = "local"\n'


async def test_a_pull_can_be_stopped_and_begun_again(coach: ScriptedCoach, hub: Hub) -> None:
    async with running(coach) as tui:
        await choose(tui, 1)
        await tui.shows("pulling 0%")
        await tui.press("ctrl+g")
        await tui.shows("The local model is being pulled: 0%. x stops it.")
        await tui.press("x")
        hub.steps.release()
        await tui.until(lambda: "The local model is not in use." in tui.toasts)
        await tui.press("escape")
        await tui.shows("none was found")
        assert "pulling" not in tui.frame
        assert not config_file().exists()
        hub.steps.release(3)
        await choose(tui, 1)
        await tui.until(lambda: "The local model checks" in tui.toasts)
        assert hub.pulls == 2


async def test_a_pull_that_fails_leaves_everything_as_it_was(coach: ScriptedCoach, hub: Hub) -> None:
    hub.error = ModelError(f"The disk is full. {HOSTILE}", "Make room.")
    hub.steps.release(3)
    async with running(coach) as tui:
        await choose(tui, 1)
        await tui.until(lambda: "The disk is full." in tui.toasts)
        await tui.shows("none was found")
        assert not any(mark in tui.frame + tui.toasts for mark in FORBIDDEN)
        assert not config_file().exists()


async def test_what_is_chosen_while_the_pull_goes_on_stays(coach: ScriptedCoach, hub: Hub) -> None:
    async with running(coach) as tui:
        await choose(tui, 1)
        await tui.shows("pulling 0%")
        await choose(tui, 1)
        await tui.until(lambda: "is being pulled already" in tui.toasts)
        await choose(tui, 2)
        await tui.until(lambda: "Principles only" in tui.toasts)
        hub.steps.release(3)
        await tui.until(lambda: "The local model is not in use." in tui.toasts)
    assert config_file().read_text() == 'model = "none"\n'


async def test_without_what_runs_it_nothing_is_pulled(
    coach: ScriptedCoach, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    async with running(coach) as tui:
        await choose(tui, 1)
        await tui.until(lambda: "pip install 'coach[local]'" in tui.toasts)
        assert hub.pulls == 0


async def test_a_model_that_is_here_is_used_at_once(coach: ScriptedCoach, hub: Hub) -> None:
    hub.steps.release(3)
    hub(load_settings(), "auto", lambda _: None)
    async with running(coach) as tui:
        await tui.press("ctrl+g")
        await tui.shows("The local model (it is here)")
        assert "The pull asks" not in tui.frame
        await tui.press("escape")
        await choose(tui, 1)
        await tui.until(lambda: "The local model checks" in tui.toasts)
        assert hub.pulls == 1


async def test_leaving_does_not_wait_for_a_pull(coach: ScriptedCoach, hub: Hub) -> None:
    async with running(coach) as tui:
        await choose(tui, 1)
        await tui.shows("pulling 0%")
        hub.steps.release()
    assert not config_file().exists()


async def test_where_the_coach_cannot_be_opened_the_choice_is_kept(coach: ScriptedCoach) -> None:
    coach.library.failure = ModelError("The ledger is damaged.")
    async with running(coach, ready=False) as tui:
        await tui.until(lambda: "The ledger is damaged." in tui.toasts)
        await choose(tui, 2)
        await tui.until(lambda: "Principles only" in tui.toasts)
        assert config_file().read_text() == 'model = "none"\n'
