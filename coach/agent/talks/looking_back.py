"""Looking back at a kept rehearsal: with what may write now, against what its brief allows, and kept with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coach.agent.talks.beginning import brief_of
from coach.agent.talks.debrief import look_back
from coach.agent.talks.matters import matter_in, referral
from coach.agent.talks.measures import Allowed
from coach.agent.talks.rehearse import Referred, writer
from coach.domain.debrief import Debrief
from coach.store.rehearsals import Rehearsals

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.domain.rehearsal import Rehearsal


async def looked_back(coach: Coach, rehearsal: Rehearsal, own_view: str = "") -> Debrief | Referred:
    """Return the debrief of where a rehearsal stands, which is kept; a model that is changed meanwhile ends it.

    Args:
        coach: whose sources, model and checker it is made with.
        rehearsal: as it was kept.
        own_view: what the person said of it themself. Where that names a matter that belongs to somebody else, what to
            do now is returned instead, and nothing is kept.

    Raises:
        InputError: nothing was said.
        StoreError: it cannot be kept.
    """
    async with coach.lease() as equipment:
        if matter := matter_in(own_view, equipment, private=True):
            return Referred(referral(equipment, matter))
        made = await look_back(
            rehearsal,
            coach.library,
            allowed=Allowed.by(brief_of(coach, rehearsal)),
            own_view=own_view,
            model=writer(equipment),
            checker=equipment.checker,
        )
    Rehearsals(coach.database).debriefed(rehearsal, made)
    return made
