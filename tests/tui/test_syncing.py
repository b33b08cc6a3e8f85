"""Notes are read at the start, beside everything else, and only what goes wrong is told."""

from __future__ import annotations

import threading

import pytest

from coach.agent.vault_report import Failure, Progress, Step, SyncReport
from coach.domain.errors import StoreError
from coach.store.vaults import Root
from tests.cli.fake_sources import FakeVault
from tests.cli.sample import HOSTILE, NOTE
from tests.tui.driving import running
from tests.tui.fakes import ScriptedCoach


class SlowVault(FakeVault):
    """Tells that a third is done, and goes on when the test lets it."""

    def __init__(self, coach: ScriptedCoach, report: SyncReport | BaseException) -> None:
        super().__init__(coach.library)
        self.added = [Root(1, "/notes")]
        self.enqueued = [report]
        self.begun, self.go, self.stopped = threading.Event(), threading.Event(), threading.Event()

    def sync(self, progress: Progress | None = None, *, wait: bool = True) -> SyncReport:
        assert progress is not None
        try:
            progress(Step.READING, 1, 3)
            self.begun.set()
            self.go.wait(10)
            progress(Step.INDEXING, 2, 3)
        except BaseException:
            self.stopped.set()
            raise
        return super().sync(None, wait=wait)


def over(report: SyncReport | BaseException) -> tuple[ScriptedCoach, SlowVault]:
    coach = ScriptedCoach()
    vault = coach.__dict__["vault"] = SlowVault(coach, report)
    return coach, vault


async def test_one_can_ask_while_notes_are_read_and_the_line_below_says_how_far_it_is() -> None:
    coach, vault = over(SyncReport(added=("N13",), read=1))
    async with running(coach) as tui:
        await tui.shows("reading notes 33%")
        await tui.ask("what do I say?")
        await tui.shows("4 of 4 claims supported")
        assert "reading notes 33%" in tui.frame
        coach.library.all.append(NOTE)
        vault.go.set()
        await tui.until(lambda: tui.app.opening.sources.endswith("2 notes"))
        await tui.until(lambda: "notes 33%" not in tui.frame and "notes 67%" not in tui.frame)
        assert tui.toasts == ""


async def test_only_what_could_be_read_before_is_told() -> None:
    known = Failure("/notes/scan.pdf", "it has no text")
    coach, vault = over(SyncReport(read=1, failed=(known, Failure(f"/notes/{HOSTILE}.md", "it is damaged", new=True))))
    vault.go.set()
    async with running(coach) as tui:
        await tui.until(lambda: "Not all of your notes could be read." in tui.toasts)
        assert "it is damaged." in tui.toasts
        assert "coach notes coverage --failed" in tui.toasts
        assert "scan.pdf" not in tui.toasts
        assert "\x1b" not in tui.toasts


async def test_nothing_is_told_of_what_is_known() -> None:
    coach, vault = over(SyncReport(read=1, failed=(Failure("/notes/scan.pdf", "it has no text"),)))
    vault.go.set()
    async with running(coach) as tui:
        await tui.until(lambda: vault.synced and not tui.app.opening.syncing)
        assert tui.toasts == ""


async def test_a_sync_that_fails_is_told_and_questions_are_answered() -> None:
    coach, vault = over(StoreError("The disk is full; nothing was changed.", "Make room, then try again."))
    vault.go.set()
    async with running(coach) as tui:
        await tui.until(lambda: "The disk is full" in tui.toasts)
        await tui.ask("what do I say?")
        await tui.shows("4 of 4 claims supported")


@pytest.mark.parametrize("why", ["no folder", "not set"])
async def test_nothing_is_read_where_there_is_nothing_to_read(why: str) -> None:
    coach, vault = over(SyncReport())
    if why == "no folder":
        vault.added = []
    else:
        coach.settings.sync_at_start = False
    async with running(coach) as tui:
        await tui.ask("what do I say?")
        assert not vault.begun.is_set()


async def test_leaving_stops_it() -> None:
    coach, vault = over(SyncReport())
    async with running(coach) as tui:
        await tui.until(vault.begun.is_set)
        tui.app.syncing._stop.set()
        vault.go.set()
    assert vault.stopped.wait(5)
    assert vault.synced == 0


async def test_where_another_sync_is_at_work_nothing_is_told() -> None:
    coach, vault = over(SyncReport())
    vault.busy = True
    vault.go.set()
    async with running(coach) as tui:
        await tui.until(lambda: vault.begun.is_set() and not tui.app.opening.syncing)
        await tui.ask("what do I say?")
        assert (tui.toasts, vault.synced) == ("", 0)


async def test_a_note_is_not_removed_while_notes_are_read() -> None:
    coach, vault = over(SyncReport())
    vault.busy = True
    vault.added = []
    async with running(coach) as tui:
        await tui.press("ctrl+l")
        await tui.shows("Retro")
        await tui.press("3", "x")
        await tui.shows("Remove N12 Retro?")
        await tui.press("y")
        await tui.until(lambda: "The notes are being read already." in tui.toasts)
        assert "N12" in [s.id for s in coach.library.all]
