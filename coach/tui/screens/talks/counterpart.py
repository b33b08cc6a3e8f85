"""The counterpart of a rehearsal, seen and changed before it is used."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from coach.domain.counterpart import Counterpart, Standing, Style
from coach.domain.errors import CoachError
from coach.domain.preparation import Brief
from coach.tui import safe

_HINT = "Enter goes on, and begins at the end · Ctrl+D begins now · Esc leaves it"
_ABOUT = "It does not know what your brief keeps private, what you fear, or what you could give way on."
#: Each field, and what can be put into it.
_FIELDS = (
    ("role", "Role", "such as: product director"),
    ("stakes", "Stakes", "what depends on it for them"),
    ("topic", "About", "such as: the launch date"),
    ("style", "Style", ", ".join(s.value for s in Style)),
    ("difficulty", "Difficulty", "1 gives way soon, 5 hardly ever"),
    ("standing", "Stands", f"{', '.join(s.value for s in Standing)}: seen from you"),
)


class CounterpartScreen(ModalScreen[Counterpart | None]):
    """Asks whom to rehearse with; gives the counterpart, or None.

    Args:
        brief: says who it is at first.
    """

    DEFAULT_CSS = """
    CounterpartScreen {
        align: center middle; background: $background 60%;
        & > Vertical {
            width: 92; max-width: 98%; height: auto; max-height: 100%; padding: 1 2; background: $panel;
            & > .title { text-style: bold; }
            & > .about { color: $foreground-muted; margin-bottom: 1; }
            & > Horizontal { height: 1; & > .name { width: 12; } & > .can { width: 34; color: $foreground-muted; } }
            & Input { border: none; height: 1; width: 1fr; padding: 0 1; background: $background; margin-right: 1; }
            & > .said { margin-top: 1; height: auto; max-height: 4; color: $text-error; display: none; }
            & > .hint { color: $foreground-muted; margin-top: 1; }
        }
    }
    CounterpartScreen.-tiny .can { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "leave it", id="counterpart.leave"),
        Binding("ctrl+d", "begin", "begin", id="counterpart.begin", priority=True),
    ]

    def __init__(self, brief: Brief) -> None:
        super().__init__()
        self._brief = brief
        self._counterpart: Counterpart | None = None

    def compose(self) -> ComposeResult:
        """A line for each thing that can be changed."""
        with Vertical():
            yield Static(Content("Whom do you rehearse with?"), markup=False, classes="title")
            yield Static(Content(_ABOUT), markup=False, classes="about")
            for name, label, can in _FIELDS:
                with Horizontal():
                    yield Static(Content(label), markup=False, classes="name")
                    yield safe.SafeInput(compact=True, id=name)
                    yield Static(safe.cut(can, 33), markup=False, classes="can")
            yield Static("", markup=False, classes="said")
            yield Static(Content(_HINT), markup=False, classes="hint")

    def on_mount(self) -> None:
        """Put in what the brief says."""
        self.query_one("#role", Input).focus()
        self._fill()

    @work(exclusive=True, group="fill", exit_on_error=False)
    async def _fill(self) -> None:
        from coach.agent.talks.counterpart import counterpart_of

        self._counterpart = counterpart_of(self._brief)
        values = self._counterpart.as_dict()
        for name, _, _ in _FIELDS:
            self.query_one(f"#{name}", Input).value = safe.line(str(values[name])).plain

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next line; after the last one, begin."""
        event.stop()
        if event.input.id == _FIELDS[-1][0]:
            self.action_begin()
        else:
            self.focus_next()

    def action_begin(self) -> None:
        """Begin with what stands there; say what cannot stand."""
        from coach.agent.talks.counterpart import edited

        if self._counterpart is None:
            return
        counterpart, before = self._counterpart, self._counterpart.as_dict()
        for name, _, _ in _FIELDS:
            field = self.query_one(f"#{name}", Input)
            try:
                # What was not touched stays: another role would move where it stands as well.
                if field.value != str(before[name]):
                    counterpart = edited(counterpart, name, field.value)
            except CoachError as e:
                said = self.query_one(".said", Static)
                said.update(safe.text(f"✗ {e.message} {e.hint}"))
                said.display = True
                field.focus()
                return
        self.dismiss(counterpart)
