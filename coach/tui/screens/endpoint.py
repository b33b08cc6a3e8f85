"""An endpoint: its address, the model there and its key, tested before it is used."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker

from coach.domain.errors import CoachError
from coach.domain.text import clean_line
from coach.models.trial import Trial
from coach.tui import safe
from coach.tui.choosing import Choosing

_HINT = "Enter goes on, and tests at the end · Tab to and fro · Esc leaves it"
_KEY_KEPT = "goes into the system keyring; empty: none, or the one kept there"


class EndpointScreen(ModalScreen[tuple[Trial, str] | None]):
    """Asks for an endpoint until one has answered; gives what it showed and the key that was typed, or None.

    Args:
        choosing: tests it.
    """

    DEFAULT_CSS = """
    EndpointScreen {
        align: center middle; background: $background 60%;
        & > Vertical {
            width: 88; max-width: 96%; height: auto; max-height: 100%; padding: 1 2; background: $panel;
            & > .title { text-style: bold; margin-bottom: 1; }
            & > Horizontal { height: 1; & > Static { width: 10; } }
            & Input { border: none; height: 1; width: 1fr; padding: 0 1; background: $background; }
            & > .sends { color: $foreground-muted; margin-top: 1; height: auto; max-height: 3; }
            & > .said { margin-top: 1; height: auto; max-height: 5; display: none; }
            & > OptionList { height: auto; max-height: 6; border: none; padding: 0; margin-top: 1; display: none; }
            & > Button { margin-top: 1; }
            & > .hint { color: $foreground-muted; margin-top: 1; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "leave it", id="endpoint.leave")]

    def __init__(self, choosing: Choosing) -> None:
        super().__init__()
        self._choosing = choosing
        self._testing: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """Three lines to fill in, what goes where, what the test found."""
        with Vertical():
            yield Static(Content("An endpoint"), markup=False, classes="title")
            for name, label, prompt in (
                ("address", "Address", "http://127.0.0.1:8080/v1"),
                ("model", "Model", "empty: the endpoint is asked which it has"),
                ("key", "Key", _KEY_KEPT),
            ):
                with Horizontal():
                    yield Static(Content(label), markup=False)
                    yield safe.SafeInput(placeholder=prompt, compact=True, password=name == "key", id=name)
            yield Static("", markup=False, classes="sends")
            yield OptionList()
            yield Static("", markup=False, classes="said")
            yield Button(Content("Test and use"), compact=True)
            yield Static(Content(_HINT), markup=False, classes="hint")

    def on_mount(self) -> None:
        """Put in what is set already."""
        self._input("address").focus()
        self._look()

    @work(exclusive=True, group="standing", exit_on_error=False)
    async def _look(self) -> None:
        try:
            standing = await self._choosing.standing()
        except CoachError as e:
            self._say(str(e))
            return
        address, key = self._input("address"), self._input("key")
        if not address.value:
            address.value = safe.line(standing.base_url).plain
        if standing.key_given_by:
            # It wins over what the keyring holds, so nothing is asked for here.
            key.disabled = True
            key.placeholder = f"{standing.key_given_by} gives it; it is sent to this address"
        self._say(standing.wins)

    def _input(self, name: str) -> Input:
        return self.query_one(f"#{name}", Input)

    def _say(self, what: str) -> None:
        said = self.query_one(".said", Static)
        said.update(safe.text(what))
        said.display = bool(what)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what would go where."""
        from coach.models.choice import what_leaves

        event.stop()
        address = clean_line(self._input("address").value).strip()
        told = what_leaves(address, self._input("model").value.strip()) if _has_host(address) else ""
        self.query_one(".sends", Static).update(safe.text(told))
        self.query_one(OptionList).display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next line; after the last one, test."""
        event.stop()
        last = "model" if self._input("key").disabled else "key"
        if event.input.id == last:
            self._begin()
        else:
            self._input("model" if event.input.id == "address" else "key").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Test."""
        event.stop()
        self._begin()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Test the model that was taken from the list."""
        event.stop()
        if event.option.id is not None:
            with self.prevent(Input.Changed):
                self._input("model").value = event.option.id
            self._begin()

    def _begin(self) -> None:
        if not self._input("address").value.strip():
            self._input("address").focus()
            self._say("Type its address.")
        else:
            self._testing = self._test()

    @work(exclusive=True, group="trial", exit_on_error=False)
    async def _test(self) -> None:
        address, model, key = (self._input(name).value.strip() for name in ("address", "model", "key"))
        self._say("Asking it … Esc stops that.")
        try:
            trial = await self._choosing.try_endpoint(address, model, key)
        except CoachError as e:
            self._say(f"✗ {e}")
            return
        if trial.name:
            self.dismiss((trial, key))
            return
        names = self.query_one(OptionList)
        names.clear_options()
        names.add_options([Option(safe.line(name), id=name) for name in trial.models])
        names.display = True
        names.highlighted = 0
        names.focus()
        self._say(f"It has {len(trial.models)} models: Enter tests the chosen one.")

    def action_leave(self) -> None:
        """Stop the test, or leave."""
        if self._testing is not None and self._testing.is_running:
            self._testing.cancel()
            self._say("Stopped.")
        else:
            self.dismiss(None)


def _has_host(address: str) -> bool:
    scheme, _, rest = address.partition("://")
    return scheme in ("http", "https") and bool(rest.strip("/"))
