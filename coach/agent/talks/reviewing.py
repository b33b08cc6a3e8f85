"""Reviewing a draft message for a brief that is there already."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from coach.agent.talks.interview import checked
from coach.agent.talks.prepare import matter_in
from coach.agent.talks.remarks import unasked
from coach.agent.talks.review import review, with_better_lines
from coach.domain.errors import InputError, ModelError
from coach.domain.preparation import Brief, Interview

if TYPE_CHECKING:
    from coach.agent.coach import Coach


async def reviewed(coach: Coach, brief: Brief, draft: str) -> Brief:
    """Return the brief with what the review of a draft message found, in place of an earlier one. It is not kept yet.

    A capable model, where there is one that writes, words the better lines. Its page stays as it is.

    Raises:
        InputError: there is no draft, it is too long, or it or the brief is about what belongs to somebody else.
    """
    text = checked(draft)
    if not text:
        raise InputError("There is no draft to review.", "Paste the message that you mean to send.")
    async with coach.lease() as equipment:
        matter, remarks = brief.referred, list(brief.remarks)
        if not matter:
            try:
                matter = await matter_in(coach, Interview(draft=text))
            except ModelError as e:
                # The rules have looked, and found nothing.
                remarks.append(unasked(e))
        if matter:
            raise InputError(
                f"This is a matter for {equipment.referrals[matter].name}, and no message is reviewed for it.",
                "Prepare the talk with them: coach prepare",
            )
        findings = await asyncio.to_thread(review, text, coach.library)
        if equipment.composer.name == "free":
            try:
                findings = await with_better_lines(findings, text, equipment)
            except ModelError as e:
                remarks.append(unasked(e))
        wrote = equipment.model is not None and any(f.better is not None and f.better.written for f in findings)
        return replace(
            brief,
            interview=replace(brief.interview, draft=text),
            review=tuple(findings),
            model=equipment.model.name if wrote and equipment.model else brief.model,
            remarks=tuple(dict.fromkeys(remarks)),
        )
