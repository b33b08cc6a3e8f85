"""A place to write into on a form: like the prompt, with what it is for said in it."""

from __future__ import annotations

from coach.tui.widgets.composer import Composer


class Writing(Composer):
    """Several lines; Enter sends them, Ctrl+J begins a new line.

    Args:
        placeholder: what is said while it is empty.
        text: what stands there at first.
        empty: whether Enter sends it while it is empty, too.
        id: its name on the screen.
    """

    DEFAULT_CSS = """
    Writing { min-height: 1; max-height: 8; padding: 0 1; max-width: 104; }
    """

    def __init__(self, placeholder: str, text: str = "", *, empty: bool = False, id: str | None = None) -> None:
        super().__init__()
        self.placeholder = placeholder
        if id is not None:
            self.id = id
        self._empty = empty
        if text:
            self.put(text)

    def action_send(self) -> None:
        """Send what was typed."""
        if self._empty or self.text.strip():
            self.post_message(self.Sent(self.text))
