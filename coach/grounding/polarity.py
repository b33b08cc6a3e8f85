"""Negation and opposites: whether a claim turns round what its statements say."""

from __future__ import annotations

import re
from collections import defaultdict

from coach.grounding.words import STOP, stem, tokens, word_set

#: What denies the words after it, up to the end of the clause.
_NEGATORS = word_set(
    "not never no nobody none nothing neither nor without cannot avoid avoids avoiding stop stops refuse refuses "
    "skip ignore forget hardly rarely seldom fail fails lack lacks against"
)
_PHRASES = (
    "rather than", "instead of", "leave out", "leaves out", "leaving out", "free of", "keep from", "refrain from",
    "do without", "give up", "put off", "far from", "no longer", "out of",
)  # fmt: skip
#: How many content words after a negator it denies at most.
_REACH = 3
#: Words of which one says the opposite of the other, in the advice of this domain.
_PAIRS = word_set(
    "more/less more/fewer high/low raise/lower long/short early/late before/after first/last begin/end "
    "start/end public/private open/closed alone/together show/hide share/withhold accept/refuse agree/refuse "
    "trust/distrust praise/blame succeed/fail strong/weak solid/weak increase/decrease keep/drop quick/slow "
    "fast/slow better/worse honest/dishonest support/hinder always/never everyone/nobody all/none "
    "internal/external advance/delay allow/forbid ask/tell question/answer give/take add/remove speed/slow "
    "simple/complex likely/unlikely certain/uncertain possible/impossible necessary/needless"
)
ANTONYMS = tuple((pair.partition("/")[0], pair.partition("/")[2]) for pair in sorted(_PAIRS))


def polarity(text: str) -> dict[str, set[bool]]:
    """Return for each content stem of `text` whether it occurs plainly (True), denied (False) or both."""
    found: dict[str, set[bool]] = defaultdict(set)
    for clause in _negation_scopes(text):
        for word, denied in clause:
            found[stem(word)].add(not denied)
    return dict(found)


def _negation_scopes(text: str) -> list[list[tuple[str, bool]]]:
    lowered = text.lower().replace("’", "'")
    for phrase in _PHRASES:
        lowered = re.sub(rf"\b{phrase}\b", "without", lowered)
    # Not at conjunctions: "do not promise and haggle" denies both; at commas and full stops the denial ends.
    parts = re.split(r"[.,;:!?]\s+", lowered)
    out: list[list[tuple[str, bool]]] = []
    for part in parts:
        left = 0
        marked: list[tuple[str, bool]] = []
        for word in tokens(part):
            if word in _NEGATORS or word.endswith("n't"):
                left = _REACH
            elif word not in STOP:
                marked.append((word, left > 0))
                left -= 1
        out.append(marked)
    return out


def flipped(claim: str, evidence: str) -> list[str]:
    """Return the stems that `claim` denies and `evidence` affirms throughout, or the reverse."""
    mine, theirs = polarity(claim), polarity(evidence)
    return [s for s in mine if s in theirs and len(mine[s]) == len(theirs[s]) == 1 and mine[s] != theirs[s]]


def opposed(claim: str, evidence: str) -> list[tuple[str, str]]:
    """Return pairs of opposites of which `claim` has one (first) and `evidence` only the other."""
    mine = {stem(t) for t in tokens(claim)}
    theirs = {stem(t) for t in tokens(evidence)}
    found = []
    for pair in ANTONYMS:
        for a, b in (pair, pair[::-1]):
            x, y = stem(a), stem(b)
            if x in mine and y in theirs and x not in theirs and y not in mine:
                found.append((a, b))
    return found


def denials(text: str) -> int:
    """Return how many denials `text` holds."""
    lowered = text.lower().replace("’", "'")
    for phrase in _PHRASES:
        lowered = re.sub(rf"\b{phrase}\b", "without", lowered)
    return sum(t in _NEGATORS or t.endswith("n't") for t in tokens(lowered))
