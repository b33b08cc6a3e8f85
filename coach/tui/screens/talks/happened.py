"""The one question about a plan that is due: what happened?"""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from coach.domain.commitment import Commitment, State
from coach.domain.due import said_day
from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.talks import Talks, clock
from coach.tui.widgets.composer import Composer
from coach.tui.widgets.writing import Writing
from coach.tui.wording import came_from

_SNOOZE, _NEVER = "snooze", "never"
_CHOICES = (
    (State.KEPT.value, "Kept: I did it"),
    (State.PARTLY.value, "Partly: I did some of it"),
    (State.MISSED.value, "Missed: I did not get to it"),
    (State.DROPPED.value, "Dropped: I let go of it"),
    (_SNOOZE, "Ask me again in a week"),
)
_NEVER_CHOICE = (_NEVER, "Ask nothing at the start any more")
_HINT = "Enter goes to the list, and takes what is chosen there · Esc leaves it"


def planned(commitment: Commitment) -> str:
    """Return when it was planned and what, in one sentence."""
    today = clock()
    day = said_day(commitment.created.astimezone(today.tzinfo).date(), today.date())
    return f"On {day}, you planned: {commitment.plan}"


class HappenedScreen(ModalScreen[Commitment | None]):
    """Asks what came of a commitment; gives it as it is kept then, or None where nothing was told.

    Args:
        talks: keeps it.
        commitment: what is asked about.
        title: of what it came of; empty where that is not known.
        at_start: whether it was asked unbidden, so that such questions can be turned off.
    """

    DEFAULT_CSS = """
    HappenedScreen {
        align: center middle; background: $background 60%;
        & > Vertical {
            width: 80; max-width: 96%; height: auto; max-height: 100%; padding: 1 2; background: $panel;
            & > .title { text-style: bold; margin-bottom: 1; }
            & > .origin { color: $foreground-muted; }
            & > Writing { background: $background; max-height: 6; margin-top: 1; }
            & > OptionList { height: auto; border: none; padding: 0; margin-top: 1; &:focus { border: none; } }
            & > .hint { color: $foreground-muted; margin-top: 1; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "not now", id="happened.leave")]

    def __init__(self, talks: Talks, commitment: Commitment, title: str = "", *, at_start: bool = False) -> None:
        super().__init__()
        self._came_of = came_from(commitment.origin, title)
        self._talks = talks
        self._commitment = commitment
        self._choices = (*_CHOICES, _NEVER_CHOICE) if at_start else _CHOICES

    def compose(self) -> ComposeResult:
        """The plan, what happened, and how it came out."""
        with Vertical():
            yield Static(Content("What happened?"), markup=False, classes="title")
            yield Static(safe.line(planned(self._commitment)), markup=False, classes="plan")
            if self._came_of:
                yield Static(safe.line(self._came_of), markup=False, classes="origin")
            yield Writing("In your words; it may stay empty.", safe.text(self._commitment.outcome).plain, empty=True)
            yield OptionList(*(Option(Content(said), id=name) for name, said in self._choices))
            yield Static(Content(_HINT), markup=False, classes="hint")

    def on_mount(self) -> None:
        """Begin with the words."""
        self.query_one(Writing).focus()

    def on_composer_sent(self, event: Composer.Sent) -> None:
        """Go on to the list."""
        event.stop()
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Keep it."""
        event.stop()
        self._keep(event.option.id or _SNOOZE)

    @work(exclusive=True, group="happened", exit_on_error=False)
    async def _keep(self, choice: str) -> None:
        its_id = self._commitment.id
        kept = None
        try:
            if choice == _NEVER:
                await self._talks.never_ask()
                safe.tell(self.app, "Nothing is asked at the start any more.", "Ctrl+T lists what you planned.")
            elif choice == _SNOOZE:
                kept = await self._talks.snooze(its_id, "in a week")
                day = said_day(kept.snoozed or kept.due, clock().date())
                safe.tell(self.app, f"It comes back on {day}.")
            else:
                kept = await self._talks.settle(its_id, State(choice), self.query_one(Writing).text)
                safe.tell(self.app, f"Kept, private, as {kept.note}.")
        except CoachError as e:
            # What was typed stays where it is.
            safe.tell_error(self.app, e)
            return
        self.dismiss(kept or self._commitment)
