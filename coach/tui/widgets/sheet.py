"""A page of lines under headings: each says what it is, and its citations open in the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.style import Style

from coach.domain.answer import Citation, Sentence, Verdict
from coach.domain.changes import Changes
from coach.domain.source import content_hash
from coach.tui import safe
from coach.tui.passages import CHIP, Chip, Cited, Passage, chip, mark
from coach.tui.widgets.prose import Prose


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a page."""

    #: What it is, in a word or two; empty for plain text.
    kind: str
    text: str
    citations: tuple[Citation, ...] = ()
    verdict: Verdict = Verdict.NOT_A_CLAIM
    #: Where it comes from; shown behind it.
    source: str = ""
    #: Tells the screen what it stands for: its place in its section by default.
    name: str = ""
    #: Texts of cited statements as they were then, as far as they were kept, by their hashes.
    then: tuple[tuple[str, str], ...] = ()

    def cited(self) -> list[Cited]:
        """Its citations, to be opened."""
        sentence = Sentence(self.text, self.citations, self.verdict)
        # What was quoted stands there still.
        then = {content_hash(self.text): self.text, **dict(self.then)}
        return [Cited(c.id, c.hash, sentence, None, then.get(c.hash, "")) for c in self.citations]


class RowView(Horizontal, can_focus=True):
    """Shows a line.

    Args:
        row: the line.
        section: name of the section that it stands in.
        place: its place there, from 0.
        changes: what became of the statements that the page cites.
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    RowView {
        height: auto; max-width: 104; border-left: blank; padding: 0 2 0 1;
        &:focus { border-left: outer $primary; }
        & > .kind { width: 16; color: $foreground-muted; padding-right: 2; }
        & > .kind.-empty { display: none; }
    }
    .-tiny RowView, .-evidence.-wide RowView {
        layout: vertical;
        & > .kind { width: 1fr; }
    }
    """

    class CitationChosen(Message):
        """The citation of this line with this number (from 0) is to be opened."""

        def __init__(self, view: RowView, number: int) -> None:
            super().__init__()
            self.view = view
            self.number = number

    def __init__(self, row: Row, section: str, place: int, changes: Changes) -> None:
        super().__init__()
        self.row = row
        self._changes = changes
        self.section = section
        self.place = place
        self._kind = Prose(safe.line(row.kind), classes="kind" if row.kind else "kind -empty")
        self._prose = Prose(_passage(row, changes), classes="text")

    def compose(self) -> ComposeResult:
        """What it is, and what it says."""
        yield self._kind
        yield self._prose

    def show(self, row: Row) -> None:
        """Show another line in its place."""
        if row != self.row:
            self.row = row
            self._kind.show(safe.line(row.kind))
            self._prose.show(_passage(row, self._changes))

    def tell_changes(self, changes: Changes) -> None:
        """Say at each citation if its statement is not any more what was cited."""
        before, self._changes = self._changes, changes
        if any(before.get(key) != changes.get(key) for c in self.row.citations for key in [(c.id, c.hash)]):
            self._prose.show(_passage(self.row, changes))

    def select(self, number: int | None) -> None:
        """Make the citation with this number the current one, and bring it into view."""
        self._prose.select(number)
        if number is not None:
            self.scroll_visible(animate=False)

    def on_prose_chip_pressed(self, event: Prose.ChipPressed) -> None:
        """Open the chip that was clicked."""
        event.stop()
        self.post_message(self.CitationChosen(self, event.number))


