from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.domain.source import SourceKind
from tests.agent.vaults import Notes
from tests.agent.world import World, copied, small_corpus, write_notes
from tests.chroma import chroma_server as chroma_server
from tests.chroma import proxy as proxy
from tests.corpus_home import bare
from tests.corpus_home import real_home as real_home
from tests.servers import openai_server as openai_server


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare(monkeypatch)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small corpus and three notes, one of them private, indexed once."""
    folder = tmp_path_factory.mktemp("small")
    with pytest.MonkeyPatch.context() as patch:
        bare(patch)
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        small_corpus(patch)
        world = World(folder / "home", patch)
        coach = world.open()
        coach.library.add(write_notes(folder / "notes"), SourceKind.NOTE)
        world.close()
    return folder / "home"


@pytest.fixture
def world(small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A copy of that home, and coaches over it."""
    small_corpus(monkeypatch)
    made = World(copied(small_home, tmp_path / "home"), monkeypatch)
    yield made
    made.close()


@pytest.fixture
def notes(world: World, tmp_path: Path) -> Notes:
    return Notes(world, tmp_path / "notes")
