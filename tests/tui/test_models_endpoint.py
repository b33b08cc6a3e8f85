"""An endpoint is typed, tested and used; its key is nowhere to be seen."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from coach.settings import config_file, load_settings
from coach.tui.screens.endpoint import EndpointScreen
from tests.cli.sample import FORBIDDEN, HOSTILE
from tests.keyrings import MemoryKeyring, locked, put_in
from tests.keyrings import keyring_in_memory as keyring_in_memory
from tests.models.conftest import NOBODY
from tests.scripts import html, stall
from tests.servers import OpenAIServer
from tests.servers import openai_server as openai_server
from tests.tui.choosing import bare_machine as bare_machine
from tests.tui.choosing import choose, on
from tests.tui.choosing import coach as coach
from tests.tui.driving import Driver, running
from tests.tui.fakes import ScriptedCoach

SECRET = "sk-very-secret"


async def fill(tui: Driver, address: str, model: str = "", key: str = "") -> None:
    """Open the form, fill it in and begin the test."""
    await choose(tui, 0)
    await tui.until(lambda: on(tui, EndpointScreen))
    for name, value in (("address", address), ("model", model), ("key", key)):
        tui.app.screen.query_one(f"#{name}", Input).value = value
    tui.app.screen.query_one("#key", Input).focus()
    await tui.press("enter")


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
