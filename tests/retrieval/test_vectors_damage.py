"""Damaged files, and whatever Chroma raises."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from chromadb.errors import InternalError

from coach.domain.errors import StoreError
from coach.retrieval.vectors import COLLECTIONS, NOTES, Reader, VectorStore, Writer
from tests.retrieval.vectors import AXES, fill, nearest


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    store = VectorStore(tmp_path / "home" / "index", "words")

    with pytest.raises(StoreError, match="cannot be written") as caught, store.writing():
        pass
    assert caught.value.hint
    with pytest.raises(StoreError):
        store.drop()
    with pytest.raises(StoreError), store.reading():
        pass


def _garbage(index: Path) -> None:
    (index / "chroma.sqlite3").write_bytes(b"garbage" * 1000)


def _cut(index: Path) -> None:
    data = (index / "chroma.sqlite3").read_bytes()
    (index / "chroma.sqlite3").write_bytes(data[: len(data) // 2])


def _a_folder(index: Path) -> None:
    (index / "chroma.sqlite3").unlink()
    (index / "chroma.sqlite3").mkdir()


def _a_file(index: Path) -> None:
    shutil.rmtree(index)
    index.write_text("x")


@pytest.mark.parametrize("spoil", [_garbage, _cut, _a_folder, _a_file])
def test_a_damaged_index_is_explained_and_can_be_rebuilt_at_once(
    store: VectorStore, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    fill(store)
    spoil(tmp_path / "home" / "index")

    for session in (store.reading, store.writing):
        with pytest.raises(StoreError, match="vector index") as caught, session():
            pass
        assert "coach index rebuild" in caught.value.hint

    store.drop()
    assert not store.exists()
    fill(store, 3)
    assert len(nearest(store)) == 3


def _spoil_files(folder: Path) -> None:
    for file in folder.iterdir():
        file.write_bytes(b"garbage")


@pytest.mark.parametrize("spoil", [_spoil_files, shutil.rmtree])
def test_a_damaged_graph_is_explained(store: VectorStore, tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    # Chroma writes its graph to files of its own from 1000 rows on.
    fill(store, 1200)
    graphs = [folder for folder in (tmp_path / "home" / "index").iterdir() if folder.is_dir() and any(folder.iterdir())]
    assert graphs
    for folder in graphs:
        spoil(folder)

    with pytest.raises(StoreError, match="vector index") as caught:
        nearest(store)
    assert "coach index rebuild" in caught.value.hint


def test_a_vector_of_another_length(store: VectorStore) -> None:
    fill(store)

    with pytest.raises(StoreError, match="read"):
        nearest(store, AXES[0][:3])
    with pytest.raises(StoreError, match="written"), store.writing() as writer:
        writer.upsert(NOTES, ["N1.1"], AXES[:1, :3], ["h"])


class PanicException(BaseException):
    """As Chroma's Rust core raises it; the class itself cannot be imported."""


class Broken:
    """A collection whose every method fails."""

    def __init__(self, fault: BaseException) -> None:
        self._fault = fault

    def __getattr__(self, name: str) -> Any:
        def fail(*_: Any, **__: Any) -> Any:
            raise self._fault

        return fail


CALLS: list[Callable[[Writer], object]] = [
    lambda w: w.nearest(NOTES, AXES[0], 3),
    lambda w: w.hashes(NOTES),
    lambda w: w.all(NOTES),
    lambda w: w.upsert(NOTES, ["N1.1"], AXES[:1], ["h"]),
    lambda w: w.remove(NOTES, ["N1.1"]),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", [InternalError("disk I/O"), ValueError("x"), PanicException("unwrap")], ids=type)
def test_whatever_chroma_raises_is_put_in_plain_words(call: Callable[[Writer], object], fault: BaseException) -> None:
    with pytest.raises(StoreError) as caught:
        call(Writer(dict.fromkeys(COLLECTIONS, Broken(fault))))

    assert "The vector index cannot be" in caught.value.message
    assert "coach index rebuild" in caught.value.hint


def test_an_interrupt_is_left_alone() -> None:
    with pytest.raises(KeyboardInterrupt):
        Reader({NOTES: Broken(KeyboardInterrupt())}).hashes(NOTES)


def test_a_row_without_a_hash_has_to_be_written_again() -> None:
    class Damaged:
        def count(self) -> int:
            return 2

        def get(self, **_: Any) -> Any:
            return {"ids": ["N1.1", "N2.1"], "metadatas": [None, {"hash": "h"}]}

    assert Reader({NOTES: Damaged()}).hashes(NOTES) == {"N1.1": "", "N2.1": "h"}
