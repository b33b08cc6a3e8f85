"""Kept conversations: open, filter, rename, delete with undo, export."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.engine import Engine
from coach.tui.forgetting import Forgetting
from coach.tui.screens.ask_text import AskText
from coach.tui.screens.export import export_session
from coach.tui.screens.forget import forget
from coach.tui.screens.kept_list import KeptListScreen
from coach.tui.wording import count

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from coach.agent.coach import Coach
    from coach.store.sessions import Session


class SessionsScreen(KeptListScreen[str | None, "Session"]):
    """Lists conversations; gives the id of the one to go on with, or None.

    What is deleted here is only hidden at first, and forgotten when the screen is left, so that it can be taken back.

    Args:
        engine: reads and writes them.
        current: id of the conversation that is open.
        forgetting: forgets one with everything that came of it.
    """

    HEADING = "Conversations"
    PROMPT = "Type to filter by title or question"
    KEYS = "Enter open · r rename · d delete · u undo · f forget for good · e export · / filter · Esc back"
    WHAT = "conversation"
    NONE = "There are no conversations yet."
    DEFAULT_CSS = """
    SessionsScreen OptionList { text-wrap: nowrap; text-overflow: ellipsis; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "rename", "rename", id="sessions.rename"),
        Binding("d,delete", "delete", "delete", id="sessions.delete"),
        Binding("u", "undo", "undo delete", id="sessions.undo"),
        Binding("f", "forget", "forget for good, with what came of it", id="sessions.forget"),
        Binding("e", "export", "export", id="sessions.export"),
    ]

    def __init__(self, engine: Engine, current: str | None, forgetting: Forgetting) -> None:
        super().__init__()
        self._forgetting = forgetting
        self._engine = engine
        self._current = current
        self._deleted: list[str] = []

    async def read(self) -> Sequence[Session]:
        """Return those whose title or questions have what the filter says in them."""
        term = self.filter.value
        return await self._engine.read(lambda coach: coach.sessions(term))

    def filtered(self) -> None:
        """Read them again: the questions are searched where they are kept."""
        self.read_list()

    def fits(self, item: Session, term: str) -> bool:
        """Return whether it has not been deleted here; reading has filtered them."""
        return item.id not in self._deleted

    def row(self, item: Session) -> Content:
        """Return when it was last used, whether it is open, and its title."""
        used = item.updated.astimezone()
        now = "(open) " if item.id == self._current else ""
        dated = Content(f"{used:%Y-%m-%d %H:%M}  ").stylize("$foreground-muted")
        return dated + Content(now).stylize("$primary") + safe.line(item.title, 120)

    def place(self, shown: Sequence[Session], at: int, chosen: Session | None) -> int:
        """Return where the one that was highlighted is now; the first line where it is gone."""
        return next((i for i, s in enumerate(shown) if chosen and s.id == chosen.id), 0)

    def hidden(self) -> str:
        """Say how many were deleted here."""
        return f" {count(len(self._deleted), 'conversation')} deleted; u takes it back." if self._deleted else ""

    def take(self, item: Session) -> None:
        """Open a conversation."""
        self._forget_and_leave(item.id)

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
                self.read_list()
                return
            self._deleted.pop()
            if session == self._current:
                self.app.call_later(self.app.run_action, "forget_current")
        self.dismiss(chosen)

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_rename(self) -> None:
        """Give a conversation another title."""
        session = self.chosen()
        if session is None:
            return
        title = await self.app.push_screen_wait(AskText("Title of this conversation", session.title))
        if title is None:
            return
        try:
            await self._engine.read(lambda coach: coach.rename_session(session.id, title))
        except CoachError as e:
            safe.tell_error(self.app, e)
        self.read_list()

    def action_delete(self) -> None:
        """Delete a conversation; it can be taken back until the screen is left."""
        if (session := self.chosen()) is not None:
            self._deleted.append(session.id)
            self.show_list()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_forget(self) -> None:
        """Forget a conversation at once, with the commitments that came of it, after asking."""
        session = self.chosen()
        if session is not None and await forget(self.app, self._forgetting, "session", session.id):
            if session.id == self._current:
                self._current = None
            self.read_list()

    def action_undo(self) -> None:
        """Take the last deletion back."""
        if self._deleted:
            self._deleted.pop()
            self.show_list()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_export(self) -> None:
        """Write a conversation to a file."""
        if (session := self.chosen()) is not None:
            await export_session(self.app, self._engine, session.id)


def _forgetting(session: str) -> Callable[[Coach], Awaitable[None]]:
    return lambda coach: coach.delete_session(session)
