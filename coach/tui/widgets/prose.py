"""Text with chips in it that can be clicked, one of which may be the current one, and with found words marked."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from coach.tui.matching import occurrences
from coach.tui.passages import CHIP, Passage
from coach.tui.themes import FOUND

# Told apart without colours, too.
_FOUND = f"bold underline on ${FOUND}"
_FOUND_NOW = "bold underline reverse $warning"
_CURRENT = "bold reverse"


class Prose(Static):
    """Shows a `Passage`, or plain content. Nothing in it is markup."""

    DEFAULT_CSS = """
    Prose { width: 1fr; height: auto; }
    """

    class ChipPressed(Message):
        """Somebody clicked the chip with this number."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, passage: Passage | Content | None = None, *, classes: str | None = None) -> None:
        super().__init__("", markup=False, classes=classes)
        self._passage = Passage(Content(""))
        self._current: int | None = None
        self._term = ""
        self._found: list[tuple[int, int]] = []
        self._found_now: int | None = None
        if passage is not None:
            self._passage = passage if isinstance(passage, Passage) else Passage(passage)
            self.content = self._passage.content

    @property
    def plain(self) -> str:
        """The text that is shown."""
        return self._passage.content.plain

    def show(self, passage: Passage | Content) -> None:
        """Show something else; what is looked for is marked in it, too."""
        self._passage = passage if isinstance(passage, Passage) else Passage(passage)
        self._found = occurrences(self.plain, self._term)
        if self._found_now is not None and self._found_now >= len(self._found):
            self._found_now = None
        self._redraw()

    def has_chip(self, number: int) -> bool:
        """Whether the chip with this number stands here."""
        return any(c.number == number for c in self._passage.chips)

    def select(self, number: int | None) -> None:
        """Make the chip with this number the current one, if it stands here; none otherwise."""
        current = number if number is not None and self.has_chip(number) else None
        if current != self._current:
            self._current = current
            self._redraw()

    def find(self, term: str) -> int:
        """Mark where `term` stands, without regard to case; return how often that is. An empty term unmarks."""
        before, self._term = self._found, term
        self._found, self._found_now = occurrences(self.plain, term), None
        if before or self._found:
            self._redraw()
        return len(self._found)

    def find_now(self, index: int | None) -> None:
        """Mark the place with this index as the one that was jumped to."""
        if index != self._found_now:
            self._found_now = index
            self._redraw()

    def on_click(self, event: events.Click) -> None:
        """A click on a chip opens it."""
        number = event.style.meta.get(CHIP)
        if isinstance(number, int):
            event.stop()
            self.post_message(self.ChipPressed(number))

    def _redraw(self) -> None:
        content = self._passage.content
        for chip in self._passage.chips:
            if chip.number == self._current:
                content = content.stylize(_CURRENT, chip.start, chip.end)
        for i, (start, end) in enumerate(self._found):
            content = content.stylize(_FOUND_NOW if i == self._found_now else _FOUND, start, end)
        self.content = content
