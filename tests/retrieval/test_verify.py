from __future__ import annotations

import shutil
from collections.abc import Callable

import numpy as np
import pytest

from coach.domain.errors import StoreError
from coach.retrieval import verify as module
from coach.retrieval.vectors import CURATED, NOTES, Writer
from coach.retrieval.verify import Verifier
from coach.store.fulltext import FullText
from tests.retrieval.fakes import STATEMENTS, WordEmbedder, World, changed, note, small_corpus
from tests.retrieval.verifying import told, verify


def test_where_all_agrees_nothing_is_found_or_embedded(indexed: World) -> None:
    assert verify(indexed) == []
    assert indexed.embedder.texts == []


def test_nothing_is_there_yet(world: World) -> None:
    assert verify(world) == []
    world.put(*small_corpus())
    assert verify(world) == []


def test_what_is_pending_is_no_disagreement(indexed: World) -> None:
    indexed.put(changed(small_corpus()[0], 0, "Measure first."), note(2, "A new note."))
    indexed.ledger.remove("N1")

    assert verify(indexed) == []


# Chroma.


def _lost(writer: Writer, _: WordEmbedder) -> None:
    writer.remove(NOTES, ["N1.1"])
    writer.remove(CURATED, ["P1.1", "C2.1"])


def _strays(writer: Writer, embedder: WordEmbedder) -> None:
    vectors = embedder.embed(["one", "two"])
    writer.upsert(NOTES, ["N1.9", "N77.1"], vectors, ["h", "h"])
    writer.upsert(CURATED, ["N1.1"], vectors[:1], ["h"])


def _older(writer: Writer, embedder: WordEmbedder) -> None:
    writer.upsert(NOTES, ["N1.1"], embedder.embed(["What it said before."]), ["before"])


def _rotten(writer: Writer, embedder: WordEmbedder) -> None:
    [right] = writer.hashes(NOTES, ["N1.2"]).values()
    # Chroma keeps vectors at the length 1, so the damage is done to what it says of them.
    writer.upsert(NOTES, ["N1.2"], embedder.embed(["x"]), [right])


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (
            _lost,
            [
                "vector index: 2 statements had no vector in the curated.",
                "vector index: 1 statement had no vector in the notes.",
            ],
        ),
        (
            _strays,
            [
                "vector index: 1 vector was of no statement in the curated.",
                "vector index: 2 vectors were of no statement in the notes.",
            ],
        ),
        (_older, ["vector index: 1 vector was of another text in the notes."]),
    ],
)
def test_rows_that_differ_are_found_and_repaired(
    indexed: World, spoil: Callable[[Writer, WordEmbedder], None], expected: list[str]
) -> None:
    with indexed.store().writing() as writer:
        spoil(writer, indexed.embedder)
    indexed.embedder.texts.clear()

    assert told(verify(indexed)) == expected
    assert len(indexed.embedder.texts) <= 3
    assert verify(indexed) == []


def test_a_damaged_vector_is_found_and_made_anew(world: World) -> None:
    world.put(note(1, *(f"Line {i} of {i % 7} and {i % 11}." for i in range(1200))))
    world.indexer().bring_up_to_date()
    world.store().close()
    [graph] = [p for p in world.index_path.glob("*/data_level0.bin") if p.stat().st_size > 1_000_000]
    data = bytearray(graph.read_bytes())
    # Of the row in the fifth place: links, then the numbers of its vector, then its label.
    at = 4 * (260 + 4 * world.embedder.dim + 8) + 260
    data[at : at + 4] = np.float32(1e20).tobytes()
    graph.write_bytes(bytes(data))
    world.embedder.texts.clear()

    assert told(verify(world)) == ["vector index: 1 vector was damaged in the notes."]
    assert len(world.embedder.texts) == 1
    assert verify(world) == []


