"""Kept rehearsals: go on with one, look back at it, forget it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from coach.domain.rehearsal import Rehearsal, State
from coach.tui import safe
from coach.tui.forgetting import Forgetting
from coach.tui.rehearsals import Rehearsals
from coach.tui.screens.forget import forget
from coach.tui.screens.kept_list import KeptListScreen
from coach.tui.wording import count

if TYPE_CHECKING:
    from coach.store.rehearsals import Kept


class RehearsalsScreen(KeptListScreen[tuple[Rehearsal, bool] | None, "Kept"]):
    """Lists rehearsals, last used first; gives one, with whether to go on with it rather than to look back.

    Args:
        rehearsals: reads them.
        forgetting: forgets them.
    """

    HEADING = "Rehearsals"
    PROMPT = "Type to filter by title"
    KEYS = "Enter go on, or look back where it is over · l look back · f forget for good · / filter · Esc back"
    WHAT = "rehearsal"
    NONE = "There are no rehearsals yet. r on a brief begins one."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "look_back", "look back", id="rehearsals.look-back"),
        Binding("f,d,delete", "forget", "forget for good", id="rehearsals.forget"),
    ]

    def __init__(self, rehearsals: Rehearsals, forgetting: Forgetting) -> None:
        super().__init__()
        self._forgetting = forgetting
        self._rehearsals = rehearsals

    async def read(self) -> Sequence[Kept]:
        """Return all of them."""
        return await self._rehearsals.kept()

    def fits(self, item: Kept, term: str) -> bool:
        """Return whether its title has the term in it."""
        return term in item.rehearsal.title.casefold()

    def row(self, item: Kept) -> Content:
        """Return when it was last used, its title, with whom, and how far it is."""
        r = item.rehearsal
        dated = Content(f"{item.updated.astimezone():%Y-%m-%d %H:%M}  ").stylize("$foreground-muted")
        state = "open, to go on with" if r.state is State.OPEN else r.state.value
        looked = ", looked back at" if item.debrief else ""
        told = f"  {r.counterpart.role}, {count(len(r.turns), 'line')}, {state}{looked}"
        return dated + safe.line(r.title, 100) + safe.line(told).stylize("$foreground-muted")

    def take(self, item: Kept) -> None:
        """Go on with it, or look back at it where it is over."""
        self.dismiss((item.rehearsal, item.rehearsal.state is State.OPEN))

    def action_look_back(self) -> None:
        """Look back at it."""
        if (chosen := self.chosen()) is not None:
            self.dismiss((chosen.rehearsal, False))

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_forget(self) -> None:
        """Forget one and its debrief, after asking."""
        chosen = self.chosen()
        if chosen is not None and await forget(self.app, self._forgetting, "rehearsal", chosen.rehearsal.id):
            self.read_list()
