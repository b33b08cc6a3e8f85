from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from coach.domain.errors import StoreError
from coach.store.database import Database
from coach.store.forgetting import Forgetting, scrub_file
from coach.store.ledger import Ledger
from coach.store.sessions import Sessions
from tests.store.conftest import note

STAMP = "2026-11-23T09:00:00+00:00"


@pytest.fixture
def forgetting(database: Database) -> Forgetting:
    return Forgetting(database)


def keep(database: Database, **bodies: Any) -> None:
    with database.write() as connection:
        for name, body in bodies.items():
            if name.startswith("b"):
                connection.execute("INSERT INTO briefs VALUES (?, 1, 'T', ?, ?)", (name, json.dumps(body), STAMP))
            else:
                row = (name, name.replace("r", "b"), json.dumps(body), STAMP, STAMP)
                connection.execute("INSERT INTO rehearsals VALUES (?, ?, 'T', ?, ?, ?)", row)


def indexed_words(database: Database) -> bytes:
    """Everything that the full-text index keeps, also of deleted statements."""
    with database.read() as connection:
        return b"".join(bytes(row["block"]) for row in connection.execute("SELECT block FROM statements_text_data"))


def test_scrubbed_the_file_has_nothing_of_what_was_removed(database: Database, forgetting: Forgetting) -> None:
    ledger = Ledger(database)
    ledger.put_drafts([note("Zebras ask.", path=f"/notes/{n}.md") for n in range(40)])
    ledger.put_drafts([note("The quagga asks.", path="/notes/z.md")])
    ledger.remove("N41")
    ledger.indexed.mark_deleted(ledger.indexed.pending_deletions())
    assert b"quagga" in indexed_words(database)
    forgetting.scrub()
    assert b"quagga" not in indexed_words(database)
    assert b"zebra" in indexed_words(database)
    files = [p for p in database.path.parent.iterdir() if p.is_file()]
    assert [p.name for p in files if b"quagga" in p.read_bytes()] == []
    assert [s.text for source in ledger.sources() for s in source.statements] == ["Zebras ask."] * 40


def test_another_file_is_scrubbed_as_well(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("CREATE TABLE t (text)")
        connection.executemany("INSERT INTO t VALUES (?)", [("a quagga",), ("a zebra",)])
        connection.execute("DELETE FROM t WHERE text = 'a quagga'")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"a quagga" in path.read_bytes()
    scrub_file(path)
    assert b"a quagga" not in path.read_bytes()
    assert b"a zebra" in path.read_bytes()
    scrub_file(tmp_path / "missing.db")
    assert not (tmp_path / "missing.db").exists()


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    path.write_text("no database at all, whatever its name says", "utf-8")
    with pytest.raises(StoreError, match="could not be cleared") as error:
        scrub_file(path)
    assert "leftovers" in error.value.hint


def test_rows_are_rewritten_where_there_is_something_to_change(database: Database, forgetting: Forgetting) -> None:
    sessions = Sessions(database)
    for name, answer in (("s1", {"a": "quagga"}), ("s2", {"a": "zebra"})):
        sessions.append(name, f"what of {answer['a']}?", json.dumps(answer), title=name)
    keep(database, b1={"x": ["quagga"]}, b2={"x": 1}, r1={"x": None}, r2={"x": "quagga"})

    def change(value: Any) -> Any:
        return json.loads(json.dumps(value).replace("quagga", "…"))

    expected = [("turns", "s1"), ("briefs", "b1"), ("rehearsals", "r2")]
    assert forgetting.rewrite(change, dry=True) == expected
    assert forgetting.holds("quagga")
    assert forgetting.rewrite(change) == expected
    assert forgetting.rewrite(change) == []
    assert not forgetting.holds("quagga")
    (turn,) = sessions.turns("s1")
    assert (turn.question, json.loads(turn.answer)) == ("what of …?", {"a": "…"})


def test_what_is_no_json_stays(database: Database, forgetting: Forgetting) -> None:
    Sessions(database).append("s1", "q", "not json", title="t")
    assert forgetting.rewrite(lambda value: value) == []


def test_a_source_on_its_way_out_holds_nothing(database: Database, forgetting: Forgetting) -> None:
    ledger = Ledger(database)
    ledger.put_drafts([note("a zebra asks", title="The quagga")])
    assert forgetting.holds("The quagga")
    ledger.remove("N1")
    assert not forgetting.holds("The quagga")


def test_briefs_and_rehearsals_are_found_and_deleted(database: Database, forgetting: Forgetting) -> None:
    keep(database, b1={}, b12={}, r1={}, r2={})
    assert forgetting.ids("briefs", "b") == ["b1", "b12"]
    assert forgetting.ids("briefs", "b1") == ["b1"]
    assert forgetting.ids("briefs", "") == []
    assert [r.id for r in forgetting.rehearsals_of("b1")] == ["r1"]
    forgetting.delete("briefs", ["b1", "zz"])
    forgetting.delete("rehearsals", ["r1"])
    assert forgetting.ids("briefs", "b") == ["b12"]
    assert forgetting.brief("b1") == []
    assert forgetting.rehearsal("r1") == []
    assert [r.id for r in forgetting.rehearsal("r2")] == ["r2"]


def test_what_was_begun_is_known_until_it_is_finished(forgetting: Forgetting) -> None:
    assert not forgetting.is_unfinished()
    forgetting.begin()
    assert forgetting.is_unfinished()
    forgetting.finish()
    assert not forgetting.is_unfinished()
