"""Keeping a plan of an answer, a brief or a debrief, and saying when it comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from coach.domain.due import said_day
from coach.tui import safe
from coach.tui.screens.talks.commit import CommitScreen
from coach.tui.talks import Talks, clock

if TYPE_CHECKING:
    from textual.app import App

    from coach.agent.talks.offers import Offer


async def keep_plan(app: App[Any], talks: Talks, offers: Sequence[Offer], origin: str) -> None:
    """Ask for one plan and its day, and keep it. To be called in a worker.

    Args:
        app: asks.
        talks: keeps it.
        offers: plans to take or to rewrite.
        origin: what they come of; empty where that is not kept.
    """
    made = await app.push_screen_wait(CommitScreen(talks, offers, origin))
    if made is not None:
        safe.tell(app, f"Kept: it comes back on {said_day(made.due, clock().date())}.", "Ctrl+T, c lists what is open.")
