"""Keeping one if-then plan, with the day on which it comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from coach.domain.commitment import Commitment
from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.talks import Talks
from coach.tui.widgets.composer import Composer
from coach.tui.widgets.writing import Writing

if TYPE_CHECKING:
    from coach.agent.talks.offers import Offer

_PLAN = "If …, then I …"
_HINT = "Enter goes on, and keeps it at the end · Tab to and fro · Esc leaves it"
#: What is taken where nothing else is said.
_DUE = "in a week"


class CommitScreen(ModalScreen[Commitment | None]):
    """Asks for a plan and a day until they are kept; gives the commitment, or None.

    Args:
        talks: keeps it.
        offers: plans to take or to rewrite.
        origin: what they come of, such as ``brief:ID``; empty where nothing.
    """

    DEFAULT_CSS = """
    CommitScreen {
        align: center middle; background: $background 60%;
        & > Vertical {
            width: 88; max-width: 96%; height: auto; max-height: 100%; padding: 1 2; background: $panel;
            & > .title { text-style: bold; margin-bottom: 1; }
            & > .label { color: $foreground-muted; }
            & > OptionList {
                height: auto; max-height: 8; border: none; padding: 0; margin-bottom: 1;
                &:focus { border: none; }
            }
            & > Writing { background: $background; margin-bottom: 1; max-height: 6; }
            & > Input { border: none; height: 1; padding: 0 1; background: $background; }
            & > .said { margin-top: 1; height: auto; max-height: 5; color: $text-error; display: none; }
            & > .hint { color: $foreground-muted; margin-top: 1; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "leave it", id="commit.leave")]

    def __init__(self, talks: Talks, offers: Sequence[Offer] = (), origin: str = "") -> None:
        super().__init__()
        self._talks = talks
        self._offers = offers
        self._origin = origin

    def compose(self) -> ComposeResult:
        """The offers where there are several, the plan, the day."""
        with Vertical():
            yield Static(Content("Keep one plan"), markup=False, classes="title")
            if len(self._offers) > 1:
                yield OptionList(*(Option(safe.line(o.plan), id=str(i)) for i, o in enumerate(self._offers)))
            yield Static(Content("The plan, in your words"), markup=False, classes="label")
            yield Writing(_PLAN, self._offers[0].plan if self._offers else "")
            yield Static(Content("When Coach asks what happened"), markup=False, classes="label")
            yield safe.SafeInput(_DUE, placeholder="in a week, Thursday, 3 December", compact=True)
            yield Static("", markup=False, classes="said")
            yield Static(Content(_HINT), markup=False, classes="hint")

    def on_mount(self) -> None:
        """Begin with the offers where there are several."""
        lists = self.query(OptionList)
        (lists.first() if lists else self.query_one(Writing)).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take an offer over, to be kept or rewritten."""
        event.stop()
        self.query_one(Writing).put(self._offers[event.option_index].plan)
        self.query_one(Writing).focus()

    def on_composer_sent(self, event: Composer.Sent) -> None:
        """Go on to the day."""
        event.stop()
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep it."""
        event.stop()
        self._keep()

    @work(exclusive=True, group="commit", exit_on_error=False)
    async def _keep(self) -> None:
        plan, due = self.query_one(Writing).text, self.query_one(Input).value
        # A plan that was rewritten is the person's own.
        citations = next((o.citations for o in self._offers if o.plan == plan.strip()), ())
        try:
            made = await self._talks.commit(plan, due, self._origin, citations)
        except CoachError as e:
            said = self.query_one(".said", Static)
            said.update(safe.text(f"✗ {e.message}\n{e.hint}".rstrip()))
            said.display = True
            return
        self.dismiss(made)
