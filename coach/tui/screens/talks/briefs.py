"""All briefs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from coach.domain.preparation import Brief
from coach.tui import safe
from coach.tui.forgetting import Forgetting
from coach.tui.screens.export import write_brief
from coach.tui.screens.forget import forget
from coach.tui.screens.kept_list import KeptListScreen
from coach.tui.talks import Talks


class BriefListing(KeptListScreen[Brief | None, Brief]):
    """Lists briefs; gives the one that was chosen, or None."""

    def __init__(self, talks: Talks) -> None:
        super().__init__()
        self._talks = talks

    def fits(self, item: Brief, term: str) -> bool:
        """Return whether its title has the term in it."""
        return term in item.title.casefold()

    def row(self, item: Brief) -> Content:
        """Return when it was made, its title and version."""
        made = datetime.fromisoformat(item.created).astimezone()
        dated = Content(f"{made:%Y-%m-%d %H:%M}  ").stylize("$foreground-muted")
        return dated + safe.line(item.title, 120) + Content(f"  version {item.version}").stylize("$foreground-muted")

    def take(self, item: Brief) -> None:
        """Give it."""
        self.dismiss(item)


class BriefsScreen(BriefListing):
    """Lists all briefs, the last changed first.

    Args:
        talks: reads them.
        forgetting: forgets them.
    """

    HEADING = "Briefs"
    PROMPT = "Type to filter by title"
    KEYS = "Enter open, to edit it · x export · f forget for good · / filter · Esc back"
    NONE = "There are no briefs yet. Ctrl+T, p prepares one."
    WHAT = "brief"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f,d,delete", "forget", "forget for good", id="briefs.forget"),
        Binding("x,e", "export", "export", id="briefs.export"),
    ]

    def __init__(self, talks: Talks, forgetting: Forgetting) -> None:
        super().__init__(talks)
        self._forgetting = forgetting

    async def read(self) -> Sequence[Brief]:
        """Return the last version of each."""
        return await self._talks.briefs()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_forget(self) -> None:
        """Forget one with all its versions and rehearsals, after asking."""
        brief = self.chosen()
        if brief is not None and await forget(self.app, self._forgetting, "brief", brief.id):
            self.read_list()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_export(self) -> None:
        """Write one as Markdown."""
        if (brief := self.chosen()) is not None:
            await write_brief(self.app, self._talks.engine, brief)
