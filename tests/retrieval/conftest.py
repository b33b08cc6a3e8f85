from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.retrieval.embedding import MiniLMEmbedder
from coach.store.database import open_database
from tests.retrieval.fakes import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_database(tmp_path / "home" / "coach.db") as database:
        yield World(tmp_path / "home", database)


@pytest.fixture(scope="session")
def minilm() -> MiniLMEmbedder:
    """The real embedder, loaded once."""
    return MiniLMEmbedder(threads=1)
