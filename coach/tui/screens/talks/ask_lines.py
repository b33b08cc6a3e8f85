"""A small question that a few lines answer."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from coach.tui import safe
from coach.tui.widgets.composer import Composer
from coach.tui.widgets.writing import Writing

_HINT = "Enter takes it · Ctrl+J new line · Esc leaves it"


class AskLines(ModalScreen[str | None]):
    """Asks for text; gives it, or None if it was left with Esc.

    Args:
        title: what is asked.
        value: what stands there at first.
        empty: whether an empty answer is one.
    """

    DEFAULT_CSS = """
    AskLines {
        align: center middle; background: $background 60%;
        & > Vertical {
            width: 88; max-width: 96%; height: auto; padding: 1 2; background: $panel;
            & > .title { text-style: bold; margin-bottom: 1; }
            & > Writing { background: $background; }
            & > .hint { color: $foreground-muted; margin-top: 1; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "leave it", id="lines.leave")]

    def __init__(self, title: str, value: str = "", *, empty: bool = False) -> None:
        super().__init__()
        self._title = title
        self._value = value
        self._empty = empty

    def compose(self) -> ComposeResult:
        """Title, text, hint."""
        with Vertical():
            yield Static(safe.text(self._title), markup=False, classes="title")
            yield Writing("", self._value, empty=self._empty)
            yield Static(Content(_HINT), markup=False, classes="hint")

    def on_mount(self) -> None:
        """Begin to write."""
        self.query_one(Writing).focus()

    def on_composer_sent(self, event: Composer.Sent) -> None:
        """Give what was written."""
        event.stop()
        self.dismiss(event.text.strip())
