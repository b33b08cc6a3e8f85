"""What an indexing loads, and when: the embedder beside Chroma, the vectors of the corpus and the compiled file."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coach.domain.errors import StoreError
from coach.retrieval import indexing
from coach.retrieval.compiled import Compiled, load
from coach.retrieval.indexing import Indexer
from coach.retrieval.locks import lock
from tests.retrieval.fakes import WordEmbedder, World, away, changed, note, principle, small_corpus

if TYPE_CHECKING:
    from coach.domain.ports import Vectors


class Slow(WordEmbedder):
    """Loads only when it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            self.begun.set()
            assert self.go_on.wait(10)
        return super().embed(texts)


class Broken(WordEmbedder):
    """Has no network."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        raise StoreError("The model is missing.", "Install Coach again.")


def indexer(world: World, plain: WordEmbedder) -> Indexer:
    return Indexer(world.ledger, world.store(), world.embedder, world.compiled_path, plain=plain)


def test_notes_do_not_wait_for_what_is_known_of_the_corpus(indexed: World) -> None:
    plain = WordEmbedder()
    indexed.put(note(2, "A new note."))

    indexed.assert_in_step(indexer(indexed, plain).bring_up_to_date())

    assert plain.texts == ["Note 2. Top. A new note."]
    assert indexed.embedder.texts == []


@pytest.mark.parametrize("few", [0, 64])
def test_what_is_known_of_the_corpus_is_used_where_it_changed(
    indexed: World, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_FEW", few)
    plain = WordEmbedder()
    indexed.put(note(2, "A new note."), principle(3, "A new principle.", situations=("it is new",)))

    indexed.assert_in_step(indexer(indexed, plain).bring_up_to_date())

    assert plain.texts == []
    assert "A new principle." in indexed.embedder.texts


def test_the_embedder_loads_beside_the_opening_of_the_index(indexed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Slow()
    indexed.put(note(2, "A new note."))
    begin = indexed.ledger.indexed.begin

    def begun(index: str) -> bool:
        # The index is open here.
        assert plain.begun.wait(10)
        plain.go_on.set()
        return begin(index)

    monkeypatch.setattr(type(indexed.ledger.indexed), "begin", lambda _, index: begun(index))

    indexed.assert_in_step(indexer(indexed, plain).bring_up_to_date())

    assert plain.go_on.is_set()


def test_nothing_is_loaded_for_the_corpus_alone_or_where_nothing_changed(indexed: World) -> None:
    plain = Slow()
    indexed.put(changed(small_corpus()[0], 0, "Measure first."))

    indexer(indexed, plain).bring_up_to_date()
    indexer(indexed, plain).bring_up_to_date()

    assert not plain.begun.wait(0.1)


def test_an_embedder_elsewhere_is_asked_nothing_but_what_is_needed(world: World) -> None:
    calls: list[int] = []

    class Counted(WordEmbedder):
        def embed(self, texts: Sequence[str]) -> Vectors:
            calls.append(len(texts))
            return super().embed(texts)

    world.embedder = away()
    world.put(note(1, "A note."))

    indexer(world, Counted("away", remote=True)).bring_up_to_date()

    assert calls == [1]


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_fails_to_load_is_told_where_it_is_needed(indexed: World) -> None:
    indexed.ledger.remove("N1")
    indexed.put(note(2))
    indexer(indexed, Broken()).bring_up_to_date()

    indexed.put(note(3, "A new note."))
    with pytest.raises(StoreError, match=r"The model is missing\."):
        indexer(indexed, Broken()).bring_up_to_date()

    assert indexed.ledger.indexed.has_pending()


def test_the_compiled_file_is_read_once(indexed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def counted(path: Path) -> Compiled | None:
        read.append(path)
        return load(path)

    monkeypatch.setattr(indexing, "load", counted)
    indexed.put(note(2, "A new note."))

    indexed.indexer().bring_up_to_date()

    assert read == [indexed.compiled_path]


def test_what_another_process_compiled_meanwhile_is_used(indexed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    indexed.put(changed(small_corpus()[0], 0, "Measure first."))
    ours, theirs = indexed.indexer(), indexed.indexer()

    @contextmanager
    def late(path: Path, patience: float | None = None) -> Iterator[None]:
        monkeypatch.setattr(indexing, "lock", lock)
        theirs.bring_up_to_date()
        monkeypatch.setattr(indexing, "save", lambda *_: pytest.fail("it was compiled again"))
        with lock(path, patience):
            yield

    monkeypatch.setattr(indexing, "lock", late)

    compiled = ours.bring_up_to_date()

    assert compiled.key == ours.key()
    indexed.assert_in_step(compiled)
