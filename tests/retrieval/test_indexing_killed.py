"""An indexing that ends at any moment, or is not the only one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from coach.domain.errors import StoreError
from coach.retrieval import indexing, landing, work
from coach.retrieval.locks import lock
from coach.retrieval.vectors import CURATED, NOTES, Reader, Writer
from coach.store.indexed import Indexed
from tests.retrieval.fakes import (
    SITUATIONS,
    STATEMENTS,
    Killed,
    WordEmbedder,
    World,
    changed,
    note,
    small_corpus,
)


@pytest.fixture(params=[False, True], ids=["at once", "beside"])
def written(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is embedded is written at once, or by a thread beside the embedding, a few rows at a time."""
    if request.param:
        monkeypatch.setattr(indexing, "_FEW", 0)
        monkeypatch.setattr(work, "_TEXTS_AT_ONCE", 2)
        monkeypatch.setattr(landing, "_ROWS_AT_ONCE", 3)


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


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("target", "method"),
    [
        (WordEmbedder, "embed"),
        (Writer, "upsert"),
        (Writer, "remove"),
        (Indexed, "begin"),
        (Indexed, "mark_deleted"),
        (Indexed, "mark_done"),
        (Reader, "all"),
    ],
)
@pytest.mark.parametrize("lost", [False, True], ids=["there", "lost"])
def test_a_kill_at_any_moment_is_made_good_by_the_next_run(
    indexed: World, target: type, method: str, after: bool, lost: bool
) -> None:
    indexed.ledger.remove("P2")
    indexed.put(changed(small_corpus()[0], 0, "Measure first."), note(2, "A new note."))
    if lost:
        indexed.store().drop()

    with _killed_by(target, method, after=after), pytest.raises(Killed):
        indexed.indexer().bring_up_to_date()

    indexed.assert_in_step(indexed.indexer().bring_up_to_date())
    assert "P2.1" not in indexed.rows(CURATED)


@pytest.mark.usefixtures("written")
def test_what_was_written_before_a_kill_is_not_embedded_again(world: World) -> None:
    world.put(*small_corpus())

    def end(*_: object, digests: object = None) -> None:
        if digests:  # sources that say something, when all of it is written
            raise Killed

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Indexed, "mark_done", end)
        with pytest.raises(Killed):
            world.indexer().bring_up_to_date()
    assert len(world.ledger.indexed.pending()) == 5
    world.embedder.texts.clear()

    world.assert_in_step(world.indexer().bring_up_to_date())

    assert len(world.embedder.texts) == SITUATIONS


@pytest.mark.parametrize("ends", [Killed, KeyboardInterrupt, StoreError("It is down.")])
def test_what_was_embedded_when_it_ended_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch, ends: BaseException | type[BaseException]
) -> None:
    monkeypatch.setattr(work, "_TEXTS_AT_ONCE", 100)
    world.put(note(1, *(f"Line number {i}." for i in range(300))))
    batches = iter([None, None, ends])

    def third() -> None:
        if fault := next(batches):
            raise fault

    world.embedder.before = third
    with pytest.raises(ends if isinstance(ends, type) else type(ends)):
        world.indexer().bring_up_to_date()
    world.embedder.before = lambda: None
    assert len(world.rows(NOTES)) == 200
    assert world.ledger.indexed.has_pending()
    world.embedder.texts.clear()

    compiled = world.indexer().bring_up_to_date()

    assert len(world.embedder.texts) == 100
    world.assert_in_step(compiled)


def test_sources_are_done_as_they_land(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long before the last is: whoever stops it does not begin from the beginning."""
    monkeypatch.setattr(work, "_TEXTS_AT_ONCE", 10)
    monkeypatch.setattr(work, "_WINDOW", 50)
    monkeypatch.setattr(landing, "_ROWS_AT_ONCE", 10)
    world.put(*(note(n, *(f"Line {i} of note {n}." for i in range(10))) for n in range(1, 21)))

    def stop(done: int, _: int) -> None:
        if done >= 120:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.indexer().bring_up_to_date(stop)

    assert len(world.ledger.indexed.pending()) == 10
    world.embedder.texts.clear()
    world.assert_in_step(world.indexer().bring_up_to_date())
    assert len(world.embedder.texts) == 80


def test_a_source_that_changes_while_it_is_indexed_stays_pending(world: World) -> None:
    world.put(*small_corpus())

    def change() -> None:
        world.embedder.before = lambda: None
        world.put(changed(small_corpus()[0], 0, "Changed meanwhile."))

    world.embedder.before = change
    world.indexer().bring_up_to_date()
    assert [s.id for s in world.ledger.indexed.pending()] == ["P1"]

    world.assert_in_step(world.indexer().bring_up_to_date())


def test_a_source_that_is_removed_while_it_is_indexed_is_forgotten(world: World) -> None:
    world.put(*small_corpus())

    def remove() -> None:
        world.embedder.before = lambda: None
        world.ledger.remove("N1")

    world.embedder.before = remove
    world.indexer().bring_up_to_date()
    assert world.ledger.indexed.pending_deletions() == ["N1"]

    world.assert_in_step(world.indexer().bring_up_to_date())

    assert world.rows(NOTES) == set()


def test_what_another_process_did_meanwhile_is_not_done_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put(*small_corpus())
    other = WordEmbedder()
    waiting = lock

    def late(path: Path, patience: float | None = None) -> AbstractContextManager[None]:
        monkeypatch.setattr(indexing, "lock", waiting)
        world.indexer(other).bring_up_to_date()
        return waiting(path, patience)

    monkeypatch.setattr(indexing, "lock", late)
    world.assert_in_step(world.indexer().bring_up_to_date())

    assert len(other.texts) == STATEMENTS + SITUATIONS
    assert world.embedder.texts == []


def test_whoever_need_not_wait_leaves_it_to_the_process_that_is_at_it(indexed: World) -> None:
    indexed.put(note(2, "A new note."))

    with lock(indexed.home / "index.indexing.lock"):
        compiled = indexed.indexer().bring_up_to_date(wait=False)

    assert len(compiled.statement_ids) == 6
    assert indexed.embedder.texts == []
    assert indexed.ledger.indexed.has_pending()
    indexed.assert_in_step(indexed.indexer().bring_up_to_date(wait=False))
