"""`coach notes` over the real vault, with no embedder; what it prints and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.agent.vault_report import Failure, Step, SyncReport
from coach.cli import notes_watch
from coach.cli.main import main
from coach.domain.errors import StoreError
from coach.store.vaults import Root
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import FORBIDDEN, HOSTILE

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with notes; the library behind the command is real, and indexes nothing."""
    from coach.agent.library import Library

    monkeypatch.setattr(Library, "bring_up_to_date", lambda self, progress=None, **_: None)
    notes = tmp_path / "team notes"
    (notes / "retros").mkdir(parents=True)
    (notes / "retros/2026-09-14.md").write_text("# Retro\n\n## Decisions\n\n- We freeze on Friday.\n- We ship.\n")
    (notes / "plan.md").write_text("---\ntitle: Plan\nprivate: true\ntags: [plan]\ndate: 2026-10-01\n---\nWe plan.\n")
    (notes / "board.canvas").write_text("{}")
    return notes


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


# Watching.


def changing(times: int) -> object:
    """What tells of changes: so many, then Ctrl-C."""

    def changes(roots: object, own: object) -> Iterator[None]:
        for _ in range(times):
            yield
        raise KeyboardInterrupt

    return changes


def test_watching_survives_errors_and_ends_quietly(run: Run, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch) -> None:
    coach.vault.added = [Root(1, "/notes")]
    monkeypatch.setattr(notes_watch, "_changes", changing(5))
    failure = Failure("/notes/a.md", "it is damaged", new=True)
    coach.vault.enqueued = [
        SyncReport(added=("N1",), read=1),
        StoreError("The disk is full; nothing was changed.", "Make room, then try again."),
        SyncReport(read=1),
        SyncReport(changed=("N1",), moved=("N2",), read=1, failed=(failure,)),
        SyncReport(removed=("N1",), failed=(Failure("/notes/a.md", "it is damaged"),)),
    ]
    ran = run("notes", "sync", "--watch")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "Added N1.",
        "There is 1 note.",
        "Watching; Ctrl+C ends it.",
        "Changed N1.",
        "Moved, with the same number: N2.",
        "There is 1 note.",
        "Removed N1.",
        "There are 0 notes.",
        "No longer watching. Notes: 1 added, 2 changed, 1 removed.",
    ]
    assert ran.err.splitlines() == [
        "The disk is full; nothing was changed.",
        "Make room, then try again.",
        "Not read: /notes/a.md: it is damaged",
    ]


def test_watching_goes_on_where_nothing_tells_of_changes(
    coach: FakeCoach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from watchfiles import _rust_notify

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_rust_notify, "RustNotify", refuse)
    monkeypatch.setattr(notes_watch, "_LOOK", 1)
    looked = notes_watch._changes([str(tmp_path)], tmp_path / "home")
    assert [next(looked) for _ in range(3)] == [None] * 3
    assert "does not tell what changes there" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "matters"),
    [
        ("/n/a.md", True),
        ("/n/.coachignore", True),
        ("/n/sub/.coachignore", True),
        ("/n/.git/index", False),
        ("/n/sub/.a.md.swp", False),
        ("/n/home/coach.db-wal", False),
    ],
)
def test_what_may_be_a_change_of_a_note(path: str, matters: bool) -> None:
    assert notes_watch._matters(path, ["/n"], Path("/n/home")) is matters


def test_a_change_is_seen_for_real(tmp_path: Path, home: Path, folder: Path) -> None:
    assert main(["notes", "add", str(folder)]) == 0
    program = (
        "from coach.agent.library import Library\n"
        "Library.bring_up_to_date = lambda self, progress=None, **_: None\n"
        "from coach.cli.main import run\n"
        "import signal, sys\n"
        # Where the tests run in the background, Ctrl+C is ignored, and a child inherits that.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.argv = ['coach', 'notes', 'sync', '--watch']\nrun()"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as watching:
        assert watching.stdout is not None
        lines = iter(watching.stdout.readline, "")
        try:
            assert next(line for line in lines if line.startswith("Watching"))
            (folder / "new.md").write_text("- A new line.\n")
            assert next(line for line in lines if line.startswith("Added")) == "Added N3.\n"
            (folder / "plan.md").unlink()
            assert next(line for line in lines if line.startswith("Removed")) == "Removed N1.\n"
            assert next(lines).startswith("There are 2 notes")
        finally:
            watching.send_signal(signal.SIGINT)
        assert list(lines)[-1] == "No longer watching. Notes: 1 added, 0 changed, 1 removed.\n"
        assert watching.wait(10) == 0
