"""Is it a matter to refer? Rules that always run, and what the gate (a classifier) makes of it.

Two tiers of rules (``corpus/boundaries/rules.yaml``): what a `certain` rule names is referred whatever else is said; a
`likely` rule tips the balance where the gate sees some sign of the same. The gate alone refers when it is sure. Words
of the trade ("toxicity classifier", "kill the job", "harassment-detection model") are taken out before the rules look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

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


#: The gate alone refers from this probability of all matters together on.
GATE_ALONE = 0.40
#: Where the person asks how to hold a talk, it must be surer.
GATE_TALK = 0.50
#: Where a talk is being prepared, what is told are grievances with their dates, which sound like complaints to HR: for
#: conduct and rights the gate must be nearly sure then, and which known messages are near says nothing. For danger and
#: illness nothing changes.
GATE_PREPARED = 0.85
_GRIEVANCES = (Matter.CONDUCT, Matter.LEGAL)
#: With a likely rule, this probability is enough.
GATE_WITH_RULE = 0.30
#: And this one, unless "outside" is likelier, where known messages of such matters are nearer than ordinary ones by so
#: much in cosine similarity.
GATE_WITH_NEARNESS = 0.10
NEARER = 0.03


class Screen:
    """Decides for one message at a time.

    Args:
        rules: see `coach.sources.boundaries.Rules`.
    """

    def __init__(self, rules: Rules) -> None:
        self._trade = re.compile("|".join(rules.trade), re.IGNORECASE)
        self._talk = re.compile("|".join(rules.talk), re.IGNORECASE)
        self._certain = _compiled(rules.certain)
        self._likely = _compiled(rules.likely)

    def __call__(
        self, question: str, gate: Mapping[str, float], nearer: float = -2.0, *, prepared: bool = False
    ) -> Screening:
        """Return whether `question` is a matter to refer.

        Args:
            question: what the person asks or describes.
            gate: probabilities by class, "inside", "outside" and each `Matter`; may be empty.
            nearer: see `coach.retrieval.retriever.Retriever.nearer_to_refer`.
            prepared: whether it is what somebody tells to prepare a talk.
        """
        text = self._trade.sub(" ", question.replace("’", "'"))
        if certain := _matching(self._certain, text):
            return Screening(certain[0], "words that name such a matter")
        by_matter = {m: gate.get(m.value, 0.0) for m in Matter}
        together = sum(by_matter.values())
        likeliest = max(by_matter, key=lambda m: by_matter[m])
        alone, with_rule = GATE_TALK if self._talk.search(text) else GATE_ALONE, GATE_WITH_RULE
        grievance = prepared and likeliest in _GRIEVANCES
        if grievance:
            alone, with_rule = GATE_PREPARED, GATE_TALK
        if together >= alone:
            return Screening(likeliest, f"it reads like such messages ({together:.0%})")
        likely = _matching(self._likely, text)
        if likely and together >= with_rule:
            why = f"words that often go with such a matter, and it reads like such messages ({together:.0%})"
            return Screening(likeliest if likeliest in likely else likely[0], why)
        if not grievance and nearer >= NEARER and together >= max(GATE_WITH_NEARNESS, gate.get("outside", 0.0)):
            return Screening(likeliest, "the messages that it is most like are such")
        return Screening(None)


def _compiled(rules: Mapping[str, Sequence[str]]) -> list[tuple[Matter, re.Pattern[str]]]:
    return [(Matter(m), re.compile("|".join(rules[m]), re.IGNORECASE)) for m in Matter if rules.get(m)]


def _matching(rules: Sequence[tuple[Matter, re.Pattern[str]]], text: str) -> list[Matter]:
    return [matter for matter, pattern in rules if pattern.search(text)]
