"""The short interview before a brief: one question at a time, with what is known already beside it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from coach.domain.errors import CoachError
from coach.domain.preparation import Brief, Interview
from coach.tui import safe
from coach.tui.screens.ask_text import Confirm
from coach.tui.talks import Talks
from coach.tui.widgets.composer import Composer
from coach.tui.widgets.prose import Prose
from coach.tui.widgets.writing import Writing

if TYPE_CHECKING:
    from coach.agent.talks.interview import Interviewer
    from coach.domain.evidence import Evidence

_BEGIN = "Which talk is it? Say it as it comes: with whom, what happened and when, what you want of it."
_DRAFT = "Paste the message that you mean to send. Your brief will say how it may be read, and what to write instead."
_DRAFTED = "Your draft is there: Ctrl+D reviews it now. What you answer here is for the rest of the brief."
_DONE = "That is all there is to ask. Enter makes the brief; what you type is added to what happened."
_KEYS = "Enter answers, or skips where nothing is typed · Ctrl+D enough · Ctrl+Y a draft · Ctrl+R back · Esc leave"
_LABELS = {
    "who": "With whom",
    "happened": "What happened",
    "wanted": "Wanted",
    "feared": "Feared",
    "concede": "Can give way on",
    "keep": "Cannot give up",
    "when": "When",
    "draft": "Draft",
}
#: Makes the screen on which the brief is made and shown.
Make = Callable[[Interview, bool], Screen[Brief | None]]


class PrepareScreen(Screen[None]):
    """Asks for what is missing, and then shows the brief.

    Args:
        talks: understands what is said.
        make: shows the brief of an interview, with notes or without.
    """

    SCOPED_CSS = False
    DEFAULT_CSS = """
    PrepareScreen {
        padding: 1 2; background: $background;
        & > .heading { text-style: bold; color: $primary; margin-bottom: 1; }
        & > Horizontal { height: 1fr; }
        & .ask { width: 3fr; max-width: 104; height: auto; padding-right: 2; }
        & .question { margin-bottom: 1; height: auto; text-style: bold; }
        & .state { color: $primary; height: auto; margin-top: 1; }
        & .known { width: 2fr; height: 1fr; scrollbar-size-vertical: 1; padding: 0 1; }
        & .known > .name { color: $foreground-muted; }
        & .known > .what { margin-bottom: 1; }
        & > .keys { color: $foreground-muted; height: auto; }
    }
    PrepareScreen.-narrow > Horizontal, PrepareScreen.-tiny > Horizontal {
        layout: vertical;
        & > .ask { width: 1fr; padding: 0; margin-bottom: 1; }
        & > .known { width: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", id="prepare.leave"),
        Binding("ctrl+d", "enough", "that is enough", id="prepare.enough", priority=True),
        Binding("ctrl+y", "draft", "paste a draft instead", id="prepare.draft", priority=True),
        Binding("ctrl+r", "back", "back to the question before", id="prepare.back", priority=True),
        Binding("ctrl+g", "notes", "with or without notes", id="prepare.notes", priority=True),
    ]

    def __init__(self, talks: Talks, make: Make) -> None:
        super().__init__()
        self._talks = talks
        self._make = make
        self._interviewer: Interviewer | None = None
        #: What was asked before, with what was typed then.
        self._before: list[tuple[Interviewer | None, str]] = []
        self._drafting = False
        #: Whether there was enough: what is typed from then on is added to what happened.
        self._finished = False
        self._making = False
        self._use_notes = True
        self._noted: Sequence[Evidence] = ()
        self._matter = ""
        self._busy = False
        #: Whether there was enough while an answer was still being read.
        self._hurried = False

    def compose(self) -> ComposeResult:
        """The question, and beside it (or below) what is known."""
        yield Static(Content("Prepare a talk"), markup=False, classes="heading")
        with Horizontal():
            with Vertical(classes="ask"):
                yield Static("", markup=False, classes="question")
                yield Writing("Type here.", empty=True)
                yield Static("", markup=False, classes="state")
            yield VerticalScroll(classes="known")
        yield Static(Content(_KEYS), markup=False, classes="keys")

    def on_mount(self) -> None:
        """Ask the first question."""
        self.writing.focus()
        self._ask()

    @property
    def writing(self) -> Writing:
        """Where the answer is typed."""
        return self.query_one(Writing)

    @property
    def interview(self) -> Interview:
        """What was said so far."""
        return self._interviewer.interview if self._interviewer else Interview()

    def _tell(self, what: str = "") -> None:
        self.query_one(".state", Static).update(safe.text(what))

    def _ask(self) -> None:
        ask = self._interviewer.next() if self._interviewer else None
        if self._drafting:
            question = _DRAFT
        elif self._interviewer is None:
            question = _BEGIN
        else:
            question = ask.question if ask and not self._finished else _DONE
        self.query_one(".question", Static).update(safe.text(question))
        self._tell(_DRAFTED if self.interview.draft and not self._drafting and not self._finished else "")
        self._show_known()

    @work(exclusive=True, group="known", exit_on_error=False)
    async def _show_known(self) -> None:
        widgets: list[Prose] = []

        def add(name: str, what: str) -> None:
            widgets.append(Prose(Content(name), classes="name"))
            widgets.append(Prose(safe.text(what), classes="what"))

        for name, text in self.interview.as_dict().items():
            if text:
                add(_LABELS[name], safe.cut(" ".join(text.split()), 300))
        if self._noted and self._use_notes:
            found = [f"{e.date or 'no date'}, “{e.source_title}”: {e.statement.text} [{e.id}]" for e in self._noted]
            add("From your notes (Ctrl+G leaves them out)", "\n".join(found))
        elif self._noted:
            add("Your notes are left out", "Ctrl+G brings them in.")
        if not widgets:
            widgets.append(Prose(Content("Nothing is known yet."), classes="name"))
        known = self.query_one(".known", VerticalScroll)
        with self.app.batch_update():
            await known.remove_children("*")
            await known.mount_all(widgets)

    def on_composer_sent(self, event: Composer.Sent) -> None:
        """Take the answer."""
        event.stop()
        if not self._busy:
            self._take(event.text)

    @work(exclusive=True, group="take", exit_on_error=False)
    async def _take(self, text: str) -> None:
        self._busy = True
        before = (copy.deepcopy(self._interviewer), text)
        try:
            await self._taken(text)
        except CoachError as e:
            # What was typed stays where it is.
            safe.tell_error(self.app, e)
            self._hurried = False
            return
        finally:
            self._busy = False
            self._tell()
        self._before.append(before)
        self.writing.put("")
        self._ask()
        hurried, self._hurried = self._hurried, False
        if self._matter or self._finished or (self._interviewer and self._interviewer.next() is None):
            self._finish()
        elif hurried:
            self._enough()

    async def _taken(self, text: str) -> None:
        from coach.agent.talks.interview import Interviewer, checked
        from coach.agent.talks.review import from_draft

        if self._drafting:
            told, greeted = self.interview, from_draft(draft := checked(text))
            told = replace(told, draft=draft, who=told.who or greeted.who, wanted=told.wanted or greeted.wanted)
            if self._interviewer is None:
                self._interviewer = Interviewer(told)
            self._interviewer.interview = told
            self._drafting = False
        elif self._interviewer is None:
            self._tell("Reading it …")
            begun, self._matter = await self._talks.understand(text) if text.strip() else (Interview(), "")
            self._interviewer = Interviewer(begun)
        elif self._finished or self._interviewer.next() is None:
            if added := checked(text):
                said = f"{self.interview.happened}\n{added}".strip()
                self._interviewer.interview = replace(self.interview, happened=said)
        else:
            self._interviewer.answer(text)
        if self.interview.said:
            self._noted = await self._talks.noted(self.interview)

    def action_enough(self) -> None:
        """Ask nothing more, and make the brief; what is typed counts as an answer."""
        if self._busy:
            self._hurried = True
        elif self.writing.text.strip() or self._interviewer is None:
            self._enough()
        else:
            self._finish()

    @work(exclusive=True, group="enough", exit_on_error=False)
    async def _enough(self) -> None:
        if self.writing.text.strip():
            await self._take(self.writing.text).wait()
            if self.writing.text.strip():
                return
        if not self.interview.said:
            safe.tell(self.app, "There is nothing to prepare yet.", "Say what the talk is about.", "warning")
            return
        self._finish()

    def action_draft(self) -> None:
        """Take a draft message in place of answers, or answers again."""
        self._drafting = not self._drafting
        self._ask()

    def action_notes(self) -> None:
        """Leave the notes out, or bring them in."""
        self._use_notes = not self._use_notes
        self._ask()

    def action_back(self) -> None:
        """Go back to the question before, with what was typed there."""
        if self._before and not self._busy:
            self._interviewer, text = self._before.pop()
            self._finished = self._drafting = False
            self._matter = ""
            self.writing.put(text)
            self._ask()

    @work(exclusive=True, group="finish", exit_on_error=False)
    async def _finish(self) -> None:
        if self._making:
            return
        self._making = self._finished = True
        made = await self.app.push_screen_wait(self._make(self.interview, self._use_notes))
        if made is not None:
            self.dismiss(None)
            return
        self._making, self._matter = False, ""
        self._ask()
        self.writing.focus()

    @work(exclusive=True, group="leave", exit_on_error=False)
    async def action_leave(self) -> None:
        """Leave, after asking where something was said."""
        said = self.interview.said or self.writing.text.strip()
        if not said or await self.app.push_screen_wait(Confirm("Leave?", "What you answered here is kept nowhere.")):
            self.dismiss(None)
