"""Every screen as it looks, once; two of them in every size and theme. What they show is frozen in __snapshots__.

After a change that is meant: pytest tests/tui/test_snapshots.py --snapshot-update, and look at the pictures.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.models.conftest import NOBODY
from tests.tui import scenes
from tests.tui.stills import HomePath, Picture, Stage

SIZES = {"80x24": (80, 24), "120x40": (120, 40), "200x60": (200, 60)}
THEMES = ["coach-dark", "coach-light", "coach-contrast", "coach-ansi"]
#: What a terminal, its colours or its size may be told by.
_TOLD_BY = ("FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "JUPYTER_COLUMNS", "JUPYTER_LINES")

Scene = Callable[[Stage], Awaitable[None]]


@pytest.fixture(autouse=True)
def _the_same_everywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in _TOLD_BY:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COACH_OLLAMA_URL", NOBODY)
    monkeypatch.setattr("coach.tui.screens.export.Path", HomePath)
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if name == "xllamacpp" else real(name))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def pictures(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(Picture)


@asynccontextmanager
async def played(scene: Scene, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        stage = Stage(stack, size)
        try:
            await scene(stage)
            yield stage
        finally:
            stage.open_gates()


ONCE: list[Scene] = [
    scenes.welcome_without_model,
    scenes.welcome_with_model,
    scenes.welcome_indexing,
    scenes.answered,
    scenes.partial,
    scenes.mended,
    scenes.silent,
    scenes.referred,
    scenes.streaming,
    scenes.failed,
    scenes.evidence_of_a_note,
    scenes.stale_citation,
    scenes.find_bar,
    scenes.sessions,
    scenes.rename,
    scenes.source_statements,
    scenes.add_sources,
    scenes.remove_source,
    scenes.export,
    scenes.models,
    scenes.endpoint_form,
    scenes.help_screen,
    scenes.palette,
]
EVERYWHERE: list[Scene] = [scenes.evidence, scenes.sources]
#: What has the hardest time in a small window.
SMALL: list[Scene] = [
    scenes.welcome_without_model,
    scenes.welcome_with_model,
    scenes.endpoint_form,
    scenes.help_keys,
    scenes.models,
    scenes.sessions,
    scenes.find_bar,
]


def named(scene: object) -> str:
    return getattr(scene, "__name__", str(scene))


@pytest.mark.parametrize("scene", ONCE, ids=named)
async def test_every_screen(scene: Scene, pictures: SnapshotAssertion) -> None:
    async with played(scene) as stage:
        assert await stage.picture() == pictures


@pytest.mark.parametrize("scene", SMALL, ids=named)
async def test_in_a_small_window(scene: Scene, pictures: SnapshotAssertion) -> None:
    async with played(scene, SIZES["80x24"]) as stage:
        assert await stage.picture() == pictures


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", EVERYWHERE, ids=named)
async def test_every_size_and_theme(scene: Scene, size: str, pictures: SnapshotAssertion) -> None:
    async with played(scene, SIZES[size]) as stage:
        for theme in THEMES:
            assert await stage.picture(theme) == pictures(name=theme)


async def test_a_dialog_over_a_list(pictures: SnapshotAssertion) -> None:
    async with played(scenes.rename) as stage:
        for theme in THEMES[1:]:
            assert await stage.picture(theme) == pictures(name=theme)


async def test_without_colour(pictures: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with played(scenes.evidence) as stage:
        assert await stage.picture() == pictures
