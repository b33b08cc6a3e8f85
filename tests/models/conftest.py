from __future__ import annotations

import os
from pathlib import Path

import pytest

from coach.settings import Settings, load_settings
from tests.servers import openai_server as openai_server

#: Nothing listens here: the discard port.
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the person who runs the tests, no settings file, no Ollama that happens to run here."""
    for name in list(os.environ):
        if (name.startswith("COACH_") and not name.startswith("COACH_TEST_")) or name.startswith("OPENAI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COACH_OLLAMA_URL", NOBODY)


@pytest.fixture
def settings() -> Settings:
    return load_settings()
