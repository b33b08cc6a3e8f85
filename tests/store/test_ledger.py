from __future__ import annotations

import sqlite3
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.errors import InputError, StoreError
from coach.domain.source import Draft, Source, SourceKind, Statement, StatementKind
from coach.store.database import Database, open_database
from coach.store.fulltext import FullText
from coach.store.ledger import Changes, Ledger
from coach.store.rows import insert_source
from tests.store.conftest import note, principle


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database)


def texts(source: Source | None) -> dict[str, str]:
    assert source is not None
    return {s.id: s.text for s in source.statements}


def test_a_source_comes_back_as_it_was_put(ledger: Ledger) -> None:
    statements = (
        Statement("C3.1", "Say “no” – [kindly].", StatementKind.ADVICE, ("A", 'B "c"'), ("P8.3", "P8.2"), 12),
        Statement("C3.4", "What for?", StatementKind.QUESTION),
    )
    source = Source(
        "C3",
        SourceKind.PRACTICE,
        "Title",
        statements,
        situations=("vp wants date", "über"),
        when="someone asks",
        serves=("P8", "P2"),
        draws_on=("A book",),
        tags=("x",),
        date=date(2026, 9, 14),
        path="/a/b.md",
        private=True,
        builtin=True,
    )

    assert ledger.put(source).added == ("C3",)
    assert ledger.source("C3") == source
    assert ledger.sources() == ledger.indexed.pending() == [source]
    assert ledger.statement("C3.4") == statements[1]
    assert ledger.put(source) == Changes(unchanged=("C3",), sources=(source,))


def test_what_is_not_there(ledger: Ledger) -> None:
    assert ledger.source("N1") is None
    assert ledger.statement("N1.1") is None
    assert ledger.statements(["N1.1", "x", ""]) == {}
    assert ledger.sources(SourceKind.NOTE) == ledger.indexed.pending() == []
    assert ledger.indexed.pending_deletions() == []
    assert not ledger.indexed.has_pending()


def test_notes_are_numbered_and_pending_until_they_are_done(ledger: Ledger) -> None:
    changes = ledger.put_drafts([note("a", "b"), note("c", path="/notes/b.md")])

    assert changes.added == ("N1", "N2")
    assert [s.id for s in changes.sources] == ["N1", "N2"]
    assert texts(ledger.source("N1")) == {"N1.1": "a", "N1.2": "b"}
    assert [s.id for s in ledger.indexed.pending()] == ["N1", "N2"]
    ledger.indexed.mark_done(["N1"])
    assert [s.id for s in ledger.indexed.pending()] == ["N2"]
    ledger.indexed.mark_done(["N2", "N99"])
    assert not ledger.indexed.has_pending()
    ledger.indexed.mark_all_pending()
    assert len(ledger.indexed.pending()) == 2


def test_a_note_that_is_added_again_keeps_its_number_and_what_is_unchanged(ledger: Ledger) -> None:
    ledger.put_drafts([note("a", "b", "c")])
    ledger.indexed.mark_done(["N1"])

    assert ledger.put_drafts([note("a", "b", "c")]).unchanged == ("N1",)
    assert not ledger.indexed.has_pending()
    assert ledger.put_drafts([note("a", "new", "c", title="Renamed")]).changed == ("N1",)
    assert texts(ledger.source("N1")) == {"N1.1": "a", "N1.4": "new", "N1.3": "c"}
    ledger.put_drafts([note("a")])
    ledger.put_drafts([note("a", "b")])
    assert texts(ledger.source("N1")) == {"N1.1": "a", "N1.5": "b"}


def test_what_changed_while_it_was_being_indexed_stays_pending(ledger: Ledger) -> None:
    (old,) = ledger.put_drafts([note("a")]).sources
    ledger.put_drafts([note("b")])

    ledger.indexed.mark_done(["N1"], digests={"N1": old.digest})
    assert [s.id for s in ledger.indexed.pending()] == ["N1"]
    ledger.indexed.mark_done(["N1"], digests={"N1": ledger.indexed.pending()[0].digest})
    assert not ledger.indexed.has_pending()


