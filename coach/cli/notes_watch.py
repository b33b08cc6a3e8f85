"""Staying in step with folders while they change: `coach notes sync --watch`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from coach.cli.console import complain, say, whisper
from coach.cli.notes_text import failures_text, report_text
from coach.domain.errors import CoachError
from coach.sources.globs import IGNORE_FILE

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.agent.vault_report import SyncReport

#: Milliseconds without a change before it is looked what changed, and the longest that this waits.
_SETTLED, _AT_MOST = 300, 3_000
#: Milliseconds between two looks where nothing was told: not every disk tells of its changes.
_LOOK = 10_000


def keep_in_step(coach: Coach, synced: Callable[[Coach], SyncReport]) -> None:
    """Sync at once and whenever something changes, until Ctrl-C. What goes wrong is said, and it goes on.

    Args:
        coach: the coach; something was added.
        synced: syncs once.
    """
    totals: Counter[str] = Counter()
    first = True
    try:
        for _ in occasions(coach):
            try:
                report = synced(coach)
            except CoachError as e:
                complain(e)
            else:
                totals.update(added=len(report.added), removed=len(report.removed))
                totals.update(changed=len(report.changed) + len(report.moved))
                _tell(report, everything=first)
            if first:
                say("Watching; Ctrl+C ends it.")
                first = False
    except KeyboardInterrupt:
        said = ", ".join(f"{totals[what]:,} {what}" for what in ("added", "changed", "removed"))
        say(f"No longer watching. Notes: {said}.")


def occasions(coach: Coach) -> Iterator[None]:
    """Yield at once, and whenever something in the roots may have changed, for ever; roots may come and go."""
    while True:
        roots = _roots(coach)
        for _ in _changes(roots, coach.settings.home):
            yield
            if _roots(coach) != roots:
                break


def _tell(report: SyncReport, *, everything: bool) -> None:
    done, failed = report_text(report)
    if everything or report.changes:
        say(done)
    if not everything:
        failed = failures_text((f for f in report.troubles if f.new), (f for f in report.failed if f.new))
    if failed:
        whisper(failed)


def _roots(coach: Coach) -> list[str]:
    return [root.path for root in coach.vault.roots() if Path(root.path).exists()]


def _changes(roots: Sequence[str], own: Path) -> Iterator[None]:
    """Yield at once, when a burst of changes has settled, and every now and then without one."""
    # What `watchfiles.watch` is made of: that one begins to listen only when it begins to wait.
    from watchfiles._rust_notify import RustNotify

    try:
        # No debugging, no polling; subfolders too, and those that may not be read left out.
        with RustNotify(list(roots), False, False, _LOOK, True, True) as watcher:
            yield
            while True:
                told = watcher.watch(_AT_MOST, _SETTLED, _LOOK, None)
                if told == "signal":
                    raise KeyboardInterrupt
                if isinstance(told, str) or any(_matters(path, roots, own) for _, path in told):
                    yield
    except (OSError, RuntimeError):
        # No more watches to be had, a disk that went away: then it is looked every now and then.
        whisper(f"The system does not tell what changes there; looking every {_LOOK // 1000} seconds.")
    while True:
        yield
        time.sleep(_LOOK / 1000)


def _matters(path: str, roots: Sequence[str], own: Path) -> bool:
    """Whether a change there can be one of a note: what is hidden and what Coach writes itself is not."""
    if Path(path).is_relative_to(own):
        return False
    within = next((path[len(root) :] for root in roots if path.startswith(root)), path)
    return all(not part.startswith(".") or part == IGNORE_FILE for part in within.split("/"))