def test_rows_that_cannot_be_read_are_looked_for_one_by_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put(note(1, *(f"Line {i}." for i in range(50))))
    world.indexer().bring_up_to_date()
    world.embedder.texts.clear()
    bad = {"N1.7", "N1.8", "N1.40"}
    reading = Writer.vectors

    def failing(self: Writer, collection: str, ids: list[str]) -> object:
        if world.embedder.texts == [] and bad.intersection(ids):
            raise StoreError("Error getting embedding")
        return reading(self, collection, ids)

    monkeypatch.setattr(Writer, "vectors", failing)

    assert told(verify(world)) == ["vector index: 3 vectors were damaged in the notes."]
    assert len(world.embedder.texts) == 3


def test_an_index_of_which_most_cannot_be_read_is_built_anew(indexed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FAILURES", 2)
    reading = Writer.vectors

    def failing(self: Writer, collection: str, ids: list[str]) -> object:
        if indexed.embedder.texts == []:
            raise StoreError("Error getting embedding")
        return reading(self, collection, ids)

    monkeypatch.setattr(Writer, "vectors", failing)

    assert told(verify(indexed)) == ["vector index: Many vectors cannot be read."]
    assert len(indexed.embedder.texts) >= STATEMENTS


def test_an_older_copy_of_the_index_is_found(indexed: World) -> None:
    """As a backup gives that has the name of the index that the ledger knows."""
    indexed.store().close()
    shutil.copytree(indexed.index_path, indexed.home / "copy")
    indexed.put(note(2, "A new note."))
    indexed.indexer().bring_up_to_date()
    indexed.store().close()
    shutil.rmtree(indexed.index_path)
    (indexed.home / "copy").rename(indexed.index_path)

    assert told(verify(indexed)) == ["vector index: 1 statement had no vector in the notes."]


def test_searches_that_do_not_find_what_is_there(indexed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a part of the graph is lost: the files are written anew, and nothing is embedded."""
    answers = iter([True, False])
    monkeypatch.setattr(module, "_misses", lambda *_: next(answers, False))

    assert told(verify(indexed)) == ["vector index: Searches in the curated did not find what is there."]
    assert indexed.embedder.texts == []


@pytest.mark.parametrize("spoil", ["garbage", "gone", "a file"])
def test_a_damaged_index_is_built_anew(indexed: World, spoil: str) -> None:
    indexed.store().close()
    if spoil == "garbage":
        (indexed.index_path / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    else:
        shutil.rmtree(indexed.index_path)
        if spoil == "a file":
            indexed.index_path.write_text("x")

    found = verify(indexed)

    # What is gone is noticed at every start, and indexed like something new.
    assert len(found) == (spoil != "gone")
    assert len(indexed.embedder.texts) >= STATEMENTS
    assert verify(indexed) == []


def test_what_has_to_do_with_the_disk_is_no_reason_to_throw_an_index_away(
    indexed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full.", "Make room.")

    with indexed.store().writing() as writer:
        writer.remove(NOTES, ["N1.1"])
    monkeypatch.setattr(Writer, "upsert", full)

    with pytest.raises(StoreError, match="disk is full"):
        verify(indexed)

    assert indexed.rows(NOTES) == {"N1.2"}
    monkeypatch.undo()
    # It was marked before anything was removed, so that the next start makes it good.
    indexed.assert_in_step(indexed.indexer().bring_up_to_date())


def test_what_stays_wrong_is_said(indexed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Writer, "remove", lambda *_: None)
    with indexed.store().writing() as writer:
        writer.upsert(NOTES, ["N77.1"], indexed.embedder.embed(["stray"]), ["h"])

    verifier = Verifier(
        indexed.ledger,
        FullText(indexed.database),
        indexed.store(),
        indexed.indexer(),
        indexed.compiled_path,
        remote=False,
    )
    [finding] = verifier.verify()

    assert not finding.repaired
    assert "coach index rebuild" in finding.hint


def test_what_is_private_has_no_vector_elsewhere(world: World) -> None:
    away = WordEmbedder("away", remote=True)
    world.put(*small_corpus(), note(7, "The secret salary.", private=True))
    world.indexer(away).bring_up_to_date()

    assert verify(world, away) == []

    with world.store(away).writing() as writer:
        writer.upsert(NOTES, ["N7.1"], away.embed(["x"]), ["h"])
    assert told(verify(world, away)) == ["vector index: 1 vector was of no statement in the notes."]
    assert not [text for text in away.texts if "secret" in text]
