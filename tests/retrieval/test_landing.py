from __future__ import annotations

import threading

import pytest

from coach.domain.errors import StoreError
from coach.retrieval import landing as module
from coach.retrieval.landing import Landing
from coach.retrieval.rows import rows_of
from coach.retrieval.vectors import CURATED, NOTES, Writer
from tests.retrieval.fakes import World, note, principle


def put(landing: Landing, world: World, number: int, *, curated: bool = False) -> None:
    source = principle(number, "Measure.") if curated else note(number, "A line.")
    world.put(source)
    rows = rows_of(source, remote=False)
    landing.put(rows, world.embedder.embed([row.text for row in rows]))
    landing.done({source.id: source.digest})


def test_what_is_put_in_is_written_in_its_collection_and_then_done(world: World) -> None:
    with Landing(world.store(), world.ledger.indexed) as landing:
        put(landing, world, 1)
        put(landing, world, 2, curated=True)

    assert world.rows(NOTES) == {"N1.1"}
    assert world.rows(CURATED) == {"P2.1"}
    assert not world.ledger.indexed.has_pending()


def test_a_source_is_not_done_before_it_is_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    upsert = Writer.upsert
    seen: list[bool] = []

    def watching(self: Writer, *arguments: object) -> None:
        seen.append(world.ledger.indexed.has_pending())
        upsert(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Writer, "upsert", watching)
    with Landing(world.store(), world.ledger.indexed) as landing:
        put(landing, world, 1)

    assert seen == [True]
    assert not world.ledger.indexed.has_pending()


@pytest.mark.parametrize("ends", [KeyboardInterrupt, StoreError("x")])
def test_what_was_put_in_is_written_though_something_else_fails(
    world: World, ends: type[BaseException] | BaseException
) -> None:
    def fail() -> None:
        with Landing(world.store(), world.ledger.indexed) as landing:
            put(landing, world, 1)
            raise ends

    with pytest.raises(ends if isinstance(ends, type) else type(ends)):
        fail()

    assert world.rows(NOTES) == {"N1.1"}


def test_a_fault_is_raised_where_it_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = threading.Event()

    def full(*_: object) -> None:
        failed.set()
        raise StoreError("The disk is full.")

    monkeypatch.setattr(Writer, "upsert", full)
    monkeypatch.setattr(module, "_ROWS_AT_ONCE", 1)

    def go_on() -> None:
        with Landing(world.store(), world.ledger.indexed) as landing:
            put(landing, world, 1)
            failed.wait(10)
            for number in range(2, 40):  # more than may wait: nobody waits for a thread that does not write any more
                put(landing, world, number)

    with pytest.raises(StoreError, match="disk is full"):
        go_on()

    assert world.ledger.indexed.has_pending()
    assert [t for t in threading.enumerate() if t.name == "coach-landing"] == []
