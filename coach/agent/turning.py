"""Where to turn with what a coach is not for: instead of an answer, or, where that is in doubt, beside one."""

from __future__ import annotations

from collections.abc import Sequence

from coach.agent.equipment import Referral
from coach.agent.material import framed, quoted
from coach.domain.answer import Sentence
from coach.domain.evidence import Turn

#: Begins what stands beside an answer; by it a later turn knows that it was said.
_IN_DOUBT = "If {doubt}, this comes first:"


def referred(matter: Referral) -> list[Sentence]:
    """Say kindly that it belongs to somebody else, where to turn, and offer help with preparing that step only."""
    return [
        framed(f"This sounds like {matter.name}, and it deserves more than advice from a program.", "referral"),
        *(quoted(e, "question" if e.statement.kind.value == "question" else "referral") for e in matter.evidence),
        framed("If you wish, I can help you prepare that conversation, and nothing beyond it.", "offer"),
    ]


def pointed(matter: Referral, answer: Sequence[Sentence], turns: Sequence[Turn]) -> list[Sentence]:
    """Return what to say beside an answer: where to turn if the matter is graver than it reads.

    Nothing where the answer says so itself, or one before it did.

    Args:
        matter: what it may be.
        answer: what is answered.
        turns: the conversation so far.
    """
    lead = _IN_DOUBT.format(doubt=matter.doubt)
    where = {e.id for e in matter.evidence[:1]}
    if (
        not where
        or where.intersection(c.id for s in answer for c in s.citations)
        or any(lead in t.answer for t in turns)
    ):
        return []
    return [framed(lead, "referral"), quoted(matter.evidence[0], "referral")]
