"""Reading a part of the ledger, where the whole would take too long."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from coach.domain.source import SourceKind
from coach.store.database import Database, open_database
from coach.store.ledger import Ledger
from tests.store.conftest import note, principle


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database)


def test_the_generation_changes_with_whatever_anybody_writes(ledger: Ledger, database: Database) -> None:
    seen = ledger.generation()
    assert ledger.generation() == seen
    ledger.put_drafts([note("a")])
    assert (now := ledger.generation()) != seen
    with open_database(database.path) as other:
        assert ledger.generation() == now
        Ledger(other).put_drafts([note("b", path="/b.md")])
    assert ledger.generation() != now


def test_statements_are_read_with_what_an_answer_says_of_their_sources(ledger: Ledger) -> None:
    ledger.sync_builtin([principle(8, "a")])
    ledger.put_drafts([replace(note("a", "b"), date=date(2026, 9, 14), private=True), note("c", path="/b.md")])

    placed = ledger.placed(["N1.2", "P8.1", "N2.1", "N9.9", "x"])

    assert sorted(placed) == ["N1.2", "N2.1", "P8.1"]
    one = placed["N1.2"]
    assert (one.statement.text, one.kind, one.title, one.date, one.private) == (
        "b",
        SourceKind.NOTE,
        "Retro",
        date(2026, 9, 14),
        True,
    )
    assert (placed["P8.1"].kind, placed["P8.1"].date) == (SourceKind.PRINCIPLE, None)
    ledger.remove("N1")
    assert sorted(ledger.placed(["N1.2", "N2.1"])) == ["N2.1"]


def test_statements_of_notes_of_some_days(ledger: Ledger) -> None:
    days = [date(2026, 1, 5), date(2026, 6, 30), date(2026, 9, 1), None]
    ledger.put_drafts([replace(note("a", "b", path=f"/{i}"), date=day) for i, day in enumerate(days)])
    ledger.put_drafts([replace(principle(0, "x", builtin=False, path="/p"), date=days[1])])

    assert ledger.note_statements(days[1], None, 10) == ["N2.1", "N2.2", "N3.1", "N3.2"]
    assert ledger.note_statements(None, days[1], 10) == ["N1.1", "N1.2", "N2.1", "N2.2"]
    assert ledger.note_statements(days[1], days[1], 2) == ["N2.1", "N2.2"]
    assert ledger.note_statements(None, None, 5) is None
    assert ledger.note_statements(days[2], days[0], 5) == []


def test_what_can_be_counted_is_not_read(ledger: Ledger) -> None:
    assert not ledger.has_notes()
    assert ledger.counts() == {SourceKind.PRINCIPLE: 0, SourceKind.PRACTICE: 0, SourceKind.NOTE: 0}
    ledger.sync_builtin([principle(8, "a")])
    assert not ledger.has_notes()
    ledger.put_drafts([note("a", "b"), replace(note("c", path="/b.md"), private=True)])

    assert ledger.has_notes()
    assert ledger.counts() == {SourceKind.PRINCIPLE: 1, SourceKind.PRACTICE: 0, SourceKind.NOTE: 2}
    assert ledger.statement_count() == 4
    assert ledger.ids() == ["N1", "N2", "P8"]
    assert [s.id for s in ledger.curated()] == ["P8"]
    assert ledger.private(["N1", "N2", "N3"]) == {"N1": False, "N2": True}
    ledger.remove("N1")
    ledger.remove("N2")
    assert not ledger.has_notes()
    assert ledger.ids() == ["P8"]
    assert ledger.private(["N1"]) == {}
    assert ledger.counts()[SourceKind.NOTE] == 0
