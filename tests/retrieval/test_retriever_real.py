"""Retrieval with the real embedder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from coach.domain.ids import source_of
from coach.retrieval.embedding import MiniLMEmbedder
from coach.store.database import open_database
from tests.retrieval.fakes import World, ids, note, small_corpus


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, minilm: MiniLMEmbedder) -> Iterable[World]:
    home: Path = tmp_path_factory.mktemp("real")
    with open_database(home / "coach.db") as database:
        world = World(home, database)
        world.put(
            *small_corpus(),
            note(2, "The classifier is refreshed on the first of every month.", title="Decisions"),
            note(3, "Lunch is at noon.", title="Office"),
        )
        world.indexer(minilm).bring_up_to_date()
        yield world


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("The commercial people announced a release day without asking us", "P1"),
        ("A junior's contribution was ignored in the presentation", "P2"),
    ],
)
def test_the_meaning_is_found_behind_other_words(
    real: World, minilm: MiniLMEmbedder, question: str, first: str
) -> None:
    retrieval = real.retriever(minilm).retrieve(question)

    assert retrieval.principles[0].source_id == first
    assert source_of(retrieval.evidence[0].id) in (first, "C1", "C2")


def test_a_note_is_found_behind_other_words(real: World, minilm: MiniLMEmbedder) -> None:
    notes = ids(real.retriever(minilm).retrieve("How often do we retrain our model?").evidence, "N")

    assert set(notes[:2]) == {"N1.1", "N2.1"}
    assert "N3.1" not in notes
