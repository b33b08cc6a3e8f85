"""Elliptical follow-ups: "and if he refuses?" means nothing to a search without the turns before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

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
#: Insistence, wherever it stands: asking to be told yes, and everybody, one's boss or one's years as the only reason.
_INSISTS = re.compile(
    r"(?i)\b(?:just|simply|please|only)\b,? (?:please )?(?:say|tell me|confirm|admit|agree|sign off|give me the)\b"
    r"|\bso (?:please )?(?:confirm|admit|agree|say)\b|\btell me (?:straight|yes|it'?s (?:ok|fine)|i'?m right)\b"
    r"|\b(?:agreed?|right|yes|ok(?:ay)?|correct|deal|true|no)\s*\?+\W*$"
    r"|\b(?:everybody|everyone|nobody|no one|every (?:\w+ )?(?:company|startup|team|lead|manager|boss|person|shop)|"
    r"all (?:the )?(?:top|good|great|other|big) \w+|no (?:\w+ )?(?:lead|manager|boss) i know)\b.{0,40}"
    r"\b(?:do(?:es)?|says?|knows?|lives?|would|has|have|thinks?|agrees?|ships?|go(?:es)?|works?)\b"
    r"|\b(?:boss|director|cto|ceo|vp|manager|head|mentor|coach|wife|husband|hr)\b.{0,30}"
    r"\b(?:agrees?|likes?|liked|loves?|with me|thinks so|says the same|said (?:so|yes)|is on my side)\b"
    r"|\bi(?:'ve| have) (?:been|managed|led|built|run|done)\b.{0,40}\byears\b|\btrust me\b|\bi know what i\b"
    r"|\byou(?:'re| are) (?:so |really )?(?:good|smart|brilliant|overthinking|exaggerating)|\byou underestimate\b"
)
_POINTERS = re.compile(r"(?i)\b(it|this|that|these|those|he|she|they|him|her|them|his|their|there|one|the same|such)\b")
#: A question of at least so many words that does not open like a follow-up stands on its own.
_LONG = 14
#: Insistence of up to so many words has no situation of its own.
_INSISTENT = 70
#: Up to so many words and pointing back, it does not.
_SHORT = 10
_MOST_WORDS = 120
#: In a conversation, what has fewer words than this and does not say so surely what it is about goes on with it. On 64
#: follow-ups and contradictions of the open cases, and 225 questions that begin something new behind one that has
#: nothing to do with them: principle first 70% -> 83% of the former, 81% -> 77% of the latter, and these are rarer.
_TELLING = 30
_SURE = 0.7

#: Gives the highest probability that any principle has for a text, 0 to 1.
Sureness = Callable[[str], float]


def is_follow_up(question: str, turns: Sequence[Turn], sureness: Sureness | None = None) -> bool:
    """Whether `question` can only be understood with the turns before it.

    Args:
        question: what is asked now.
        turns: the conversation so far, oldest first.
        sureness: how surely a text alone says which principle it is about; None goes by the words only.
    """
    words = question.split()
    if not turns:
        return False
    if len(words) <= _INSISTENT and _INSISTS.search(question):
        return True
    if len(words) >= 3 * _LONG:
        return False
    if _DISAGREES.search(question) or (_OPENERS.search(question) and len(words) < _LONG):
        return True
    if len(words) <= 4 or (len(words) <= _SHORT and _POINTERS.search(question) is not None):
        return True
    return sureness is not None and len(words) < _TELLING and sureness(question) < _SURE


def completed(question: str, turns: Sequence[Turn], sureness: Sureness | None = None) -> str:
    """Return `question`, led by the situation that it follows up where it cannot stand alone.

    The situation is the nearest earlier question that stood on its own, and what was asked since.
    """
    if not is_follow_up(question, turns, sureness):
        return question
    asked: list[str] = []
    for i in range(len(turns) - 1, -1, -1):
        asked.insert(0, turns[i].question)
        if not is_follow_up(turns[i].question, turns[:i], sureness):
            break
    context = " ".join(" ".join(asked).split()[-_MOST_WORDS:])
    return f"{context} {question}"
