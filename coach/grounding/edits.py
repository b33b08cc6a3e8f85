"""A claim that copies its statement but for a few words: what those words change can be seen word by word.

Rules that would refuse too many free wordings are safe here, since all else is the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from coach.domain.sentences import split_sentences
from coach.grounding.actors import PEOPLE, ROLES
from coach.grounding.polarity import denials
from coach.grounding.strength import is_hedge, is_strong
from coach.grounding.words import content, tokens, word_set

#: Whoever it is, they are this too, so that somebody may stand in the place of these.
_ANYBODY = word_set("person people reader readers colleague colleagues member members")
#: With these a part of its own begins.
_JOINING = word_set("and or but nor so which")
_OTHERS = word_set("they he she it")
#: A lead is whom the statements speak to.
_SOMEBODY = (ROLES | PEOPLE) - word_set("lead leads")
#: From this share of its words on, in order, a claim counts as a copy.
_COPY = 0.7
_LEAST_WORDS = 4
_IF = word_set("if when whenever unless until once")
#: With one of these a claim says that something is possible, and no longer under which condition it is due.
_POSSIBLE = word_set("can may might could")
#: A denial that comes or goes with this many words at most turns the sentence round; with more a whole part does.
_FEW = 4


@dataclass(frozen=True)
class _Texts:
    """What a copy is looked at with."""

    #: Words that it may put in the place of others.
    allowed: set[str]
    #: Stems that it or the person says somewhere: a condition that they say is not left out.
    told: set[str]
    #: Whether it says that something is possible where its statement does not.
    possible: bool


def altered(claim: str, evidence: str, situation: str = "") -> str | None:
    """Return what is wrong with a copy of a statement that was altered; None where nothing is, or it is no copy.

    Args:
        claim: one sentence, without ids.
        evidence: its statements, each on a line.
        situation: the person's own words: whom they name may be named, and a condition that they meet may be left out.
    """
    mine = tokens(claim)
    copied = _copied(mine, evidence)
    if copied is None:
        return None
    texts = _Texts(
        {_bare(w) for w in (*copied, *tokens(situation))},
        {*content(claim), *content(situation)},
        bool(_POSSIBLE & set(mine) - set(copied)),
    )
    for tag, i, j, k, m in SequenceMatcher(None, copied, mine, autojunk=False).get_opcodes():
        gone, put = copied[i:j], mine[k:m]
        if tag != "equal" and (reason := _reason(gone, put, k, texts)):
            return reason
    return None


def _copied(mine: list[str], evidence: str) -> list[str] | None:
    """Return the words of the statement, or the part of it, that is copied; None where none is."""
    if len(mine) < _LEAST_WORDS:
        return None
    best: tuple[float, list[str]] = (0.0, [])
    said = set(mine)
    for statement in evidence.splitlines():
        parts = {statement, *split_sentences(statement)}
        parts |= {p for part in set(parts) for p in re.split(r"[;:] ", part)}
        for words in map(tokens, sorted(parts)):
            if len(said & set(words)) < _COPY * len(said) / 2:
                continue
            match = SequenceMatcher(None, words, mine, autojunk=False)
            share = sum(b.size for b in match.get_matching_blocks()) / len(mine)
            if share >= _COPY:
                # The part that gives most of the claim, and of those the one of which least is missing.
                best = max(best, (2 * share + match.ratio(), words))
    return best[1] or None


def _reason(gone: list[str], put: list[str], at: int, texts: _Texts) -> str | None:
    new = [w for w in put if _bare(w) in _SOMEBODY and _bare(w) not in texts.allowed]
    if "you" in gone:
        new += [w for w in put if w in _OTHERS]
    if new and (at == 0 or any(_bare(w) in _SOMEBODY - _ANYBODY or w == "you" for w in gone)):
        return f"It speaks of {new[0]}, where its source speaks of somebody else."
    if any(map(is_strong, put)) and any(map(is_hedge, gone)):
        return "It says more strongly what its source says with care."
    changed = denials(" ".join(put)) - denials(" ".join(gone))
    part = not (gone and put) and (gone or put)[0] in _JOINING
    if changed % 2 and len(gone) + len(put) <= _FEW and not part:
        return "It says the opposite of its source, or denies what its source affirms."
    if _condition(gone) and len(content(" ".join(put))) < 2 and not texts.possible:
        condition = set(content(" ".join(gone)))
        if len(condition & texts.told) < len(condition) / 2:
            return "It leaves out the condition under which its source says it."
    return None


def _condition(gone: list[str]) -> bool:
    return len(gone) > 2 and (bool(set(gone[:2]) & _IF) or gone[:3] == ["as", "long", "as"])


def _bare(word: str) -> str:
    return word.removesuffix("'s")
