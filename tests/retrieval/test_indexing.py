from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from coach.domain.errors import StoreError
from coach.domain.source import Source, Statement, StatementKind
from coach.retrieval.compiled import load
from coach.retrieval.vectors import CURATED, NOTES, Reader, VectorStore, Writer
from coach.store.ledger import Ledger
from tests.retrieval.fakes import Killed, WordEmbedder, World, note, principle, small_corpus

#: Of the small corpus.
STATEMENTS, SITUATIONS = 8, 6


@pytest.fixture
def filled(world: World) -> World:
    """The small corpus, indexed."""
    world.put(*small_corpus())
    world.indexer().bring_up_to_date()
    world.embedder.texts.clear()
    return world


def changed(source: Source, at: int, text: str) -> Source:
    """The source with another text in one statement, which keeps its id as in the built-in corpus."""
    statements = list(source.statements)
    statements[at] = replace(statements[at], text=text)
    return replace(source, statements=tuple(statements))


# What is indexed.


def test_what_is_pending_is_indexed_and_done(world: World) -> None:
    world.put(*small_corpus())
    assert len(world.ledger.pending()) == 5

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


def test_where_nothing_changed_nothing_is_opened_or_embedded(filled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: VectorStore) -> None:
        pytest.fail("the index was opened")

    monkeypatch.setattr(VectorStore, "writing", refuse)
    monkeypatch.setattr(VectorStore, "reading", refuse)
    calls: list[tuple[int, int]] = []

    compiled = filled.indexer().bring_up_to_date(lambda done, total: calls.append((done, total)))

    assert filled.embedder.texts == []
    assert calls == []
    assert len(compiled.statement_ids) == 6


def test_only_a_changed_statement_is_embedded_again(filled: World) -> None:
    filled.put(changed(small_corpus()[0], 1, "Say on the same day when a date slips."))

    compiled = filled.indexer().bring_up_to_date()

    assert filled.embedder.texts == ["Say on the same day when a date slips."]
    filled.assert_in_step(compiled)


def test_only_new_lines_of_a_note_are_embedded_and_dropped_ones_forgotten(filled: World) -> None:
    old = small_corpus()[4]
    line = Statement("N1.3", "Ask the vendor.", StatementKind.NOTE, heading=("Top",), line=3)
    filled.put(replace(old, statements=(old.statements[0], line)))

    compiled = filled.indexer().bring_up_to_date()

    assert filled.embedder.texts == ["Note 1. Top. Ask the vendor."]
    assert filled.rows(NOTES) == {"N1.1", "N1.3"}
    filled.assert_in_step(compiled)


def test_only_new_situations_are_embedded(filled: World) -> None:
    old = small_corpus()[0]
    filled.put(replace(old, situations=(*old.situations[:1], "the date was set without us")))

    compiled = filled.indexer().bring_up_to_date()

    assert filled.embedder.texts == ["the date was set without us"]
    assert "the deadline is impossible" not in compiled.situation_texts
    filled.assert_in_step(compiled)


@pytest.mark.parametrize("what", [{"date": date(2026, 5, 1)}, {"tags": ("new",)}, {"path": "/other.md"}])
def test_what_is_not_embedded_may_change_for_free(filled: World, what: Mapping[str, object]) -> None:
    filled.put(replace(small_corpus()[4], **what))  # type: ignore[arg-type]
    assert filled.ledger.has_pending()

    filled.assert_in_step(filled.indexer().bring_up_to_date())

    assert filled.embedder.texts == []


def test_a_source_that_was_changed_and_changed_back_is_done_again(filled: World) -> None:
    filled.put(changed(small_corpus()[0], 0, "Measure first."))
    filled.put(small_corpus()[0])
    assert filled.ledger.has_pending()

    filled.assert_in_step(filled.indexer().bring_up_to_date())

    assert filled.embedder.texts == []


