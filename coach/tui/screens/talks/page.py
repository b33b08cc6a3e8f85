"""What a screen with a page of lines has in common: the page, the evidence beside it, and going through both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.engine import Engine
from coach.tui.widgets.composer import Composer
from coach.tui.widgets.evidence_panel import EvidencePanel
from coach.tui.widgets.sheet import RowView, Sheet

T = TypeVar("T")


class PageScreen(Screen[T]):
    """A heading, a page, a line on what is going on, and a line of keys.

    Args:
        engine: gives the sources.
        sections: name and heading of each section of the page.
    """

    KEYS: ClassVar[str] = ""
    # The first line gets it once the page is there: what comes part by part would carry it away.
    AUTO_FOCUS = ""

    # What the screen's width and the panel change is said from above, which scoped rules could not match.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    PageScreen {
        padding: 1 2 0 2; background: $background;
        & > .heading { text-style: bold; color: $primary; height: auto; max-height: 2; }
        & > .note { color: $foreground-muted; height: auto; max-height: 6; margin-bottom: 1; max-width: 104; }
        & > Horizontal { height: 1fr; }
        & > Horizontal > EvidencePanel { display: none; }
        & > .state { color: $primary; height: auto; max-height: 2; }
        & > .keys { color: $foreground-muted; height: auto; padding-bottom: 1; }
    }
    PageScreen.-evidence > Horizontal > EvidencePanel { display: block; }
    PageScreen.-tiny { padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close, back", id="page.leave"),
        Binding("down,j", "move(1)", "next line", show=False, id="page.down"),
        Binding("up,k", "move(-1)", "previous line", show=False, id="page.up"),
        Binding("pagedown,space", "page(1)", "a page down", show=False, id="page.page-down"),
        Binding("pageup", "page(-1)", "a page up", show=False, id="page.page-up"),
        Binding("home,g", "edge(-1)", "first line", show=False, id="page.first"),
        Binding("end,G", "edge(1)", "last line", show=False, id="page.last"),
        Binding("ctrl+down,n", "cite(1)", "next citation", id="page.next"),
        Binding("ctrl+up,p", "cite(-1)", "previous citation", id="page.previous"),
        Binding("enter", "open", "open its citation", show=False, id="page.open"),
        Binding("ctrl+b", "evidence", "evidence", show=False, id="page.evidence"),
    ]

    def __init__(self, engine: Engine, sections: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._engine = engine
        self.sheet = Sheet(sections)
        self._at: tuple[RowView, int] | None = None

    def compose(self) -> ComposeResult:
        """The frame, with the page in it."""
        yield Static("", markup=False, classes="heading")
        yield Static("", markup=False, classes="note")
        with Horizontal():
            yield self.sheet
            yield EvidencePanel()
        yield Static("", markup=False, classes="state")
        yield from self.below()
        yield Static(Content(self.KEYS), markup=False, classes="keys")

    def below(self) -> ComposeResult:
        """What stands between the page and the keys: nothing."""
        yield from ()

    def say(self, heading: str, note: str = "") -> None:
        """Show what the page is, and what should be known about it."""
        self.query_one(".heading", Static).update(safe.line(heading, 200))
        shown = self.query_one(".note", Static)
        shown.update(safe.text(note))
        shown.display = bool(note)

    def tell(self, what: str = "") -> None:
        """Show what is going on; nothing where it is empty."""
        shown = self.query_one(".state", Static)
        shown.update(safe.text(what))
        shown.display = bool(what)

    def action_leave(self) -> None:
        """Close the evidence, or leave."""
        if self.has_class("-evidence"):
            self._close()
        else:
            self.leave()

    def leave(self) -> None:
        """Go back to where this was opened."""
        self.dismiss(None)

    def action_move(self, by: int) -> None:
        """Go to the next or the previous line."""
        if self.sheet.rows:
            self.sheet.move(by)
        else:
            self.sheet.scroll_relative(y=by, animate=False)

    def on_composer_scroll_wanted(self, event: Composer.ScrollWanted) -> None:
        """Scroll the page from where the next line is typed."""
        event.stop()
        if event.pages:
            self.sheet.scroll_relative(y=event.pages * max(1, self.sheet.size.height - 2), animate=False)
        else:
            self.sheet.scroll_end(animate=False)

    def action_page(self, pages: int) -> None:
        """Go to the line a window further down or up: what keys do is done to the line that has the focus."""
        self.sheet.page(pages)

    def action_edge(self, to: int) -> None:
        """Go to the first (-1) or the last (1) line."""
        self.sheet.move(to * len(self.sheet.rows))

    @work(exclusive=True, group="compare", exit_on_error=False)
    async def compare(self) -> None:
        """Say at each citation whether its statement changed since, or is gone."""
        cited = {(c.id, c.hash) for view in self.sheet.rows for c in view.row.citations if c.hash}
        try:
            self.sheet.tell_changes(await self._engine.changes(cited))
        except CoachError as e:
            safe.tell_error(self.app, e)

    def action_evidence(self) -> None:
        """Show or hide the evidence."""
        if self.has_class("-evidence"):
            self._close()
        else:
            self.action_open()

    def action_open(self) -> None:
        """Open the first citation of the line that has the focus, else of the page."""
        row = self.sheet.current
        if row is not None and row.row.citations:
            self._open(row, 0)
        elif not self._at:
            self.action_cite(1)

    def action_cite(self, by: int) -> None:
        """Go from citation to citation."""
        every = [(row, n) for row in self.sheet.rows for n in range(len(row.row.citations))]
        if not every:
            return
        if self._at in every:
            at = every.index(self._at) + by
        else:
            current = self.sheet.current
            after = [i for i, (row, _) in enumerate(every) if current and row.section == current.section] or [0]
            at = after[0] if by > 0 else after[0] - 1
        self._open(*every[at % len(every)])

    def on_row_view_citation_chosen(self, event: RowView.CitationChosen) -> None:
        """Open what was clicked."""
        event.stop()
        self._open(event.view, event.number)

    def on_evidence_panel_step_wanted(self, event: EvidencePanel.StepWanted) -> None:
        """Go from citation to citation."""
        event.stop()
        self.action_cite(event.by)

    def _open(self, row: RowView, number: int) -> None:
        if self._at is not None and self._at[0] is not row:
            self._at[0].select(None)
        self._at = (row, number)
        self.add_class("-evidence")
        row.focus()
        self._show(row, number)

    def _close(self) -> None:
        self.remove_class("-evidence")
        if self._at is not None:
            self._at[0].select(None)
            self._at = None

    @work(exclusive=True, group="evidence", exit_on_error=False)
    async def _show(self, row: RowView, number: int) -> None:
        cited = row.row.cited()[number]
        try:
            source = await self._engine.source(cited.id)
            panel = self.query_one(EvidencePanel)
            await panel.show(cited, f"{number + 1} of {len(row.row.citations)} in this line", source)
            self.call_after_refresh(row.select, number)
            await panel.tell(await self._engine.why(cited.id))
        except CoachError as e:
            safe.tell_error(self.app, e)
