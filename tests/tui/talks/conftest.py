from __future__ import annotations

from pathlib import Path

import pytest

from coach.agent.coach import Coach
from coach.agent.talks.commitments import keeper
from coach.domain.commitment import Commitment
from tests.agent.world import World
from tests.tui.talks.stage import Opened


@pytest.fixture(autouse=True)
def _settings_of_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """These tests change settings: never those of whoever runs them."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def opened(world: World) -> Opened:
    """A program over a coach with the small corpus and no model."""
    return Opened(world)


@pytest.fixture
def due(opened: Opened) -> Commitment:
    """A plan whose day has come."""

    def work(coach: Coach) -> Commitment:
        kept = keeper(coach)
        return kept.commit("If the VP asks for a date, then I name its cost first", "today")

    return opened.before(work)