def test_a_removed_source_is_forgotten(filled: World) -> None:
    filled.ledger.remove("N1")
    filled.ledger.remove("P1")

    compiled = filled.indexer().bring_up_to_date()

    assert filled.rows(NOTES) == set()
    assert filled.rows(CURATED) == {"C1.1", "C1.2", "C2.1", "P2.1"}
    assert filled.ledger.pending_deletions() == []
    assert "P1" not in compiled.situation_sources
    assert filled.embedder.texts == []


# Another embedder.


def test_another_embedder_has_an_index_of_its_own(filled: World) -> None:
    other = WordEmbedder("other", dim=64)

    compiled = filled.indexer(other).bring_up_to_date()

    assert compiled.space == "other"
    assert compiled.statements.shape == (6, 64)
    assert len(other.texts) == STATEMENTS + SITUATIONS
    assert filled.rows(NOTES, other) == {"N1.1", "N1.2"}


def test_an_index_that_another_embedder_left_behind_is_brought_up_to_date(filled: World) -> None:
    """While the other embedder was set, the ledger called done what only the other's index had."""
    other = WordEmbedder("other")
    filled.put(changed(small_corpus()[0], 0, "Measure first."), note(2, "A new note."))
    filled.ledger.remove("N1")
    filled.indexer(other).bring_up_to_date()
    assert not filled.ledger.has_pending()

    compiled = filled.indexer().bring_up_to_date()

    filled.assert_in_step(compiled)
    assert filled.rows(NOTES) == {"N2.1"}
    assert {"Measure first.", "Note 2. Top. A new note."} <= set(filled.embedder.texts)


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
    assert not world.ledger.has_pending()


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


# Killed on the way.


def _kill(*_: object, **__: object) -> None:
    raise Killed


@contextmanager
def _killed_by(target: type, method: str, *, after: bool) -> Iterator[None]:
    """The process ends when a method is called, before or after it has done its work."""
    original: Callable[..., object] = getattr(target, method)

    def end(*arguments: object, **options: object) -> None:
        if after:
            original(*arguments, **options)
        raise Killed

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(target, method, end)
        yield


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("target", "method"),
    [
        (WordEmbedder, "embed"),
        (Writer, "upsert"),
        (Writer, "remove"),
        (Ledger, "mark_deleted"),
        (Ledger, "mark_done"),
        (Reader, "all"),
    ],
)
def test_a_kill_at_any_moment_is_made_good_by_the_next_run(
    filled: World, target: type, method: str, after: bool
) -> None:
    filled.ledger.remove("P2")
    filled.put(changed(small_corpus()[0], 0, "Measure first."), note(2, "A new note."))

    with _killed_by(target, method, after=after), pytest.raises(Killed):
        filled.indexer().bring_up_to_date()

    filled.assert_in_step(filled.indexer().bring_up_to_date())
    assert "P2.1" not in filled.rows(CURATED)


def test_what_was_written_before_a_kill_is_not_embedded_again(world: World) -> None:
    world.put(*small_corpus())
    with _killed_by(Ledger, "mark_done", after=False), pytest.raises(Killed):
        world.indexer().bring_up_to_date()
    assert len(world.ledger.pending()) == 5
    world.embedder.texts.clear()

    world.assert_in_step(world.indexer().bring_up_to_date())

    assert len(world.embedder.texts) == SITUATIONS


def test_a_kill_in_the_middle_of_a_long_note(world: World) -> None:
    world.put(note(1, *(f"Line number {i}." for i in range(300))))
    world.indexer().bring_up_to_date()
    world.index_path.rename(world.home / "lost")  # so that the ledger calls done what is now missing
    batches = iter([None, _kill])

    def second() -> None:
        if act := next(batches):
            act()

    world.embedder.before = second
    with pytest.raises(Killed):
        world.indexer().bring_up_to_date()
    world.embedder.before = lambda: None
    assert len(world.rows(NOTES)) == 128

    compiled = world.indexer().bring_up_to_date()

    assert len(world.rows(NOTES)) == 300
    world.assert_in_step(compiled)