class Section(Vertical):
    """Lines under a heading; nothing is shown of one that has none.

    Args:
        name: of the section.
        heading: shown over it; empty for none.
    """

    DEFAULT_CSS = """
    Section {
        height: auto; margin-bottom: 1;
        & > .heading { color: $primary; text-style: bold; padding: 0 2; }
    }
    """

    def __init__(self, name: str, heading: str) -> None:
        super().__init__()
        self.called = name
        self._heading = heading
        self._rows: tuple[Row, ...] = ()
        self._changes: Changes = {}
        self.display = False

    def tell_changes(self, changes: Changes) -> None:
        """Say at each citation if its statement is not any more what was cited."""
        self._changes = changes
        for view in self.query(RowView):
            view.tell_changes(changes)

    async def show(self, rows: Sequence[Row]) -> None:
        """Show these lines."""
        if tuple(rows) == self._rows:
            return
        before, self._rows = self._rows, tuple(rows)
        views = list(self.query(RowView))
        if len(before) == len(rows) == len(views):
            for view, row in zip(views, rows, strict=True):
                view.show(row)
            return
        focused = next((v.place for v in views if v.has_focus), None)
        self.display = bool(rows)
        heading = [Prose(safe.line(self._heading), classes="heading")] if self._heading else []
        fresh = [RowView(row, self.called, i, self._changes) for i, row in enumerate(rows)]
        if focused is not None:
            # Else it would go to whatever stands below, and the view with it.
            self.screen.set_focus(None)
        with self.app.batch_update():
            await self.remove_children("*")
            await self.mount_all([*heading, *fresh])
        if focused is not None and fresh:
            view = fresh[min(focused, len(fresh) - 1)]
            self.screen.set_focus(view, scroll_visible=False)
            self.call_after_refresh(view.scroll_visible, animate=False)


class Sheet(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Shows sections, one below the other. It has no keys: those that would scroll it go from line to line.

    Args:
        sections: name and heading of each, in order.
    """

    DEFAULT_CSS = """
    Sheet { height: 1fr; padding: 0 1 0 0; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    """

    def __init__(self, sections: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._sections: Mapping[str, Section] = {name: Section(name, heading) for name, heading in sections}
        self._changes: Changes = {}

    def compose(self) -> ComposeResult:
        """The sections."""
        yield from (section.add_class("-fixed") for section in self._sections.values())

    async def show(self, name: str, rows: Sequence[Row]) -> None:
        """Show these lines in a section."""
        await self._sections[name].show(rows)

    async def add(self, rows: Sequence[Row]) -> Section:
        """Add lines at the end, and bring them into view; return their section."""
        section = Section(f"{len(self.children)}", "")
        section.tell_changes(self._changes)
        await self.mount(section)
        await section.show(rows)
        self.call_after_refresh(self.scroll_end, animate=False)
        return section

    async def clear(self) -> None:
        """Take everything away that was added."""
        await self.query(Section).exclude("Section.-fixed").remove()

    def tell_changes(self, changes: Changes) -> None:
        """Say at each citation, now and of lines to come, if its statement is not any more what was cited."""
        self._changes = changes
        for section in self.query(Section):
            section.tell_changes(changes)

    @property
    def rows(self) -> list[RowView]:
        """Every line, from top to bottom."""
        return list(self.query(RowView))

    @property
    def current(self) -> RowView | None:
        """The line that has the focus, or None."""
        return next((r for r in self.rows if r.has_focus), None)

    def move(self, by: int) -> None:
        """Give the focus to the next (1) or the previous (-1) line, or to one so many further."""
        rows = self.rows
        if rows:
            at = rows.index(self.current) if self.current else -1 if by > 0 else len(rows)
            rows[min(len(rows) - 1, max(0, at + by))].focus()

    def page(self, pages: int) -> None:
        """Give the focus to the line that stands so many windows further down, or up where it is less than 0."""
        rows = self.rows
        if rows:
            here = (self.current or rows[0]).region.y
            wanted = here + pages * max(1, self.size.height - 2)
            min(rows, key=lambda row: abs(row.region.y - wanted)).focus()


def _passage(row: Row, changes: Changes) -> Passage:
    pieces = [safe.line(row.text)]
    chips: list[Chip] = []
    length = len(pieces[0].plain)
    for number, citation in enumerate(row.citations):
        became = changes.get((citation.id, citation.hash))
        said = chip(citation.id, became).stylize(Style.from_meta({CHIP: number}))
        chips.append(Chip(length + 1, length + 1 + len(said.plain), number))
        pieces += [Content(" "), said]
        length += 1 + len(said.plain)
    verdict_mark = mark(Sentence(row.text, row.citations, row.verdict))
    if verdict_mark.plain:
        pieces += [Content(" "), verdict_mark]
    if row.source:
        pieces.append(Content(" · ").stylize("$foreground-muted") + safe.line(row.source).stylize("$foreground-muted"))
    return Passage(Content.assemble(*pieces), tuple(chips))
