"""What was decided: tell what happened, put it off, keep another plan, export, forget."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from coach.domain.changes import Changes
from coach.domain.commitment import Commitment, State
from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.forgetting import Forgetting
from coach.tui.passages import chip
from coach.tui.screens.ask_text import AskText
from coach.tui.screens.export import write_as
from coach.tui.screens.forget import forget
from coach.tui.screens.kept_list import KeptListScreen
from coach.tui.screens.talks.commit import CommitScreen
from coach.tui.screens.talks.happened import HappenedScreen
from coach.tui.talks import Talks, clock
from coach.tui.wording import came_from, count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STATES = {State.KEPT: "✓", State.PARTLY: "◐", State.MISSED: "✗", State.DROPPED: "–"}


class CommitmentsScreen(KeptListScreen[str | None, Commitment]):
    """Lists commitments, open ones first; gives what one came of, where that is to be opened, or None.

    Args:
        talks: reads and keeps them.
        forgetting: forgets them.
    """

    HEADING = "Commitments"
    PROMPT = "Type to filter"
    KEYS = (
        "Enter what happened · s put off · n new plan · a all or open · o where it came from · e calendar file · "
        "f forget for good · / filter · Esc back"
    )
    WHAT = "commitment"
    NONE = "Nothing is open. n keeps a plan."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "snooze", "put off", id="commitments.snooze"),
        Binding("n", "new", "new plan", id="commitments.new"),
        Binding("a", "all", "all, or those that are open", id="commitments.all"),
        Binding("o", "origin", "where it came from", id="commitments.origin"),
        Binding("e", "export", "calendar file", id="commitments.export"),
        Binding("f,d,delete", "forget", "forget for good", id="commitments.forget"),
    ]

    def __init__(self, talks: Talks, forgetting: Forgetting) -> None:
        super().__init__()
        self._talks = talks
        self._forgetting = forgetting
        self._all = False
        self._titles: Mapping[str, str] = {}
        self._changes: Changes = {}

    async def read(self) -> Sequence[Commitment]:
        """Return all of them."""
        found = await self._talks.commitments()
        self._titles = await self._talks.titles(found)
        self._changes = await self._talks.engine.changes({(c.id, c.hash) for made in found for c in made.citations})
        return found

    def fits(self, item: Commitment, term: str) -> bool:
        """Return whether it is open, or all are shown, and its plan or outcome has the term in it."""
        return (self._all or item.state is State.OPEN) and term in f"{item.plan} {item.outcome}".casefold()

    def row(self, item: Commitment) -> Content:
        """Return it as it is listed: how it stands in a word, the plan, and what happened."""
        today = clock().date()
        if item.state is not State.OPEN:
            standing, style = f"{_STATES[item.state]} {item.state.value}", "$foreground-muted"
        elif item.is_due(today):
            standing, style = f"● due {item.due.isoformat()}", "$primary"
        elif item.snoozed and item.snoozed > today:
            standing, style = f"○ put off to {item.snoozed.isoformat()}", "$foreground-muted"
        else:
            standing, style = f"○ due {item.due.isoformat()}", "$foreground-muted"
        said = Content(f"{standing}  ").stylize(style) + safe.line(item.plan)
        if item.outcome:
            said += "\n" + Content("  What happened: ").stylize("$foreground-muted") + safe.line(item.outcome, 200)
        ids = [chip(c.id, self._changes.get((c.id, c.hash))) for c in item.citations]
        if came_of := came_from(item.origin, self._titles.get(item.origin, "")):
            said += "\n" + Content("  ") + safe.line(came_of).stylize("$foreground-muted")
        elif ids:
            said += "\n "
        return Content(" ").join([said, *ids])

    def hidden(self) -> str:
        """Say how many settled ones are not shown."""
        settled = 0 if self._all else sum(c.state is not State.OPEN for c in self.every)
        return f" {count(settled, 'settled one')} not shown; a shows all." if settled else ""

    def take(self, item: Commitment) -> None:
        """Ask what happened."""
        self._ask(item)

    @work(exclusive=True, group="change", exit_on_error=False)
    async def _ask(self, commitment: Commitment) -> None:
        title = self._titles.get(commitment.origin, "")
        await self.app.push_screen_wait(HappenedScreen(self._talks, commitment, title))
        self.read_list()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_snooze(self) -> None:
        """Put one off until a day."""
        commitment = self.chosen()
        until = "in a week"
        while commitment is not None:
            wanted = await self.app.push_screen_wait(AskText("Not before which day?", until))
            if wanted is None:
                return
            until = wanted
            try:
                await self._talks.snooze(commitment.id, until)
            except CoachError as e:
                safe.tell_error(self.app, e)
                continue
            self.read_list()
            return

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_new(self) -> None:
        """Keep another plan."""
        if await self.app.push_screen_wait(CommitScreen(self._talks)) is not None:
            self.read_list()

    def action_origin(self) -> None:
        """Open what one came of."""
        commitment = self.chosen()
        if commitment is None:
            return
        if self._titles.get(commitment.origin):
            self.dismiss(commitment.origin)
        else:
            gone = "What it came of is gone." if commitment.origin else "It came of nothing that is kept."
            safe.tell(self.app, gone, severity="warning")

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_forget(self) -> None:
        """Forget one, and what came of it, after asking."""
        commitment = self.chosen()
        if commitment is not None and await forget(self.app, self._forgetting, "commitment", commitment.id):
            self.read_list()

    def action_all(self) -> None:
        """Show settled ones as well, or no longer."""
        self._all = not self._all
        self.show_list()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_export(self) -> None:
        """Write the open ones to a file that calendars read."""
        from coach.agent.talks.calendar import to_icalendar

        open_ones = [c for c in self.every if c.state is State.OPEN]
        if not open_ones:
            safe.tell(self.app, "Nothing is open that a calendar could hold.", severity="warning")
            return
        text = to_icalendar(open_ones, clock())
        asked, things = "Write what is open as a calendar file to", [f"commitment:{c.id}" for c in open_ones]
        await write_as(self.app, self._talks.engine, asked, "coach-commitments.ics", text, things)