def test_a_source_that_changes_while_it_is_indexed_stays_pending(world: World) -> None:
    world.put(*small_corpus())

    def change() -> None:
        world.embedder.before = lambda: None
        world.put(changed(small_corpus()[0], 0, "Changed meanwhile."))

    world.embedder.before = change
    world.indexer().bring_up_to_date()
    assert [s.id for s in world.ledger.pending()] == ["P1"]

    world.assert_in_step(world.indexer().bring_up_to_date())


def test_what_another_process_did_meanwhile_is_not_done_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put(*small_corpus())
    other = WordEmbedder()
    writing = VectorStore.writing

    def late(store: VectorStore) -> object:
        monkeypatch.setattr(VectorStore, "writing", writing)
        world.indexer(other).bring_up_to_date()
        return writing(store)

    monkeypatch.setattr(VectorStore, "writing", late)
    world.assert_in_step(world.indexer().bring_up_to_date())

    assert len(other.texts) == STATEMENTS + SITUATIONS
    assert world.embedder.texts == []


# Lost and damaged files.


def test_a_lost_index_is_built_again_from_the_ledger(filled: World) -> None:
    filled.store().drop()

    filled.assert_in_step(filled.indexer().bring_up_to_date())

    assert len(filled.embedder.texts) == STATEMENTS  # the situations are still in the compiled file


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04", b"x" * 5_000])
def test_a_lost_or_damaged_compiled_file_is_made_again(filled: World, content: bytes | None) -> None:
    if content is None:
        filled.compiled_path.unlink()
    else:
        filled.compiled_path.write_bytes(content)

    filled.assert_in_step(filled.indexer().bring_up_to_date())

    assert len(filled.embedder.texts) == SITUATIONS  # the statements are still in the index
    assert load(filled.compiled_path) is not None


def test_a_damaged_index_is_explained_and_rebuilt(filled: World) -> None:
    (filled.index_path / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    filled.put(note(2, "A new note."))

    with pytest.raises(StoreError) as caught:
        filled.indexer().bring_up_to_date()
    assert "coach index rebuild" in caught.value.hint
    assert filled.ledger.has_pending()

    filled.assert_in_step(filled.indexer().rebuild())
    assert len(filled.embedder.texts) == STATEMENTS + 1 + SITUATIONS


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_while_compiling_loses_nothing(filled: World) -> None:
    before = filled.compiled_path.read_bytes()
    filled.put(note(2, "A new note."))
    filled.compiled_path.with_name(f"{filled.compiled_path.name}.{os.getpid()}.part").symlink_to("/dev/full")

    with pytest.raises(StoreError, match="No space left"):
        filled.indexer().bring_up_to_date()

    assert filled.compiled_path.read_bytes() == before
    assert filled.ledger.source("N2") is not None
    filled.assert_in_step(filled.indexer().bring_up_to_date())
    assert filled.embedder.texts == ["Note 2. Top. A new note."]


def test_a_failing_embedder_loses_nothing(filled: World) -> None:
    def fail() -> None:
        raise StoreError("It is down.")

    filled.put(note(2, "A new note."))
    filled.embedder.before = fail
    with pytest.raises(StoreError, match="It is down"):
        filled.indexer().bring_up_to_date()
    filled.embedder.before = lambda: None

    filled.assert_in_step(filled.indexer().bring_up_to_date())


# Progress.


def test_progress_adds_up(world: World) -> None:
    world.put(*small_corpus(), note(2, *(f"Line {i}." for i in range(300))))
    calls: list[tuple[int, int]] = []

    world.indexer().bring_up_to_date(lambda done, total: calls.append((done, total)))

    done = [d for d, _ in calls]
    assert {total for _, total in calls} == {300 + STATEMENTS + SITUATIONS}
    assert done == sorted(set(done))
    assert done[-1] == len(world.embedder.texts) == 300 + STATEMENTS + SITUATIONS
    assert len(calls) >= 4


def test_rebuilding_embeds_everything_once(filled: World) -> None:
    calls: list[tuple[int, int]] = []

    compiled = filled.indexer().rebuild(lambda done, total: calls.append((done, total)))

    assert calls[-1] == (STATEMENTS + SITUATIONS, STATEMENTS + SITUATIONS)
    filled.assert_in_step(compiled)
