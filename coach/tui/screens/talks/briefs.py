"""All briefs, and the versions of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from coach.domain.errors import CoachError
from coach.domain.preparation import Brief
from coach.tui import safe
from coach.tui.export import file_name
from coach.tui.screens.ask_text import Confirm
from coach.tui.screens.export import write_as
from coach.tui.screens.listing import ListingScreen
from coach.tui.talks import Talks
from coach.tui.wording import count


class BriefListing(ListingScreen[Brief | None]):
    """Lists briefs; gives the one that was chosen, or None."""

    NONE = ""
    WHAT = ""

    def __init__(self, talks: Talks) -> None:
        super().__init__()
        self._talks = talks
        self._briefs: Sequence[Brief] = ()
        self._shown: list[Brief] = []

    def on_mount(self) -> None:
        """List them."""
        self.options.focus()
        self.say("Reading …")
        self._list()

    async def read(self) -> Sequence[Brief]:
        """Return what is listed."""
        raise NotImplementedError

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
            self._briefs = await self.read()
        except CoachError as e:
            self.say(str(e))
            return
        self._show()

    def _show(self) -> None:
        at = self.options.highlighted or 0
        term = self.filter.value.casefold()
        self._shown = [b for b in self._briefs if term in b.title.casefold()]
        self.options.clear_options()
        self.options.add_options([Option(_row(b)) for b in self._shown])
        if self._shown:
            self.options.highlighted = min(at, len(self._shown) - 1)
        none = "Nothing fits." if term else self.NONE
        self.say(count(len(self._shown), self.WHAT) + "." if self._shown else none)

    def chosen(self) -> Brief | None:
        """The one that is highlighted."""
        at = self.options.highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Give it."""
        event.stop()
        self.dismiss(self._shown[event.option_index])


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
            self._list()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_export(self) -> None:
        """Write one as Markdown."""
        from coach.agent.talks.brief_text import markdown

        if (brief := self.chosen()) is not None:
            await write_as(self.app, "Write this brief as Markdown to", file_name(brief.title), markdown(brief))


def _row(brief: Brief) -> Content:
    made = datetime.fromisoformat(brief.created).astimezone()
    dated = Content(f"{made:%Y-%m-%d %H:%M}  ").stylize("$foreground-muted")
    return dated + safe.line(brief.title, 120) + Content(f"  version {brief.version}").stylize("$foreground-muted")
