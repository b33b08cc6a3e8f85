"""One turn of a conversation: the question, the answer as it comes, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message

from coach.agent.events import Checked, Delivered, Drafted, Event, Found, Step
from coach.domain.answer import Answer
from coach.domain.changes import Change, Changes
from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.passages import Cited, citations, standing
from coach.tui.widgets.answer_body import AnswerBody
from coach.tui.widgets.prose import Prose
from coach.tui.wording import step

#: What stands beside the text, and is not looked through.
_BESIDE = ("who", "label", "marker")


class TurnView(Vertical, can_focus=True):
    """Shows one turn. Its keys work while it has the focus.

    Args:
        question: what was asked.
        answer: the answer where it is known already.
        leaves: what leaves the machine; empty where nothing does.
    """

    # What the screen's width and the panel change is said from above, which scoped rules could not match.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    TurnView {
        height: auto; max-width: 104; padding: 0 2 0 1; margin-bottom: 1;
        border-left: blank;
        &:focus { border-left: outer $primary; }
        & > .asked { height: auto; margin-bottom: 1; }
        & > .asked > .who { width: 16; color: $primary; }
        & > .asked > .question { text-style: bold; }
        & > .state { color: $foreground-muted; padding-left: 16; }
        & > .state.-failed { color: $text-error; }
    }
    .-tiny TurnView, .-evidence.-wide TurnView {
        & > .asked > .who { width: 5; }
        & > .state { padding-left: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right", "cite(1)", "next citation", id="turn.next"),
        Binding("p,left", "cite(-1)", "previous citation", id="turn.previous"),
        *[Binding(str(i), f"open({i - 1})", show=False, id=f"turn.open-{i}") for i in range(1, 10)],
        Binding("y", "copy(False)", "copy", id="turn.copy"),
        Binding("Y", "copy(True)", "copy with sources", id="turn.copy-sources"),
        Binding("e", "edit", "edit and ask again", id="turn.edit"),
        Binding("r", "retry", "ask again", id="turn.retry"),
        Binding("c", "app.talk('plan')", "keep its plan", id="turn.plan"),
    ]

    class Grew(Message):
        """More of the answer is shown."""

    class CitationChosen(Message):
        """The citation with this number (from 0) is to be opened."""

        def __init__(self, turn: TurnView, number: int) -> None:
            super().__init__()
            self.turn = turn
            self.number = number

    class StepWanted(Message):
        """The next (1) or the previous (-1) citation is to be opened."""

        def __init__(self, turn: TurnView, by: int) -> None:
            super().__init__()
            self.turn = turn
            self.by = by

    class CopyWanted(Message):
        """The answer is to be copied."""

        def __init__(self, turn: TurnView, sources: bool) -> None:
            super().__init__()
            self.turn = turn
            self.sources = sources

    class AgainWanted(Message):
        """The question is to be asked again, after it was edited or as it is."""

        def __init__(self, turn: TurnView, edit: bool) -> None:
            super().__init__()
            self.turn = turn
            self.edit = edit

    def __init__(self, question: str, answer: Answer | None = None, leaves: str = "") -> None:
        super().__init__()
        self.question = question
        self.answer = answer
        self.cited: list[Cited] = citations(answer) if answer else []
        self._leaves = leaves
        #: Whether it was kept before it is shown here.
        self.is_reopened = answer is not None
        self._changes: dict[tuple[str, str], Change] = {}
        self._body = AnswerBody()
        self._state = Prose(classes="state")

    def compose(self) -> ComposeResult:
        """Question, answer, and a line on how it stands."""
        with Horizontal(classes="asked"):
            yield Prose(Content("You"), classes="who")
            yield Prose(safe.text(self.question), classes="question")
        yield self._body
        yield self._state

    async def on_mount(self) -> None:
        """Show an answer that is known already."""
        if self.answer is not None:
            await self._deliver(self.answer)

    @property
    def answering(self) -> bool:
        """Whether the answer is still being made."""
        return self.answer is None and not self.has_class("-ended")

    @property
    def prose(self) -> list[Prose]:
        """Everything that can be searched, from top to bottom."""
        return [p for p in self.query(Prose) if not any(p.has_class(c) for c in _BESIDE)]

    @property
    def is_kept(self) -> bool:
        """Whether it was made here and kept."""
        return not self.is_reopened and bool(self.answer and self.answer.session)

    async def feed(self, events: Sequence[Event]) -> None:
        """Show what happened, all of it with one redraw."""
        redraw = False
        self.post_message(self.Grew())
        for event in events:
            match event:
                case Step():
                    self.say(f"{step(event.name)} …")
                case Found():
                    self._body.found(event)
                case Drafted():
                    self._body.drafted(event)
                    redraw = True
                case Checked():
                    self._body.checked(event)
                    redraw = True
                case Delivered():
                    await self._deliver(event.answer)
                    # Only what has been laid out can stand below what is in view.
                    self.call_after_refresh(self.post_message, self.Grew())
                    return
        if redraw and self._body.begun:
            await self._body.redraw()

    def say(self, what: str) -> None:
        """Show one line on what is going on."""
        self._state.show(safe.line(what))

    def fail(self, error: CoachError) -> None:
        """Show that the answer could not be made; what came of it stays."""
        self._state.add_class("-failed")
        self.add_class("-ended")
        self._state.show(
            safe.text(
                "\n".join(
                    p for p in (error.message, error.hint, "Your question is kept: press Enter to ask it again.") if p
                )
            )
        )

    def stop(self) -> None:
        """Show that the answer was stopped."""
        self.add_class("-ended")
        self.say("Stopped. Your question is back in the prompt.")

    def select(self, number: int | None) -> None:
        """Make the citation with this number the current one, and bring it into view."""
        for prose in self.query(Prose):
            prose.select(number)
            if number is not None and prose.has_chip(number):
                prose.scroll_visible(animate=False)

    async def _deliver(self, answer: Answer) -> None:
        self.answer = answer
        self.cited = citations(answer)
        await self._body.deliver(answer)
        self._state.show(standing(answer, self._leaves))

    async def tell_changes(self, changes: Changes) -> None:
        """Say at each citation if its statement is not any more what was cited.

        Args:
            changes: what became of the statements of several answers.
        """
        mine = {key: changes[key] for c in self.cited if (key := (c.id, c.hash)) in changes}
        if self.answer is not None and mine != self._changes:
            self._changes = mine
            await self._body.tell_changes(self.answer, mine)

    def on_prose_chip_pressed(self, event: Prose.ChipPressed) -> None:
        """Open the chip that was clicked."""
        event.stop()
        self.post_message(self.CitationChosen(self, event.number))

    def action_open(self, number: int) -> None:
        """Open a citation by its number, where there is one with that number."""
        if number < len(self.cited):
            self.post_message(self.CitationChosen(self, number))

    def action_cite(self, by: int) -> None:
        """Open the next or the previous citation."""
        self.post_message(self.StepWanted(self, by))

    def action_copy(self, sources: bool) -> None:
        """Ask for the answer to be copied."""
        self.post_message(self.CopyWanted(self, sources))

    def action_edit(self) -> None:
        """Ask for the question to be edited and asked again."""
        self.post_message(self.AgainWanted(self, edit=True))

    def action_retry(self) -> None:
        """Ask for the question to be asked again."""
        self.post_message(self.AgainWanted(self, edit=False))
