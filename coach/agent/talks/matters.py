"""Matters that are not rehearsed: told from the line that names one, and where they belong."""

from __future__ import annotations

from coach.agent.equipment import Equipment
from coach.agent.graveness import UNKNOWN
from coach.agent.material import framed, quoted
from coach.agent.screening import GATE_REHEARSED, Setting, together
from coach.domain.answer import Sentence


def matter_in(line: str, equipment: Equipment, *, private: bool = False) -> str:
    """Return the matter to refer that a line in a rehearsal names; empty where it names none.

    One that is `private` is not embedded elsewhere: known messages that are near it are not asked for then.

    What weighs how much in a line of a talk says `coach.agent.screening.Setting.REHEARSED`.
    """
    if not any(c.isalnum() for c in line):
        return ""
    [gate] = equipment.retriever.gate([line])
    # Where it cannot matter, nothing is embedded for it.
    sure = together(gate) >= GATE_REHEARSED
    may = sure and not (private and equipment.retriever.remote)
    nearer = equipment.retriever.nearer_to_refer([line])[0] if may else UNKNOWN
    matter = equipment.screen(line, gate, nearer, Setting.REHEARSED).matter
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
