"""The choice of a model is offered, taken and kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.domain.errors import ModelError
from coach.settings import config_file
from coach.tui.screens.models import ModelsScreen
from tests.tui.choosing import bare_machine as bare_machine
from tests.tui.choosing import choose, on
from tests.tui.choosing import coach as coach
from tests.tui.driving import running
from tests.tui.fakes import ScriptedCoach


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


async def test_where_the_coach_cannot_be_opened_the_choice_is_kept(coach: ScriptedCoach) -> None:
    coach.library.failure = ModelError("The ledger is damaged.")
    async with running(coach, ready=False) as tui:
        await tui.until(lambda: "The ledger is damaged." in tui.toasts)
        await choose(tui, 2)
        await tui.until(lambda: "Principles only" in tui.toasts)
        assert config_file().read_text() == 'model = "none"\n'
