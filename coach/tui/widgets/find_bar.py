"""Finding words in the conversation."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from coach.tui.safe import SafeInput


class FindBar(Horizontal):
    """A line to type what is looked for, and how often it was found."""

    DEFAULT_CSS = """
    FindBar {
        height: 1; display: none; padding: 0 2; margin-bottom: 1; width: 1fr; max-width: 104;
        &.-open { display: block; }
        & > .label { width: 6; color: $primary; }
        & > Input { width: 1fr; max-width: 60; height: 1; border: none; padding: 0; background: $surface; }
        & > .count { width: auto; padding-left: 2; color: $foreground-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,f3,enter", "step(1)", "next", id="find.next"),
        Binding("up,shift+f3", "step(-1)", "previous", id="find.previous"),
    ]

    class Changed(Message):
        """Something else is looked for."""

        def __init__(self, term: str) -> None:
            super().__init__()
            self.term = term

    class StepWanted(Message):
        """The next (1) or the previous (-1) place is wanted."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def compose(self) -> ComposeResult:
        """Label, input, count."""
        yield Static(Content("Find"), markup=False, classes="label")
        yield SafeInput(compact=True)
        yield Static("", markup=False, classes="count")

    @property
    def is_open(self) -> bool:
        """Whether it is shown."""
        return self.has_class("-open")

    def open(self) -> None:
        """Show it, ready to type."""
        self.add_class("-open")
        self.query_one(Input).focus()
        self.post_message(self.Changed(self.query_one(Input).value))

    def close(self) -> None:
        """Hide it; nothing is marked any more."""
        self.remove_class("-open")
        self.post_message(self.Changed(""))

    def tell(self, place: int, places: int, *, searching: bool = False) -> None:
        """Show which place of how many is shown; `place` counts from 1, and is 0 where none was gone to.

        With `searching`, earlier turns are still being looked through.
        """
        typed = bool(self.query_one(Input).value)
        more = "looking through earlier turns …"
        if place:
            text = f"{place} of {places}" + (f" so far · {more}" if searching else " · Enter next · ↑ previous")
        elif places:
            text = f"{places} in earlier turns · Enter goes there"
        else:
            text = more if searching else "not in this conversation"
        self.query_one(".count", Static).update(Content(text if typed else ""))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for what is typed."""
        event.stop()
        if self.is_open:
            self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next place."""
        event.stop()
        self.action_step(1)

    def action_step(self, by: int) -> None:
        """Ask for another place."""
        self.post_message(self.StepWanted(by))
