"""Kept rehearsals: go on with one, look back at it, delete it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from coach.domain.errors import CoachError
from coach.domain.rehearsal import Rehearsal, State
from coach.tui import safe
from coach.tui.rehearsals import Rehearsals
from coach.tui.screens.ask_text import Confirm
from coach.tui.screens.listing import ListingScreen
from coach.tui.wording import count

if TYPE_CHECKING:
    from coach.store.rehearsals import Kept


class RehearsalsScreen(ListingScreen["tuple[Rehearsal, bool] | None"]):
    """Lists rehearsals, last used first; gives one, with whether to go on with it rather than to look back.

    Args:
        rehearsals: reads and deletes them.
    """

    HEADING = "Rehearsals"
    PROMPT = "Type to filter by title"
    KEYS = "Enter go on, or look back where it is over · l look back · d delete · / filter · Esc back"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "look_back", "look back", id="rehearsals.look-back"),
        Binding("d,delete", "delete", "delete", id="rehearsals.delete"),
    ]

    def __init__(self, rehearsals: Rehearsals) -> None:
        super().__init__()
        self._rehearsals = rehearsals
        self._kept: Sequence[Kept] = ()
        self._shown: list[Kept] = []

    def on_mount(self) -> None:
        """List them."""
        self.options.focus()
        self.say("Reading …")
        self._list()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter the list."""
        event.stop()
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go into the list."""
        event.stop()
        self.options.focus()

    @work(exclusive=True, group="list", exit_on_error=False)
    async def _list(self) -> None:
        try:
            self._kept = await self._rehearsals.kept()
        except CoachError as e:
            self.say(str(e))
            return
        self._show()

    def _show(self) -> None:
        at = self.options.highlighted or 0
        term = self.filter.value.casefold()
        self._shown = [k for k in self._kept if term in k.rehearsal.title.casefold()]
        self.options.clear_options()
        self.options.add_options([Option(_row(k)) for k in self._shown])
        if self._shown:
            self.options.highlighted = min(at, len(self._shown) - 1)
        none = "Nothing fits." if term else "There are no rehearsals yet. r on a brief begins one."
        self.say(count(len(self._shown), "rehearsal") + "." if self._shown else none)

    def _chosen(self) -> Rehearsal | None:
        at = self.options.highlighted
        return self._shown[at].rehearsal if at is not None and at < len(self._shown) else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go on with it, or look back at it where it is over."""
        event.stop()
        if (chosen := self._chosen()) is not None:
            self.dismiss((chosen, chosen.state is State.OPEN))

    def action_look_back(self) -> None:
        """Look back at it."""
        if (chosen := self._chosen()) is not None:
            self.dismiss((chosen, False))

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_delete(self) -> None:
        """Delete one and its debrief, after asking."""
        chosen = self._chosen()
        if chosen is None:
            return
        title = safe.line(chosen.title, 60).plain
        if await self.app.push_screen_wait(Confirm(f"Delete “{title}”?", "Its debrief goes with it.")):
            try:
                await self._rehearsals.delete(chosen.id)
            except CoachError as e:
                safe.tell_error(self.app, e)
            self._list()


def _row(kept: Kept) -> Content:
    r = kept.rehearsal
    dated = Content(f"{kept.updated.astimezone():%Y-%m-%d %H:%M}  ").stylize("$foreground-muted")
    state = "open, to go on with" if r.state is State.OPEN else r.state.value
    looked = ", looked back at" if kept.debrief else ""
    told = f"  {r.counterpart.role}, {count(len(r.turns), 'line')}, {state}{looked}"
    return dated + safe.line(r.title, 100) + safe.line(told).stylize("$foreground-muted")
