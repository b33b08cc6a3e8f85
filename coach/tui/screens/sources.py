"""The sources: browse by kind, search, read, add files, remove one's own."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from coach.domain.errors import CoachError
from coach.domain.evidence import Retrieval
from coach.domain.ids import source_of
from coach.domain.source import SourceKind
from coach.tui import safe
from coach.tui.opening import Opening
from coach.tui.screens.add_sources import AddSources, Wanted
from coach.tui.screens.ask_text import Confirm
from coach.tui.screens.listing import ListingScreen
from coach.tui.widgets.source_text import SourceText
from coach.tui.wording import bar, count, why_found

if TYPE_CHECKING:
    from coach.agent.library import Added
    from coach.store.listed import Listed

_HEADINGS = {SourceKind.PRINCIPLE: "Principles", SourceKind.PRACTICE: "Practices", SourceKind.NOTE: "Your notes"}
_FOUND = 24
#: Cells of a title in the list; all of it stands beside.
_TITLE = 120


class SourcesScreen(ListingScreen[None]):
    """Lists the sources beside the text of the one that is chosen.

    Args:
        opening: the coach, opened or not yet.
    """

    HEADING = "Sources"
    PROMPT = "Describe what you look for, and press Enter"
    KEYS = "/ search · Enter read · 1 2 3 kind, 0 all · a add · x remove · Esc back"
    DEFAULT_CSS = """
    SourcesScreen {
        & > Horizontal { height: 1fr; }
        & OptionList { width: 2fr; max-width: 70; text-wrap: nowrap; text-overflow: ellipsis; }
        & OptionList.-found { text-wrap: wrap; }
        & VerticalScroll { width: 3fr; padding: 0 1 0 3; scrollbar-size-vertical: 1; }
    }
    SourcesScreen.-tiny > Horizontal { layout: vertical; & > VerticalScroll { padding: 1 0 0 0; height: 1fr; } }
    SourcesScreen.-tiny OptionList { width: 1fr; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add files", id="sources.add"),
        Binding("x,delete", "remove", "remove", id="sources.remove"),
        Binding("0", "kind('')", "all", id="sources.all"),
        Binding("1", "kind('principle')", "principles", id="sources.principles"),
        Binding("2", "kind('practice')", "practices", id="sources.practices"),
        Binding("3", "kind('note')", "notes", id="sources.notes"),
    ]

    def __init__(self, opening: Opening) -> None:
        super().__init__()
        self._opening = opening
        self._engine = opening.engine
        self._kind: SourceKind | None = None
        self._sources: dict[str, Listed] = {}

    def content(self) -> ComposeResult:
        """The list, and the text beside it."""
        with Horizontal():
            yield OptionList()
            with VerticalScroll():
                yield SourceText()

    def on_mount(self) -> None:
        """List them."""
        self.options.focus()
        self.say("Reading …")
        self._list()

    @work(exclusive=True, group="list", exit_on_error=False)
    async def _list(self, chosen: str = "") -> None:
        try:
            sources = await self._engine.read(lambda coach: coach.library.listed())
        except CoachError as e:
            self.say(str(e))
            return
        self._sources = {s.id: s for s in sources}
        shown = [s for s in sources if self._kind in (None, s.kind)]
        options: list[Option] = []
        for kind, group in groupby(shown, key=lambda s: s.kind):
            options.append(Option(Content(("\n" if options else "") + _HEADINGS[kind]), disabled=True))
            options += [Option(_row(s), id=s.id) for s in group]
        self._fill(options, chosen)
        still = "" if self._opening.ready else " They are being indexed; search waits for that."
        self.say((count(len(shown), "source") + "." if shown else "None of this kind yet: a adds files.") + still)

    def _fill(self, options: list[Option], chosen: str = "", *, found: bool = False) -> None:
        self.options.clear_options()
        self.options.set_class(found, "-found")
        self.options.add_options(options)
        ids = [o.id for o in options]
        if chosen in ids:
            self.options.highlighted = ids.index(chosen)
        elif any(ids):
            self.options.highlighted = next(i for i, any_id in enumerate(ids) if any_id)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Search for what was typed; nothing typed lists everything."""
        event.stop()
        if event.value.strip():
            self.say("Searching …")
            self._search(event.value)
        else:
            self._list()
        self.options.focus()

    @work(exclusive=True, group="list", exit_on_error=False)
    async def _search(self, question: str) -> None:
        kinds = (self._kind,) if self._kind else tuple(SourceKind)
        try:
            await self._opening.wait()
            found = await self._engine.call(lambda coach: coach.library.search(question, limit=_FOUND, kinds=kinds))
        except CoachError as e:
            self.say(str(e))
            return
        self._show_found(found)

    def _show_found(self, found: Retrieval) -> None:
        options = [Option(_statement(e.id, e.statement.text, why_found(e)), id=e.id) for e in found.evidence]
        self._fill(options, found=True)
        missing = " ".join(found.missing)
        self.say(
            f"{count(len(found.evidence), 'statement')}, best first. Empty the line to list all. {missing}".strip()
        )

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the source beside the list."""
        event.stop()
        if event.option.id and source_of(event.option.id) in self._sources:
            self._read(event.option.id)

    @work(exclusive=True, group="read", exit_on_error=False)
    async def _read(self, any_id: str) -> None:
        try:
            source = await self._engine.read(lambda coach: coach.library.source(source_of(any_id)))
        except CoachError as e:
            self.say(str(e))
            return
        # It may have been removed meanwhile.
        if source is not None:
            await self.query_one(SourceText).show(source, any_id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go into the text, to scroll it."""
        event.stop()
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        """Go from the text to the list, from there back to the conversation."""
        if self.query_one(VerticalScroll).has_focus:
            self.options.focus()
        else:
            super().action_leave()

    def action_kind(self, kind: str) -> None:
        """Show one kind, or all."""
        self._kind = SourceKind(kind) if kind else None
        self._list()

    # Changing.

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_add(self) -> None:
        """Add files, with progress; nothing else waits for it."""
        wanted: Wanted | None = await self.app.push_screen_wait(AddSources())
        if wanted is None:
            return
        self.say("Reading the files …")
        try:
            await self._opening.wait()
            added = await self._engine.beside(
                lambda coach: coach.library.add(
                    wanted.paths, wanted.kind, lambda done, total: self._told_from_thread(done, total)
                )
            )
        except CoachError as e:
            self.say("Nothing was added.")
            safe.tell_error(self.app, e)
            return
        await self._changed(added)

    def _told_from_thread(self, done: int, total: int) -> None:
        self.app.call_from_thread(self.say, f"Indexing {bar(done, total)}")

    async def _changed(self, added: Added) -> None:
        self._kind = None
        self._list(added.sources[0].id if added.sources else "")
        known = "Nothing changed: the files are known as they are."
        what = f"Added {', '.join(s.id for s in added.sources)}." if added.sources else known
        safe.tell(self.app, what, " ".join(added.remarks))
        await self._opening.recount()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_remove(self) -> None:
        """Remove a source of one's own; its file stays."""
        at = self.options.highlighted
        any_id = self.options.get_option_at_index(at).id if at is not None else None
        source = self._sources.get(source_of(any_id)) if any_id else None
        if source is None:
            return
        detail = "Its file stays where it is. Its number is not used again."
        if not source.builtin and not await self.app.push_screen_wait(
            Confirm(f"Remove {source.id} {safe.line(source.title, _TITLE).plain}?", detail)
        ):
            return
        try:
            await self._engine.beside(lambda coach: coach.vault.remove(source.id, wait=False))
        except CoachError as e:
            safe.tell_error(self.app, e)
            return
        self._list()
        safe.tell(self.app, f"Removed {source.id} {source.title}.")
        await self._opening.recount()


def _row(source: Listed) -> Content:
    name = Content(f"{safe.line(source.id).plain:<5}").stylize("$primary")
    about = [source.date.isoformat()] if source.date else []
    about += ["private"] if source.private else []
    # On a line of its own, so that a long title never pushes it out.
    below = Content("\n     " + " · ".join(about)).stylize("$foreground-muted") if about else Content("")
    return name + safe.line(source.title, _TITLE) + below


def _statement(statement_id: str, text: str, why: str) -> Content:
    head = safe.line(statement_id).stylize("$primary")
    return head + "  " + safe.line(text) + "\n" + safe.line(why).stylize("$foreground-muted") + "\n"
