"""Reading: the transcript with the evidence panel beside it, from citation to citation, from place to place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal

from coach.domain.errors import CoachError
from coach.domain.source import Source
from coach.tui import safe
from coach.tui.finder import Finder
from coach.tui.widgets.evidence_panel import EvidencePanel
from coach.tui.widgets.transcript import Transcript
from coach.tui.widgets.turn_view import TurnView

#: Gives the source of a statement as it is now, by the statement's id; None where it is gone.
LookUp = Callable[[str], Awaitable[Source | None]]


class Reading(Horizontal):
    """Shows the conversation, and beside it the evidence when it is wanted.

    Args:
        look_up: see `LookUp`.
    """

    # What the screen's width and the panel change is said from above, which scoped rules could not match.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    Reading {
        height: 1fr;
        & > EvidencePanel { display: none; }
    }
    .-evidence Reading > EvidencePanel { display: block; }
    """

    def __init__(self, look_up: LookUp) -> None:
        super().__init__()
        self._look_up = look_up
        self._turn: TurnView | None = None
        self._number = 0
        self._finder = Finder()

    def compose(self) -> ComposeResult:
        """The two parts."""
        yield Transcript()
        yield EvidencePanel()

    @property
    def transcript(self) -> Transcript:
        """The turns."""
        return self.query_one(Transcript)

    @property
    def panel(self) -> EvidencePanel:
        """The evidence."""
        return self.query_one(EvidencePanel)

    @property
    def panel_is_open(self) -> bool:
        """Whether the evidence is shown."""
        return self.screen.has_class("-evidence")

    def close_panel(self) -> None:
        """Hide the evidence."""
        self._show_panel(False)
        if self._turn is not None and self._turn.is_attached:
            self._turn.select(None)

    def toggle_panel(self) -> None:
        """Show the evidence for the current citation, or the first of the last answer; or hide it."""
        if self.panel_is_open:
            self.close_panel()
        elif self._chosen() is None:
            self._show_panel(True)
        else:
            self.cite(0)

    def cite(self, by: int) -> None:
        """Open the next (1) or the previous (-1) citation, or the current one (0)."""
        turn = self._chosen()
        if turn is None:
            return
        if turn is not self._turn or not self.panel_is_open:
            number = self._number if turn is self._turn else 0
        else:
            number = self._number + by
        self.open(turn, number)

    def open(self, turn: TurnView, number: int) -> None:
        """Open a citation of a turn by its number (from 0), which wraps around."""
        if not turn.cited:
            return
        if self._turn is not None and self._turn is not turn and self._turn.is_attached:
            self._turn.select(None)
        self._turn, self._number = turn, number % len(turn.cited)
        self._show_panel(True)
        self._show(turn, self._number)

    def find(self, term: str) -> tuple[int, int]:
        """Look for `term`; return which place is shown, from 1, and how many there are."""
        return self._finder.look_for(term, [p for turn in self.transcript.turns for p in turn.prose])

    def find_step(self, by: int) -> tuple[int, int]:
        """Go to the next or the previous place; see `find`."""
        return self._finder.step(by)

    @work(exclusive=True, group="evidence", exit_on_error=False)
    async def _show(self, turn: TurnView, number: int) -> None:
        cited = turn.cited[number]
        try:
            source = await self._look_up(cited.id)
        except CoachError as e:
            safe.tell_error(self.app, e)
            return
        await self.panel.show(cited, f"{number + 1} of {len(turn.cited)}", source)
        # Only now: the panel takes room from the text, so the place of the citation has moved.
        self.call_after_refresh(turn.select, number)

    def _show_panel(self, shown: bool) -> None:
        # On the screen, not here: the prompt below makes room as well, so that it stays under the text.
        self.screen.set_class(shown, "-evidence")

    def _chosen(self) -> TurnView | None:
        """The turn whose citations are gone through: that with the focus, else the last one that has any."""
        focused = self.screen.focused
        if isinstance(focused, TurnView) and focused.cited:
            return focused
        if self._turn is not None and self._turn.is_attached and self.panel_is_open:
            return self._turn
        return next((t for t in reversed(self.transcript.turns) if t.cited), None)

    def on_turn_view_citation_chosen(self, event: TurnView.CitationChosen) -> None:
        """Open the citation that was chosen."""
        event.stop()
        self.open(event.turn, event.number)

    def on_turn_view_step_wanted(self, event: TurnView.StepWanted) -> None:
        """Go from citation to citation."""
        event.stop()
        self.cite(event.by)

    def on_evidence_panel_step_wanted(self, event: EvidencePanel.StepWanted) -> None:
        """Go from citation to citation."""
        event.stop()
        self.cite(event.by)
