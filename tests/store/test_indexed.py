from __future__ import annotations

from dataclasses import replace

import pytest

from coach.store.database import Database
from coach.store.indexed import Indexed
from coach.store.ledger import Ledger
from tests.store.conftest import note, principle


@pytest.fixture
def ledger(database: Database) -> Ledger:
    ledger = Ledger(database)
    ledger.put_drafts([note("a", "b"), note("c", path="/notes/b.md")])
    return ledger


def test_numbers_tell_which_statements_an_index_may_have(ledger: Ledger) -> None:
    assert ledger.indexed.pending_numbers() == {"N1": 3, "N2": 2}
    ledger.indexed.mark_done(["N1", "N2"])
    ledger.put_drafts([note("a", "new")])
    ledger.remove("N2")

    assert ledger.indexed.pending_numbers() == {"N1": 4}
    assert ledger.indexed.removed_numbers() == {"N2": 2}
    assert ledger.indexed.pending_deletions() == ["N2"]
    ledger.indexed.mark_deleted(["N2"])
    assert ledger.indexed.removed_numbers() == {}


def test_the_numbers_come_in_order(ledger: Ledger) -> None:
    ledger.put_drafts([note("x", path=f"/{i}.md") for i in range(10)])
    ledger.sync_builtin([principle(i, "a") for i in range(3)])

    assert list(ledger.indexed.pending_numbers()) == [*(f"N{i}" for i in range(1, 13)), "P0", "P1", "P2"]


def test_another_index_has_nothing_yet(ledger: Ledger) -> None:
    indexed = ledger.indexed
    assert indexed.mark() == ""
    assert indexed.begin("words 1")
    indexed.mark_done(["N1", "N2"])

    assert not indexed.begin("words 1")
    assert not indexed.has_pending()
    assert indexed.begin("words 2")
    assert indexed.mark() == "words 2"
    assert list(indexed.pending_numbers()) == ["N1", "N2"]


def test_some_are_pending_again(ledger: Ledger) -> None:
    ledger.indexed.mark_done(["N1", "N2"])
    ledger.remove("N2")

    ledger.indexed.mark_pending(["N1", "N2", "N99"])

    assert [s.id for s in ledger.indexed.pending()] == ["N1"]
    assert ledger.indexed.pending_deletions() == ["N2"]


def test_digests_are_those_that_stand_in_the_ledger(ledger: Ledger) -> None:
    source = ledger.source("N1")
    assert source is not None

    assert ledger.indexed.digests(["N1", "N99"]) == {"N1": source.digest}
    ledger.put(replace(source, title="Other"))
    assert ledger.indexed.digests(["N1"]) != {"N1": source.digest}


def test_two_connections_see_the_same(ledger: Ledger, database: Database) -> None:
    Indexed(database).mark_done(["N1"])

    assert list(ledger.indexed.pending_numbers()) == ["N2"]
