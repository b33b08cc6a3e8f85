"""`coach notes sync --watch`: what it tells, and what does not end it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.agent.vault_report import Failure, SyncReport
from coach.cli import notes_watch
from coach.cli.main import main
from coach.domain.errors import StoreError
from coach.store.vaults import Root
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach

ROOT = Path(__file__).resolve().parents[2]


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
