"""A small question that one line answers, and one that yes or no answers."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from coach.tui import safe

_BOX = """
    align: center middle; background: $background 60%;
    & > Vertical {
        width: 72; max-width: 95%; height: auto; padding: 1 2; background: $panel;
        & > .title { text-style: bold; margin-bottom: 1; }
        & > .hint { color: $foreground-muted; margin-top: 1; }
        & > Input { border: none; height: 1; padding: 0 1; background: $background; }
    }
"""


class AskText(ModalScreen[str | None]):
    """Asks for one line; gives it, or None if it was left with Esc.

    Args:
        title: what is asked.
        value: what stands there at first.
        hint: what Enter does.
    """

    DEFAULT_CSS = f"AskText {{ {_BOX} }}"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "leave it", id="ask.leave")]

    def __init__(self, title: str, value: str = "", hint: str = "Enter takes it, Esc leaves it.") -> None:
        super().__init__()
        self._title = title
        self._value = value
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Title, input, hint."""
        with Vertical():
            yield Static(safe.text(self._title), markup=False, classes="title")
            yield safe.SafeInput(safe.line(self._value).plain, compact=True)
            yield Static(safe.text(self._hint), markup=False, classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give what was typed."""
        event.stop()
        self.dismiss(event.value.strip() or None)


class Confirm(ModalScreen[bool]):
    """Asks whether to do something that cannot be undone; gives True for y, False for anything else that leaves it.

    Args:
        title: what is asked.
        detail: what it means.
    """

    DEFAULT_CSS = f"Confirm {{ {_BOX} }}"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "yes", id="confirm.yes"),
        Binding("n,escape", "dismiss(False)", "no", id="confirm.no"),
    ]

    def __init__(self, title: str, detail: str = "") -> None:
        super().__init__()
        self._title = title
        self._detail = detail

    def compose(self) -> ComposeResult:
        """Title, detail, keys."""
        with Vertical():
            yield Static(safe.text(self._title), markup=False, classes="title")
            if self._detail:
                yield Static(safe.text(self._detail), markup=False)
            yield Static(Content("y yes · n no"), markup=False, classes="hint")