def test_removed_notes_are_gone_at_once_and_their_numbers_for_good(ledger: Ledger, database: Database) -> None:
    ledger.put_drafts([note("apples", "b")])
    ledger.indexed.mark_done(["N1"])

    ledger.remove("N1")

    assert ledger.source("N1") is None
    assert ledger.statement("N1.1") is None
    assert ledger.sources() == ledger.indexed.pending() == []
    assert FullText(database).notes("apples", 5) == []
    assert ledger.indexed.pending_deletions() == ["N1"]
    assert ledger.indexed.has_pending()
    assert ledger.put_drafts([note("apples")]).added == ("N2",)
    ledger.indexed.mark_deleted(["N1", "N2"])
    assert ledger.indexed.pending_deletions() == []
    assert [s.id for s in ledger.sources()] == ["N2"]
    ledger.remove("N2")
    ledger.indexed.mark_deleted(["N2"])
    assert ledger.put_drafts([note("apples")]).added == ("N3",)


def test_only_a_persons_own_sources_can_be_removed(ledger: Ledger) -> None:
    ledger.sync_builtin([principle(8, "a")])

    for source_id, message in (("N7", "no source N7"), ("P8", "comes with coach")):
        with pytest.raises(InputError, match=message) as caught:
            ledger.remove(source_id)
        assert caught.value.hint
    assert ledger.source("P8")


def test_a_persons_principles_are_numbered_after_the_built_in_ones(ledger: Ledger) -> None:
    own = [principle(i, f"text {i}", builtin=False, path="/p/essay.txt") for i in range(3)]

    assert ledger.put_drafts(own).added == ("P10", "P11", "P12")
    assert ledger.sync_builtin([principle(i, "a") for i in range(10)]).added == tuple(f"P{i}" for i in range(10))
    assert [s.id for s in ledger.sources(SourceKind.PRINCIPLE)] == [f"P{i}" for i in range(13)]
    practice = replace(own[0], kind=SourceKind.PRACTICE)
    assert ledger.put_drafts([practice]).added == ("C101",)
    assert ledger.put_drafts(own).unchanged == ("P10", "P11", "P12")


def test_sections_keep_their_numbers_by_title_and_by_what_they_say(ledger: Ledger) -> None:
    def section(title: str, *said: str) -> Draft:
        return principle(0, *said, builtin=False, path="/p/e.txt", title=title)

    ledger.put_drafts([section("A", "a1", "a2"), section("B", "b1"), section("C", "c1")])

    changes = ledger.put_drafts([section("New", "n1"), section("C", "c1"), section("A renamed", "a1", "a3")])

    assert (changes.added, changes.changed, changes.unchanged, changes.removed) == (
        ("P13",),
        ("P10",),
        ("P12",),
        ("P11",),
    )
    assert texts(ledger.source("P10")) == {"P10.1": "a1", "P10.3": "a3"}
    assert ledger.indexed.pending_deletions() == ["P11"]


def test_unchanged_built_ins_are_free_and_only_changed_ones_pending(ledger: Ledger, database: Database) -> None:
    drafts = [principle(i, "a", f"b{i}") for i in range(3)]
    ledger.sync_builtin(drafts)
    ledger.indexed.mark_done(["P0", "P1", "P2"])
    with database.read() as connection:
        before = connection.total_changes

    assert ledger.sync_builtin(drafts).unchanged == ("P0", "P1", "P2")

    with database.read() as connection:
        assert connection.total_changes == before
    changed = [drafts[0], principle(1, "a", "B"), drafts[2]]
    assert ledger.sync_builtin(changed).changed == ("P1",)
    assert [s.id for s in ledger.indexed.pending()] == ["P1"]
    assert texts(ledger.source("P1")) == {"P1.1": "a", "P1.2": "B"}


def test_built_ins_that_are_turned_off_go_and_come_back_with_their_ids(ledger: Ledger) -> None:
    drafts = [principle(i, "a", "b") for i in range(2)]
    ledger.sync_builtin(drafts)

    assert ledger.sync_builtin([]).removed == ("P0", "P1")
    assert ledger.sources() == []
    assert ledger.sync_builtin(drafts[:1]).added == ("P0",)
    assert ledger.indexed.pending_deletions() == ["P1"]
    ledger.indexed.mark_deleted(["P0", "P1"])
    assert ledger.sync_builtin(drafts).added == ("P1",)
    assert texts(ledger.source("P0")) == {"P0.1": "a", "P0.2": "b"}


