"""Which model answers: an endpoint, the local one, or none; each with what it sends where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.choosing import Choosing, Standing
from coach.tui.opening import Opening
from coach.tui.screens.endpoint import EndpointScreen

if TYPE_CHECKING:
    from textual.app import App

Wanted = Literal["endpoint", "local", "none"]
_KEYS = "Enter takes it · x stops a pull · Esc back"


class ModelsScreen(Screen[Wanted | None]):
    """Three choices; gives the one that is taken, or None.

    Args:
        opening: says which model answers now.
        choosing: says what there is to choose from.
    """

    DEFAULT_CSS = """
    ModelsScreen {
        padding: 1 2; background: $background;
        & > .heading { text-style: bold; color: $primary; margin-bottom: 1; }
        & > .note { color: $foreground-muted; height: auto; max-height: 5; margin-bottom: 1; max-width: 104; }
        & > .keys { color: $foreground-muted; dock: bottom; height: 1; }
        & > OptionList {
            height: 1fr; border: none; padding: 0; background: $background; max-width: 104; scrollbar-size-vertical: 1;
            scrollbar-gutter: stable;
            & > .option-list--option { padding: 0 1; }
            &:focus { border: none; background-tint: $background 0%; }
            & > .option-list--option-highlighted { background: $panel; color: $foreground; text-style: none; }
            &:focus > .option-list--option-highlighted { background: $primary 25%; color: $foreground; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "dismiss(None)", "back", id="models.leave"),
        Binding("x", "stop", "stop the pull", id="models.stop"),
        Binding("j", "move(1)", show=False, id="models.down"),
        Binding("k", "move(-1)", show=False, id="models.up"),
    ]

    def __init__(self, opening: Opening, choosing: Choosing) -> None:
        super().__init__()
        self._opening = opening
        self._choosing = choosing
        self._standing: Standing | None = None
        self._fault = ""

    def compose(self) -> ComposeResult:
        """Heading, what answers now, three choices, keys."""
        yield Static(Content("Which model?"), markup=False, classes="heading")
        yield Static("", markup=False, classes="note")
        yield OptionList()
        yield Static(Content(_KEYS), markup=False, classes="keys")

    def on_mount(self) -> None:
        """Show what there is."""
        self._show()
        self.query_one(OptionList).focus()
        self.query_one(OptionList).highlighted = 0
        self.set_interval(0.5, self._show_note)
        self._look()

    @work(exclusive=True, group="standing", exit_on_error=False)
    async def _look(self) -> None:
        try:
            self._standing = await self._choosing.standing()
        except CoachError as e:
            self._fault = str(e)
        self._show()

    def _show(self) -> None:
        self._show_note()
        options = self.query_one(OptionList)
        at = options.highlighted
        options.clear_options()
        options.add_options([Option(_shown(*texts), id=key) for key, texts in _choices(self._standing)])
        options.highlighted = at

    def _show_note(self) -> None:
        opening, standing = self._opening, self._standing
        pull = f"The local model is being pulled: {opening.pulling}. x stops it." if opening.pulling else ""
        now = f"Now: {opening.model}. {opening.why}" if opening.model else "Coach is being opened."
        parts = (now, pull, standing.wins if standing else "", self._fault)
        self.query_one(".note", Static).update(safe.text("\n".join(p for p in parts if p)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Give what was taken."""
        event.stop()
        wanted: dict[str | None, Wanted] = {"endpoint": "endpoint", "local": "local", "none": "none"}
        self.dismiss(wanted.get(event.option.id))

    def action_stop(self) -> None:
        """Stop the pull."""
        self._choosing.stop()
        self._show_note()

    def action_move(self, by: int) -> None:
        """Go down or up in the list."""
        options = self.query_one(OptionList)
        if by > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()


async def choose_model(app: App[Any], opening: Opening, choosing: Choosing) -> None:
    """Let the person choose, and put it into effect; what goes wrong is shown. To be called in a worker of the app."""
    wanted: Wanted | None = await app.push_screen_wait(ModelsScreen(opening, choosing))
    try:
        match wanted:
            case "none":
                _tell_choice(app, "Principles only, from the next question on.", await choosing.use("none"))
            case "local":
                await _use_local(app, choosing)
            case "endpoint":
                await _use_endpoint(app, opening, choosing)
    except CoachError as e:
        safe.tell_error(app, e)


async def _use_local(app: App[Any], choosing: Choosing) -> None:
    if not (await choosing.standing()).pulled:
        if not choosing.pulling:
            safe.tell(app, "The local model is being pulled; ask meanwhile.", "Ctrl+G and x stop it.")
        if not await choosing.pull():
            safe.tell(app, "The local model is not in use.", "Ctrl+G chooses it; a pull goes on where it stopped.")
            return
    but = await choosing.use("local")
    _tell_choice(app, "The local model checks from the next question on. Nothing leaves this machine.", but)


async def _use_endpoint(app: App[Any], opening: Opening, choosing: Choosing) -> None:
    found = await app.push_screen_wait(EndpointScreen(choosing))
    if found is not None:
        but = await choosing.use_endpoint(*found)
        _tell_choice(app, f"From the next question on: {opening.model}. {opening.sends}", but)


def _tell_choice(app: App[Any], what: str, but: str) -> None:
    safe.tell(app, what, but, "warning" if but else "information")


def _choices(standing: Standing | None) -> tuple[tuple[Wanted, tuple[str, str, str]], ...]:
    pulled = standing is not None and standing.pulled
    if standing is None or standing.hub:
        asked = f"{standing.hub if standing else 'a model hub'}, or else your package index,"
    else:
        asked = "your package index"
    return (
        (
            "endpoint",
            (
                "An endpoint",
                "Any OpenAI-compatible address, tested first. Its model writes and checks.",
                "Sent there: what you type, the statements found for it, the last turns, notes that match and are not "
                "private. Nothing leaves the machine where the address is on it.",
            ),
        ),
        (
            "local",
            (
                "The local model" + (" (it is here)" if pulled else " (1.1 GB to pull; ask meanwhile)"),
                "Qwen2.5-Coder-1.5B checks each claim; the sources are quoted.",
                "Nothing you type leaves the machine." + ("" if pulled else f" The pull asks {asked} for files."),
            ),
        ),
        (
            "none",
            ("Principles only", "No model; the sources are quoted.", "Nothing leaves the machine."),
        ),
    )


def _shown(title: str, what: str, sends: str) -> Content:
    text = Content(f"{title}\n").stylize("bold") + safe.line(what) + "\n"
    return text + safe.line(sends).stylize("$foreground-muted") + "\n"
