"""What a screen with a filter over a list has in common: the frame, and going from one to the other."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static

from coach.tui import safe

T = TypeVar("T")


class ListingScreen(Screen[T]):
    """A title, a line to filter or search with, a list, and a line of keys.

    `/` goes to the line, down or Enter from there into the list.
    """

    HEADING: ClassVar[str] = ""
    PROMPT: ClassVar[str] = ""
    KEYS: ClassVar[str] = ""

    DEFAULT_CSS = """
    ListingScreen {
        padding: 1 2; background: $background;
        & > .heading { text-style: bold; color: $primary; margin-bottom: 1; }
        & > Input.filter {
            border: none; height: 1; padding: 0 1; background: $surface; margin-bottom: 1; max-width: 104;
        }
        & > .note { color: $foreground-muted; height: auto; max-height: 3; margin-bottom: 1; }
        & > .keys { color: $foreground-muted; dock: bottom; height: auto; max-height: 3; padding-top: 1; }
        & OptionList {
            height: 1fr; border: none; padding: 0; background: $background; max-width: 140; scrollbar-size-vertical: 1;
            scrollbar-gutter: stable;
            & > .option-list--option { padding: 0 1; }
            &:focus { border: none; background-tint: $background 0%; }
            & > .option-list--option-disabled { color: $primary; text-style: bold; }
            & > .option-list--option-highlighted { background: $panel; color: $foreground; text-style: none; }
            &:focus > .option-list--option-highlighted { background: $primary 25%; color: $foreground; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", id="listing.leave"),
        Binding("/", "filter", "filter", id="listing.filter"),
        Binding("j", "move(1)", show=False, id="listing.down"),
        Binding("k", "move(-1)", show=False, id="listing.up"),
        Binding("g", "edge(True)", show=False, id="listing.first"),
        Binding("G", "edge(False)", show=False, id="listing.last"),
    ]

    def compose(self) -> ComposeResult:
        """The frame, with `content` in it."""
        yield Static(Content(self.HEADING), markup=False, classes="heading")
        yield safe.SafeInput(placeholder=self.PROMPT, compact=True, classes="filter")
        yield Static("", markup=False, classes="note")
        yield from self.content()
        yield Static(Content(self.KEYS), markup=False, classes="keys")

    def content(self) -> ComposeResult:
        """What stands between the filter and the keys: the list."""
        yield OptionList()

    @property
    def options(self) -> OptionList:
        """The list."""
        return self.query_one(OptionList)

    @property
    def filter(self) -> Input:
        """The line to filter with."""
        return self.query_one(".filter", Input)

    def say(self, what: str) -> None:
        """Show a line above the list; nothing where it is empty."""
        self.query_one(".note", Static).update(safe.text(what))

    def action_leave(self) -> None:
        """Go from the filter to the list, from there back to the conversation."""
        if self.filter.has_focus:
            if self.filter.value:
                self.filter.value = ""
            self.options.focus()
        else:
            self.leave()

    def leave(self) -> None:
        """Go back to the conversation."""
        self.dismiss(None)

    def action_filter(self) -> None:
        """Go to the filter."""
        self.filter.focus()

    def action_move(self, by: int) -> None:
        """Go down or up in the list."""
        if by > 0:
            self.options.action_cursor_down()
        else:
            self.options.action_cursor_up()

    def action_edge(self, first: bool) -> None:
        """Go to the first or the last line of the list."""
        if first:
            self.options.action_first()
        else:
            self.options.action_last()

    def on_key(self, event: object) -> None:
        """Down from the filter goes into the list."""
        if getattr(event, "key", "") == "down" and self.filter.has_focus:
            self.options.focus()
