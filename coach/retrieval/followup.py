"""Elliptical follow-ups: "and if he refuses?" means nothing to a search without the turns before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.domain.evidence import Turn

_OPENERS = re.compile(
    r"(?i)^\W*(and|but|or|so|then|what if|what about|how about|why|why not|how so|what else|anything else|ok(ay)?|yes"
    r"|no|sure|more|shorter|again|explain|elaborate|give me|can you|could you|which one|instead|also|still)\b"
)
#: Disagreement with the answer before: it brings no situation of its own, however long it is.
_DISAGREES = re.compile(
    r"(?i)^\W*(?:(?:no|nah|nope|hm+|oh|well|sorry|come on|honestly|with respect)\b[,. !]*(?:but\b[, ]*)?)*"
    r"(?:(?:that|this|it)(?:'?s| is| was| sounds)\b.{0,20}\b(?:bad|wrong|naive|nonsense|rubbish|advice|theory|"
    r"theoretical|unrealistic|soft|useless|waste|textbook)|(?:you|u)(?:'?re| are)\b.{0,20}\b(?:wrong|naive|mistaken|"
    r"too|not)\b|i (?:totally |strongly )?(?:disagree|don'?t (?:agree|buy|believe|think so))|(?:bad|wrong) advice|"
    r"nonsense|rubbish|i (?:still )?think (?:he|she|they)\b.{0,10}\bright|everybody knows|"
    r"just (?:tell|say|admit|agree)|(?:nah|nope)\b)"
)
_POINTERS = re.compile(r"(?i)\b(it|this|that|these|those|he|she|they|him|her|them|his|their|there|one|the same|such)\b")
#: A question of at least so many words that does not open like a follow-up stands on its own.
_LONG = 14
#: Up to so many words and pointing back, it does not.
_SHORT = 10
_MOST_WORDS = 120


def is_follow_up(question: str, turns: Sequence[Turn]) -> bool:
    """Whether `question` can only be understood with the turns before it."""
    words = question.split()
    if not turns or len(words) >= 3 * _LONG:
        return False
    if _DISAGREES.search(question) or (_OPENERS.search(question) and len(words) < _LONG):
        return True
    return len(words) <= 4 or (len(words) <= _SHORT and _POINTERS.search(question) is not None)


def completed(question: str, turns: Sequence[Turn]) -> str:
    """Return `question`, led by the situation that it follows up where it cannot stand alone.

    The situation is the nearest earlier question that stood on its own, and what was asked since.
    """
    if not is_follow_up(question, turns):
        return question
    asked: list[str] = []
    for i in range(len(turns) - 1, -1, -1):
        asked.insert(0, turns[i].question)
        if not is_follow_up(turns[i].question, turns[:i]):
            break
    context = " ".join(" ".join(asked).split()[-_MOST_WORDS:])
    return f"{context} {question}"
