"""Opening the screens around talks, one after the other, from the conversation and back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coach.domain.errors import CoachError
from coach.tui import safe
from coach.tui.forgetting import Forgetting
from coach.tui.rehearsals import Rehearsals
from coach.tui.talks import Talks

if TYPE_CHECKING:
    from textual.screen import Screen

    from coach.agent.talks.forget_scope import Scope
    from coach.domain.answer import Answer
    from coach.domain.commitment import Commitment
    from coach.domain.preparation import Brief, Interview
    from coach.tui.app import CoachApp


class Talking:
    """Opens them.

    Args:
        app: shows them.
        keep: whether what happens here is kept, and so may be asked about.
    """

    def __init__(self, app: CoachApp, *, keep: bool) -> None:
        self._app = app
        self._keep = keep
        self.talks = Talks(app.engine)
        self.rehearsals = Rehearsals(app.engine)
        self.forgetting = Forgetting(app.engine, self._forgotten)
        #: What was asked about at this start, until it is answered.
        self.due: Commitment | None = None

    async def ask_back(self) -> None:
        """Show the question about a plan that is due, once a day, where the conversation is still empty."""
        welcome = self._app.conversation.welcome
        if not self._keep or welcome is None:
            return
        try:
            self.due = await self.talks.to_ask()
        except CoachError as e:
            # It comes back another day; what the person came for goes on.
            safe.tell_error(self._app, e)
            return
        welcome = self._app.conversation.welcome
        if self.due is not None and welcome is not None:
            from coach.tui.screens.talks.happened import planned
            from coach.tui.widgets.due import DueQuestion

            await welcome.mount(DueQuestion(planned(self.due)))

    async def open(self, name: str = "") -> None:
        """Open a screen by its name; without one, first the list of them. To be called in a worker."""
        from coach.tui.screens.talks import menu

        app = self._app
        if app.screen is not app.conversation:
            return
        chosen: str | None = name
        if not name:
            chosen = await app.push_screen_wait(menu.TalksMenu(due=self.due is not None))
        try:
            await app.opening.wait()
            match chosen:
                case "prepare":
                    await self._prepare()
                case "briefs":
                    await self._briefs()
                case "rehearsals":
                    await self._rehearsals()
                case "commitments":
                    await self._commitments()
                case "reflect":
                    await self._reflect()
                case "plan":
                    await self._plan()
                case menu.HAPPENED:
                    await self._happened()
        except CoachError as e:
            safe.tell_error(app, e)

    async def _happened(self) -> None:
        from coach.tui.screens.talks.happened import HappenedScreen

        if self.due is None:
            safe.tell(self._app, "There is no question open.", "Ctrl+T, c lists what you planned.")
            return
        titles = await self.talks.titles([self.due])
        asked = HappenedScreen(self.talks, self.due, titles.get(self.due.origin, ""), at_start=True)
        if await self._app.push_screen_wait(asked) is not None:
            await self._no_longer_due()

    async def _no_longer_due(self) -> None:
        from coach.tui.widgets.due import DueQuestion

        self.due = None
        for question in self._app.conversation.query(DueQuestion):
            await question.remove()

    async def _forgotten(self, scope: Scope) -> None:
        """Leave nothing of what was forgotten on the screen or in the prompt."""
        conversation = self._app.conversation
        conversation.composer.earlier.forget(scope.texts)
        if self.due is not None and self.due.id in scope.commitments:
            await self._no_longer_due()
        if scope.session is not None and scope.session.id == conversation.session:
            await conversation.new()
        elif scope.notes and conversation.session is not None:
            # Its answers may have cited what came of a commitment.
            await conversation.show_session(conversation.session)

    async def _commitments(self) -> None:
        from coach.tui.screens.talks.commitments import CommitmentsScreen

        while (origin := await self._app.push_screen_wait(CommitmentsScreen(self.talks, self.forgetting))) is not None:
            kind, _, its_id = origin.partition(":")
            if kind == "session":
                await self._app.conversation.show_session(its_id)
                return
            if kind == "brief":
                await self._show_brief((await self.talks.versions(its_id))[-1])
            else:
                await self._look_back(its_id)

    async def _prepare(self) -> None:
        from coach.tui.screens.talks.brief import BriefScreen
        from coach.tui.screens.talks.prepare import PrepareScreen

        def make(interview: Interview, notes: bool) -> Screen[Brief | None]:
            return BriefScreen(self.talks, self._rehearse, interview=interview, keep=self._keep, notes=notes)

        await self._app.push_screen_wait(PrepareScreen(self.talks, make))

    async def _briefs(self) -> None:
        from coach.tui.screens.talks.briefs import BriefsScreen

        while (brief := await self._app.push_screen_wait(BriefsScreen(self.talks, self.forgetting))) is not None:
            await self._show_brief(brief)

    async def _show_brief(self, brief: Brief) -> None:
        from coach.tui.screens.talks.brief import BriefScreen

        await self._app.push_screen_wait(BriefScreen(self.talks, self._rehearse, brief))

    async def _rehearse(self, brief: Brief) -> None:
        """Show the counterpart, then the rehearsal."""
        from coach.tui.screens.talks.counterpart import CounterpartScreen
        from coach.tui.screens.talks.rehearse import RehearseScreen

        counterpart = await self._app.push_screen_wait(CounterpartScreen(brief))
        if counterpart is None:
            return
        try:
            begun = await self.rehearsals.begin(brief, counterpart)
        except CoachError as e:
            safe.tell_error(self._app, e)
            return
        await self._app.push_screen_wait(RehearseScreen(self.rehearsals, self.talks, begun))

    async def _rehearsals(self) -> None:
        from coach.tui.screens.talks.rehearsals import RehearsalsScreen

        while (
            chosen := await self._app.push_screen_wait(RehearsalsScreen(self.rehearsals, self.forgetting))
        ) is not None:
            rehearsal, go_on = chosen
            try:
                if go_on:
                    await self._go_on(rehearsal.id)
                else:
                    await self._look_back(rehearsal.id)
            except CoachError as e:
                safe.tell_error(self._app, e)

    async def _look_back(self, rehearsal_id: str) -> None:
        """Look back at a rehearsal, and go on from the line that is to be tried again, if one is."""
        from coach.tui.screens.talks.debrief import look_back

        if line := await look_back(self._app, self.rehearsals, self.talks, rehearsal_id):
            await self._go_on(rehearsal_id, line)

    async def _go_on(self, rehearsal_id: str, line: int = 0) -> None:
        from coach.tui.screens.talks.rehearse import RehearseScreen

        going_on = await self.rehearsals.resume(rehearsal_id, line)
        put = going_on.rehearsal.turn(line).line if line else ""
        await self._app.push_screen_wait(RehearseScreen(self.rehearsals, self.talks, going_on, put))

    async def _reflect(self) -> None:
        from coach.tui.screens.talks.reflect import ReflectScreen

        await self._app.push_screen_wait(ReflectScreen(self.talks))

    async def _plan(self) -> None:
        answer = self._answer()
        if answer is None:
            safe.tell(self._app, "There is no answer yet that a plan could come from.", severity="warning")
            return
        origin = f"session:{answer.session}" if answer.session else ""
        from coach.tui.screens.talks.plan import keep_plan

        await keep_plan(self._app, self.talks, await self.talks.offers_of(answer), origin)

    def _answer(self) -> Answer | None:
        """The answer that has the focus, else the last one."""
        turns = self._app.conversation.transcript.turns
        focused = next((t.answer for t in turns if t.has_focus), None)
        return focused or next((t.answer for t in reversed(turns) if t.answer), None)
