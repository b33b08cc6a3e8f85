"""A sync that is broken off, killed, out of disk or not alone, and what nobody may lose by it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from coach.agent import vault_sync
from coach.agent.vault_lock import VaultBusyError, locked
from coach.agent.vault_report import Step
from coach.domain.answer import Status
from coach.domain.errors import StoreError
from coach.store.vaults import Outcome
from tests.agent.vaults import Notes
from tests.agent.world import VP, delivered, events
from tests.retrieval.fakes import Killed

ROOT = Path(__file__).resolve().parents[2]


def test_what_was_read_and_not_indexed_is_indexed_next_time(notes: Notes) -> None:
    notes.note("a.md", "The pager is loud.")
    notes.coach.vault.add([notes.folder])

    def killed() -> None:
        raise Killed

    notes.embedder.before = killed
    with pytest.raises(Killed):
        notes.sync()
    notes.embedder.before = lambda: None
    notes.reopened()
    assert notes.ids == {"a.md": "N4"}
    assert notes.sync().changes == 0
    assert "N4.1" in notes.finds("is the pager loud?")


@pytest.mark.parametrize("step", [Step.READING, Step.INDEXING])
def test_an_interrupted_sync_goes_on_where_it_was(notes: Notes, step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_sync, "_FILES_AT_ONCE", 5)
    for i in range(20):
        notes.note(f"{i:02}.md", f"Line {i} of the plan.")
    notes.coach.vault.add([notes.folder])

    def interrupt(at: Step, done: int, total: int) -> None:
        if at is step and done >= 13:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        notes.coach.vault.sync(interrupt)
    kept = notes.ids
    assert len(kept) == (10 if step is Step.READING else 20)
    report = notes.reopened().vault.sync()
    assert len(report.added) == 20 - len(kept)
    assert kept.items() <= notes.ids.items()
    assert sorted(notes.ids.values(), key=lambda i: int(i[1:])) == [f"N{4 + i}" for i in range(20)]
    assert {"N4.1", "N23.1"} <= set(notes.finds("plan")) | set(notes.finds("line 19 of the plan"))


def test_a_full_disk_loses_nothing(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_sync, "_FILES_AT_ONCE", 2)
    for i in range(6):
        notes.note(f"{i}.md", f"Line {i}.")
    notes.coach.vault.add([notes.folder])
    ledger = notes.coach.vault._ledger
    real, puts = ledger.put_drafts, 0

    def full(drafts: Any) -> Any:
        nonlocal puts
        puts += 1
        if puts == 3:
            raise StoreError("The disk is full; nothing was changed.", "Make room, then try again.")
        return real(drafts)

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "put_drafts", full)
        with pytest.raises(StoreError, match="The disk is full"):
            notes.sync()
    assert set(notes.ids) == set(notes.files) == {"0.md", "1.md", "2.md", "3.md"}
    assert notes.sync().added == ("N8", "N9")


_OPENED = """
import sys
from pathlib import Path
import pytest
from coach.agent import vault_sync
from tests.agent.world import World, small_corpus
from tests.corpus_home import bare
patch = pytest.MonkeyPatch()
bare(patch)
small_corpus(patch)
vault_sync._FILES_AT_ONCE = 5
vault = World(Path(sys.argv[1]), patch).open().vault
print("ready", flush=True)
sys.stdin.readline()
"""


def process(notes: Notes, program: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(notes.world.home / "config")}
    command = [sys.executable, "-c", _OPENED + program, str(notes.world.home)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    )


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


@pytest.mark.parametrize("files", [3, 12, 19])
def test_a_kill_in_the_middle_loses_nothing_that_was_kept(notes: Notes, files: int) -> None:
    for i in range(20):
        notes.note(f"{i:02}.md", f"Line {i} of the plan.")
    notes.coach.vault.add([notes.folder])
    killing = process(
        notes, f"import os\nvault.sync(lambda step, done, total: done == {files} and os.kill(os.getpid(), 9))"
    )
    with killing:
        ready(killing)
        go(killing)
        assert killing.wait(60) == -signal.SIGKILL
    kept = notes.ids
    assert len(kept) == files // 5 * 5
    notes.reopened()
    assert len(notes.sync().added) == 20 - len(kept)
    assert kept.items() <= notes.ids.items()
    assert len({s.id for source in notes.sources.values() for s in source.statements}) == 20


def test_two_processes_at_once_read_everything_once(notes: Notes) -> None:
    for i in range(30):
        notes.note(f"{i:02}.md", f"Line {i} of the plan.")
    notes.coach.vault.add([notes.folder])
    both = [process(notes, "print(len(vault.sync().added))") for _ in range(2)]
    for one in both:
        ready(one)
    for one in both:
        go(one)
    added = [one.communicate(timeout=60)[0] for one in both]
    assert sorted(int(a) for a in added) == [0, 30]
    notes.reopened()
    assert sorted(notes.ids.values(), key=lambda i: int(i[1:])) == [f"N{4 + i}" for i in range(30)]
    assert notes.sync().changes == 0


def test_another_sync_is_waited_for_or_named(notes: Notes) -> None:
    notes.note("a.md", "One line.")
    notes.coach.vault.add([notes.folder])
    with locked(notes.world.home / "vault.lock", wait=False):
        with pytest.raises(VaultBusyError, match="The notes are being read already"):
            notes.coach.vault.sync(wait=False)
        with pytest.raises(VaultBusyError):
            notes.coach.vault.remove("N1", wait=False)
        waiting = threading.Thread(target=notes.sync)
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        assert notes.ids == {}
    waiting.join(10)
    assert notes.ids == {"a.md": "N4"}


async def test_questions_are_answered_while_notes_are_read(notes: Notes) -> None:
    for i in range(60):
        notes.note(f"{i:02}.md", *(f"Line {line} of plan {i}." for line in range(5)))
    notes.coach.vault.add([notes.folder])
    begun, answered = threading.Event(), threading.Event()

    def told(step: Step, done: int, total: int) -> None:
        begun.set()
        if step is Step.READING and done == total:
            answered.wait(30)

    syncing = asyncio.create_task(asyncio.to_thread(notes.coach.vault.sync, told))
    await asyncio.to_thread(begun.wait, 30)
    for _ in range(3):
        assert delivered(await events(notes.coach, VP)).status is not Status.SILENT
    answered.set()
    for _ in range(3):
        assert delivered(await events(notes.coach, VP)).status is not Status.SILENT
    report = await syncing
    assert len(report.added) == 60
    assert all(file.outcome is Outcome.READ for file in notes.files.values())
    assert notes.finds("line 3 of plan 7")
