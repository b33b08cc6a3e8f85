"""What the screens of talks ask the agent for, done where it does not keep keys waiting.

Every method raises `CoachError` where it cannot be done; what was kept before stays.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from coach.tui.engine import Engine

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.agent.talks.offers import Offer
    from coach.agent.talks.prepare import PrepareEvent
    from coach.domain.answer import Answer, Citation
    from coach.domain.commitment import Commitment, State
    from coach.domain.evidence import Evidence
    from coach.domain.preparation import Brief, Interview
    from coach.domain.reflection import Reflection


class Talks:
    """Commitments and the look back; what belongs to one brief or rehearsal is in `coach.tui.rehearsals` and beside.

    Args:
        engine: does it.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def to_ask(self) -> Commitment | None:
        """Return the commitment to ask about at this start, noted as asked; None where nothing is to be asked."""

        def work(coach: Coach) -> Commitment | None:
            from coach.agent.talks.commitments import keeper

            if not coach.settings.ask_back:
                return None
            kept, now = keeper(coach), clock()
            due = kept.to_ask(now)
            return kept.asked(due, now) if due else None

        return await self.engine.call(work)

    async def never_ask(self) -> None:
        """Have nothing asked at the start any more; the setting ``ask_back`` turns it on again."""
        from coach.settings_file import change_settings

        await self.engine.aside(lambda: change_settings({"ask_back": "false"}))

    async def commitments(self) -> Sequence[Commitment]:
        """Return every commitment: open ones first, the soonest due before the others."""

        def work(coach: Coach) -> Sequence[Commitment]:
            from coach.agent.talks.commitments import keeper

            return keeper(coach).all()

        return await self.engine.read(work)

    async def titles(self, commitments: Sequence[Commitment]) -> Mapping[str, str]:
        """Return the titles of what commitments came of, by that; empty where it is gone."""

        def work(coach: Coach) -> Mapping[str, str]:
            from coach.agent.talks.origins import title_of

            return {origin: title_of(coach, origin) for origin in {c.origin for c in commitments if c.origin}}

        return await self.engine.read(work)

    async def commit(self, plan: str, due: str, origin: str, citations: Sequence[Citation]) -> Commitment:
        """Keep a plan; see `coach.agent.talks.commitments.Keeper.commit`."""

        def work(coach: Coach) -> Commitment:
            from coach.agent.talks.commitments import keeper

            return keeper(coach).commit(plan, due, origin=origin, citations=citations)

        return await self.engine.call(work)

    async def settle(self, commitment_id: str, state: State, what: str) -> Commitment:
        """Keep what came of a commitment."""

        def work(coach: Coach) -> Commitment:
            from coach.agent.talks.commitments import keeper

            return keeper(coach).settle(commitment_id, state, what)

        return await self.engine.call(work)

    async def snooze(self, commitment_id: str, until: str) -> Commitment:
        """Have a commitment not asked about before a day."""

        def work(coach: Coach) -> Commitment:
            from coach.agent.talks.commitments import keeper

            return keeper(coach).snooze(commitment_id, until)

        return await self.engine.call(work)

    async def offers_of(self, answer: Answer) -> Sequence[Offer]:
        """Return the plans that an answer offers."""

        def work() -> Sequence[Offer]:
            from coach.agent.talks.offers import offered_by_answer

            return offered_by_answer(answer)

        return await self.engine.aside(work)

    async def offers_in(self, body: dict[str, object]) -> Sequence[Offer]:
        """Return the plans among the lines of a brief or a debrief, as their JSON values."""

        def work() -> Sequence[Offer]:
            from coach.agent.talks.offers import offered_by_talk

            return offered_by_talk(body)

        return await self.engine.aside(work)

    async def understand(self, text: str) -> tuple[Interview, str]:
        """Return what the first words about a talk say, sorted, and the matter that they must be referred for, if any.

        A capable model sorts them where there is one; what it says counts only where the person typed it.
        """

        async def work(coach: Coach) -> tuple[Interview, str]:
            from coach.agent.talks.interview import understood, understood_by
            from coach.agent.talks.prepare import matter_in
            from coach.domain.errors import ModelError

            found, matter = understood(text), ""
            async with coach.lease() as equipment:
                # A model that cannot be asked now says so again where the page is made.
                with suppress(ModelError):
                    matter = await matter_in(coach, found)
                    if equipment.model is not None and equipment.composer.name == "free" and not matter:
                        found = await understood_by(equipment.model, text)
            return found, matter

        return await self.engine.wait_for(work)

    async def noted(self, interview: Interview) -> Sequence[Evidence]:
        """Return lines of the person's notes that belong to a talk, the newest first."""

        def work(coach: Coach) -> Sequence[Evidence]:
            from coach.agent.talks.noted import found_notes

            return found_notes(coach.library, interview)

        return await self.engine.call(work)

    def prepare(self, interview: Interview, *, keep: bool, notes: bool) -> AsyncGenerator[list[PrepareEvent], None]:
        """Make a brief; see `coach.agent.talks.prepare.prepare`."""

        def work(coach: Coach) -> AsyncGenerator[PrepareEvent, None]:
            from coach.agent.talks.prepare import prepare

            return prepare(coach, interview, keep=keep, notes=notes)

        return self.engine.stream(work)

    async def briefs(self) -> Sequence[Brief]:
        """Return the last version of each brief, the last changed first."""

        def work(coach: Coach) -> Sequence[Brief]:
            from coach.store.briefs import Briefs

            return Briefs(coach.database).list()

        return await self.engine.read(work)

    async def versions(self, brief_id: str) -> Sequence[Brief]:
        """Return every version of a brief, the first one first."""

        def work(coach: Coach) -> Sequence[Brief]:
            from coach.store.briefs import Briefs

            return Briefs(coach.database).versions(brief_id)

        return await self.engine.read(work)

    async def review(self, brief: Brief, draft: str) -> Brief:
        """Return a brief with the review of a draft message, which is not kept yet."""

        async def work(coach: Coach) -> Brief:
            from coach.agent.talks.reviewing import reviewed

            return await reviewed(coach, brief, draft)

        return await self.engine.wait_for(work)

    async def keep_brief(self, brief: Brief) -> Brief:
        """Keep a brief as its next version, and return it as it is kept."""

        def work(coach: Coach) -> Brief:
            from coach.store.briefs import Briefs

            return Briefs(coach.database).keep(brief)

        return await self.engine.read(work)

    async def reflect(self, weeks_ago: int = 0) -> Reflection:
        """Return the look back at this week, or at one so many weeks ago."""

        def work(coach: Coach) -> Reflection:
            from datetime import timedelta

            from coach.agent.talks.reflect import reflect
            from coach.domain.weeks import one_week, week_of

            now = clock()
            return reflect(coach, one_week(week_of(now.date() - timedelta(weeks=weeks_ago)), now.date()), now)

        return await self.engine.read(work)


def clock() -> datetime:
    """Return the time, with the person's zone."""
    return datetime.now().astimezone()
