from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.retrieval.embedding import MiniLMEmbedder
from coach.retrieval.vectors import VectorStore
from coach.store.database import open_database
from tests.retrieval.fakes import World, small_corpus


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_database(tmp_path / "home" / "coach.db") as database:
        world = World(tmp_path / "home", database)
        yield world
        # What was opened for reading stays open; thousands of tests would hold thousands of files.
        world.store().close()


@pytest.fixture
def filled(world: World) -> World:
    """The small corpus, in the ledger alone."""
    world.put(*small_corpus())
    return world


@pytest.fixture
def indexed(world: World) -> World:
    """The small corpus, indexed."""
    world.put(*small_corpus())
    world.indexer().bring_up_to_date()
    world.embedder.texts.clear()
    return world


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    return VectorStore(tmp_path / "home" / "index", "words")


@pytest.fixture(scope="session")
def minilm() -> MiniLMEmbedder:
    """The real embedder, loaded once."""
    return MiniLMEmbedder(threads=1)
