"""What was decided: tell what happened, put it off, keep another plan, export, forget."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from coach.domain.commitment import Commitment, State
from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.screens.ask_text import AskText
from coach.tui.screens.export import write_as
from coach.tui.screens.kept_list import KeptListScreen
from coach.tui.screens.talks.commit import CommitScreen
from coach.tui.screens.talks.happened import HappenedScreen
from coach.tui.talks import Talks, clock
from coach.tui.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

_STATES = {State.KEPT: "✓", State.PARTLY: "◐", State.MISSED: "✗", State.DROPPED: "–"}


class CommitmentsScreen(KeptListScreen[None, Commitment]):
    """Lists commitments, open ones first.

    Args:
        talks: reads and keeps them.
    """

    HEADING = "Commitments"
    PROMPT = "Type to filter"
    KEYS = "Enter what happened · s put off · n new plan · a all or open · e calendar file · / filter · Esc back"
    WHAT = "commitment"
    NONE = "Nothing is open. n keeps a plan."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "snooze", "put off", id="commitments.snooze"),
        Binding("n", "new", "new plan", id="commitments.new"),
        Binding("a", "all", "all, or those that are open", id="commitments.all"),
        Binding("e", "export", "calendar file", id="commitments.export"),
    ]

    def __init__(self, talks: Talks) -> None:
        super().__init__()
        self._talks = talks
        self._all = False

    async def read(self) -> Sequence[Commitment]:
        """Return all of them."""
        return await self._talks.commitments()

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
        return said

    def hidden(self) -> str:
        """Say how many settled ones are not shown."""
        settled = 0 if self._all else sum(c.state is not State.OPEN for c in self.every)
        return f" {count(settled, 'settled one')} not shown; a shows all." if settled else ""

    def take(self, item: Commitment) -> None:
        """Ask what happened."""
        self._ask(item)

    @work(exclusive=True, group="change", exit_on_error=False)
    async def _ask(self, commitment: Commitment) -> None:
        await self.app.push_screen_wait(HappenedScreen(self._talks, commitment))
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
        await write_as(self.app, "Write what is open as a calendar file to", "coach-commitments.ics", text)
