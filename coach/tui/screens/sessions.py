"""Kept conversations: open, filter, rename, delete with undo, export."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.engine import Engine
from coach.tui.screens.ask_text import AskText
from coach.tui.screens.export import export_session
from coach.tui.screens.listing import ListingScreen
from coach.tui.wording import count

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from coach.agent.coach import Coach
    from coach.store.sessions import Session


class SessionsScreen(ListingScreen[str | None]):
    """Lists conversations; gives the id of the one to go on with, or None.

    What is deleted here is only hidden at first, and forgotten when the screen is left, so that it can be taken back.

    Args:
        engine: reads and writes them.
        current: id of the conversation that is open.
    """

    HEADING = "Conversations"
    PROMPT = "Type to filter by title or question"
    KEYS = "Enter open · r rename · d delete · u undo · e export · / filter · Esc back"
    DEFAULT_CSS = """
    SessionsScreen OptionList { text-wrap: nowrap; text-overflow: ellipsis; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "rename", "rename", id="sessions.rename"),
        Binding("d,delete", "delete", "delete", id="sessions.delete"),
        Binding("u", "undo", "undo delete", id="sessions.undo"),
        Binding("e", "export", "export", id="sessions.export"),
    ]

    def __init__(self, engine: Engine, current: str | None) -> None:
        super().__init__()
        self._engine = engine
        self._current = current
        self._sessions: list[Session] = []
        self._deleted: list[str] = []

    def on_mount(self) -> None:
        """List them."""
        self.options.focus()
        self.say("Reading …")
        self._list()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter the list."""
        event.stop()
        self._list()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go into the list."""
        event.stop()
        self.options.focus()

    @work(exclusive=True, group="list", exit_on_error=False)
    async def _list(self) -> None:
        term = self.filter.value
        try:
            self._sessions = await self._engine.read(lambda coach: coach.sessions(term))
        except CoachError as e:
            self.say(str(e))
            return
        self._show()

    def _show(self) -> None:
        chosen = self._chosen()
        shown = [s for s in self._sessions if s.id not in self._deleted]
        self.options.clear_options()
        self.options.add_options([Option(self._row(s), id=s.id) for s in shown])
        if shown:
            ids = [s.id for s in shown]
            self.options.highlighted = ids.index(chosen.id) if chosen and chosen.id in ids else 0
        hidden = f" {count(len(self._deleted), 'conversation')} deleted; u takes it back." if self._deleted else ""
        none = "Nothing fits." if self.filter.value else "There are no conversations yet."
        self.say((count(len(shown), "conversation") + "." if shown else none) + hidden)

    def _row(self, session: Session) -> Content:
        used = session.updated.astimezone()
        now = "(open) " if session.id == self._current else ""
        dated = Content(f"{used:%Y-%m-%d %H:%M}  ").stylize("$foreground-muted")
        return dated + Content(now).stylize("$primary") + safe.line(session.title, 120)

    def _chosen(self) -> Session | None:
        at = self.options.highlighted
        if at is None:
            return None
        wanted = self.options.get_option_at_index(at).id
        return next((s for s in self._sessions if s.id == wanted), None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open a conversation."""
        event.stop()
        self._forget_and_leave(event.option.id)

    def leave(self) -> None:
        """Forget what was deleted, and go back."""
        self._forget_and_leave(None)

    @work(exclusive=True, group="change", exit_on_error=False)
    async def _forget_and_leave(self, chosen: str | None) -> None:
        while self._deleted:
            session = self._deleted[-1]
            try:
                await self._engine.wait_for(_forgetting(session))
            except CoachError as e:
                # It is still there, so it is shown again; leaving once more goes through.
                self._deleted.clear()
                safe.tell_error(self.app, e)
                self._list()
                return
            self._deleted.pop()
            if session == self._current:
                self.app.call_later(self.app.run_action, "forget_current")
        self.dismiss(chosen)

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_rename(self) -> None:
        """Give a conversation another title."""
        session = self._chosen()
        if session is None:
            return
        title = await self.app.push_screen_wait(AskText("Title of this conversation", session.title))
        if title is None:
            return
        try:
            await self._engine.read(lambda coach: coach.rename_session(session.id, title))
        except CoachError as e:
            safe.tell_error(self.app, e)
        self._list()

    def action_delete(self) -> None:
        """Delete a conversation; it can be taken back until the screen is left."""
        if (session := self._chosen()) is not None:
            self._deleted.append(session.id)
            self._show()

    def action_undo(self) -> None:
        """Take the last deletion back."""
        if self._deleted:
            self._deleted.pop()
            self._show()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_export(self) -> None:
        """Write a conversation to a file."""
        if (session := self._chosen()) is not None:
            await export_session(self.app, self._engine, session.id)


def _forgetting(session: str) -> Callable[[Coach], Awaitable[None]]:
    return lambda coach: coach.delete_session(session)
