"""All briefs, and the versions of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from coach.domain.errors import CoachError
from coach.domain.preparation import Brief
from coach.tui import safe
from coach.tui.export import file_name
from coach.tui.screens.ask_text import Confirm
from coach.tui.screens.export import write_as
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


class VersionsScreen(BriefListing):
    """Lists the versions of a brief, the newest first.

    Args:
        talks: reads them.
        brief_id: whose they are.
    """

    HEADING = "Versions of this brief"
    PROMPT = "Type to filter by title"
    KEYS = "Enter makes it the newest again · Esc back"
    NONE = "There is no version."
    WHAT = "version"

    def __init__(self, talks: Talks, brief_id: str) -> None:
        super().__init__(talks)
        self._brief_id = brief_id

    async def read(self) -> Sequence[Brief]:
        """Return the versions."""
        return list(reversed(await self._talks.versions(self._brief_id)))


class BriefsScreen(BriefListing):
    """Lists all briefs, the last changed first."""

    HEADING = "Briefs"
    PROMPT = "Type to filter by title"
    KEYS = "Enter open · x export · d delete · / filter · Esc back"
    NONE = "There are no briefs yet. Ctrl+T, p prepares one."
    WHAT = "brief"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,delete", "delete", "delete", id="briefs.delete"),
        Binding("x,e", "export", "export", id="briefs.export"),
    ]

    async def read(self) -> Sequence[Brief]:
        """Return the last version of each."""
        return await self._talks.briefs()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_delete(self) -> None:
        """Delete one with all its versions, after asking."""
        brief = self.chosen()
        if brief is None:
            return
        title = safe.line(brief.title, 60).plain
        if await self.app.push_screen_wait(Confirm(f"Delete “{title}”?", "Every version of it goes.")):
            try:
                await self._talks.delete_brief(brief.id)
            except CoachError as e:
                safe.tell_error(self.app, e)
            self.read_list()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_export(self) -> None:
        """Write one as Markdown."""
        from coach.agent.talks.brief_text import markdown

        if (brief := self.chosen()) is not None:
            await write_as(self.app, "Write this brief as Markdown to", file_name(brief.title), markdown(brief))
