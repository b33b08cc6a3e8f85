"""Indexes of several embedders, and what embedders elsewhere get to see."""

from __future__ import annotations

from dataclasses import replace

from coach.retrieval.vectors import NOTES
from tests.retrieval.fakes import (
    SITUATIONS,
    STATEMENTS,
    WordEmbedder,
    World,
    changed,
    note,
    principle,
    small_corpus,
)

# Another embedder.


def test_another_embedder_has_an_index_of_its_own(indexed: World) -> None:
    other = WordEmbedder("other", dim=64)

    compiled = indexed.indexer(other).bring_up_to_date()

    assert compiled.space == "other"
    assert compiled.statements.shape == (6, 64)
    assert len(other.texts) == STATEMENTS + SITUATIONS
    assert indexed.rows(NOTES, other) == {"N1.1", "N1.2"}


def test_an_index_that_another_embedder_left_behind_is_brought_up_to_date(indexed: World) -> None:
    """While the other embedder was set, the ledger called done what only the other's index had."""
    other = WordEmbedder("other")
    indexed.put(changed(small_corpus()[0], 0, "Measure first."), note(2, "A new note."))
    indexed.ledger.remove("N1")
    indexed.indexer(other).bring_up_to_date()
    assert not indexed.ledger.indexed.has_pending()

    compiled = indexed.indexer().bring_up_to_date()

    indexed.assert_in_step(compiled)
    assert indexed.rows(NOTES) == {"N2.1"}
    assert {"Measure first.", "Note 2. Top. A new note."} <= set(indexed.embedder.texts)


# Private notes.


def test_what_is_private_never_reaches_an_embedder_elsewhere(world: World) -> None:
    world.put(
        *small_corpus(),
        note(7, "The secret salary.", private=True),
        principle(7, "A secret principle.", situations=("a secret situation",), private=True),
    )
    away = WordEmbedder("away", remote=True)

    compiled = world.indexer(away).bring_up_to_date()
    world.put(note(8, "Another secret.", private=True), note(9, "Open."))
    world.indexer(away).bring_up_to_date()
    world.indexer(away).rebuild()

    assert len(away.texts) > 2 * (STATEMENTS + SITUATIONS)
    assert not [text for text in away.texts if "secret" in text.lower()]
    assert "a secret situation" not in compiled.situation_texts
    assert world.rows(NOTES, away) == {"N1.1", "N1.2", "N9.1"}
    assert not world.ledger.indexed.has_pending()


def test_a_local_embedder_sees_what_is_private(world: World) -> None:
    world.put(*small_corpus(), note(7, "The secret salary.", private=True))
    world.indexer(WordEmbedder("away", remote=True)).bring_up_to_date()

    world.assert_in_step(world.indexer().bring_up_to_date())

    assert "N7.1" in world.rows(NOTES)


def test_a_note_that_becomes_private_is_forgotten_elsewhere(world: World) -> None:
    away = WordEmbedder("away", remote=True)
    world.put(*small_corpus())
    world.indexer(away).bring_up_to_date()
    away.texts.clear()

    world.put(replace(small_corpus()[4], private=True))
    world.assert_in_step(world.indexer(away).bring_up_to_date(), away)

    assert world.rows(NOTES, away) == set()
    assert away.texts == []
