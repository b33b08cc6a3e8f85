"""What was decided: tell what happened, put it off, keep another plan, export, forget."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from coach.domain.commitment import Commitment, State
from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.screens.ask_text import AskText
from coach.tui.screens.export import write_as
from coach.tui.screens.listing import ListingScreen
from coach.tui.screens.talks.commit import CommitScreen
from coach.tui.screens.talks.happened import HappenedScreen
from coach.tui.talks import Talks, clock
from coach.tui.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

_STATES = {State.KEPT: "✓", State.PARTLY: "◐", State.MISSED: "✗", State.DROPPED: "–"}


class CommitmentsScreen(ListingScreen[None]):
    """Lists commitments, open ones first.

    Args:
        talks: reads and keeps them.
    """

    HEADING = "Commitments"
    PROMPT = "Type to filter"
    KEYS = "Enter what happened · s put off · n new plan · a all or open · e calendar file · / filter · Esc back"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "snooze", "put off", id="commitments.snooze"),
        Binding("n", "new", "new plan", id="commitments.new"),
        Binding("a", "all", "all, or those that are open", id="commitments.all"),
        Binding("e", "export", "calendar file", id="commitments.export"),
    ]

    def __init__(self, talks: Talks) -> None:
        super().__init__()
        self._talks = talks
        self._every: Sequence[Commitment] = ()
        self._all = False

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
            self._every = await self._talks.commitments()
        except CoachError as e:
            self.say(str(e))
            return
        self._show()

    def _show(self) -> None:
        at = self.options.highlighted or 0
        term = self.filter.value.casefold()
        wanted = [c for c in self._every if self._all or c.state is State.OPEN]
        shown = [c for c in wanted if term in f"{c.plan} {c.outcome}".casefold()]
        self.options.clear_options()
        self.options.add_options([Option(row(c), id=c.id) for c in shown])
        if shown:
            self.options.highlighted = min(at, len(shown) - 1)
        settled = len(self._every) - len(wanted)
        hidden = f" {count(settled, 'settled one')} not shown; a shows all." if settled else ""
        none = "Nothing fits." if term else "Nothing is open. n keeps a plan."
        self.say((count(len(shown), "commitment") + "." if shown else none) + hidden)

    def _chosen(self) -> Commitment | None:
        at = self.options.highlighted
        if at is None:
            return None
        wanted = self.options.get_option_at_index(at).id
        return next((c for c in self._every if c.id == wanted), None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Ask what happened."""
        event.stop()
        self._ask()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def _ask(self) -> None:
        if (commitment := self._chosen()) is not None:
            await self.app.push_screen_wait(HappenedScreen(self._talks, commitment))
            self._list()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_snooze(self) -> None:
        """Put one off until a day."""
        commitment = self._chosen()
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
            self._list()
            return

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_new(self) -> None:
        """Keep another plan."""
        if await self.app.push_screen_wait(CommitScreen(self._talks)) is not None:
            self._list()

    def action_all(self) -> None:
        """Show settled ones as well, or no longer."""
        self._all = not self._all
        self._show()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_export(self) -> None:
        """Write the open ones to a file that calendars read."""
        from coach.agent.talks.calendar import to_icalendar

        open_ones = [c for c in self._every if c.state is State.OPEN]
        if not open_ones:
            safe.tell(self.app, "Nothing is open that a calendar could hold.", severity="warning")
            return
        text = to_icalendar(open_ones, clock())
        await write_as(self.app, "Write what is open as a calendar file to", "coach-commitments.ics", text)


def row(commitment: Commitment) -> Content:
    """Return a commitment as it is listed: how it stands in a word, the plan, and what happened."""
    today = clock().date()
    if commitment.state is not State.OPEN:
        standing, style = f"{_STATES[commitment.state]} {commitment.state.value}", "$foreground-muted"
    elif commitment.is_due(today):
        standing, style = f"● due {commitment.due.isoformat()}", "$primary"
    elif commitment.snoozed and commitment.snoozed > today:
        standing, style = f"○ put off to {commitment.snoozed.isoformat()}", "$foreground-muted"
    else:
        standing, style = f"○ due {commitment.due.isoformat()}", "$foreground-muted"
    said = Content(f"{standing}  ").stylize(style) + safe.line(commitment.plan)
    if commitment.outcome:
        said += "\n" + Content("  What happened: ").stylize("$foreground-muted") + safe.line(commitment.outcome, 200)
    return said
