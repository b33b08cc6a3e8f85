from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.errors import StoreError
from coach.retrieval import foresight
from coach.retrieval.foresight import Foresight
from tests.retrieval.fakes import WordEmbedder, World, note

if TYPE_CHECKING:
    from coach.domain.ports import Vectors

TEXTS = [f"text {n}" for n in range(12)]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foresight, "_TEXTS_AT_ONCE", 4)


class Held(WordEmbedder):
    """Embeds when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def embed(self, texts: Sequence[str]) -> Vectors:
        assert self.go_on.wait(10)
        return super().embed(texts)


class Broken(WordEmbedder):
    """Has no network."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        raise StoreError("The model is missing.", "Install Coach again.")


def test_what_was_foreseen_is_embedded_once() -> None:
    embedder = WordEmbedder()
    ahead = Foresight(embedder)

    ahead.foresee(TEXTS[:8])
    found = ahead.embed(TEXTS)

    assert sorted(embedder.texts) == sorted(TEXTS)
    assert embedder.texts[:4] == TEXTS[:4]
    assert np.array_equal(found, WordEmbedder().embed(TEXTS))


@given(st.lists(st.lists(st.sampled_from(TEXTS)), max_size=5), st.lists(st.lists(st.sampled_from(TEXTS)), max_size=3))
def test_whatever_is_foreseen_the_vectors_are_those_of_the_embedder(
    foreseen: list[list[str]], asked: list[list[str]]
) -> None:
    ahead = Foresight(WordEmbedder())
    for texts in foreseen:
        ahead.foresee(texts)
    for texts in asked:
        assert np.array_equal(ahead.embed(texts), WordEmbedder().embed(texts))


def test_reading_does_not_wait_and_what_there_is_no_time_for_goes_by() -> None:
    embedder = Held()
    ahead = Foresight(embedder)

    ahead.foresee(TEXTS)
    ahead.foresee(["another"] * 9)
    embedder.go_on.set()
    ahead.forget()

    # Two calls of four: one was under way and one waited.
    assert embedder.texts == TEXTS[:8]


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foresight, "_MOST_KEPT", 4)
    embedder = WordEmbedder()
    ahead = Foresight(embedder)

    for start in range(0, 12, 4):
        ahead.foresee(TEXTS[start : start + 4])
        ahead.embed([])

    assert embedder.texts == TEXTS[:4]


def test_what_is_forgotten_is_embedded_again() -> None:
    embedder = WordEmbedder()
    ahead = Foresight(embedder)

    ahead.foresee(TEXTS[:4])
    ahead.forget()
    ahead.embed(TEXTS[:4])

    assert embedder.texts == TEXTS[:4] * 2


def test_a_fault_is_raised_where_the_texts_are_asked_for() -> None:
    ahead = Foresight(Broken())

    ahead.foresee(TEXTS[:8])

    with pytest.raises(StoreError, match="The model is missing"):
        ahead.embed(TEXTS[:1])


def test_nothing_is_sent_elsewhere_before_it_is_asked_for() -> None:
    embedder = WordEmbedder()
    embedder.remote = True
    ahead = Foresight(embedder)

    ahead.foresee(TEXTS)
    ahead.forget()

    assert embedder.texts == []


def test_an_indexing_asks_for_what_was_foreseen_and_keeps_nothing(indexed: World) -> None:
    notes = [note(n, *(f"Line {i} of note {n}." for i in range(4))) for n in (2, 3)]
    indexer = indexed.indexer()
    indexed.put(*notes)

    indexer.foresee([*indexed.ledger.sources_of(["P1"]).values(), *notes])
    indexed.assert_in_step(indexer.bring_up_to_date())

    lines = [f"Note {n}. Top. Line {i} of note {n}." for n in (2, 3) for i in range(4)]
    assert sorted(indexed.embedder.texts) == lines


def test_lines_that_are_known_already_are_not_foreseen(indexed: World) -> None:
    indexed.put(note(2, *(f"Line {i}." for i in range(9))))
    indexed.indexer().bring_up_to_date()
    asked = len(indexed.embedder.texts)

    indexed.put(note(2, *(f"Line {i}." for i in range(10))))
    indexed.assert_in_step(indexed.indexer().bring_up_to_date())

    assert indexed.embedder.texts[asked:] == ["Note 2. Top. Line 9."]
