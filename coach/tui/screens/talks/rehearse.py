"""A rehearsal: line by line against a counterpart in role, with the way back always open."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.worker import Worker

from coach.domain.errors import CoachError
from coach.domain.rehearsal import Turn
from coach.tui import safe
from coach.tui.rehearsals import Rehearsals
from coach.tui.screens.talks.choose_line import ChooseLine
from coach.tui.screens.talks.debrief import look_back
from coach.tui.screens.talks.page import PageScreen
from coach.tui.talks import Talks
from coach.tui.widgets.composer import Composer
from coach.tui.widgets.sheet import Row
from coach.tui.widgets.writing import Writing

if TYPE_CHECKING:
    from coach.agent.talks.aside import Aside
    from coach.agent.talks.rehearse import Rehearsing

_SILENT = "(says nothing)"


class RehearseScreen(PageScreen[None]):
    """Shows the talk as it stands, and takes the next line.

    Args:
        rehearsals: what it is done with.
        talks: keeps plans of the debrief.
        rehearsing: the rehearsal, begun or gone on with.
        put: what stands in the prompt at first.
    """

    KEYS = "Enter says it, empty is silence · ^G what would you say? · ^R again · ^B rewind · ^D stop · Esc pause"
    DEFAULT_CSS = """
    RehearseScreen > Writing { margin-bottom: 1; max-height: 6; }
    RehearseScreen.-low > Writing { margin: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "stop the answer, close, pause", id="rehearse.pause"),
        Binding("ctrl+g", "aside", "what would you say here, and why", id="rehearse.aside", priority=True),
        Binding("ctrl+r", "again", "say the last line again", id="rehearse.again", priority=True),
        Binding("ctrl+b", "rewind", "rewind", id="rehearse.rewind", priority=True),
        Binding("ctrl+d", "stop", "stop, and look back", id="rehearse.stop", priority=True),
    ]

    def __init__(self, rehearsals: Rehearsals, talks: Talks, rehearsing: Rehearsing, put: str = "") -> None:
        super().__init__(talks.engine, ())
        self._rehearsals = rehearsals
        self._talks = talks
        self._rehearsing = rehearsing
        self._put = put
        self._saying: Worker[None] | None = None
        role = rehearsing.rehearsal.counterpart.role
        self._role = role[:1].upper() + role[1:]

    def below(self) -> ComposeResult:
        """Where the next line is typed."""
        yield Writing("What do you say?", self._put, empty=True)

    def on_mount(self) -> None:
        """Show the talk as it stands."""
        c = self._rehearsing.rehearsal.counterpart
        about = f"{self._role}, {c.style.value}, difficulty {c.difficulty} of 5, about {c.topic}."
        self.say(self._rehearsing.rehearsal.title, f"{about} {self._rehearsing.notice}".strip())
        self.tell()
        self.writing.focus()
        self._show_talk()

    @property
    def writing(self) -> Writing:
        """Where the next line is typed."""
        return self.query_one(Writing)

    @property
    def busy(self) -> bool:
        """Whether an answer is coming."""
        return self._saying is not None and self._saying.is_running

    @work(exclusive=True, group="talk", exit_on_error=False)
    async def _show_talk(self) -> None:
        await self.sheet.clear()
        rehearsal = self._rehearsing.rehearsal
        await self.sheet.add([Row(self._role, rehearsal.greeting), *(r for t in rehearsal.path for r in self._rows(t))])

    def _rows(self, turn: Turn) -> list[Row]:
        return [Row(f"{turn.number} You", turn.line or _SILENT), Row(self._role, turn.reply)]

    def on_composer_sent(self, event: Composer.Sent) -> None:
        """Say it."""
        event.stop()
        if self.busy:
            safe.tell(self.app, "The answer is still coming.", "Esc breaks it off.", "warning")
        else:
            self._saying = self._say(event.text)

    @work(exclusive=True, group="say", exit_on_error=False)
    async def _say(self, line: str) -> None:
        from coach.agent.talks.rehearse import Referred, Said, Spoke

        self.writing.put("")
        you = Row(f"{len(self._rehearsing.rehearsal.turns) + 1} You", line.strip() or _SILENT)
        section = await self.sheet.add([you, Row(self._role, "…")])
        reply, ended = "", False
        try:
            async with aclosing(self._rehearsals.say(self._rehearsing, line)) as batches:
                async for events in batches:
                    for event in events:
                        match event:
                            case Spoke():
                                reply += event.text
                            case Said():
                                reply, ended = event.turn.reply, True
                            case Referred():
                                ended = True
                                rows = [Row("", s.text, s.citations, s.verdict) for s in event.sentences]
                                await section.remove()
                                await self.sheet.add(rows)
                    if section.is_attached:
                        await section.show([you, Row(self._role, reply or "…")])
                        self.sheet.scroll_end(animate=False)
        except CoachError as e:
            safe.tell_error(self.app, e)
        finally:
            if not ended:
                # It is kept nowhere, so it is there to be said again.
                self.writing.put(line)
                if section.is_attached:
                    section.remove()
        self._say_state()

    def _say_state(self) -> None:
        r = self._rehearsing.rehearsal
        if r.matter:
            self.tell("The rehearsal stops here. Esc goes back.")
        elif self._rehearsing.over:
            self.tell(f"{self._role} ended the talk. Ctrl+D looks back at it, Ctrl+B goes back to a line.")
        else:
            self.tell()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_aside(self) -> None:
        """Ask what the coach would say here, and why."""
        if self.busy:
            return
        self.tell("Looking in the sources …")
        try:
            await self.sheet.add(_aside(await self._rehearsals.advise(self._rehearsing)))
        except CoachError as e:
            safe.tell_error(self.app, e)
        self._say_state()

    def action_again(self) -> None:
        """Go back to before the last line, which stands in the prompt again."""
        if not self.busy:
            self._rewind(0)

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_rewind(self) -> None:
        """Choose a line to go back to."""
        if self.busy:
            return
        if not self._rehearsing.rehearsal.turns:
            safe.tell(self.app, "Nothing was said yet.", severity="warning")
            return
        number = await self.app.push_screen_wait(ChooseLine(self._rehearsing.rehearsal))
        if number is not None:
            await self._rewind(number).wait()

    @work(exclusive=True, group="rewind", exit_on_error=False)
    async def _rewind(self, number: int) -> None:
        try:
            turn = await self._rehearsals.rewind(self._rehearsing, number)
        except CoachError as e:
            safe.tell_error(self.app, e)
            return
        if not self.writing.text.strip():
            self.writing.put(turn.line)
        self._show_talk()
        self._say_state()
        self.writing.focus()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_stop(self) -> None:
        """End it, and look back at it."""
        if self.busy:
            return
        try:
            stopped = await self._rehearsals.stop(self._rehearsing)
            if not stopped.turns or stopped.matter:
                self.dismiss(None)
                return
            again = await look_back(self.app, self._rehearsals, self._talks, stopped.id)
        except CoachError as e:
            safe.tell_error(self.app, e)
            return
        if again:
            await self._rewind(again).wait()
        else:
            self.dismiss(None)

    def action_leave(self) -> None:
        """Break off an answer, close the evidence, or pause."""
        if self.busy and self._saying is not None:
            self._saying.cancel()
        elif self.has_class("-evidence"):
            super().action_leave()
            self.writing.focus()
        elif self.writing.text.strip() and not self.writing.has_focus:
            self.writing.focus()
        else:
            self.leave()

    def leave(self) -> None:
        """Pause: it is kept as it stands."""
        if self._rehearsing.rehearsal.turns:
            safe.tell(self.app, "Paused.", "Ctrl+T, r goes on with it.")
        self.dismiss(None)


def _aside(aside: Aside) -> list[Row]:
    rows = [Row("You could say", f"“{aside.line}”", aside.of)] if aside.line else []
    rows += [Row("Why", c.text, (citation,)) for c, citation in zip(aside.why, aside.citations, strict=True)]
    rows += [Row("Your brief", aside.prepared)] if aside.prepared else []
    return rows or [Row("", "The sources hold nothing on this.")]
