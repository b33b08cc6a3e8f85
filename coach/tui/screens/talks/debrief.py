"""A rehearsal looked back at: the person's own view first, then their lines, what was counted, and a line to retry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from coach.domain.debrief import Debrief, Noted, Worded
from coach.domain.errors import CoachError
from coach.domain.rehearsal import Rehearsal
from coach.tui import safe
from coach.tui.export import file_name
from coach.tui.rehearsals import Rehearsals
from coach.tui.screens.export import write_as
from coach.tui.screens.talks.ask_lines import AskLines
from coach.tui.screens.talks.page import PageScreen
from coach.tui.screens.talks.plan import keep_plan
from coach.tui.talks import Talks
from coach.tui.widgets.sheet import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import App

    from coach.domain.answer import Sentence

_OWN_VIEW = "First you: how did it go, in your own eyes? Enter passes."
_SECTIONS = (
    ("view", "Your own view"),
    ("quotes", "Your lines, and what each did"),
    ("strength", "One strength"),
    ("change", "One change"),
    ("rewrite", "One line rewritten"),
    ("plan", "A plan for next time"),
    ("measures", "Counted"),
    ("remarks", "Remarks"),
)


async def look_back(app: App[Any], rehearsals: Rehearsals, talks: Talks, rehearsal_id: str) -> int:
    """Show the debrief of a rehearsal, made now where there is none; return the line to try again, 0 for none.

    To be called in a worker.

    Raises:
        CoachError: the rehearsal cannot be read.
    """
    from coach.agent.talks.rehearse import Referred

    kept = await rehearsals.debriefed(rehearsal_id)
    made: Debrief | Referred | None = kept.debrief
    view = ""
    while made is None:
        said = await app.push_screen_wait(AskLines(_OWN_VIEW, view, empty=True))
        if said is None:
            return 0
        view = said
        try:
            made = await rehearsals.look_back(kept.rehearsal, view)
        except CoachError as e:
            safe.tell_error(app, e)
    if isinstance(made, Referred):
        await app.push_screen_wait(ReferredScreen(talks, made.sentences))
        return 0
    return await app.push_screen_wait(DebriefScreen(talks, kept.rehearsal, made)) or 0


class ReferredScreen(PageScreen[None]):
    """Shows what to do where what was said belongs to somebody else.

    Args:
        talks: gives the sources.
        sentences: what to do; those that cite something are statements.
    """

    KEYS = "Up Down lines · Enter citation · Esc back"

    def __init__(self, talks: Talks, sentences: Sequence[Sentence]) -> None:
        super().__init__(talks.engine, ())
        self._sentences = sentences

    async def on_mount(self) -> None:
        """Show it."""
        self.say("This belongs to somebody else")
        self.tell()
        await self.sheet.add([Row("", s.text, s.citations, s.verdict) for s in self._sentences])
        self.sheet.move(1)


class DebriefScreen(PageScreen[int | None]):
    """Shows a debrief; gives the number of the line to try again, or None.

    Args:
        talks: keeps its plan.
        rehearsal: what it looks back at.
        debrief: what is shown.
    """

    KEYS = "r try that line again · c keep the plan · x export · Up Down lines · Enter citation · Esc back"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "retry", "try that line again", id="debrief.retry"),
        Binding("c", "commit", "keep the plan", id="debrief.commit"),
        Binding("x,ctrl+e", "export", "export", id="debrief.export"),
    ]

    def __init__(self, talks: Talks, rehearsal: Rehearsal, debrief: Debrief) -> None:
        super().__init__(talks.engine, _SECTIONS)
        self._talks = talks
        self._rehearsal = rehearsal
        self._debrief = debrief

    def on_mount(self) -> None:
        """Show it."""
        again = f"r goes back to line {self._debrief.retry}." if self._debrief.retry else ""
        self.say(f"Looking back at: {self._rehearsal.title}", again)
        self.tell()
        self._fill()

    @work(exclusive=True, group="show", exit_on_error=False)
    async def _fill(self) -> None:
        d = self._debrief
        shown: dict[str, Sequence[Row]] = {
            "view": [Row("You", d.own_view)] if d.own_view else [],
            "quotes": [_noted(n) for n in d.quotes],
            "strength": [_noted(d.strength)] if d.strength else [],
            "change": [_noted(d.change)] if d.change else [],
            "rewrite": [_rewritten(d.rewrite)] if d.rewrite else [],
            "plan": [Row("If … then", d.plan.text, d.plan.citations)] if d.plan else [],
            "measures": [Row(m.name.capitalize(), f"{m.text}{_lines(m.lines)}") for m in d.measures],
            "remarks": [Row("", remark) for remark in d.remarks],
        }
        then = tuple((c.hash, c.text) for c in d.statements)
        for name, rows in shown.items():
            await self.sheet.show(name, [replace(row, then=then) for row in rows])
        self.compare()
        self.sheet.move(1)

    def action_retry(self) -> None:
        """Go back to the line to try again."""
        self.dismiss(self._debrief.retry or None)

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_commit(self) -> None:
        """Keep its plan."""
        try:
            offers = await self._talks.offers_in(self._debrief.as_dict())
        except CoachError as e:
            safe.tell_error(self.app, e)
            return
        await keep_plan(self.app, self._talks, offers, f"rehearsal:{self._rehearsal.id}")

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_export(self) -> None:
        """Write it as Markdown, with the transcript."""
        from coach.agent.talks.debrief_text import markdown

        text = markdown(self._debrief, self._rehearsal)
        name = file_name(f"debrief {self._rehearsal.title}")
        things = [f"rehearsal:{self._rehearsal.id}"]
        await write_as(self.app, self._talks.engine, "Write this debrief as Markdown to", name, text, things)


def _noted(noted: Noted) -> Row:
    if noted.quote is None:
        return Row("Missing", noted.text, noted.citations)
    return Row(f"Line {noted.quote.turn.number}", f"“{noted.quote.text}” {noted.text}", noted.citations)


def _rewritten(worded: Worded) -> Row:
    by = "the statement's words" if worded.worded_by == "statement" else f"written by {worded.worded_by}"
    return Row(
        f"For line {worded.turn}", f"“{worded.text}”", worded.citations, source=f"{by}; put in what happened with you"
    )


def _lines(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(n) for n in dict.fromkeys(numbers))
    return f" In {'line' if len(set(numbers)) == 1 else 'lines'} {shown}." if shown else ""
