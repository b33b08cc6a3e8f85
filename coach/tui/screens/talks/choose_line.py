"""Choosing a line of a rehearsal to go back to."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from coach.domain.rehearsal import Rehearsal
from coach.tui import safe


class ChooseLine(ModalScreen[int | None]):
    """Lists everything that the person said, left branches too; gives the number of a line, or None.

    Args:
        rehearsal: whose lines they are.
    """

    DEFAULT_CSS = """
    ChooseLine {
        align: center middle; background: $background 60%;
        & > Vertical {
            width: 88; max-width: 96%; height: auto; max-height: 90%; padding: 1 2; background: $panel;
            & > .title { text-style: bold; margin-bottom: 1; }
            & > OptionList { height: auto; max-height: 14; border: none; padding: 0; &:focus { border: none; } }
            & > .hint { color: $foreground-muted; margin-top: 1; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "leave it", id="line.leave")]

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__()
        self._rehearsal = rehearsal

    def compose(self) -> ComposeResult:
        """The lines, the last one said first in view."""
        here = {t.number for t in self._rehearsal.path}
        with Vertical():
            yield Static(Content("Say which line another way?"), markup=False, classes="title")
            yield OptionList(
                *(
                    Option(
                        Content(f"{t.number:>3}  {'' if t.number in here else '(left) '}").stylize("$foreground-muted")
                        + safe.line(t.line or "(said nothing)", 200)
                    )
                    for t in self._rehearsal.turns
                )
            )
            yield Static(Content("Enter goes back to before it · Esc leaves it"), markup=False, classes="hint")

    def on_mount(self) -> None:
        """Begin with the last line."""
        self.query_one(OptionList).highlighted = len(self._rehearsal.turns) - 1

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Give its number."""
        event.stop()
        self.dismiss(event.option_index + 1)
