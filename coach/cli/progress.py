"""Progress on standard error: a bar on a terminal, a few plain lines elsewhere, nothing where nothing is to be done."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from coach.cli.console import console, wants_plain, whisper

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

#: Without a terminal a line is printed at each of these shares.
_LINES = (0, 25, 50, 75, 100)


class Bar:
    """Shows how far a task is. A context manager; what it is called with is how much is done, and of how much.

    Args:
        what: the task, such as "Indexing the sources".
        size: the amounts are bytes.
        rate: how much is done in a second is told, too, and how long the rest takes.
        plain: lines only, even on a terminal.
    """

    def __init__(self, what: str, *, size: bool = False, rate: bool = False, plain: bool = False) -> None:
        self._what = what
        self._size = size
        self._rate = rate
        self._began: tuple[float, int] | None = None
        self._plain = plain or not sys.stderr.isatty() or wants_plain()
        self._shown: Progress | None = None
        self._task: TaskID | None = None
        self._told = -1

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown is not None:
            self._shown.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` is done."""
        if total <= 0:
            return
        if self._plain:
            self._line(done, total)
            return
        if self._shown is None or self._task is None:
            self._shown = self._bar()
            self._task = self._shown.add_task(self._what, total=total)
            self._shown.start()
        self._shown.update(self._task, description=self._what, completed=done, total=total)

    def name(self, what: str) -> None:
        """Change what the task is called, when it goes on to another step."""
        if what != self._what:
            self._what, self._told, self._began = what, -1, None
            if self._shown is not None and self._task is not None:
                self._shown.reset(self._task, description=what)

    def _line(self, done: int, total: int) -> None:
        self._began = self._began or (time.monotonic(), done)
        reached = max(step for step in _LINES if step <= min(100, max(0, 100 * done // total)))
        if reached > self._told:
            self._told = reached
            whisper(f"{self._what}: {reached}%{self._pace(done, total)}")

    def _pace(self, done: int, total: int) -> str:
        """How fast it goes and how long it still takes, in brackets; empty where that is not wanted or not known."""
        began, first = self._began or (0.0, done)
        seconds = time.monotonic() - began
        if not self._rate or done <= first or seconds <= 0:
            return ""
        pace = (done - first) / seconds
        left = f", {_duration((total - done) / pace)} left" if done < total else ""
        return f" ({pace:,.0f} a second{left})"

    def _bar(self) -> Progress:
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            MofNCompleteColumn,
            Progress,
            ProgressColumn,
            Task,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.text import Text

        class Rate(ProgressColumn):
            """How much is done in a second."""

            def render(self, task: Task) -> Text:
                return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="progress.data.speed")

        description = TextColumn("{task.description}", markup=False)
        amount = DownloadColumn() if self._size else MofNCompleteColumn()
        columns = [description, BarColumn(), amount, *([Rate()] if self._rate else []), TimeRemainingColumn()]
        return Progress(*columns, console=console(stderr=True), transient=True)


def _duration(seconds: float) -> str:
    """Return ``40 s`` or ``3 min``."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
