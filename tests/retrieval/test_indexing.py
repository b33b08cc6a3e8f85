from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from coach.domain.source import Statement, StatementKind
from coach.retrieval import indexing, work
from coach.retrieval.compiled import load
from coach.retrieval.vectors import CURATED, NOTES, VectorStore
from tests.retrieval.fakes import SITUATIONS, STATEMENTS, World, changed, note, principle, small_corpus

# What is indexed.


def test_what_is_pending_is_indexed_and_done(world: World) -> None:
    world.put(*small_corpus())
    assert len(world.ledger.indexed.pending()) == 5

    compiled = world.indexer().bring_up_to_date()

    world.assert_in_step(compiled)
    assert sorted(world.rows(CURATED)) == ["C1.1", "C1.2", "C2.1", "P1.1", "P1.2", "P2.1"]
    assert sorted(world.rows(NOTES)) == ["N1.1", "N1.2"]
    assert len(compiled.situation_texts) == SITUATIONS
    assert compiled.situation_sources.count("P1") == 2
    for text, vector in zip(compiled.situation_texts, compiled.situations, strict=True):
        np.testing.assert_allclose(vector, world.embedder.embed([text])[0], atol=1e-6)


def test_a_line_of_a_note_is_understood_by_its_title_and_heading(world: World) -> None:
    lines = (
        Statement("N1.1", "retrain monthly", StatementKind.NOTE, heading=("Card fraud", "Decision")),
        Statement("N1.2", "ask legal", StatementKind.NOTE, heading=("Card fraud",)),
    )
    world.put(replace(note(1, title="Card fraud"), statements=lines), principle(1, "Retrain monthly."))

    world.indexer().bring_up_to_date()

    assert {"Card fraud. Decision. retrain monthly", "Card fraud. ask legal", "Retrain monthly."} <= set(
        world.embedder.texts
    )


def test_an_empty_ledger(world: World) -> None:
    compiled = world.indexer().bring_up_to_date()

    world.assert_in_step(compiled)
    assert compiled.statement_ids == ()


def test_a_source_without_statements_is_done_too(world: World) -> None:
    world.put(note(1), principle(1, situations=("they said",)))

    world.assert_in_step(world.indexer().bring_up_to_date())


def test_the_same_situation_of_two_sources_is_embedded_once(world: World) -> None:
    world.put(principle(1, "One.", situations=("same", "same")), principle(2, "Two.", situations=("same",)))

    compiled = world.indexer().bring_up_to_date()

    assert world.embedder.texts.count("same") == 1
    assert compiled.situation_sources == ("P1", "P2")


# What is not done again.


def test_where_nothing_changed_nothing_is_opened_or_embedded(indexed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: VectorStore) -> None:
        pytest.fail("the index was opened")

    monkeypatch.setattr(VectorStore, "writing", refuse)
    monkeypatch.setattr(VectorStore, "reading", refuse)
    calls: list[tuple[int, int]] = []

    compiled = indexed.indexer().bring_up_to_date(lambda done, total: calls.append((done, total)))

    assert indexed.embedder.texts == []
    assert calls == []
    assert len(compiled.statement_ids) == 6


def test_only_a_changed_statement_is_embedded_again(indexed: World) -> None:
    indexed.put(changed(small_corpus()[0], 1, "Say on the same day when a date slips."))

    compiled = indexed.indexer().bring_up_to_date()

    assert indexed.embedder.texts == ["Say on the same day when a date slips."]
    indexed.assert_in_step(compiled)


def test_only_new_lines_of_a_note_are_embedded_and_dropped_ones_forgotten(indexed: World) -> None:
    old = small_corpus()[4]
    line = Statement("N1.3", "Ask the vendor.", StatementKind.NOTE, heading=("Top",), line=3)
    indexed.put(replace(old, statements=(old.statements[0], line)))

    compiled = indexed.indexer().bring_up_to_date()

    assert indexed.embedder.texts == ["Note 1. Top. Ask the vendor."]
    assert indexed.rows(NOTES) == {"N1.1", "N1.3"}
    indexed.assert_in_step(compiled)


def test_only_new_situations_are_embedded(indexed: World) -> None:
    old = small_corpus()[0]
    indexed.put(replace(old, situations=(*old.situations[:1], "the date was set without us")))

    compiled = indexed.indexer().bring_up_to_date()

    assert indexed.embedder.texts == ["the date was set without us"]
    assert "the deadline is impossible" not in compiled.situation_texts
    indexed.assert_in_step(compiled)


@pytest.mark.parametrize("what", [{"date": date(2026, 5, 1)}, {"tags": ("new",)}, {"path": "/other.md"}])
def test_what_is_not_embedded_may_change_for_free(indexed: World, what: Mapping[str, object]) -> None:
    indexed.put(replace(small_corpus()[4], **what))  # type: ignore[arg-type]
    assert indexed.ledger.indexed.has_pending()

    indexed.assert_in_step(indexed.indexer().bring_up_to_date())

    assert indexed.embedder.texts == []


def test_a_source_that_was_changed_and_changed_back_is_done_again(indexed: World) -> None:
    indexed.put(changed(small_corpus()[0], 0, "Measure first."))
    indexed.put(small_corpus()[0])
    assert indexed.ledger.indexed.has_pending()

    indexed.assert_in_step(indexed.indexer().bring_up_to_date())

    assert indexed.embedder.texts == []


def test_a_removed_source_is_forgotten(indexed: World) -> None:
    indexed.ledger.remove("N1")
    indexed.ledger.remove("P1")

    compiled = indexed.indexer().bring_up_to_date()

    assert indexed.rows(NOTES) == set()
    assert indexed.rows(CURATED) == {"C1.1", "C1.2", "C2.1", "P2.1"}
    assert indexed.ledger.indexed.pending_deletions() == []
    assert "P1" not in compiled.situation_sources
    assert indexed.embedder.texts == []


def test_the_compiled_file_is_left_alone_where_only_notes_changed(
    indexed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load(indexed.compiled_path)
    monkeypatch.setattr(indexing, "save", lambda *_: pytest.fail("it was compiled again"))

    for change in (note(2, "A new note."), replace(small_corpus()[4], private=True)):
        indexed.put(change)
        compiled = indexed.indexer().bring_up_to_date()
        assert before is not None
        assert compiled.key == before.key


def test_a_line_that_stands_in_two_notes_is_embedded_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "_FEW", 0)
    world.put(*(note(n, "Next steps: none.", title="Standup") for n in range(1, 5)))

    world.assert_in_step(world.indexer().bring_up_to_date())

    assert len(world.embedder.texts) == 1


# Progress.


def test_progress_adds_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_TEXTS_AT_ONCE", 100)
    world.put(*small_corpus(), note(2, *(f"Line {i}." for i in range(300))))
    calls: list[tuple[int, int]] = []

    world.indexer().bring_up_to_date(lambda done, total: calls.append((done, total)))

    done = [d for d, _ in calls]
    assert {total for _, total in calls} == {300 + STATEMENTS + SITUATIONS}
    assert done == sorted(set(done))
    assert done[-1] == len(world.embedder.texts) == 300 + STATEMENTS + SITUATIONS
    assert len(calls) >= 4


def test_rebuilding_embeds_everything_once(indexed: World) -> None:
    calls: list[tuple[int, int]] = []

    compiled = indexed.indexer().rebuild(lambda done, total: calls.append((done, total)))

    assert calls[-1] == (STATEMENTS + SITUATIONS, STATEMENTS + SITUATIONS)
    indexed.assert_in_step(compiled)
