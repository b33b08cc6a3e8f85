from __future__ import annotations

from pathlib import Path

import pytest

from coach.settings import Settings, load_settings
from tests.corpus_home import bare
from tests.evaluation.making import Opener


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare(monkeypatch)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home", model="none")


@pytest.fixture
def opener() -> Opener:
    return Opener()
