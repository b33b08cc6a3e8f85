"""Matters that are not rehearsed: told from the line that names one, and where they belong."""

from __future__ import annotations

from coach.agent.equipment import Equipment
from coach.agent.material import framed, quoted
from coach.agent.screening import GATE_ALONE
from coach.domain.answer import Sentence

#: The classifier was fitted on messages to a coach. To a line that is said to somebody it may object only where it is
#: nearly sure, and where a rule or a known message of such matters is near as well.
_GATE = 0.80
_NEAR = 0.05
#: What is passed to the screen in place of such a probability: it lets a rule decide, and never decides alone.
_LETS_RULES_DECIDE = GATE_ALONE - 0.01


def matter_in(line: str, equipment: Equipment) -> str:
    """Return the matter to refer that a line in a rehearsal names; empty where it names none.

    Rules decide. The classifier, which was fitted on messages to a coach and not on lines to a colleague, is heard only
    where it is nearly sure, and stops nothing alone: "I am exhausted, and so is the team" may be said to a director.
    """
    if not any(c.isalnum() for c in line):
        return ""
    [gate] = equipment.retriever.gate([line])
    together = sum(p for name, p in gate.items() if name not in ("inside", "outside"))
    heard: dict[str, float] = {}
    if together >= _GATE:
        heard = {name: p * _LETS_RULES_DECIDE / together for name, p in gate.items()}
    nearer = equipment.retriever.nearer_to_refer(line) if heard else -2.0
    matter = equipment.screen(line, heard, nearer if nearer >= _NEAR else -2.0).matter
    return matter.value if matter else ""


def referral(equipment: Equipment, matter: str) -> tuple[Sentence, ...]:
    """Return what is said where a line named such a matter: that it stops here, and where to turn."""
    where = equipment.referrals[matter]
    return (
        framed(
            f"Let us stop here. What you said sounds like {where.name}, and it deserves more than practice.", "referral"
        ),
        *(quoted(e, "question" if e.statement.kind.value == "question" else "referral") for e in where.evidence),
        framed("What you said is kept nowhere. If you wish, I can help you prepare that conversation.", "offer"),
    )
