"""The talks: everything around a conversation that is still to be held, or was held."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

HAPPENED = "happened"
#: Name, key, title, and what it is for.
_ENTRIES = (
    ("prepare", "p", "Prepare", "a talk, on one page, to rehearse it from there"),
    ("briefs", "b", "Briefs", "those that you prepared"),
    ("rehearsals", "r", "Rehearsals", "go on with one, or look back at it"),
    ("commitments", "c", "Commitments", "what you decided to do"),
    ("reflect", "l", "Look back", "at your week"),
    ("plan", "k", "Keep a plan", "of the last answer, as a commitment"),
)


class TalksMenu(ModalScreen[str | None]):
    """Offers what there is; gives the name of what was chosen, or None.

    Args:
        due: whether there is a question about a plan.
    """

    DEFAULT_CSS = """
    TalksMenu {
        align: center middle; background: $background 60%;
        & > Vertical {
            width: 72; max-width: 96%; height: auto; padding: 1 2; background: $panel;
            & > .title { text-style: bold; margin-bottom: 1; }
            & > OptionList { height: auto; border: none; padding: 0; &:focus { border: none; } }
            & > .hint { color: $foreground-muted; margin-top: 1; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+t", "dismiss(None)", "leave it", id="talks.leave"),
        Binding("w", f"take('{HAPPENED}')", "what happened", show=False, id="talks.happened"),
        *[Binding(key, f"take('{name}')", title, show=False, id=f"talks.{name}") for name, key, title, _ in _ENTRIES],
    ]

    def __init__(self, *, due: bool) -> None:
        super().__init__()
        asks = ((HAPPENED, "w", "What happened?", "to the plan that is due"),) if due else ()
        self._entries = (*asks, *_ENTRIES)

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical():
            yield Static(Content("Talks"), markup=False, classes="title")
            yield OptionList(*(Option(_row(key, title, told), id=name) for name, key, title, told in self._entries))
            yield Static(Content("A letter or Enter opens · Esc back"), markup=False, classes="hint")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Give it."""
        event.stop()
        self.dismiss(event.option.id)

    def action_take(self, name: str) -> None:
        """Give what this letter stands for."""
        if any(name == entry[0] for entry in self._entries):
            self.dismiss(name)


def _row(key: str, title: str, told: str) -> Content:
    return Content.assemble(
        Content(key).stylize("bold $primary"), f"  {title:<16}", Content(told).stylize("$foreground-muted")
    )
