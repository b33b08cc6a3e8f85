"""The program: it owns the engine and the screens, and does what needs the terminal, the clipboard or a file."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import App, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.screen import Screen

from coach.domain.answer import Answer
from coach.domain.errors import CoachError, InputError
from coach.tui import clipboard, editor, hangup, safe, themes
from coach.tui.choosing import Choosing
from coach.tui.engine import Engine
from coach.tui.looks import NO_COLOR_CSS, Looks
from coach.tui.opening import Opening
from coach.tui.screens.conversation import ConversationScreen
from coach.tui.syncing import Syncing
from coach.tui.talking import Talking
from coach.tui.widgets.evidence_panel import EvidencePanel
from coach.tui.widgets.turn_view import TurnView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import SystemCommand

    from coach.agent.coach import Coach

#: Stands for the conversation that was used last.
LAST = "last"
#: Exit status of a program that was asked to end by SIGTERM.
_TERMINATED = 128 + signal.SIGTERM


class CoachApp(App[None]):
    """Coach in a terminal.

    Args:
        opener: opens the coach; called in another thread, after the first paint.
        session: id of the conversation to go on with, `LAST`, or None for a new one.
        keep: whether conversations are kept.
        preferences_path: where theme and keys are kept; None keeps them nowhere.
    """

    TITLE = "Coach"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - declared so by the class above
        (0, "-tiny"),
        (72, "-narrow"),
        (112, "-wide"),
        (150, "-very-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-high")]  # noqa: RUF012 - as above
    CSS = (
        """
    Screen { background: $background; color: $foreground; }
    ModalScreen { background: $background 60%; }
    ModalScreen:ansi { background: transparent; }
    Input > .input--placeholder, Input > .input--suggestion { color: $foreground-muted; }
    Toast { width: 64; padding: 1 2; background: $panel; }
    """
        + NO_COLOR_CSS
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "help", id="app.help", priority=True),
        Binding("ctrl+n", "new", "new conversation", id="app.new", priority=True),
        Binding("ctrl+s", "sessions", "conversations", id="app.sessions", priority=True),
        Binding("ctrl+l", "sources", "sources", id="app.sources", priority=True),
        Binding("ctrl+t", "talk", "talks", id="app.talks"),
        Binding("ctrl+g", "models", "model", id="app.models"),
        Binding("ctrl+o", "editor", "external editor", id="app.editor", priority=True),
        Binding("ctrl+e", "export", "export", id="app.export"),
        Binding("ctrl+q", "quit", "quit", id="app.quit", priority=True, show=False),
    ]

    def __init__(
        self,
        opener: Callable[[], Coach],
        *,
        session: str | None = None,
        keep: bool = True,
        preferences_path: Path | None = None,
    ) -> None:
        super().__init__()
        self.engine = Engine(opener)
        self.opening = Opening(self.engine, lambda: self.conversation.show_opening())
        self.choosing = Choosing(self.opening)
        self.syncing = Syncing(self.opening)
        self.talking = Talking(self, keep=keep)
        self._begin_with = session
        self._keep = keep
        self.looks = Looks(self, preferences_path)
        self._conversation = ConversationScreen(self.opening, keep=keep)
        for theme in themes.themes():
            self.register_theme(theme)
        # Before anything is styled: a change later styles everything once more.
        self.theme = themes.DEFAULT

    def get_default_screen(self) -> Screen[None]:
        """The conversation is below everything else."""
        return self._conversation

    @property
    def conversation(self) -> ConversationScreen:
        """The conversation."""
        return self._conversation

    def on_mount(self) -> None:
        """Apply theme and keys, and see that the program ends well however it is ended."""
        if not (self.is_headless or self.is_web):
            # By itself SIGTERM would leave the terminal as it is now.
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: self.exit(return_code=_TERMINATED))
            # Where whoever started it had this signal ignored, it would read from a closed terminal for ever.
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            hangup.watch(sys.__stdin__.fileno() if sys.__stdin__ else 0)
        self.looks.apply()

    def on_ready(self) -> None:
        """Open the coach once the first paint is done."""
        self._settle()
        self.call_after_refresh(self._open)

    def _settle(self) -> None:
        """Leave what was loaded so far out of garbage collection, which would look through all of it again and again.

        Until the first paint there is none (see `coach.cli.tui.open_tui`): that takes a sixth of its time.
        """
        if not self.is_headless:
            gc.freeze()
            gc.enable()

    def on_unmount(self) -> None:
        """Stop what runs and close the coach."""
        self.choosing.close()
        self.syncing.close()
        self.engine.close()

    @work(group="open", exit_on_error=False)
    async def _open(self) -> None:
        try:
            await self.opening.wait()
        except CoachError as e:
            safe.tell_error(self, e)
            self.conversation.show_failure(e)
            return
        self._settle()
        try:
            earlier = await self.engine.read(lambda coach: coach.questions())
            self.conversation.composer.earlier.extend_back(earlier)
            if (session := self._begin_with) is not None:
                if session == LAST:
                    latest = await self.engine.read(lambda coach: coach.latest_session())
                    session = latest.id if latest else None
                if session is not None:
                    await self.conversation.show_session(session)
        except CoachError as e:
            safe.tell_error(self, e)
        await self.talking.ask_back()
        await self.syncing.run(self)

    # What the screens and widgets ask for.

    def on_turn_view_copy_wanted(self, event: TurnView.CopyWanted) -> None:
        """Copy an answer."""
        if event.turn.answer is None:
            safe.tell(self, "There is no answer to copy yet.", severity="warning")
        else:
            self._copy(event.turn.answer, sources=event.sources)

    @work(exclusive=True, group="copy", thread=True, exit_on_error=False)
    def _copy(self, answer: Answer, *, sources: bool) -> None:
        from coach.tui.export import plain

        text = plain(answer, sources=sources)
        what = "answer and its sources" if sources else "answer"
        if clipboard.copy_by_program(text):
            self.call_from_thread(safe.tell, self, f"Copied the {what}.")
            return
        # Nothing tells whether a terminal took it.
        self.call_from_thread(self.copy_to_clipboard, text)
        hint = "If it is not in your clipboard, the terminal does not allow that; Ctrl+E writes a file."
        self.call_from_thread(safe.tell, self, f"Sent the {what} to the terminal to copy.", hint)

    def on_evidence_panel_file_wanted(self, event: EvidencePanel.FileWanted) -> None:
        """Open the file of a note."""
        self._aside(lambda: editor.open_file(event.path, event.line))

    def _aside(self, work: Callable[[], None]) -> None:
        """Give the terminal to another program, and say what went wrong there."""
        try:
            with self.suspend():
                work()
        except SuspendNotSupported:
            safe.tell_error(self, InputError("An editor cannot be opened from here.", "Run coach in a terminal."))
        except CoachError as e:
            safe.tell_error(self, e)

    # Actions.

    def action_editor(self) -> None:
        """Edit the prompt in the person's editor."""
        composer = self.conversation.composer
        if self.screen is not self.conversation:
            return
        self._aside(lambda: composer.put(editor.edited(composer.text)))
        composer.focus()

    async def action_new(self) -> None:
        """Begin a new conversation."""
        if self.screen is not self.conversation:
            self.screen.dismiss(None)
        await self.conversation.new()

    def action_copy_answer(self, sources: bool) -> None:
        """Copy the last answer."""
        last = next((t.answer for t in reversed(self.conversation.transcript.turns) if t.answer), None)
        if last is None:
            safe.tell(self, "There is no answer to copy yet.", severity="warning")
        else:
            self._copy(last, sources=sources)

    def action_animations(self) -> None:
        """Let things move, or nothing any more."""
        self.looks.toggle_animations()

    async def action_help(self) -> None:
        """Show the help."""
        from coach.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            await self.push_screen(HelpScreen())

    async def action_sessions(self) -> None:
        """Show the kept conversations."""
        from coach.tui.screens.sessions import SessionsScreen

        if self.screen is self.conversation:
            screen = SessionsScreen(self.engine, self.conversation.session, self.talking.forgetting)
            await self.push_screen(screen, self._session_chosen)

    async def action_sources(self) -> None:
        """Show the sources."""
        from coach.tui.screens.sources import SourcesScreen

        if self.screen is self.conversation:
            await self.push_screen(SourcesScreen(self.opening))

    @work(group="models", exit_on_error=False)
    async def action_models(self) -> None:
        """Show which models there are to choose from."""
        from coach.tui.screens.models import choose_model

        if self.screen is self.conversation:
            await choose_model(self, self.opening, self.choosing)

    @work(group="talks", exit_on_error=False)
    async def action_talk(self, name: str = "") -> None:
        """Prepare, rehearse, look back, come back to a plan: open one of these, or the list of them."""
        await self.talking.open(name)

    @work(group="export", exit_on_error=False)
    async def action_export(self) -> None:
        """Write the conversation to a file."""
        from coach.tui.screens.export import export_session

        session = self.conversation.session
        unkept = [a for t in self.conversation.transcript.turns if (a := t.answer) and not a.session]
        if session is None and not unkept:
            safe.tell(self, "There is no answer to export yet.", severity="warning")
        else:
            await export_session(self, self.engine, session, unkept)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Everything that can be done, for the command palette."""
        from coach.tui.commands import commands

        yield from commands(self)

    async def _session_chosen(self, session: str | None) -> None:
        if session is None:
            return
        try:
            await self.conversation.show_session(session)
        except CoachError as e:
            safe.tell_error(self, e)

    async def action_forget_current(self) -> None:
        """The conversation that is open was deleted: begin a new one."""
        await self.conversation.new()
