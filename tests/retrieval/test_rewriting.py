from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from coach.domain.errors import StoreError
from coach.retrieval.rewriting import rewrite
from coach.retrieval.vectors import CURATED, NOTES, VectorStore

DIM = 384


def holds(folder: Path, wanted: NDArray[np.float32]) -> list[str]:
    """The files in which these numbers stand in a row, at any place and perhaps a little rounded."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        raw = path.read_bytes()
        for start in range(4):
            numbers = np.frombuffer(raw[start : start + (len(raw) - start) // 4 * 4], dtype="<f4")
            with np.errstate(all="ignore"):
                for at in np.flatnonzero(np.abs(numbers - wanted[0]) < 1e-5):
                    there = numbers[at : at + DIM]
                    if len(there) == DIM and np.allclose(there, wanted, atol=1e-5):
                        found.append(path.name)
    return found


@pytest.mark.parametrize("count", [5, 1200])
def test_nothing_of_a_removed_vector_is_left_and_everything_else_is(tmp_path: Path, count: int) -> None:
    store = VectorStore(tmp_path / "chroma", "random")
    rows = np.random.default_rng(0).normal(size=(count, DIM)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ids = [f"N1.{n}" for n in range(1, count + 1)]
    with store.writing() as writer:
        writer.upsert(NOTES, ids, rows, ids)
        writer.upsert(CURATED, ["P1.1"], rows[:1], ["hash"])
    with store.writing() as writer:
        writer.remove(NOTES, ids[2:3])
    assert holds(store.path, rows[2])
    rewrite(store.path, "random")
    assert holds(store.path, rows[2]) == []
    assert holds(store.path, rows[3])
    with store.reading() as reader:
        assert sorted(reader.ids(NOTES)) == sorted(set(ids) - {ids[2]})
        assert reader.hashes(NOTES) == {i: i for i in ids if i != ids[2]}
        assert reader.hashes(CURATED) == {"P1.1": "hash"}
        assert reader.nearest(NOTES, rows[3], 1)[0][0] == ids[3]
    store.close()


def test_where_there_is_no_index_none_is_made(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "chroma", "random")
    rewrite(store.path, "random")
    assert not store.exists()


def test_where_it_cannot_be_written_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = VectorStore(tmp_path / "chroma", "random")
    with store.writing() as writer:
        writer.upsert(NOTES, ["N1.1"], np.ones((1, DIM), dtype=np.float32), ["hash"])
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(StoreError, match="cannot be written") as error:
        rewrite(store.path, "random")
    assert "coach index rebuild" in error.value.hint
