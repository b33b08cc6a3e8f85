"""Elliptical follow-ups: "and if he refuses?" means nothing to a search without the turns before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.domain.evidence import Turn
from coach.retrieval.insistence import Leaning, Weigh, goes_on, insists

_OPENERS = re.compile(
    r"(?i)^\W*(and|but|or|so|then|what if|what about|how about|why|why not|how so|what else|anything else|ok(ay)?|yes"
    r"|no|sure|more|shorter|again|explain|elaborate|give me|can you|could you|which one|instead|also|still)\b"
)
_POINTERS = re.compile(r"(?i)\b(it|this|that|these|those|he|she|they|him|her|them|his|their|there|one|the same|such)\b")
#: A question of at least so many words that does not open like a follow-up stands on its own.
_LONG = 14
#: Up to so many words and pointing back, it does not.
_SHORT = 10
_MOST_WORDS = 120
#: In a conversation, what has fewer words than this and does not say so surely what it is about goes on with it. On 64
#: follow-ups and contradictions of the open cases, and 225 questions that begin something new behind one that has
#: nothing to do with them: principle first 70% -> 83% of the former, 81% -> 77% of the latter, and these are rarer.
_TELLING = 30
_SURE = 0.7


def is_follow_up(
    question: str, turns: Sequence[Turn], leaning: Leaning | None = None, weigh: Weigh | None = None
) -> bool:
    """Whether `question` can only be understood with the turns before it.

    Args:
        question: what is asked now.
        turns: the conversation so far, oldest first.
        leaning: tells what a text alone is about, and so how surely; None goes by the words only.
        weigh: tells how surely a text only insists; None goes by the words only.
    """
    words = question.split()
    if not turns:
        return False
    if insists(question, turns, leaning, weigh) or goes_on(question, turns, leaning):
        return True
    if len(words) >= 3 * _LONG:
        return False
    if _OPENERS.search(question) and len(words) < _LONG:
        return True
    if len(words) <= 4 or (len(words) <= _SHORT and _POINTERS.search(question) is not None):
        return True
    return leaning is not None and len(words) < _TELLING and max(leaning(question).values(), default=1.0) < _SURE


def completed(question: str, turns: Sequence[Turn], leaning: Leaning | None = None, weigh: Weigh | None = None) -> str:
    """Return `question`, led by the situation that it follows up where it cannot stand alone.

    The situation is the nearest earlier question that stood on its own, and what was asked since.
    """
    if not is_follow_up(question, turns, leaning, weigh):
        return question
    asked: list[str] = []
    for i in range(len(turns) - 1, -1, -1):
        asked.insert(0, turns[i].question)
        if not is_follow_up(turns[i].question, turns[:i], leaning, weigh):
            break
    context = " ".join(" ".join(asked).split()[-_MOST_WORDS:])
    return f"{context} {question}"
