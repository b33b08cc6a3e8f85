"""A brief: made part by part in sight, then read, edited, exported and rehearsed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.worker import Worker

from coach.domain.errors import CoachError
from coach.domain.preparation import Brief, Interview
from coach.tui import brief_rows, safe
from coach.tui.screens.export import write_brief
from coach.tui.screens.talks.ask_lines import AskLines
from coach.tui.screens.talks.page import PageScreen
from coach.tui.screens.talks.plan import keep_plan
from coach.tui.screens.talks.versions import VersionsScreen
from coach.tui.talks import Talks
from coach.tui.widgets.sheet import RowView
from coach.tui.wording import step

#: Rehearses a brief, the counterpart first; returns when that is left.
Rehearse = Callable[[Brief], Awaitable[None]]


class BriefScreen(PageScreen[Brief | None]):
    """Shows a brief; gives it as it was kept last, or None where none was made.

    Args:
        talks: makes and keeps it.
        rehearse: rehearses a brief.
        brief: as it was kept; None makes one.
        interview: what it is made from.
        keep: whether what is made is kept.
        notes: whether to look into the person's notes.
    """

    KEYS = (
        "e edit · a add · d delete · v versions · m review a message · r rehearse · c keep a plan · x export · "
        "Enter fills in, or opens a citation · Esc back"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "edit this line", id="brief.edit"),
        Binding("a", "add", "add a line", id="brief.add"),
        Binding("d,delete", "delete", "delete this line", id="brief.delete"),
        Binding("v", "versions", "versions", id="brief.versions"),
        Binding("m", "review", "review a message", id="brief.review"),
        Binding("x,ctrl+e", "export", "export", id="brief.export"),
        Binding("r", "rehearse", "rehearse", id="brief.rehearse"),
        Binding("c", "commit", "keep a plan", id="brief.commit"),
    ]

    def __init__(
        self,
        talks: Talks,
        rehearse: Rehearse,
        brief: Brief | None = None,
        interview: Interview | None = None,
        *,
        keep: bool = True,
        notes: bool = True,
    ) -> None:
        super().__init__(talks.engine, brief_rows.sections())
        self._talks = talks
        self._rehearse = rehearse
        self._interview = interview or Interview()
        self._keep = keep
        self._notes = notes
        self._written = ""
        self._making: Worker[None] | None = None
        self.brief = brief

    def on_mount(self) -> None:
        """Show it, or make it."""
        if self.brief is not None:
            self._fill(self.brief)
        else:
            self.say("A brief", "It appears part by part. Esc stops it, and gives your answers back.")
            self._making = self._make()

    @work(exclusive=True, group="make", exit_on_error=False)
    async def _make(self) -> None:
        from coach.agent.events import Step
        from coach.agent.talks.prepare import PartReady, Prepared, Reviewed, Writing

        try:
            async with aclosing(self._talks.prepare(self._interview, keep=self._keep, notes=self._notes)) as batches:
                async for events in batches:
                    for event in events:
                        match event:
                            case Step():
                                self._written = ""
                                self.tell(f"{step(event.name)} …")
                            case PartReady():
                                await self.sheet.show(event.part.name, brief_rows.rows(event.part.lines))
                            case Reviewed():
                                await self.sheet.show(brief_rows.REVIEW, brief_rows.findings(event.findings))
                            case Writing():
                                self._written = f"{self._written}{event.text}" if event.text else ""
                            case Prepared():
                                self.brief = event.brief
                    if self._written:
                        self.tell(safe.cut(f"Writing: {self._written.strip()}", 2 * max(20, self.size.width - 6)))
        except CoachError as e:
            safe.tell_error(self.app, e)
            if self.brief is None:
                # What was answered is on the screen below.
                self.dismiss(None)
                return
        if self.brief is not None:
            await self._show_all(self.brief)

    @work(exclusive=True, group="show", exit_on_error=False)
    async def _fill(self, brief: Brief) -> None:
        await self._show_all(brief)

    async def _show_all(self, brief: Brief) -> None:
        self.say(brief.title, brief_rows.note(brief))
        self.tell()
        for part in brief.parts:
            await self.sheet.show(part.name, brief_rows.rows(part.lines))
        await self.sheet.show(brief_rows.REVIEW, brief_rows.review(brief))
        self.compare()
        if self.sheet.current is None:
            self.sheet.move(1)

    def leave(self) -> None:
        """Stop what is made, or go back."""
        if self._making is not None:
            self._making.cancel()
        self.dismiss(self.brief)

    def _line(self) -> RowView | None:
        """The line that has the focus, where it is one of a part."""
        row = self.sheet.current
        if self.brief is None or row is None or row.section == brief_rows.REVIEW:
            hint = "Up and Down go from line to line; m reviews another message."
            safe.tell(self.app, "Choose a line of the brief itself first.", hint, "warning")
            return None
        return row

    def action_open(self) -> None:
        """Open the citation of the line that has the focus; one without any is edited."""
        row = self.sheet.current
        if row is None or row.row.citations or row.section == brief_rows.REVIEW:
            super().action_open()
        else:
            self.action_edit()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_edit(self) -> None:
        """Put a line into other words: they are the person's own then."""
        row = self._line()
        if row is None or self.brief is None:
            return
        before = self.brief.part(row.section)
        text = before[row.place].text
        while text:
            said = await self.app.push_screen_wait(AskLines("This line in your words", text))
            if said is None or said == text == before[row.place].text:
                return
            text = said
            if await self._put(_edited(self.brief, row.section, row.place, text)):
                return

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_add(self) -> None:
        """Add a line to this part."""
        row = self._line()
        if row is None or self.brief is None:
            return
        text = ""
        while True:
            said = await self.app.push_screen_wait(AskLines(f"A line for this part: {row.section}", text))
            if not said:
                return
            text = said
            if await self._put(_added(self.brief, row.section, text)):
                return

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_delete(self) -> None:
        """Take a line out; the version before still has it."""
        row = self._line()
        if row is not None and self.brief is not None:
            lines = [line for i, line in enumerate(self.brief.part(row.section)) if i != row.place]
            if await self._put(self.brief.with_part(row.section, lines)):
                safe.tell(self.app, "Taken out.", "v shows the version that still has it.")

    async def _put(self, brief: Brief) -> bool:
        """Keep a changed brief and show it; say what went wrong, and whether nothing did."""
        try:
            self.brief = await self._talks.keep_brief(brief) if brief.id else brief
        except CoachError as e:
            safe.tell_error(self.app, e)
            return False
        await self._show_all(self.brief)
        return True

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_versions(self) -> None:
        """Go back to a version: it becomes the newest one."""
        if self.brief is None or not self.brief.id:
            return
        wanted = await self.app.push_screen_wait(VersionsScreen(self._talks, self.brief.id))
        if wanted is not None and wanted.version != self.brief.version and await self._put(wanted):
            safe.tell(self.app, f"Version {wanted.version} is the newest one again.")

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_review(self) -> None:
        """Review a message that the person means to send; what is found stands on the page from then on."""
        text = ""
        while self.brief is not None:
            said = await self.app.push_screen_wait(AskLines("Paste the message that you mean to send", text))
            if not said:
                return
            text = said
            self.tell("Reviewing it …")
            try:
                found = await self._talks.review(self.brief, text)
            except CoachError as e:
                safe.tell_error(self.app, e)
            else:
                if await self._put(found):
                    self.sheet.move(-len(self.sheet.rows))
                    return
            finally:
                self.tell()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_export(self) -> None:
        """Write it as Markdown."""
        if self.brief is not None:
            await write_brief(self.app, self._talks.engine, self.brief)

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_rehearse(self) -> None:
        """Rehearse it, the counterpart first."""
        if self.brief is not None:
            await self._rehearse(self.brief)

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_commit(self) -> None:
        """Keep one of its plans."""
        if self.brief is not None:
            try:
                offers = await self._talks.offers_in(self.brief.as_dict())
            except CoachError as e:
                safe.tell_error(self.app, e)
                return
            await keep_plan(self.app, self._talks, offers, f"brief:{self.brief.id}" if self.brief.id else "")


def _edited(brief: Brief, part: str, place: int, text: str) -> Brief:
    from coach.agent.talks.editing import said_in

    lines = list(brief.part(part))
    was = lines[place]
    line = said_in(part, safe.line(text).plain, private=was.private)
    # What a filled-in field says is the person's; so is advice that they put into words of their own.
    lines[place] = replace(line, label="" if was.blank else was.label)
    return brief.with_part(part, lines)


def _added(brief: Brief, part: str, text: str) -> Brief:
    from coach.agent.talks.editing import with_text

    return with_text(brief, part, text, add=True)
