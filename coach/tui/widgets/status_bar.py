"""One calm line at the bottom: which model answers, what leaves the machine, what is going on, and two keys."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from coach.tui import safe
from coach.tui.opening import Opening

_KEYS = "F1 help   ^P commands"


class StatusBar(Horizontal):
    """Shows what `tell` and `busy` were given."""

    DEFAULT_CSS = """
    StatusBar {
        height: 1; padding: 0 2; color: $foreground-muted;
        & > .what { width: 1fr; height: 1; text-wrap: nowrap; text-overflow: ellipsis; padding-right: 1; }
        & > .task { width: auto; height: 1; color: $primary; padding: 0 0 0 1; }
        & > .busy { width: auto; height: 1; color: $primary; padding: 0 2 0 1; }
        & > .keys { width: auto; height: 1; }
    }
    """

    def compose(self) -> ComposeResult:
        """Four pieces of text."""
        yield Static("", markup=False, classes="what")
        yield Static("", markup=False, classes="task")
        yield Static("", markup=False, classes="busy")
        yield Static(Content(_KEYS), markup=False, classes="keys")

    def show_opening(self, opening: Opening) -> None:
        """Show what is known of the model, and how far the index, the notes and a pull are."""
        self.tell(opening.model, opening.sends)
        tasks = (
            f"indexing {opening.share:.0%}" if opening.indexing else "",
            opening.syncing,
            f"pulling {opening.pulling}" if opening.pulling else "",
        )
        self.query_one(".task", Static).update(safe.line("  ".join(t for t in tasks if t)))

    def tell(self, model: str, leaves: str) -> None:
        """Show the model and what leaves the machine."""
        self.query_one(".what", Static).update(safe.line(" · ".join(p for p in (model, leaves) if p)))

    def busy(self, what: str = "") -> None:
        """Show what is going on; nothing where it is empty."""
        self.query_one(".busy", Static).update(safe.line(what))
