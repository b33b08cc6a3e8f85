from __future__ import annotations

import asyncio
import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agent.world import World, copied, small_corpus
from tests.corpus_home import bare
from tests.privacy.answering import answering
from tests.privacy.home import Home, furnished, take_for_another_machine
from tests.privacy.secrets import leaked, marked
from tests.servers import OpenAIServer


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare(monkeypatch)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture(scope="session")
def recording() -> Iterator[OpenAIServer]:
    """The server that stands for everything elsewhere; its port is a part of the name of its vectors."""
    with OpenAIServer() as server:
        answering(server)
        yield server


@pytest.fixture(scope="session", params=["near", "far"])
def furnished_home(
    request: pytest.FixtureRequest, recording: OpenAIServer, tmp_path_factory: pytest.TempPathFactory
) -> Home:
    """A home with its secrets, whose texts are embedded on this machine (near) or by the server (far)."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        bare(patch)
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        small_corpus(patch)
        take_for_another_machine(patch)
        home = Home(World(folder / "home", patch), recording, far=request.param == "far")
        recording.asked.clear()
        asyncio.run(furnished(home, folder / "files"))
        home.world.close()
        # While they were open they were sent, if anything was.
        once_open = {"now private", "removed", "now private title"}
        assert not [f for f in leaked(recording.asked, home.typed) if not f.startswith(tuple(once_open))]
        assert bool(recording.asked) == home.far
    return home


@pytest.fixture
def home(
    furnished_home: Home,
    recording: OpenAIServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> Iterator[Home]:
    """A copy of it; whatever a test does, nothing leaks, nothing is logged, and only the user may read the files."""
    caplog.set_level(logging.INFO)
    small_corpus(monkeypatch)
    take_for_another_machine(monkeypatch)
    recording.asked.clear()
    answering(recording)
    world = World(copied(furnished_home.world.home, tmp_path / "home"), monkeypatch)
    made = Home(world, recording, furnished_home.far, ids=dict(furnished_home.ids))
    yield made
    world.close()
    assert leaked(recording.asked, made.typed) == []
    printed = capfd.readouterr()
    assert marked(caplog.text + printed.out + printed.err) == set()
    assert open_to_others(world.home) == []


def open_to_others(folder: Path) -> list[str]:
    """Return what under `folder`, itself included, others than its owner may read, write or enter."""
    return [str(p) for p in (folder, *folder.rglob("*")) if stat.S_IMODE(p.stat().st_mode) & 0o077]
