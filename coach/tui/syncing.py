"""Reading what changed in the folders of the person's notes, once after the start, beside everything else."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.engine import from_thread
from coach.tui.opening import Opening

if TYPE_CHECKING:
    from textual.app import App

    from coach.agent.coach import Coach
    from coach.agent.vault_report import Step, SyncReport

#: Seconds that a sync may take to end.
_PATIENCE = 1.0


class _Stopped(Exception):
    """The program ends. What was read is kept, and the next sync goes on from there."""


class Syncing:
    """Syncs in a thread of its own. Questions are answered meanwhile, from what has been read so far.

    Args:
        opening: the coach, once it is open; shows how far the sync is.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._ended.set()

    async def run(self, app: App[Any]) -> None:
        """Sync, if that is set and there is anything to read, and tell what could not be read that could before."""
        engine = self._opening.engine
        here = asyncio.get_running_loop()
        shown = ""

        def told(step: Step, done: int, total: int) -> None:
            nonlocal shown
            if self._stop.is_set():
                raise _Stopped
            share = f"{step} notes {done / total:.0%}" if total else ""
            if share != shown:
                shown = share
                from_thread(here, self._opening.synced, share)

        from coach.agent.vault_lock import VaultBusyError

        def work(coach: Coach) -> SyncReport | None:
            try:
                return coach.vault.sync(told, wait=False)
            except (_Stopped, VaultBusyError):
                # Where another sync is at work, this one would have nothing to do.
                return None
            finally:
                self._ended.set()

        try:
            if not await engine.read(lambda coach: coach.settings.sync_at_start and _has_work(coach)):
                return
            self._ended.clear()
            report = await engine.beside(work)
            if report is not None and (report.changes or report.team.taken + report.team.gone):
                await self._opening.recount()
        except CoachError as e:
            safe.tell_error(app, e)
            return
        finally:
            self._opening.synced("")
        if report is not None:
            _tell(app, report)

    def close(self) -> None:
        """Stop and give what has begun a moment to end."""
        self._stop.set()
        self._ended.wait(_PATIENCE)


def _has_work(coach: Coach) -> bool:
    return bool(coach.vault.roots()) or coach.settings.chroma_url is not None


def _tell(app: App[Any], report: SyncReport) -> None:
    news = report.news
    if not news:
        return
    first = f"{news[0].path}: {news[0].reason}."
    more = f" And {len(news) - 1:,} more." if len(news) > 1 else ""
    safe.tell(
        app, f"Not all of your notes could be read. {first}{more}", "See: coach notes coverage --failed", "warning"
    )
