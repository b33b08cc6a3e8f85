from __future__ import annotations

import os

import pytest

from tests.agent.conftest import small_home as small_home
from tests.agent.conftest import world as world
from tests.corpus_home import real_home as real_home


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No editor, no clipboard, no colours or animations that the machine of the tests brings along."""
    for name in list(os.environ):
        if name.startswith(("COACH_", "OPENAI_")) and not name.startswith("COACH_TEST_"):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "VISUAL", "EDITOR", "DISPLAY", "WAYLAND_DISPLAY", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("coach.tui.app.clipboard.copy_by_program", lambda text: False)
