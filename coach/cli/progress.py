"""Progress on standard error: a bar on a terminal, a few plain lines elsewhere, nothing where nothing is to be done."""

from __future__ import annotations

import sys
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
        plain: lines only, even on a terminal.
    """

    def __init__(self, what: str, *, size: bool = False, plain: bool = False) -> None:
        self._what = what
        self._size = size
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
            self._what, self._told = what, -1

    def _line(self, done: int, total: int) -> None:
        reached = max(step for step in _LINES if step <= min(100, max(0, 100 * done // total)))
        if reached > self._told:
            self._told = reached
            whisper(f"{self._what}: {reached}%")

    def _bar(self) -> Progress:
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        amount = DownloadColumn() if self._size else MofNCompleteColumn()
        description = TextColumn("{task.description}", markup=False)
        return Progress(
            description, BarColumn(), amount, TimeRemainingColumn(), console=console(stderr=True), transient=True
        )
