"""Choosing a model: a machine that has none, a coach that found none, and the way to the choice.

A file of tests brings the fixtures in: ``from tests.tui.choosing import coach as coach``.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import OptionList

from coach.models.choice import ModelChoice
from coach.tui.screens.models import ModelsScreen
from tests.models.conftest import NOBODY
from tests.tui.driving import Driver
from tests.tui.fakes import ScriptedCoach


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
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


def on(tui: Driver, screen: type[Any]) -> bool:
    return isinstance(tui.app.screen, screen)


async def choose(tui: Driver, number: int) -> None:
    """Open the choice and take one."""
    await tui.press("ctrl+g")
    await tui.until(lambda: on(tui, ModelsScreen) and tui.app.screen.query_one(OptionList).option_count == 3)
    await tui.press(*["down"] * number, "enter")
