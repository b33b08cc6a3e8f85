"""No judgement of character: what looks back at somebody's lines speaks of words and deeds, not of who they are."""

from __future__ import annotations

import re

from coach.agent.talks.dates import phrases
from coach.agent.talks.wording import marks
from coach.grounding.words import word_set

#: Words for what somebody is like, good or bad: praise of a character is a judgement of it as well.
CHARACTER = word_set(
    "aggressive ambitious anxious arrogant assertive authentic bossy brave brilliant calm caring careless charismatic "
    "clever cold competent confident considerate cowardly defensive difficult dishonest disrespectful dominant "
    "emotional empathetic empathic fair friendly genuine gifted hesitant honest hostile humble ignorant immature "
    "impatient impulsive incompetent insecure insensitive intelligent irresponsible kind lazy manipulative mature "
    "naive nervous nice open-minded oversensitive passive patient persuasive polite professional respectful rigid "
    "rude selfish self-assured sensitive shy sincere skilled smart strong stubborn submissive sympathetic talented "
    "tense thoughtful timid tough unprepared unprofessional unsure warm weak wise"
)
_NAMED = "|".join(sorted(CHARACTER, key=len, reverse=True))
_IS = phrases("are, were, seem, seemed, sound, sounded, appear, appeared, come across as, came across as, look")
_LEVEL = r"(?: (?:a|an|like|so|too|very|quite|rather|really|more|less|not|being|bit|little|bit of a|always|naturally))*"
_JUDGES = re.compile(
    rf"\byou(?:'re| {_IS}){_LEVEL} (?:{_NAMED})\b"
    rf"|\b(?:{_NAMED}) (?:person|people|leader|manager|lead|communicator|listener|speaker|negotiator|type)\b"
    rf"|\byou(?:'re| {_IS}){_LEVEL} (?:\w+ )?(?:person|leader|communicator|listener|speaker|negotiator|natural|type)\b"
    r"|\byour (?:character|personality|temperament|nature|ego|confidence|insecurity|attitude|charisma)\b",
    re.IGNORECASE,
)


def judges(text: str) -> bool:
    """Whether `text` says what somebody is like, in place of what was said or done."""
    plain = text.replace("’", "'")
    return bool(_JUDGES.search(plain)) or any(m.what == "trait word" for m in marks(plain))