def test_a_built_in_never_takes_a_persons_number(ledger: Ledger) -> None:
    ledger.put_drafts([principle(0, "mine", builtin=False, path="/p/e.txt")])

    with pytest.raises(StoreError, match="P10 has the number of one of your own") as caught:
        ledger.sync_builtin([principle(0, "a"), principle(10, "b")])

    assert "coach sources remove P10" in caught.value.hint
    assert [s.id for s in ledger.sources()] == ["P10"]
    with pytest.raises(StoreError, match="not a built-in"):
        ledger.sync_builtin([principle(0, "a", builtin=False)])


def test_the_fingerprint_follows_principles_and_practices_alone(ledger: Ledger) -> None:
    seen = [ledger.curated_fingerprint()]
    ledger.sync_builtin([principle(0, "a")])
    seen.append(ledger.curated_fingerprint())
    ledger.put_drafts([principle(0, "mine", builtin=False, path="/p/e.txt")])
    seen.append(ledger.curated_fingerprint())
    ledger.put_drafts([note("a")])
    ledger.indexed.mark_done(["N1", "P0"])
    assert ledger.curated_fingerprint() == seen[-1]
    ledger.remove("P10")

    assert len(set(seen)) == 3
    assert ledger.curated_fingerprint() == seen[1]


def test_a_write_that_fails_in_the_middle_keeps_nothing(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.put_drafts([note("a")])

    def failing(connection: sqlite3.Connection, source: Source, next_statement: int) -> None:
        insert_source(connection, source, next_statement)
        if source.path == "/notes/c.md":
            raise StoreError("no")

    with monkeypatch.context() as patched:
        patched.setattr("coach.store.entries.insert_source", failing)
        with pytest.raises(StoreError):
            ledger.put_drafts([note("b"), note("c", path="/notes/c.md")])

    assert texts(ledger.source("N1")) == {"N1.1": "a"}
    assert ledger.put_drafts([note("c", path="/notes/c.md")]).added == ("N2",)


def test_many_statements_are_looked_up_at_once(ledger: Ledger) -> None:
    ledger.put_drafts([note(*(f"text {i}" for i in range(1200)))])
    wanted = [f"N1.{i}" for i in range(1200, 0, -1)]

    assert list(ledger.statements([*wanted, "N9.9", "N1.5"])) == wanted


def test_two_processes_never_give_the_same_number(tmp_path: Path) -> None:
    with open_database(tmp_path / "x.db") as one, open_database(tmp_path / "x.db") as two:
        for i in range(5):
            Ledger(one).put_drafts([note("a", path=f"/one/{i}.md")])
            Ledger(two).put_drafts([note("a", path=f"/two/{i}.md")])

        assert [s.id for s in Ledger(one).sources()] == [f"N{i}" for i in range(1, 11)]


_STEP = st.tuples(
    st.sampled_from(["put", "remove", "clean"]), st.sampled_from("ab"), st.lists(st.sampled_from("wxyz"), max_size=4)
)


@given(st.lists(_STEP, max_size=14))
@settings(max_examples=60, deadline=None)
def test_ids_are_never_used_for_anything_else(steps: list[tuple[str, str, list[str]]]) -> None:
    meaning: dict[str, tuple[str, str, int]] = {}
    lives = {"a": 0, "b": 0}
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "x.db") as database:
        ledger = Ledger(database)
        for what, path, said in steps:
            here = next((s.id for s in ledger.sources() if s.path == path), None)
            if what == "put":
                lives[path] += here is None
                ledger.put_drafts([note(*said, path=path)])
            elif what == "remove" and here:
                ledger.remove(here)
            elif what == "clean":
                ledger.indexed.mark_deleted(ledger.indexed.pending_deletions())
            for source in ledger.sources():
                for statement in source.statements:
                    now = (source.path, statement.text, lives[source.path])
                    assert meaning.setdefault(statement.id, now) == now
