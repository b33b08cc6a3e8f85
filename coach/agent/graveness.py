"""How grave a message is: what gate and memory say of it as a whole, weighed with what they say of its sentences.

A grave thing is often told in one sentence among ordinary ones, in passing or before an ordinary question, and the
gate, which reads the whole, then calls the whole ordinary. Read alone, that sentence stands out. Ordinary figures of
speech stand out alone, too, so that neither decides without the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from coach.domain.sentences import split_sentences
from coach.grounding.logistic import load

#: File of the coefficients in ``coach/agent/data``, written by ``python -m evals.fit_graveness``.
MODEL = "graveness"
#: How near to known messages of such matters a text is, where that is not known.
UNKNOWN = -2.0
#: What stands for it: in a rehearsal or without an index nothing is known, and nothing may follow from that.
_NEUTRAL = 0.0
#: Sentences that are read by themselves. In a longer message neighbours are read together.
MOST_PIECES = 24
#: What lies farther or nearer than this says no more: what is told in words that nobody used yet is far from all that
#: is known, and where the gate is nearly sure of it, that must not outweigh the gate.
_FARTHEST, _NEAREST = -0.08, 0.1
#: Probabilities nearer to 0 or 1 than this say no more.
_LEAST = 0.005


@dataclass(frozen=True, slots=True)
class Sign:
    """What the gate and the memory say of one text."""

    #: Probability of all matters to refer together, 0 to 1.
    gate: float
    #: How much nearer known messages of such matters are than ordinary ones, -2 to 2; see
    #: `coach.retrieval.retriever.Retriever.nearer_to_refer`.
    nearer: float = UNKNOWN


def pieces(text: str) -> list[str]:
    """Return the sentences of `text`, at most `MOST_PIECES`, or none where it is only one."""
    sentences = split_sentences(text)
    if len(sentences) < 2:
        return []
    together = math.ceil(len(sentences) / MOST_PIECES)
    return [" ".join(sentences[i : i + together]) for i in range(0, len(sentences), together)]


def graveness(whole: Sign, parts: Sequence[Sign] = ()) -> float:
    """Return the probability, 0 to 1, that a message is a matter to refer.

    Args:
        whole: what is said of the message as a whole.
        parts: what is said of each of its `pieces`; where there are none, the whole is its only one.

    Raises:
        CoachError: the file of the coefficients is missing or damaged.
    """
    return load(MODEL, "coach.agent").probability(features(whole, parts))


def features(whole: Sign, parts: Sequence[Sign] = ()) -> dict[str, float]:
    """Return what is weighed: log-odds of the gate in nats and differences of cosine similarities."""
    parts = parts or [whole]
    return {
        "gate": _log_odds(whole.gate),
        "nearer": _nearer(whole),
        "gravest sentence": max(_log_odds(p.gate) for p in parts),
        "nearest sentence": max(map(_nearer, parts)),
    }


def _nearer(sign: Sign) -> float:
    return _NEUTRAL if sign.nearer <= UNKNOWN else min(max(sign.nearer, _FARTHEST), _NEAREST)


def _log_odds(probability: float) -> float:
    within = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(within / (1 - within))
