"""What was typed before, to come back to with up and down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_MOST = 500


class History:
    """Questions, oldest first, and a place among them. What is being typed is kept while looking back."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._at = 0
        self._typed = ""

    def extend_back(self, earlier: Sequence[str]) -> None:
        """Add questions of earlier conversations, oldest first, before those of this one."""
        self._lines = [*_without_repeats(earlier), *self._lines][-_MOST:]
        self._at = len(self._lines)

    def add(self, line: str) -> None:
        """Add what was just asked."""
        if line.strip() and (not self._lines or self._lines[-1] != line):
            self._lines = [*self._lines, line][-_MOST:]
        self._at = len(self._lines)
        self._typed = ""

    def forget(self, texts: Iterable[str]) -> None:
        """Take out what says one of `texts`, however it is broken into lines."""
        gone = {" ".join(text.split()) for text in texts}
        self._lines = [line for line in self._lines if " ".join(line.split()) not in gone]
        self._at = len(self._lines)

    def back(self, typed: str) -> str | None:
        """Return the question before this one, or None at the beginning; `typed` is what stands in the prompt."""
        if self._at == 0:
            return None
        if self._at == len(self._lines):
            self._typed = typed
        self._at -= 1
        return self._lines[self._at]

    def forward(self) -> str | None:
        """Return the question after this one, at last what was being typed; None where there is nothing after it."""
        if self._at >= len(self._lines):
            return None
        self._at += 1
        return self._typed if self._at == len(self._lines) else self._lines[self._at]


def _without_repeats(lines: Sequence[str]) -> list[str]:
    return [line for i, line in enumerate(lines) if line.strip() and (i == 0 or lines[i - 1] != line)]
