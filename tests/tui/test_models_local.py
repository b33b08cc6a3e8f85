"""The local model is pulled while the conversation goes on."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coach.domain.errors import ModelError
from coach.models import pull as pulling
from coach.models.pull import Progress
from coach.models.weights import DEFAULT_WEIGHTS, weights_path
from coach.settings import config_file, load_settings
from tests.cli.sample import FORBIDDEN, HOSTILE, quoted_answer
from tests.tui.choosing import bare_machine as bare_machine
from tests.tui.choosing import choose
from tests.tui.choosing import coach as coach
from tests.tui.driving import running
from tests.tui.fakes import Gate, ScriptedCoach, script


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
