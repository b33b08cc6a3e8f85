"""`coach notes` over the real vault, with no embedder; what it prints and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

from coach.agent.vault_report import Failure, Step, SyncReport
from coach.store.vaults import Root
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import FORBIDDEN, HOSTILE

ROOT = Path(__file__).resolve().parents[2]


def test_a_folder_is_added_listed_shown_and_removed(run: Run, folder: Path) -> None:
    added = run("notes", "add", str(folder))
    assert (added.code, added.out) == (0, "Added N1, N2.\nThere are 2 notes, and 1 file that Coach does not read.\n")
    assert added.err.splitlines()[-1].startswith("Reading the notes: 100%")
    listed = run("notes").out.splitlines()
    assert listed == [
        str(folder),
        "",
        f"N1  2026-10-01  Plan (private)  {folder}/plan.md",
        f"N2  2026-09-14  Retro  {folder}/retros/2026-09-14.md",
    ]
    rows = json.loads(run("notes", "list", "--json").out)
    assert [r["path"] for r in rows["roots"]] == [str(folder)]
    assert rows["notes"][0] == {
        "id": "N1",
        "date": "2026-10-01",
        "title": "Plan",
        "private": True,
        "path": f"{folder}/plan.md",
        "statements": 1,
    }
    shown = run("notes", "show", "n2").out.splitlines()
    assert shown[:2] == ["N2 Retro", "Date: 2026-09-14"]
    assert shown[-4:] == ["", "Decisions", "N2.1 We freeze on Friday.", "N2.2 We ship."]
    assert "Tags: plan" in run("notes", "show", "N1").out
    assert run("notes", "show", "N2.2").out.startswith("N2.2 We ship.")
    removed = run("notes", "remove", "N1")
    assert removed.out.startswith("Removed N1 Plan. Its file stays where it is. It is not read any more;")
    assert f"coach notes add '{folder}/plan.md'" in removed.out
    assert run("notes", "sync").out == "Nothing changed. There is 1 note, and 1 file that Coach does not read.\n"
    gone = run("notes", "remove", str(folder))
    assert gone.out == f"Removed {folder} with 1 note. The files stay where they are.\n"
    assert run("notes", "list").out == "There are no notes yet. Add a folder: coach notes add FOLDER\n"


def test_patterns(run: Run, folder: Path) -> None:
    run("notes", "add", str(folder), "--include", "*.md", "--exclude", "retros/", "--exclude", "old/")
    assert run("notes").out.splitlines()[0] == f"{folder} (only *.md, without retros/, without old/)"
    assert [n["id"] for n in json.loads(run("notes", "list", "--json").out)["notes"]] == ["N1"]
    wrong = run("notes", "add", str(folder), "--include", "[z-a]")
    assert (wrong.code, wrong.err.splitlines()[0]) == (2, "Pattern 1, “[z-a]”, is not a pattern.")


def test_what_failed_is_named_and_the_exit_status_says_so(run: Run, folder: Path) -> None:
    (folder / "scan.md").write_bytes(bytes(range(256)) * 4)
    added = run("notes", "add", str(folder))
    assert (added.code, added.out.splitlines()[0]) == (3, "Added N1, N2.")
    assert added.err.splitlines()[-1].startswith(f"Not read: {folder}/scan.md: it is not a text file")
    again = run("notes", "sync")
    assert (again.code, again.out.splitlines()[0][:16]) == (3, "Nothing changed.")
    covered = run("notes", "coverage")
    assert covered.code == 3
    lines = covered.out.splitlines()
    assert lines[0] == f"{folder}: 2 notes, 3 statements."
    assert lines[1] == "Not for reading: 1 not a format that Coach reads."
    assert lines[2].startswith(f"Not read: {folder}/scan.md: it is not a text file, since 20")
    assert lines[3:5] == ["  .       1 note, 1 statement", "  retros  1 note, 2 statements"]
    assert lines[5:] == ["", "In all: 2 notes, 3 statements."]
    assert run("notes", "coverage", "--failed").out.splitlines() == lines[2:3]
    row = json.loads(run("notes", "coverage", "--json").out)
    assert row["total"] == {"notes": 2, "statements": 3}
    assert [f["path"] for f in row["roots"][0]["skipped"]] == [f"{folder}/board.canvas"]
    assert set(json.loads(run("notes", "coverage", "--json", "--failed").out)["roots"][0]) == {
        "path",
        "include",
        "exclude",
        "trouble",
        "since",
        "failed",
    }
    (folder / "scan.md").unlink()
    assert run("notes", "sync").code == 0
    assert run("notes", "coverage", "--failed").out == "Everything was read.\n"


def test_a_folder_that_is_away_is_said(run: Run, folder: Path) -> None:
    run("notes", "add", str(folder))
    folder.rename(folder.with_name("away"))
    synced = run("notes", "sync")
    assert synced.code == 3
    assert synced.err.splitlines()[-1] == (
        f"{folder}: it is not there. Nothing of it was removed; if it is to go: coach notes remove '{folder}'"
    )
    assert "it is not there" in run("notes", "list").out
    assert run("notes", "coverage").code == 3
    assert len(json.loads(run("notes", "list", "--json").out)["notes"]) == 2


def test_what_cannot_be(run: Run, folder: Path) -> None:
    assert run("notes", "sync").err.splitlines()[0] == "No folder of notes was added yet."
    for args, status in (
        (("add", str(folder / "missing")), 2),
        (("add",), 2),
        (("remove", "N99"), 2),
        (("remove", "nowhere"), 2),
        (("show", "P99"), 2),
    ):
        ran = run("notes", *args)
        assert (ran.code, "Traceback" in ran.err) == (status, False), args


def test_hostile_names_and_notes_stay_text(run: Run, folder: Path) -> None:
    name = HOSTILE.replace("/", "|")[:80]
    (folder / f"{name}.md").write_text(f"# {HOSTILE}\n\n- {HOSTILE}\n", "utf-8")
    (folder / f"{name}.png").write_text("x")
    (folder / f"bad {name}.md").write_bytes(b"\0")
    (folder / name).mkdir()
    (folder / name / "in.md").write_text("- A line.\n")
    for args in (
        ("add", str(folder), "--exclude", f"x{name}"),
        ("sync",),
        ("list",),
        ("list", "--json"),
        ("show", "N1"),
        ("show", "N2"),
        ("coverage",),
        ("coverage", "--json"),
        ("coverage", "--failed"),
        ("remove", str(folder / name)),
        ("remove", "N1"),
        ("remove", "N2"),
    ):
        ran = run("notes", *args)
        assert "went wrong" not in ran.err, args
        assert not any(mark in ran.out + ran.err for mark in (*FORBIDDEN, "\x1b")), args


def test_many_are_cut_short(run: Run, coach: FakeCoach) -> None:
    coach.vault.added = [Root(1, "/notes")]
    coach.vault.enqueued = [
        SyncReport(
            added=tuple(f"N{i}" for i in range(1, 5001)),
            read=5000,
            failed=tuple(Failure(f"/notes/{i}.pdf", "it has no text") for i in range(50)),
        )
    ]
    ran = run("notes", "sync")
    assert "N20 and 4,980 more." in ran.out
    assert ran.err.splitlines()[-1] == "And 30 more: coach notes coverage --failed"


def test_another_sync_is_said_and_waited_for(run: Run, coach: FakeCoach) -> None:
    coach.vault.added = [Root(1, "/notes")]
    coach.vault.busy = True
    ran = run("notes", "sync")
    assert (ran.code, coach.vault.synced) == (0, 1)
    assert "The notes are being read already. This goes on when that has finished." in ran.err
    assert "being read already" in run("notes", "remove", "N12").err
    assert "being read already" in run("sources", "remove", "N12").err


def test_both_steps_are_shown_with_their_rate(run: Run, coach: FakeCoach) -> None:
    coach.vault.added = [Root(1, "/notes")]
    coach.vault.tells = [(Step.READING, 1, 2), (Step.READING, 2, 2), (Step.INDEXING, 5, 10), (Step.INDEXING, 10, 10)]
    lines = run("notes", "sync").err.splitlines()
    assert [line.partition(" (")[0] for line in lines] == [
        "Reading the notes: 50%",
        "Reading the notes: 100%",
        "Indexing what is new: 50%",
        "Indexing what is new: 100%",
    ]
    assert lines[1].endswith(" a second)")


def test_ctrl_c_ends_a_sync_as_it_ends_every_command(run: Run, coach: FakeCoach) -> None:
    coach.vault.added = [Root(1, "/notes")]
    coach.vault.enqueued = [KeyboardInterrupt()]
    assert run("notes", "sync").code == 130
    assert coach.closed == 1
