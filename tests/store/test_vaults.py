from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from coach.domain.errors import StoreError
from coach.domain.source import Draft, SourceKind, Statement, StatementKind
from coach.store import database as databases
from coach.store import vaults as module
from coach.store.database import Database, open_database
from coach.store.ledger import Ledger
from coach.store.schema import MIGRATIONS
from coach.store.vaults import File, Note, Outcome, Root, Vaults


@pytest.fixture
def vaults(database: Database) -> Vaults:
    return Vaults(database)


def note(path: str, *lines: str, title: str = "Retro", private: bool = False) -> Draft:
    statements = tuple(Statement("", line, StatementKind.NOTE) for line in lines)
    return Draft(SourceKind.NOTE, title, statements, path=path, date=date(2026, 9, 14), private=private)


def read(path: str, root: int = 1, **changes: object) -> File:
    values: dict[str, object] = {"size": 12, "mtime_ns": 1_700_000_000_000_000_001, "hash": "ab", "read_as": "1"}
    return File(path, root, **({"outcome": Outcome.READ} | values | changes))  # type: ignore[arg-type]


def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    monkeypatch.setattr(module, "_now", lambda: moment)


def test_roots_keep_their_order_and_their_patterns(vaults: Vaults) -> None:
    assert vaults.roots() == []
    vaults.put_root("/notes", ["*.md"], [])
    vaults.put_root("/a", [], ["drafts/", "ä"])
    assert vaults.roots() == [Root(1, "/notes", ("*.md",)), Root(2, "/a", (), ("drafts/", "ä"))]
    vaults.put_root("/notes", [], ["old/"])
    assert vaults.roots()[0] == Root(1, "/notes", (), ("old/",))


def test_what_is_noted_of_a_root(vaults: Vaults, monkeypatch: pytest.MonkeyPatch) -> None:
    vaults.put_root("/notes", [], [])
    at(monkeypatch, "2026-11-01T10:00:00+00:00")
    vaults.note(vaults.roots()[0], {"hidden": 3}, "")
    assert vaults.roots()[0] == Root(1, "/notes", passed={"hidden": 3})
    vaults.note(vaults.roots()[0], {"hidden": 3}, "it is not there")
    at(monkeypatch, "2026-11-02T10:00:00+00:00")
    vaults.note(vaults.roots()[0], {"hidden": 3}, "it is empty")
    root = vaults.roots()[0]
    assert (root.trouble, root.since) == ("it is empty", "2026-11-01T10:00:00+00:00")
    vaults.note(root, {}, "")
    assert vaults.roots()[0] == Root(1, "/notes")


def test_files_come_back_as_they_were_put(vaults: Vaults, monkeypatch: pytest.MonkeyPatch) -> None:
    vaults.put_root("/n", [], [])
    at(monkeypatch, "2026-11-01T10:00:00+00:00")
    failed = File("/n/b.pdf", 1, Outcome.FAILED, "it has no text")
    vaults.put([failed, read("/n/a.md", remarks=("One statement was cut.",))])
    found = vaults.files()
    assert list(found) == ["/n/a.md", "/n/b.pdf"]
    assert found["/n/a.md"] == read("/n/a.md", remarks=("One statement was cut.",), since="2026-11-01T10:00:00+00:00")
    assert found["/n/b.pdf"].outcome is Outcome.FAILED
    assert vaults.file("/n/b.pdf") == found["/n/b.pdf"]
    assert vaults.file("/n/none.md") is None
    vaults.forget(["/n/a.md", "/n/none.md"])
    assert list(vaults.files()) == ["/n/b.pdf"]


def test_since_when_a_file_is_what_it_is(vaults: Vaults, monkeypatch: pytest.MonkeyPatch) -> None:
    vaults.put_root("/n", [], [])
    since = []
    for day, outcome, reason in (
        (1, Outcome.READ, ""),
        (2, Outcome.FAILED, "it is damaged"),
        (3, Outcome.FAILED, "it is damaged"),
        (4, Outcome.FAILED, "it is too large"),
        (5, Outcome.READ, ""),
    ):
        at(monkeypatch, f"2026-11-0{day}T10:00:00+00:00")
        vaults.put([read("/n/a.md", outcome=outcome, reason=reason, hash=str(day))])
        since.append(vaults.files()["/n/a.md"].since[8:10])
    assert since == ["01", "02", "02", "04", "05"]


def test_a_removed_root_takes_its_files_along(vaults: Vaults) -> None:
    vaults.put_root("/n", [], [])
    vaults.put_root("/m", [], [])
    vaults.put([read("/n/a.md"), read("/m/b.md", 2)])
    vaults.remove_root(vaults.roots()[0])
    assert [r.path for r in vaults.roots()] == ["/m"]
    assert list(vaults.files()) == ["/m/b.md"]


def test_the_notes_of_a_path_move_with_their_ids(vaults: Vaults, database: Database) -> None:
    ledger = Ledger(database)
    ledger.put_drafts([note("/n/a.md", "We decided."), note("/n/other.md", "Else.")])
    vaults.put_root("/n", [], [])
    vaults.put([read("/n/a.md")])
    assert vaults.move("/n/a.md", "/n/sub/b.md") == ["N1"]
    source = ledger.source("N1")
    assert source is not None
    assert (source.path, [s.id for s in source.statements]) == ("/n/sub/b.md", ["N1.1"])
    assert vaults.files() == {}
    # It is written as it would be if it had been read there.
    assert ledger.put_drafts([note("/n/sub/b.md", "We decided.")]).unchanged == ("N1",)
    assert vaults.paths() == {"/n/sub/b.md", "/n/other.md"}
    assert (vaults.note_ids("/n/sub/b.md"), vaults.note_ids("/n/a.md")) == (["N1"], [])


def test_the_notes_of_the_ledger(vaults: Vaults, database: Database) -> None:
    ledger = Ledger(database)
    ledger.put_drafts([note("/n/b.md", "One.", "Two.", private=True), note("/n/a.md", "Three."), note("", "Four.")])
    ledger.put_drafts([note("/n/gone.md", "Five.")])
    ledger.remove("N4")
    day = date(2026, 9, 14)
    assert vaults.notes() == [
        Note("N1", "Retro", day, private=True, path="/n/b.md", statements=2),
        Note("N2", "Retro", day, private=False, path="/n/a.md", statements=1),
        Note("N3", "Retro", day, private=False, path="", statements=1),
    ]
    assert vaults.paths() == {"/n/a.md", "/n/b.md"}


def test_a_transaction_keeps_all_or_nothing(vaults: Vaults, database: Database) -> None:
    ledger = Ledger(database)
    vaults.put_root("/n", [], [])

    def half() -> None:
        with vaults.transaction():
            ledger.put_drafts([note("/n/a.md", "We decided.")])
            vaults.put([read("/n/a.md")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert (vaults.files(), ledger.sources()) == ({}, [])


def test_a_file_of_no_root_is_refused(vaults: Vaults) -> None:
    with pytest.raises(StoreError):
        vaults.put([read("/n/a.md", root=7)])


def test_a_database_of_the_first_version_is_brought_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.db"
    with monkeypatch.context() as patch:
        patch.setattr(databases, "MIGRATIONS", MIGRATIONS[:1])
        with open_database(path) as old:
            Ledger(old).put_drafts([note("/n/a.md", "We decided.")])
    with open_database(path) as new:
        assert Vaults(new).roots() == []
        assert Vaults(new).paths() == {"/n/a.md"}
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
    assert path.stat().st_mode & 0o777 == 0o600
