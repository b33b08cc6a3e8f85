from __future__ import annotations

import fcntl
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chromadb.errors import InternalError

from coach.domain.errors import StoreError
from coach.retrieval import vectors as module
from coach.retrieval.vectors import COLLECTIONS, CURATED, NOTES, Reader, VectorStore, Writer

AXES = np.eye(12, dtype=np.float32)


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    return VectorStore(tmp_path / "home" / "index", "words")


def fill(store: VectorStore, count: int = 12, collection: str = NOTES, first: int = 1) -> list[str]:
    ids = [f"N{i}.1" for i in range(first, first + count)]
    vectors = np.vstack([AXES[(first - 1 + i) % 12] for i in range(count)])
    with store.writing() as writer:
        writer.upsert(collection, ids, vectors, [f"hash {i}" for i in ids])
    return ids


def nearest(store: VectorStore, vector: Any = AXES[0], limit: int = 50) -> list[tuple[str, float]]:
    with store.reading() as reader:
        return reader.nearest(NOTES, vector, limit)


def test_what_was_written_is_found_nearest_first(store: VectorStore) -> None:
    ids = fill(store, 3)
    asked = np.array([0.6, 0.8, *[0] * 10], dtype=np.float32)

    found = nearest(store, asked, 2)

    assert [i for i, _ in found] == [ids[1], ids[0]]
    assert [s for _, s in found] == pytest.approx([0.8, 0.6], abs=1e-5)


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (1, 1), (12, 12), (500, 12)])
def test_never_more_than_asked_for_or_there(store: VectorStore, limit: int, count: int) -> None:
    fill(store)

    assert len(nearest(store, limit=limit)) == count


def test_an_empty_collection(store: VectorStore) -> None:
    fill(store, collection=CURATED)

    with store.reading() as reader:
        assert reader.nearest(NOTES, AXES[0], 5) == []
        assert reader.hashes(NOTES) == {}
        ids, vectors = reader.all(NOTES)
    assert ids == []
    assert vectors.shape == (0, 0)


def test_a_row_is_replaced(store: VectorStore) -> None:
    fill(store, 2)
    with store.writing() as writer:
        writer.upsert(NOTES, ["N1.1"], AXES[5:6], ["new"])

    with store.reading() as reader:
        assert reader.hashes(NOTES) == {"N1.1": "new", "N2.1": "hash N2.1"}
    [(found, score)] = nearest(store, AXES[5], 1)
    assert found == "N1.1"
    assert score == pytest.approx(1.0, abs=1e-5)


def test_removed_rows_are_gone_and_others_stay(store: VectorStore) -> None:
    ids = fill(store)
    fill(store, collection=CURATED)
    with store.writing() as writer:
        writer.remove(NOTES, [*ids[:5], "N99.9"])
        writer.remove(NOTES, [])

    with store.reading() as reader:
        assert set(reader.hashes(NOTES)) == set(ids[5:])
        assert set(reader.hashes(CURATED)) == set(ids)
    assert {i for i, _ in nearest(store)} == set(ids[5:])


def test_many_rows_are_written_and_read_in_parts(store: VectorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_ROWS", 5)
    monkeypatch.setattr(module, "_PAGE", 5)
    ids = fill(store)

    with store.writing() as writer:
        got, vectors = writer.all(NOTES)
        assert dict(zip(got, map(tuple, vectors), strict=True)) == {i: tuple(v) for i, v in zip(ids, AXES, strict=True)}
        assert writer.hashes(NOTES) == {i: f"hash {i}" for i in ids}
        writer.remove(NOTES, ids[:11])
        assert set(writer.hashes(NOTES)) == {ids[11]}


@pytest.mark.parametrize("name", ["a@[::1]:80", "é", "", "..", "-", "m" * 300, "a/b\n\x00"])
def test_any_name_of_an_embedder_will_do(tmp_path: Path, name: str) -> None:
    store = VectorStore(tmp_path / "index", name)
    fill(store, 1)

    assert nearest(store)[0][0] == "N1.1"


@pytest.mark.parametrize(("one", "other"), [("a/b", "a-b"), ("m" * 99 + "1", "m" * 99 + "2"), ("A", "a")])
def test_vectors_of_two_embedders_do_not_mix(tmp_path: Path, one: str, other: str) -> None:
    fill(VectorStore(tmp_path / "index", one), 3)
    fill(VectorStore(tmp_path / "index", other), 1, first=9)

    assert len(nearest(VectorStore(tmp_path / "index", one))) == 3
    assert len(nearest(VectorStore(tmp_path / "index", other))) == 1


def test_reading_creates_nothing(store: VectorStore, tmp_path: Path) -> None:
    assert not store.exists()

    with pytest.raises(StoreError, match="not there") as caught, store.reading():
        pass

    assert "coach index rebuild" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_reading_what_only_another_embedder_wrote(store: VectorStore, tmp_path: Path) -> None:
    fill(store)
    assert store.exists()

    with pytest.raises(StoreError) as caught, VectorStore(tmp_path / "home" / "index", "other").reading():
        pass
    assert "coach index rebuild" in caught.value.hint


def test_folders_are_private(store: VectorStore, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        fill(store)
    finally:
        os.umask(old)

    home = tmp_path / "home"
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "index").stat().st_mode & 0o777 == 0o700
    assert (home / "index.lock").stat().st_mode & 0o777 == 0o600


def test_one_writer_at_a_time(store: VectorStore, tmp_path: Path) -> None:
    def is_free() -> bool:
        with (tmp_path / "home" / "index.lock").open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    with store.writing():
        assert not is_free()
    assert is_free()

    def fail() -> None:
        with store.writing():
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert is_free()
    with store.reading():
        assert is_free()


def test_threads_read_and_write_at_once(store: VectorStore) -> None:
    fill(store)
    faults: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(6):
                assert len(nearest(store)) >= 12
        except BaseException as fault:  # noqa: BLE001 (looked at by the test's thread)
            faults.append(fault)

    def write(at: int) -> None:
        try:
            for n in range(2):
                fill(store, 12, first=1 + 12 * (1 + 2 * at + n))
        except BaseException as fault:  # noqa: BLE001 (looked at by the test's thread)
            faults.append(fault)

    threads = [threading.Thread(target=read) for _ in range(3)]
    threads += [threading.Thread(target=write, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert len(nearest(store, limit=100)) == 60


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


def test_settings_of_another_chroma_are_not_followed(
    store: VectorStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = {"CHROMA_API_IMPL": "chromadb.api.fastapi.FastAPI", "CHROMA_SERVER_HOST": "192.0.2.1"}
    for name, value in theirs.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".env").write_text("\n".join(f"{k}={v}" for k, v in (theirs | {"MIGRATIONS": "none"}).items()))
    monkeypatch.chdir(tmp_path)

    fill(store)

    assert len(nearest(store)) == 12
    assert store.exists()
