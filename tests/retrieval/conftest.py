from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from coach.retrieval.embedding import MiniLMEmbedder
from coach.retrieval.vectors import VectorStore
from coach.store.database import open_database
from tests.chroma import ChromaServer
from tests.chroma import chroma_server as chroma_server
from tests.chroma import proxy as proxy
from tests.retrieval.fakes import World, small_corpus
from tests.retrieval.mates import Mates
from tests.retrieval.mates import mates as make_mates


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


@pytest.fixture
def mates(tmp_path: Path, chroma_server: ChromaServer) -> Iterator[Mates]:
    """Makes members of a team; its server has a collection for each test."""
    with ExitStack() as cleanup:
        yield make_mates(tmp_path, chroma_server.url, f"words-{uuid.uuid4().hex}", cleanup)
