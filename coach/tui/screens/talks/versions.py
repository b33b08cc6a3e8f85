"""The versions of a brief: what each changed, compared with the newest one, and made the newest again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from coach.domain.preparation import Brief
from coach.tui import safe
from coach.tui.screens.talks.briefs import BriefListing
from coach.tui.screens.talks.page import PageScreen
from coach.tui.talks import Talks
from coach.tui.widgets.sheet import Row

if TYPE_CHECKING:
    from coach.agent.talks.compare import Difference


class VersionsScreen(BriefListing):
    """Lists the versions of a brief, the newest first; gives the one to be the newest again, or None.

    Args:
        talks: reads them.
        brief_id: whose they are.
    """

    HEADING = "Versions of this brief"
    PROMPT = "Type to filter by title"
    KEYS = "Enter makes it the newest again · c compares it with the newest · Esc back"
    NONE = "There is no version."
    WHAT = "version"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("c", "compare", "compare with the newest", id="versions.compare")]

    def __init__(self, talks: Talks, brief_id: str) -> None:
        super().__init__(talks)
        self._brief_id = brief_id

    async def read(self) -> Sequence[Brief]:
        """Return the versions."""
        return list(reversed(await self._talks.versions(self._brief_id)))

    def row(self, item: Brief) -> Content:
        """Return when it was made, its title and version, and how much it changed."""
        from coach.agent.talks.compare import compare, summary

        before = next((b for b in self.every if b.version == item.version - 1), None)
        changed = summary(compare(before, item)) if before else "as it was made"
        return super().row(item) + Content(f", {changed or 'nothing changed'}").stylize("$foreground-muted")

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_compare(self) -> None:
        """Show what it says otherwise than the newest one."""
        wanted = self.chosen()
        if wanted is None:
            return
        newest = self.every[0]
        if wanted.version == newest.version:
            safe.tell(self.app, "This is the newest version.", "Choose another one to compare it with.", "warning")
        elif await self.app.push_screen_wait(CompareScreen(self._talks, wanted, newest)):
            self.dismiss(wanted)


class CompareScreen(PageScreen[bool]):
    """Shows what two versions of a brief say differently; gives whether the earlier one is to be the newest again.

    Args:
        talks: gives the sources.
        before: the earlier one.
        after: the newest one.
    """

    KEYS = "r makes the earlier one the newest again · Up Down lines · Esc back"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("r", "restore", "make it the newest again", id="compare.restore")]

    def __init__(self, talks: Talks, before: Brief, after: Brief) -> None:
        from coach.agent.talks.compare import compare

        self._differences: Sequence[Difference] = compare(before, after)
        super().__init__(talks.engine, [(d.heading, d.heading) for d in self._differences])
        self._before, self._after = before, after

    async def on_mount(self) -> None:
        """Show it."""
        older, newer = f"Version {self._before.version}", f"Version {self._after.version}"
        self.say(f"{older} and version {self._after.version}, the newest", "Lines that both have are left out.")
        self.tell("" if self._differences else "They say the same.")
        for d in self._differences:
            rows = [*(Row(older, line) for line in d.before), *(Row(newer, line) for line in d.after)]
            await self.sheet.show(d.heading, rows)
        self.sheet.move(1)

    def action_restore(self) -> None:
        """Have the earlier one made the newest again."""
        self.dismiss(True)

    def leave(self) -> None:
        """Go back to the list."""
        self.dismiss(False)
