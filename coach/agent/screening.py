"""Is it a matter to refer? Rules that always run, and what the gate (a classifier) makes of it.

Two tiers of rules (``corpus/boundaries/rules.yaml``): what a `certain` rule names is referred whatever else is said; a
`likely` rule tips the balance where the gate sees some sign of the same. The gate alone refers when it is sure. Words
of the trade ("toxicity classifier", "kill the job", "harassment-detection model") are taken out before the rules look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
    #: heard
    #: only where it is nearly sure, and stops nothing alone: "I am exhausted, and so is the team" may be said to a
    #: director.
    REHEARSED = "rehearsed"


@dataclass(frozen=True, slots=True)
class _Bars:
    """From which probability of all matters together on it is referred."""

    #: Because of the gate alone, and beside a likely rule.
    alone: float
    with_rule: float
    #: Unless "outside" is likelier: where known messages of such matters are nearer than ordinary ones by `nearer`, in
    #: cosine similarity.
    with_nearness: float
    nearer: float


#: No probability is as high.
_NEVER = 2.0
GATE_ALONE = 0.50
#: Where the person asks how to hold a talk, it must be surer.
GATE_TALK = 0.60
GATE_WITH_RULE = 0.40
GATE_WITH_NEARNESS = 0.20
NEARER = 0.0
#: Of conduct and rights where a talk is prepared. For danger and illness only what known messages are near says less.
GATE_PREPARED = 0.85
#: Beside a rule or a near message, in a rehearsal.
GATE_REHEARSED = 0.80
NEARER_REHEARSED = 0.05
_GRIEVANCES = (Matter.CONDUCT, Matter.LEGAL)

_IN_QUESTIONS = _Bars(GATE_ALONE, GATE_WITH_RULE, GATE_WITH_NEARNESS, NEARER)
_IN_TALKS = replace(_IN_QUESTIONS, alone=GATE_TALK)
_IN_GRIEVANCES = _Bars(GATE_PREPARED, GATE_TALK, _NEVER, NEARER)
_IN_PREPARED = replace(_IN_QUESTIONS, with_nearness=GATE_WITH_RULE)
_IN_REHEARSALS = _Bars(_NEVER, GATE_REHEARSED, GATE_REHEARSED, NEARER_REHEARSED)


#: From this probability on there is a doubt, and from the lower one on where known messages of such matters are no
#: farther than ordinary ones. Beside a good answer the line costs little, so it may be wrong oftener than a referral.
DOUBT = 0.16
DOUBT_WITH_NEARNESS = 0.08
DOUBT_NEARER = 0.0


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
        self, question: str, gate: Mapping[str, float], nearer: float = -2.0, setting: Setting = Setting.ASKED
    ) -> Screening:
        """Return whether `question` is a matter to refer.

        Args:
            question: what the person asks or describes.
            gate: probabilities by class, "inside", "outside" and each `Matter`; may be empty.
            nearer: see `coach.retrieval.retriever.Retriever.nearer_to_refer`.
            setting: what the words are for.
        """
        text = self._trade.sub(" ", question.replace("’", "'"))
        if certain := _matching(self._certain, text):
            return Screening(certain[0], "words that name such a matter")
        by_matter = {m: gate.get(m.value, 0.0) for m in Matter}
        together = sum(by_matter.values())
        likeliest = max(by_matter, key=lambda m: by_matter[m])
        bars = self._bars(setting, likeliest, text)
        if together >= bars.alone:
            return Screening(likeliest, f"it reads like such messages ({together:.0%})")
        likely = _matching(self._likely, text)
        if likely and together >= bars.with_rule:
            why = f"words that often go with such a matter, and it reads like such messages ({together:.0%})"
            return Screening(likeliest if likeliest in likely else likely[0], why)
        if nearer >= bars.nearer and together >= max(bars.with_nearness, gate.get("outside", 0.0)):
            return Screening(likeliest, "the messages that it is most like are such")
        in_doubt = together >= (DOUBT_WITH_NEARNESS if nearer >= DOUBT_NEARER else DOUBT)
        asked = setting is Setting.ASKED
        return Screening(None, doubt=(likely[0] if likely else likeliest) if in_doubt and asked else None)

    def _bars(self, setting: Setting, likeliest: Matter, text: str) -> _Bars:
        if setting is Setting.REHEARSED:
            return _IN_REHEARSALS
        if setting is Setting.PREPARED:
            return _IN_GRIEVANCES if likeliest in _GRIEVANCES else _IN_PREPARED
        return _IN_TALKS if self._talk.search(text) else _IN_QUESTIONS


def _compiled(rules: Mapping[str, Sequence[str]]) -> list[tuple[Matter, re.Pattern[str]]]:
    return [(Matter(m), re.compile("|".join(rules[m]), re.IGNORECASE)) for m in Matter if rules.get(m)]


def _matching(rules: Sequence[tuple[Matter, re.Pattern[str]]], text: str) -> list[Matter]:
    return [matter for matter, pattern in rules if pattern.search(text)]
