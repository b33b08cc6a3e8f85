"""Two members of a team in a test, each with a world, a folder of notes, and a proxy before the one server."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agent.vaults import Notes
from tests.agent.world import World, copied, small_corpus
from tests.chroma import Proxy
from tests.retrieval.fakes import WordEmbedder

DECISION = "We decided that the ranking model ships behind a flag."


class Team:
    """Ann and Ben, each with a folder of notes. Both go through the proxy."""

    def __init__(self, folder: Path, small_home: Path, patch: pytest.MonkeyPatch, proxy: Proxy) -> None:
        self.proxy = proxy
        self.folder = folder
        self.embedder = WordEmbedder(f"words-{uuid.uuid4().hex}", dim=256)
        self.worlds = [World(copied(small_home, folder / name / "home"), patch) for name in ("ann", "ben")]
        settings = {"chroma_url": proxy.url, "chroma_token": "t0ken"}
        self.ann, self.ben = (
            Notes(world, folder / name / "notes", self.embedder, dict(settings))
            for world, name in zip(self.worlds, ("ann", "ben"), strict=True)
        )

    def close(self) -> None:
        for world in self.worlds:
            world.close()


@pytest.fixture
def team(small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: Proxy) -> Iterator[Team]:
    small_corpus(monkeypatch)
    proxy.token = "t0ken"
    made = Team(tmp_path, small_home, monkeypatch, proxy)
    made.ann.write(
        "decision.md", f"---\ndate: 2026-09-20\ntags: [ml]\n---\n# Ranking\n\n- {DECISION}\n- It is Ann's.\n"
    )
    made.ann.add()
    yield made
    made.close()
