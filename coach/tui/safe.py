"""The display boundary: every text that is not ours is cleaned here and becomes `Content`, which is never markup.

Textual runs actions that stand in markup, stops at markup that it cannot read, and passes terminal escapes on to the
terminal. So no widget gets a string: it gets what `text` or `line` made of it, and every toast goes through `tell`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Input, TextArea

from coach.domain.errors import CoachError
from coach.domain.text import clean, clean_line

if TYPE_CHECKING:
    from textual import events
    from textual.app import App
    from textual.widget import Widget

#: A toast longer than this is a page.
_LONGEST_TOAST = 400


def text(value: str) -> Content:
    """Return `value` as content that shows what it says: cleaned, line breaks kept, brackets left as they are."""
    return Content(clean(value).replace("\t", "    "))


def line(value: str, most: int = 0) -> Content:
    """Return `value` on one line; where `most` is given, cut to so many cells."""
    return Content(cut(clean_line(value), most) if most else clean_line(value))


def cut(value: str, most: int) -> str:
    """Return `value` in at most `most` cells, with an ellipsis where something was left out."""
    if cell_len(value) <= most:
        return value
    kept = value[: max(0, most - 1)]
    while kept and cell_len(kept) > most - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def tell(
    app: App[Any],
    message: str,
    hint: str = "",
    severity: Literal["information", "warning", "error"] = "information",
) -> None:
    """Show a toast. The only place that calls `notify`."""
    shown = clean(f"{message} {hint}".strip())
    app.notify(cut(shown, _LONGEST_TOAST), severity=severity, markup=False, timeout=8 if severity == "error" else 4)


def tell_error(app: App[Any], error: CoachError) -> None:
    """Show an error as a toast: what happened, and what to do."""
    tell(app, error.message, error.hint, "error")


def calm(widget: Widget) -> None:
    """Let the cursor of what can be typed into blink only where things may move."""
    if isinstance(widget, Input | TextArea):
        widget.cursor_blink = widget.app.animation_level != "none"


class SafeInput(Input):
    """A line of input that cleans what is pasted into it."""

    def on_mount(self) -> None:
        """Be calm where nothing may move."""
        calm(self)

    def _on_paste(self, event: events.Paste) -> None:
        # Textual goes on to call the handler of the class above, with the same event.
        event.text = clean_line(event.text)
