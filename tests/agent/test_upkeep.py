from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from coach.agent import upkeep
from coach.agent.coach import Coach
from coach.agent.upkeep import Examination
from coach.domain.finding import Finding
from coach.domain.source import SourceKind
from tests.agent.world import DECISION, VP, World, cited

PAGE = 4096


def examine(world: World, coach: Coach) -> Examination:
    """Close the coach, and examine what it leaves."""
    asyncio.run(coach.aclose())
    found = upkeep.verify(coach.settings)
    assert upkeep.verify(coach.settings).findings == ()
    return found


def spoil(path: Path, table: str) -> None:
    """Overwrite the first page of a table, where it has no other of its own."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [page] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xff" * PAGE)


def told(findings: tuple[Finding, ...]) -> str:
    return "\n".join(f"{f.part}: {f.found} {f.done} {f.hint}".rstrip() for f in findings)


def test_where_all_agrees(world: World) -> None:
    coach = world.open()
    statements = sum(len(s.statements) for s in coach.library.sources())

    examination = examine(world, coach)

    assert examination == Examination(9, statements, ())
    assert examination.repaired


def test_a_page_of_statements_is_read_again_from_the_files(world: World, tmp_path: Path) -> None:
    coach = world.open()
    notes = tmp_path / "more"
    notes.mkdir()
    for i in range(3):
        (notes / f"{i}.md").write_text(f"# Note {i}\n\n- Line one of {i}.\n- Line two of {i}.\n")
    coach.vault.add([notes])
    coach.vault.sync()
    asked = asyncio.run(coach.answer(VP))
    asyncio.run(coach.aclose())
    spoil(coach.settings.database_path, "statements")

    examination = examine(world, coach)

    assert examination.repaired, told(examination.findings)
    assert examination.findings[0].found == "Its file was damaged."
    assert (coach.settings.home / "coach-damaged-1.db").exists()
    coach = world.open()
    for source in coach.library.sources(SourceKind.NOTE):
        assert source.statements, source.id
    assert [len(s.statements) for s in coach.library.sources(SourceKind.NOTE)][-3:] == [2, 2, 2]
    [session] = coach.sessions()
    assert [a.text for a in coach.answers(session.id)] == [asked.text]
    assert cited(asyncio.run(coach.answer(DECISION)))


def test_notes_whose_page_is_lost_come_back_with_new_numbers(world: World, tmp_path: Path) -> None:
    coach = world.open()
    notes = tmp_path / "more"
    notes.mkdir()
    (notes / "a.md").write_text("# Note\n\n- Line one.\n")
    coach.vault.add([notes])
    assert coach.vault.sync().added == ("N4",)
    asyncio.run(coach.aclose())
    spoil(coach.settings.database_path, "sources")

    examination = examine(world, coach)

    # N1 to N3 were added one by one, and nobody knows any more from where.
    assert not examination.repaired
    assert "N1, N2, N3, N4" in told(examination.findings)
    assert "coach sources add" in told(examination.findings)
    coach = world.open()
    assert [s.id for s in coach.library.sources(SourceKind.NOTE)] == ["N5"]
    assert [s.id for s in coach.library.sources(SourceKind.PRACTICE)] == ["C1", "C2", "C16"]


def test_what_cannot_be_read_again_is_said_and_what_is_left_is_kept(world: World) -> None:
    coach = world.open()
    [source] = [s for s in coach.library.sources() if s.id == "N1"]
    Path(source.path).unlink()
    asyncio.run(coach.aclose())
    with closing(sqlite3.connect(coach.settings.database_path)) as connection:
        connection.execute("UPDATE statements SET text = 'Something else.' WHERE id IN ('N1.1', 'N2.1')")
        connection.commit()
    spoil(coach.settings.database_path, "marks")

    examination = examine(world, coach)

    assert not examination.repaired
    text = told(examination.findings)
    assert "ledger: Of N2 not all could be read. It was read again from its file." in text
    assert f"Of N1 {source.title} not all could be read, and its file cannot be read again." in text
    assert f"coach sources add '{source.path}'" in text
    coach = world.open()
    kept = coach.library.source("N1")
    again = coach.library.source("N2")
    assert kept is not None
    assert again is not None
    assert kept.private
    assert kept.statements[0].text == "Something else."
    assert again.statements[0].text != "Something else."
    assert again.statements[0].id != "N2.1", "the number was used for something else"


def test_answers_that_are_lost_are_said(world: World) -> None:
    coach = world.open()
    asyncio.run(coach.answer(VP))
    asyncio.run(coach.aclose())
    spoil(coach.settings.database_path, "turns")

    examination = examine(world, coach)

    assert not examination.repaired
    assert "Some answers could not be read." in told(examination.findings)
    assert "backup" in told(examination.findings)


def test_a_damaged_index_and_a_damaged_ledger_at_once(world: World) -> None:
    coach = world.open()
    asyncio.run(coach.aclose())
    spoil(coach.settings.database_path, "situations")
    (coach.settings.chroma_path / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    (coach.settings.home / "compiled.npz").write_bytes(b"garbage")

    examination = examine(world, coach)

    assert {f.part for f in examination.findings} >= {"ledger", "vector index"}
    assert examination.repaired, told(examination.findings)
    assert cited(asyncio.run(world.open().answer(DECISION)))


def test_another_process_that_uses_a_damaged_ledger(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from coach.domain.errors import StoreError
    from coach.store import torn

    monkeypatch.setattr(torn, "BUSY_SECONDS", 0.0)
    coach = world.open()
    spoil(coach.settings.database_path, "marks")

    with pytest.raises(StoreError, match="in use by another process"):
        upkeep.verify(coach.settings)
