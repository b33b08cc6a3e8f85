"""Is it a matter to refer? Rules that always run, and what the gate (a classifier) makes of it.

Two tiers of rules (``corpus/boundaries/rules.yaml``): what a `certain` rule names is referred whatever else is said.
Whatever else is asked is referred by how grave it is (`coach.agent.graveness`). In what is told to prepare a talk or
said in a rehearsal, a `likely` rule tips the balance where the gate sees some sign of the same; in questions it only
helps to tell which matter it is. Words of the trade ("toxicity classifier", "kill the job", "harassment-detection
model") are taken out before the rules look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coach.agent.graveness import UNKNOWN, Sign, graveness
from coach.sources.boundaries import Rules


class Matter(StrEnum):
    """What kind of matter it is, most urgent first."""

    EMERGENCY = "emergency"
    HEALTH = "health"
    CONDUCT = "conduct"
    LEGAL = "legal"


@dataclass(frozen=True, slots=True)
class Screening:
    """What the screen found."""

    matter: Matter | None
    #: Why, in plain words, for whoever asks why they were sent elsewhere.
    why: str = ""
    #: What it may be where it is not referred: graver than it reads. An answer then says beside itself where to turn.
    doubt: Matter | None = None


class Setting(StrEnum):
    """What the words are for: the same ones weigh differently as a question and as a line of a talk."""

    #: Somebody asks the coach.
    ASKED = "asked"
    #: Somebody tells what happened, to prepare a talk. What is told are grievances with their dates, which sound like
    #: complaints to HR.
    PREPARED = "prepared"
    #: Somebody says a line to the counterpart of a rehearsal. The gate was fitted on messages to a coach, so it is
    #: heard only where it is nearly sure, and stops nothing alone: "I am exhausted, and so is the team" may be said to
    #: a director.
    REHEARSED = "rehearsed"


@dataclass(frozen=True, slots=True)
class _Bars:
    """From which probability of all matters together on what is told or said in a talk is referred."""

    #: Because of the gate alone, and beside a likely rule.
    alone: float
    with_rule: float
    #: Unless "outside" is likelier: where known messages of such matters are nearer than ordinary ones by `nearer`, in
    #: cosine similarity.
    with_nearness: float
    nearer: float


#: From this probability on what is asked is referred, and from the lower one on there is a doubt: beside a good answer
#: the line costs little, so it may be wrong oftener than a referral.
GRAVE = 0.30
DOUBT = 0.05

#: No probability is as high.
_NEVER = 2.0
#: In what is told to prepare a talk.
GATE_ALONE = 0.50
GATE_WITH_SIGN = 0.40
NEARER = 0.0
#: Of conduct and rights. For danger and illness only what known messages are near says less.
GATE_GRIEVANCE = 0.85
GATE_GRIEVANCE_WITH_RULE = 0.60
#: Beside a rule or a near message, in a rehearsal.
GATE_REHEARSED = 0.80
NEARER_REHEARSED = 0.05
_GRIEVANCES = (Matter.CONDUCT, Matter.LEGAL)

_IN_PREPARED = _Bars(GATE_ALONE, GATE_WITH_SIGN, GATE_WITH_SIGN, NEARER)
_IN_GRIEVANCES = _Bars(GATE_GRIEVANCE, GATE_GRIEVANCE_WITH_RULE, _NEVER, NEARER)
_IN_REHEARSALS = _Bars(_NEVER, GATE_REHEARSED, GATE_REHEARSED, NEARER_REHEARSED)


def together(gate: Mapping[str, float]) -> float:
    """Return the probability of all matters together, 0 to 1."""
    return sum(gate.get(m.value, 0.0) for m in Matter)


class Screen:
    """Decides for one message at a time.

    Args:
        rules: see `coach.sources.boundaries.Rules`.
    """

    def __init__(self, rules: Rules) -> None:
        self._trade = re.compile("|".join(rules.trade), re.IGNORECASE)
        self._certain = _compiled(rules.certain)
        self._likely = _compiled(rules.likely)

    def __call__(
        self,
        question: str,
        gate: Mapping[str, float],
        nearer: float = UNKNOWN,
        setting: Setting = Setting.ASKED,
        parts: Sequence[Sign] = (),
    ) -> Screening:
        """Return whether `question` is a matter to refer.

        Args:
            question: what the person asks or describes.
            gate: probabilities by class, "inside", "outside" and each `Matter`; empty without a gate, and then only the
                certain rules refer.
            nearer: see `coach.retrieval.retriever.Retriever.nearer_to_refer`.
            setting: what the words are for.
            parts: what gate and memory say of each sentence of what is asked; see `coach.agent.graveness.pieces`.

        Raises:
            CoachError: the file of coefficients is missing or damaged.
        """
        text = self._trade.sub(" ", question.replace("’", "'"))
        if certain := _matching(self._certain, text):
            return Screening(certain[0], "words that name such a matter")
        if not gate:
            return Screening(None)
        likely = _matching(self._likely, text)
        likeliest = max(Matter, key=lambda m: gate.get(m.value, 0.0))
        if setting is Setting.ASKED:
            grave = graveness(Sign(together(gate), nearer), parts)
            if grave >= GRAVE:
                return Screening(likeliest, f"it reads like such messages ({grave:.0%})")
            return Screening(None, doubt=(likely[0] if likely else likeliest) if grave >= DOUBT else None)
        return Screening(*_told(gate, nearer, _bars(setting, likeliest), likeliest, likely))


def _bars(setting: Setting, likeliest: Matter) -> _Bars:
    if setting is Setting.REHEARSED:
        return _IN_REHEARSALS
    return _IN_GRIEVANCES if likeliest in _GRIEVANCES else _IN_PREPARED


def _told(
    gate: Mapping[str, float], nearer: float, bars: _Bars, likeliest: Matter, likely: Sequence[Matter]
) -> tuple[Matter | None, str]:
    """Return the matter of what is told or said in a talk, and why it is one."""
    sure = together(gate)
    if sure >= bars.alone:
        return likeliest, f"it reads like such messages ({sure:.0%})"
    if likely and sure >= bars.with_rule:
        why = f"words that often go with such a matter, and it reads like such messages ({sure:.0%})"
        return likeliest if likeliest in likely else likely[0], why
    if nearer >= bars.nearer and sure >= max(bars.with_nearness, gate.get("outside", 0.0)):
        return likeliest, "the messages that it is most like are such"
    return None, ""


def _compiled(rules: Mapping[str, Sequence[str]]) -> list[tuple[Matter, re.Pattern[str]]]:
    return [(Matter(m), re.compile("|".join(rules[m]), re.IGNORECASE)) for m in Matter if rules.get(m)]


def _matching(rules: Sequence[tuple[Matter, re.Pattern[str]]], text: str) -> list[Matter]:
    return [matter for matter, pattern in rules if pattern.search(text)]
