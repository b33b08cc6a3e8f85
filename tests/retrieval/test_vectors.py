from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from coach.domain.errors import StoreError
from coach.retrieval import vectors as module
from coach.retrieval.vectors import CURATED, GRAPH, NOTES, VectorStore
from tests.retrieval.vectors import AXES, fill, nearest


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


def test_chroma_writes_its_graph_after_few_rows(store: VectorStore) -> None:
    # It keeps what is not in the files of the graph in a queue, from which every opening takes it again.
    most = 64
    ids = [i for first in range(1, 2 * most, 8) for i in fill(store, 8, first=first)]
    store.close()

    with closing(sqlite3.connect(store.path / "chroma.sqlite3")) as connection:
        [(waiting,)] = connection.execute("SELECT count(*) FROM embeddings_queue")

    assert waiting < most < len(ids)
    with store.reading() as reader:
        assert set(reader.hashes(NOTES)) == set(ids)


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


@pytest.mark.filterwarnings("ignore:legacy embedding function")
def test_a_search_looks_at_so_many_rows_that_like_lines_do_not_hide_another(store: VectorStore) -> None:
    # What that does, `python -m bench.alike` measures: a graph is built by chance.
    fill(store)
    with store.writing() as writer:
        graph = writer._collections[NOTES].configuration["hnsw"]
    assert {name: graph[name] for name in GRAPH["hnsw"]} == GRAPH["hnsw"]
    assert graph["ef_search"] >= 1000


@pytest.mark.parametrize("told", [[3], [0, 1, 2, 3, 4, 6, 7]])
def test_few_rows_are_looked_at_one_by_one_where_a_search_misses_any(
    store: VectorStore, told: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Among vectors that are nearly the same a graph may lose its way; how often is a matter of luck.
    vectors = np.eye(8, dtype=np.float32)
    with store.writing() as writer:
        writer.upsert(NOTES, [f"N1.{i}" for i in range(8)], vectors, ["h"] * 8)
        collection = writer._collections[NOTES]

        class Lost:
            def query(self, **_: Any) -> dict[str, Any]:
                return {"ids": [[f"N1.{i}" for i in told]], "distances": [[1.0] * len(told)]}

            def __getattr__(self, name: str) -> Any:
                return getattr(collection, name)

        monkeypatch.setitem(writer._collections, NOTES, Lost())
        found = writer.nearest(NOTES, vectors[5], 8)
        assert found[0][0] == "N1.5"
        assert found[0][1] == pytest.approx(1.0)
        assert len(found) == 8


def test_of_many_rows_a_search_may_miss_some_and_not_most(store: VectorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SMALL", 7)
    vectors = np.eye(8, dtype=np.float32)
    with store.writing() as writer:
        writer.upsert(NOTES, [f"N1.{i}" for i in range(8)], vectors, ["h"] * 8)
        collection = writer._collections[NOTES]

        class Lost:
            told = 7

            def query(self, **_: Any) -> dict[str, Any]:
                return {"ids": [[f"N1.{i}" for i in range(self.told)]], "distances": [[1.0] * self.told]}

            def __getattr__(self, name: str) -> Any:
                return getattr(collection, name)

        monkeypatch.setitem(writer._collections, NOTES, Lost())
        assert len(writer.nearest(NOTES, vectors[7], 8)) == 7
        monkeypatch.setattr(Lost, "told", 3)
        with pytest.raises(StoreError, match="damaged"):
            writer.nearest(NOTES, vectors[7], 8)
