"""The conversation: asking, reading, and following a citation into its source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import Worker

from coach.agent.events import Step
from coach.domain.answer import Answer
from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.kept import KeptConversation
from coach.tui.opening import Opening
from coach.tui.widgets.composer import Composer
from coach.tui.widgets.find_bar import FindBar
from coach.tui.widgets.reading import Reading
from coach.tui.widgets.status_bar import StatusBar
from coach.tui.widgets.transcript import Transcript
from coach.tui.widgets.turn_view import TurnView
from coach.tui.widgets.welcome import Example, Welcome
from coach.tui.wording import step


class ConversationScreen(Screen[None]):
    """Shows one conversation.

    Args:
        opening: opens the coach when it is needed.
        keep: whether conversations are kept.
    """

    DEFAULT_CSS = """
    ConversationScreen {
        background: $background;
        & > .title {
            height: 1; padding: 0 2; color: $foreground-muted; text-align: center; text-wrap: nowrap;
            text-overflow: ellipsis;
        }
        & > .below { height: 1; text-align: center; color: $primary; }
        & > .prompt { height: auto; align-horizontal: center; padding: 0 2; }
        & > StatusBar { margin-top: 1; }
    }
    ConversationScreen.-tiny > StatusBar, ConversationScreen.-narrow > StatusBar { margin-top: 0; }
    ConversationScreen.-low { & > .title, & > .below { display: none; } & > StatusBar { margin-top: 0; } }
    ConversationScreen.-evidence.-wide > .prompt { padding: 0 48 0 2; }
    ConversationScreen.-evidence.-very-wide > .prompt { padding: 0 70 0 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "escape", "stop, or back to the prompt", id="conversation.escape"),
        Binding("ctrl+b", "evidence", "evidence", id="conversation.evidence", priority=True),
        Binding("ctrl+down", "cite(1)", "next citation", id="conversation.next"),
        Binding("ctrl+up", "cite(-1)", "previous citation", id="conversation.previous"),
        Binding("ctrl+f", "find", "find", id="conversation.find", priority=True),
        Binding("ctrl+r", "retry", "ask again", id="conversation.retry"),
    ]

    def __init__(self, opening: Opening, *, keep: bool = True) -> None:
        super().__init__()
        self._opening = opening
        self._keeps = keep
        self._kept = KeptConversation(opening.engine)
        self._asking: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """Title, transcript with the evidence beside it, prompt, status."""
        yield Static("", markup=False, classes="title")
        yield Reading(self._opening.engine)
        yield Static("", markup=False, classes="below")
        with Container(classes="prompt"):
            yield FindBar()
        with Container(classes="prompt"):
            yield Composer()
        yield StatusBar()

    async def on_mount(self) -> None:
        """Show what an empty conversation shows."""
        await self.transcript.mount(Welcome())
        self.composer.focus()

    def on_screen_resume(self) -> None:
        """Sources may have changed on another screen."""
        self.reading.compare()

    @property
    def composer(self) -> Composer:
        """The prompt."""
        return self.query_one(Composer)

    @property
    def transcript(self) -> Transcript:
        """The turns."""
        return self.reading.transcript

    @property
    def reading(self) -> Reading:
        """The turns and the evidence."""
        return self.query_one(Reading)

    @property
    def status(self) -> StatusBar:
        """The line at the bottom."""
        return self.query_one(StatusBar)

    @property
    def welcome(self) -> Welcome | None:
        """What an empty conversation shows, while it is empty."""
        try:
            return self.query_one(Welcome)
        except NoMatches:
            return None

    @property
    def answering(self) -> bool:
        """Whether an answer is being made."""
        return self._asking is not None and self._asking.is_running

    async def on_composer_sent(self, event: Composer.Sent) -> None:
        """Ask what was typed."""
        await self.ask(event.text)

    async def ask(self, question: str) -> None:
        """Ask, unless an answer is being made already; the prompt is emptied only if the question was taken."""
        if self.answering:
            safe.tell(self.app, "The last answer is still being made.", "Esc stops it.", "warning")
            return
        question = question.strip()
        self.composer.earlier.add(question)
        self.composer.put("")
        if (welcome := self.welcome) is not None:
            await welcome.remove()
        turn = await self.transcript.begin(question, self._opening.leaves)
        self._asking = self._ask(turn)

    @work(group="ask", exit_on_error=False)
    async def _ask(self, turn: TurnView) -> None:
        try:
            if not self._opening.ready:
                turn.say("Waiting until the sources are ready …")
                await self._opening.wait()
            async for events in self._opening.engine.ask(turn.question, session=self._kept.session, keep=self._keeps):
                if turn.has_class("-ended"):
                    return
                await turn.feed(events)
                for event in events:
                    if isinstance(event, Step):
                        self.status.busy(step(event.name))
            if turn.answer is not None and turn.answer.session != (self._kept.session or ""):
                self._kept.session = turn.answer.session
                self._show_title(await self._kept.title())
        except CoachError as e:
            if turn.answer is None:
                turn.fail(e)
                self._give_back(turn.question)
            else:
                safe.tell_error(self.app, e)
        finally:
            self.status.busy()

    @property
    def session(self) -> str | None:
        """Id of the conversation; None until its first answer is kept."""
        return self._kept.session

    def _stop(self) -> None:
        turn = self.transcript.last
        if self._asking is not None:
            self._asking.cancel()
        self.status.busy()
        if turn is not None and turn.answering:
            turn.stop()
            self._give_back(turn.question)

    def _give_back(self, question: str) -> None:
        if not self.composer.text.strip():
            self.composer.put(question)
            self.composer.focus()

    async def action_retry(self) -> None:
        """Ask the last question again."""
        if (last := self.transcript.last) is not None:
            if self.composer.text.strip() == last.question:
                self.composer.put("")
            await self.ask(last.question)

    def action_edit_last(self) -> None:
        """Put the last question back into the prompt."""
        if (last := self.transcript.last) is not None:
            self.composer.put(last.question)
            self.composer.focus()

    async def on_turn_view_again_wanted(self, event: TurnView.AgainWanted) -> None:
        """Ask a question again, or put it into the prompt first."""
        if event.edit:
            self.composer.put(event.turn.question)
            self.composer.focus()
        else:
            await self.ask(event.turn.question)

    def on_example_chosen(self, event: Example.Chosen) -> None:
        """Put an example into the prompt."""
        self.composer.put(event.text)
        self.composer.focus()

    def action_evidence(self) -> None:
        """Show or hide the evidence."""
        self.reading.toggle_panel()

    def action_cite(self, by: int) -> None:
        """Go from citation to citation."""
        self.reading.cite(by)

    def action_find(self) -> None:
        """Look for words in the conversation."""
        self.query_one(FindBar).open()

    def on_find_bar_changed(self, event: FindBar.Changed) -> None:
        """Show where the words stand."""
        self.reading.find(event.term)

    def on_find_bar_step_wanted(self, event: FindBar.StepWanted) -> None:
        """Show where else they stand."""
        self.reading.find_step(event.by)

    def on_reading_found(self, event: Reading.Found) -> None:
        """Say where they stand."""
        self.query_one(FindBar).tell(event.place, event.places, searching=event.searching)

    def action_escape(self) -> None:
        """Stop the answer, or close what is open, or go back to the prompt."""
        find = self.query_one(FindBar)
        if self.answering:
            self._stop()
        elif find.is_open:
            find.close()
        elif self.reading.panel_is_open:
            self.reading.close_panel()
        self.composer.focus()

    def on_transcript_below(self, event: Transcript.Below) -> None:
        """Say that there is text below."""
        self.query_one(".below", Static).update(Content("↓ new text · End" if event.there_is else ""))

    def on_composer_scroll_wanted(self, event: Composer.ScrollWanted) -> None:
        """Scroll the conversation while the prompt keeps the focus."""
        if event.pages:
            self.transcript.scroll_relative(y=event.pages * (self.transcript.size.height - 2), animate=False)
        else:
            self.transcript.action_follow()

    def show_opening(self) -> None:
        """Show what is known of the model and the sources."""
        self.status.show_opening(self._opening)
        if (welcome := self.welcome) is not None:
            welcome.show_opening(self._opening)

    def show_failure(self, error: CoachError) -> None:
        """Show that the coach could not be opened; the next question tries again."""
        self.status.tell("Not ready", error.message)
        if (welcome := self.welcome) is not None:
            welcome.tell("Sources", f"not ready. {error.message} {error.hint}")

    async def new(self) -> None:
        """Begin a new conversation."""
        await self._open(KeptConversation(self._opening.engine))
        await self.transcript.mount(Welcome())
        self.show_opening()

    async def show_session(self, session: str) -> None:
        """Show a kept conversation, and go on with it.

        Raises:
            CoachError: it cannot be read; what was shown stays.
        """
        kept = KeptConversation(self._opening.engine, session)
        answers, title = await kept.newest(), await kept.title()
        await self._open(kept, answers)
        self._show_title(title)

    async def _open(self, kept: KeptConversation, answers: Sequence[Answer] = ()) -> None:
        self._stop()
        self._kept = kept
        self._show_title("")
        await self.reading.show(kept, answers, self._opening.leaves)
        self.composer.focus()

    def _show_title(self, title: str) -> None:
        self.query_one(".title", Static).update(safe.line(title, 100))
