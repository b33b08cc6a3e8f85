"""The question about a plan that is due, where a conversation has not begun yet."""

from __future__ import annotations

from coach.tui.widgets.welcome import Example


class DueQuestion(Example):
    """Says what was planned, and leads to where what happened can be told.

    Args:
        planned: when it was planned, and what.
    """

    DEFAULT_CSS = """
    DueQuestion { color: $primary; margin-top: 1; }
    """

    def __init__(self, planned: str) -> None:
        super().__init__(f"{planned} What happened? (Ctrl+T, then w)")

    def action_choose(self) -> None:
        """Ask for the place to tell it."""
        self.app.call_later(self.app.run_action, "talk('happened')")
