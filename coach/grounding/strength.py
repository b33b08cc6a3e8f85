"""How strongly a sentence puts things, and whether a claim is stronger than its source."""

from __future__ import annotations

import re

_ABSOLUTE = re.compile(
    r"\b(?:all|every|everyone|everybody|everything|always|never|nobody|no one|nothing|none|whatever|whoever|whenever|"
    r"must|guarantees?|guaranteed|ensures?|makes? sure|made sure|proves?|certain(?:ly)?|definitely|surely|for sure|"
    r"completely|entirely|totally|wholly|only|sole|enough|bound to|impossible|inevitabl[ey]|any|cannot|can't|"
    r"without exception|in every|no way|is all it takes|at all|nothing but|anything)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:may|might|can|could|often|perhaps|likely|probably|sometimes|some|many|most|usually|mostly|partly|seem(?:s|ed)?|"
    r"tends?|now and then|as a rule|a part of|part of|one of|another|almost|nearly|mainly|rarely|seldom)\b",
    re.IGNORECASE,
)
#: Absolutes that hardly ever stand in a fair wording of a statement that hedges.
_STRONG = re.compile(
    r"\b(?:must|always|never|all|certain(?:ly)?|definitely|surely|absolutely|guaranteed|inevitabl[ey]|impossible|"
    r"without exception)\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(r"\b(?:will|won't|'ll|going to)\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|unless|until|once|as long as|provided|while|where|before|after)\b", re.IGNORECASE
)
_CAUSE = re.compile(
    r"\b(?:because|since|which (?:shows|proves|means|tells)|that (?:shows|proves|means)|so that|the reason|"
    r"therefore|in order to)\b",
    re.IGNORECASE,
)


def _found(pattern: re.Pattern[str], text: str) -> set[str]:
    return {m.lower().replace("’", "'") for m in pattern.findall(text)}


def added_absolutes(claim: str, evidence: str) -> set[str]:
    """Return the absolute words that `claim` has and `evidence` does not."""
    return _found(_ABSOLUTE, claim) - _found(_ABSOLUTE, evidence)


def lost_hedges(claim: str, evidence: str) -> set[str]:
    """Return the hedges of `evidence` where `claim` has none at all; else nothing."""
    return set() if _HEDGE.search(claim) else _found(_HEDGE, evidence)


def overstated(claim: str, evidence: str) -> bool:
    """Whether `evidence` hedges, `claim` does not hedge at all, and has a strong word that `evidence` lacks."""
    return bool(lost_hedges(claim, evidence)) and bool(_found(_STRONG, claim) - _found(_STRONG, evidence))


def is_hedge(word: str) -> bool:
    """Whether `word` says that something holds only partly, sometimes or perhaps."""
    return bool(_HEDGE.fullmatch(word))


def is_strong(word: str) -> bool:
    """Whether `word` says that something holds wholly, always or surely."""
    return bool(_STRONG.fullmatch(word) or _ABSOLUTE.fullmatch(word))


def added_future(claim: str, evidence: str) -> bool:
    """Whether `claim` foretells what `evidence` does not foretell."""
    return bool(_FUTURE.search(claim)) and not _FUTURE.search(evidence)


def lost_condition(claim: str, evidence: str) -> bool:
    """Whether `evidence` opens with a condition and `claim` has none."""
    return bool(re.match(r"\s*(?:if|when|once)\b", evidence, re.IGNORECASE)) and not _CONDITION.search(claim)


def added_condition(claim: str, evidence: str) -> bool:
    """Whether `claim` has a condition or a time and `evidence` has none."""
    return bool(_CONDITION.search(claim)) and not _CONDITION.search(evidence)


def added_cause(claim: str, evidence: str) -> bool:
    """Whether `claim` gives a reason or a purpose and `evidence` gives none."""
    return bool(_CAUSE.search(claim)) and not _CAUSE.search(evidence)
