"""The prompt: several lines, Enter sends, up and down at its edges go through what was asked before."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from coach.domain.text import clean
from coach.tui import safe
from coach.tui.history import History

_PLACEHOLDER = "What is on your mind? Describe it as you would to a colleague."


class Composer(TextArea):
    """Where questions are typed."""

    DEFAULT_CSS = """
    Composer {
        height: auto; min-height: 3; max-height: 10; width: 1fr; max-width: 104; padding: 1 2 1 1; border: none;
        border-left: outer $primary; background: $surface;
        scrollbar-size-vertical: 1;
        &:focus { border: none; border-left: outer $primary; }
        &:blur { border-left: vkey $foreground-muted; }
        & .text-area--placeholder { color: $foreground-muted; }
        & .text-area--cursor-line { background: $surface; }
    }
    .-low Composer { min-height: 1; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "send", id="composer.send"),
        Binding("ctrl+j,shift+enter,alt+enter", "newline", "new line", id="composer.newline"),
        Binding("pageup", "scroll_transcript(-1)", show=False, id="composer.page-up"),
        Binding("pagedown", "scroll_transcript(1)", show=False, id="composer.page-down"),
        # The class above would go to the end of the line, which End does as well.
        Binding("ctrl+e", "app.export", show=False, id="composer.export"),
    ]

    class Sent(Message):
        """A question was sent. The prompt is emptied by whoever takes it."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class ScrollWanted(Message):
        """The conversation is to be scrolled: a page up (-1), a page down (1), or to its end (0)."""

        def __init__(self, pages: int) -> None:
            super().__init__()
            self.pages = pages

    def __init__(self) -> None:
        super().__init__(
            soft_wrap=True,
            show_line_numbers=False,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder=_PLACEHOLDER,
        )
        self.earlier = History()

    def on_mount(self) -> None:
        """Be calm where nothing may move."""
        safe.calm(self)

    def put(self, text: str) -> None:
        """Write `text` into the prompt in place of what stands there, with the cursor at its end."""
        self.load_text(clean(text))
        self.move_cursor(self.document.end)

    async def _on_key(self, event: events.Key) -> None:
        # The class above would insert a line break; the binding sends.
        if event.key == "enter":
            event.prevent_default()

    async def _on_paste(self, event: events.Paste) -> None:
        # Textual goes on to call the handler of the class above, with the same event.
        event.text = clean(event.text)

    def action_send(self) -> None:
        """Send what was typed, if anything was."""
        if self.text.strip():
            self.post_message(self.Sent(self.text))

    def action_newline(self) -> None:
        """Begin a new line."""
        self.insert("\n")

    def action_scroll_transcript(self, pages: int) -> None:
        """Ask for the conversation to be scrolled."""
        self.post_message(self.ScrollWanted(pages))

    def action_cursor_up(self, select: bool = False) -> None:
        """Go up; on the first line, to what was asked before."""
        if select or not self.cursor_at_first_line:
            super().action_cursor_up(select)
        elif (before := self.earlier.back(self.text)) is not None:
            self.put(before)

    def action_cursor_down(self, select: bool = False) -> None:
        """Go down; on the last line, to what was asked after, at last to what was being typed."""
        if select or not self.cursor_at_last_line:
            super().action_cursor_down(select)
        elif (after := self.earlier.forward()) is not None:
            self.put(after)

    def action_cursor_line_end(self, select: bool = False) -> None:
        """Go to the end of the line; in an empty prompt, to the end of the conversation."""
        if self.text:
            super().action_cursor_line_end(select)
        else:
            self.post_message(self.ScrollWanted(0))
