"""Lost and damaged files of the index, and disks that are full."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from coach.domain.errors import StoreError
from coach.retrieval import vectors
from coach.retrieval.compiled import load
from coach.retrieval.vectors import CURATED, NOTES
from tests.retrieval.fakes import SITUATIONS, STATEMENTS, World, changed, note, small_corpus


def test_a_lost_index_is_built_again_from_the_ledger(indexed: World) -> None:
    indexed.store().drop()

    indexed.assert_in_step(indexed.indexer().bring_up_to_date())

    assert len(indexed.embedder.texts) == STATEMENTS  # the situations are still in the compiled file


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04", b"x" * 5_000])
def test_a_lost_or_damaged_compiled_file_is_made_again(indexed: World, content: bytes | None) -> None:
    if content is None:
        indexed.compiled_path.unlink()
    else:
        indexed.compiled_path.write_bytes(content)

    indexed.assert_in_step(indexed.indexer().bring_up_to_date())

    assert len(indexed.embedder.texts) == SITUATIONS  # the statements are still in the index
    assert load(indexed.compiled_path) is not None


def test_a_damaged_index_is_explained_and_rebuilt(indexed: World) -> None:
    (indexed.index_path / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    indexed.put(note(2, "A new note."))

    with pytest.raises(StoreError) as caught:
        indexed.indexer().bring_up_to_date()
    assert "coach index rebuild" in caught.value.hint
    assert indexed.ledger.indexed.has_pending()

    indexed.assert_in_step(indexed.indexer().rebuild())
    assert len(indexed.embedder.texts) == STATEMENTS + 1 + SITUATIONS


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_while_compiling_loses_nothing(indexed: World) -> None:
    before = indexed.compiled_path.read_bytes()
    indexed.put(changed(small_corpus()[0], 0, "Measure first."), note(2, "A new note."))
    indexed.compiled_path.with_name(f"{indexed.compiled_path.name}.{os.getpid()}.part").symlink_to("/dev/full")

    with pytest.raises(StoreError, match="No space left"):
        indexed.indexer().bring_up_to_date()

    assert indexed.compiled_path.read_bytes() == before
    assert indexed.ledger.source("N2") is not None
    indexed.assert_in_step(indexed.indexer().bring_up_to_date())
    assert sorted(indexed.embedder.texts) == ["Measure first.", "Note 2. Top. A new note."]


def test_a_failing_embedder_loses_nothing(indexed: World) -> None:
    def fail() -> None:
        raise StoreError("It is down.")

    indexed.put(note(2, "A new note."))
    indexed.embedder.before = fail
    with pytest.raises(StoreError, match="It is down"):
        indexed.indexer().bring_up_to_date()
    indexed.embedder.before = lambda: None

    indexed.assert_in_step(indexed.indexer().bring_up_to_date())


def test_a_backup_from_before_the_index_was_built_anew_is_brought_up_to_date(indexed: World) -> None:
    shutil.copytree(indexed.index_path, indexed.home / "copy")
    indexed.put(note(2, "A new note."))
    indexed.ledger.remove("N1")
    indexed.indexer().bring_up_to_date()
    indexed.store().drop()
    indexed.indexer().bring_up_to_date()
    indexed.store().close()
    shutil.rmtree(indexed.index_path)
    (indexed.home / "copy").rename(indexed.index_path)

    indexed.assert_in_step(indexed.indexer().bring_up_to_date())

    assert indexed.rows(NOTES) == {"N2.1"}


def test_an_index_from_before_there_were_names_is_taken_over(indexed: World) -> None:
    (indexed.index_path / "coach-stamp").unlink()
    with indexed.database.write() as connection:
        connection.execute("DELETE FROM marks WHERE name = 'index'")
    indexed.store().close()

    indexed.assert_in_step(indexed.indexer().bring_up_to_date())

    assert indexed.embedder.texts == []


def test_what_no_source_accounts_for_is_removed_where_the_index_is_another(indexed: World) -> None:
    with indexed.store().writing() as writer:
        vector = indexed.embedder.embed(["A stray."])
        writer.upsert(NOTES, ["N77.1"], vector, ["h"])
        writer.upsert(NOTES, ["P1.1"], vector, ["h"])
        writer.upsert(CURATED, ["P1.99"], vector, ["h"])
    (indexed.index_path / "coach-stamp").unlink()

    indexed.assert_in_step(indexed.indexer().bring_up_to_date())


@pytest.fixture
def written(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small corpus and some notes, indexed by a Chroma that has written its graph to files."""
    monkeypatch.setitem(vectors.GRAPH["hnsw"], "sync_threshold", 2)
    world.put(*small_corpus(), *(note(n, f"We decided on the matter number {n}.") for n in range(1, 8)))
    world.indexer().bring_up_to_date()
    world.store().close()
    return world


def _torn(index: Path, name: str) -> None:
    found = list(index.glob(f"*/{name}"))
    assert found
    for file in found:
        data = file.read_bytes()
        file.write_bytes(data[: len(data) // 2])
    (index / "coach-writing").touch()  # as a writer leaves it that is killed


@pytest.mark.parametrize("name", ["header.bin", "data_level0.bin", "length.bin"])
def test_a_graph_that_a_kill_has_torn_is_built_anew(written: World, name: str) -> None:
    _torn(written.index_path, name)
    written.put(note(9, "A new note."))

    written.assert_in_step(written.indexer().bring_up_to_date())

    assert not written.ledger.indexed.has_pending()


def test_a_torn_graph_stays_where_the_disk_has_no_room_for_another(
    written: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _torn(written.index_path, "header.bin")
    written.put(note(9, "A new note."))
    usage = shutil.disk_usage(written.index_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))

    with pytest.raises(StoreError) as caught:
        written.indexer().bring_up_to_date()

    assert "coach index rebuild" in caught.value.hint
    assert any(written.index_path.iterdir())
    assert written.ledger.indexed.has_pending()
