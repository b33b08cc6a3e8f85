"""Insistence: a turn that wants another answer to the same situation, and brings no new one.

Such a turn is made of reasons that are none ("everyone does", "my boss wants it", "you don't understand"), and its
words are near to whatever principle speaks of bosses or of everyone. So what was asked before counts as much.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from coach.domain.evidence import Turn
from coach.grounding.words import content

#: Gives the probability of each principle for a text, 0 to 1; none without a router.
Leaning = Callable[[str], Mapping[str, float]]
#: Gives the probability, 0 to 1, that the first text only insists, said after the second; see
#: `coach.retrieval.insisting.Insisting`.
Weigh = Callable[[str, str], float]

_OTHERS = (
    r"(?:everybody|everyone|every (?:\w+ )?(?:company|startup|team|lead|manager|boss|person|shop|senior)|"
    r"(?:all|most|many|other) (?:(?:the|other|top|good|great|big|cool|serious) ){0,2}"
    r"(?:teams|leads|companies|labs|startups|managers|bosses|people|groups|performers|shops|ones)|"
    r"no (?:\w+ )?(?:lead|manager|boss|team|company) i know)"
)
_ABOVE = (
    r"(?:boss|director|cto|ceo|cfo|vp|manager|management|head|mentor|coach|wife|husband|partner|professor|hr|sponsor)"
)
#: Wanting a yes, wherever it stands in a sentence: nobody who tells something new says so.
_INSISTS = re.compile(
    r"(?i)"
    # Asking to be told yes.
    r"\b(?:just|simply|please|only)\b,? (?:please )?(?:say|tell me|help me|confirm|admit|agree|sign off|give me the)\b"
    r"|\bso (?:please )?(?:confirm|admit|agree|say)\b|\btell me (?:straight|yes|it'?s (?:ok|fine)|i'?m right)\b"
    r"|\b(?:you(?:'ll| will) (?:surely )?agree|see it my way|convince me)\b"
    # Knowing better than the coach.
    r"|\btrust me\b|\bi know what i\b|\byou(?:'?re| are) (?:just |so |simply )?(?:wrong|naive|mistaken|"
    r"too (?:careful|soft|strict|cautious))\b"
    r"|\byou (?:do not|don'?t|never|just don'?t) (?:really )?(?:understand|get it|get this|know|listen)\b"
    r"|\byou have no idea\b|\byou(?:'re| are) not listening\b|\byou underestimate\b"
    # Praise.
    r"|\byou(?:'re| are) (?:so |really |truly |the )*(?:good|smart|brilliant|clever|sharp|wise|wisest|best|"
    r"overthinking|exaggerating)"
    r"|\byou (?:really )?get me\b|\b(?:best|brilliant|great|wisest) (?:tool|coach|adviser|advisor)\b"
    # What the coach is said to have said.
    r"|\b(?:as|like) you (?:just )?(?:said|wrote|told|recommended)\b"
    r"|\b(?:earlier|before),? you (?:said|wrote|told|agreed)\b"
    r"|\byou (?:said|wrote|told me|agreed|recommended)\b.{0,20}\b(?:yourself|earlier|before|that)\b"
    # No reason at all.
    r"|\bi (?:still|already) (?:think|want|believe|say|said|told)\b|\bi said i\b|\bi asked (?:a|for something) simple\b"
    r"|\b(?:end of (?:story|discussion)|case closed|that'?s (?:settled|final|my (?:view|call|decision)))\b"
    r"|\bif you (?:want|like|must)\. i(?:'ll| will)\b|\bi(?:'ll| will) (?:go on|keep on|stick)\b"
)
#: Everybody, one's boss or one's years for a reason. A story may hold that, too.
_BORROWS = re.compile(
    rf"(?i)\b{_OTHERS}\b.{{0,40}}"
    r"\b(?:do(?:es)?|says?|knows?|lives?|would|has|have|thinks?|agrees?|ships?|skips?|go(?:es)?|works?|acts?|plays?|"
    r"reads?|writes?|too)\b"
    r"|\b(?:nobody|no one)(?: ever| else)? (?:does|would|loses|lost|died|minds)\b|\blook at (?:any|every|all)\b"
    r"|\b(?:industry standard|common practice|standard everywhere|normal everywhere)\b|\b(?:it'?s|that'?s|is) proven\b"
    rf"|\b{_ABOVE}\b.{{0,30}}"
    r"\b(?:agrees?|likes?|liked|loves?|with me|thinks so|says the same|said (?:so|yes)|is on my side|"
    r"(?:wants?|insists? on|expects?|demands?) (?:it|that|this)\b)"
    r"|\b(?:professor|mentor|expert|consultant|guru|coach) (?:told|says|said)\b"
    r"|\bi(?:'ve| have) (?:been|managed|led|built|run|done)\b.{0,40}\byears\b"
)
#: A tag asks for a yes; in a longer turn it is only how somebody asks.
_TAG = re.compile(r"(?i)\b(?:agreed?|right|yes|ok(?:ay)?|correct|deal|true|no)\s*\?+\W*$")
#: Whoever borrows a reason and asks how to do something tells a situation.
_ASKS = re.compile(
    r"(?i)\b(?:how|what|which|why|where|who|do i|should|can i|could)\b[^?]*\?|\bhow (?:do|can|would|should) (?:i|we)\b"
)
#: Disagreement with the answer before: it brings no situation of its own, however long it is.
_DISAGREES = re.compile(
    r"(?i)^\W*(?:(?:no|nah|nope|hm+|oh|ugh|god|well|sorry|come on|honestly|with respect|seriously)\b"
    r"[,. !]*(?:but\b[, ]*)?)*"
    r"(?:(?:that|this|it)(?:'?s| is| was| sounds)\b.{0,20}\b(?:bad|wrong|naive|nonsense|rubbish|advice|theory|"
    r"theoretical|unrealistic|soft|useless|waste|textbook)|(?:you|u)(?:'?re| are)\b.{0,20}\b(?:wrong|naive|mistaken|"
    r"too|not)\b|you sound like\b|your (?:answer|advice) is\b|"
    r"i (?:totally |strongly )?(?:disagree|don'?t (?:agree|buy|believe|think so))|i hear you\b|(?:bad|wrong) advice|"
    r"(?:what a (?:load|pile) of )?(?:nonsense|rubbish|crap|bullshit)|are you (?:serious|kidding)|"
    r"stop (?:lecturing|preaching)|spare me|i (?:still )?think (?:he|she|they)\b.{0,10}\bright|everybody knows|"
    r"just (?:tell|say|admit|agree)|still[.,!]|(?:nah|nope)\b)"
)
#: Something else is asked from here on.
_TURNS_TO = re.compile(
    r"(?i)\b(?:(?:another|other|different|separate|new|next) (?:question|topic|thing|matter|problem|subject)|"
    r"something else|unrelated|(?:real|actual) (?:problem|trouble|issue)|what i (?:can'?t|cannot))\b"
)
#: It may be, where more follows than insistence: "anyway, I'll do it" brings nothing.
_MAY_TURN_TO = re.compile(r"(?i)\b(?:anyway|by the way|btw|besides|apart from that)\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
#: Insistence of up to so many words has no situation of its own.
_INSISTENT = 70
#: From this probability on a turn only insists.
LIKELY = 0.6
#: So much of the words with a meaning stood in the question before: it is said again.
_AGAIN = 0.75
_LEAST_AGAIN = 2
#: From so many words on, what is left without the sentences that insist may tell something new, and does where it is
#: so surely about another principle.
_LEAST_NEW = 18
_SURELY_NEW = 0.6
#: And so many times as surely as what was asked before is.
_LEAST_RATIO = 3
#: So many words behind words that turn to something else ("anyway", "another question").
_LEAST_TURNED = 10


def insists(question: str, turns: Sequence[Turn], leaning: Leaning | None = None, weigh: Weigh | None = None) -> bool:
    """Whether `question` wants another answer to what was asked before, and tells nothing new.

    Args:
        question: what is said now.
        turns: the conversation so far, oldest first.
        leaning: tells what a text is about; None goes by the words only.
        weigh: tells how surely it insists; None goes by lists of words, which know few ways of it.
    """
    if not turns or not question.strip() or len(question.split()) > _INSISTENT:
        return False
    if _said_again(question, turns[-1].question):
        return True
    if weigh is not None:
        return weigh(question, turns[-1].question) >= LIKELY and not _turns_to(question)
    if not _wants_a_yes(question) and (_BORROWS.search(question) is None or _ASKS.search(question)):
        return False
    return not _tells_something_new(question, turns, leaning)


def goes_on(question: str, turns: Sequence[Turn], leaning: Leaning | None = None) -> bool:
    """Whether `question` leans on others or asks for a yes as insistence does, and does not turn to something else.

    Args as those of `insists`.
    """
    if len(question.split()) > _INSISTENT or not (_pushes(question) or _TAG.search(question)):
        return False
    return not _tells_something_new(question, turns, leaning)


def situation(turns: Sequence[Turn], leaning: Leaning | None = None, weigh: Weigh | None = None) -> int:
    """Return the place of the last of `turns` that does not insist; 0 where all of them do."""
    places = range(len(turns) - 1, 0, -1)
    return next((i for i in places if not insists(turns[i].question, turns[:i], leaning, weigh)), 0)


def _wants_a_yes(text: str) -> bool:
    return _INSISTS.search(text) is not None or _DISAGREES.search(text) is not None


def _pushes(text: str) -> bool:
    return _wants_a_yes(text) or _BORROWS.search(text) is not None


def _said_again(question: str, before: str) -> bool:
    words = set(content(question))
    return len(words) >= _LEAST_AGAIN and len(words & set(content(before))) >= _AGAIN * len(words)


def _turns_to(question: str) -> bool | None:
    """Whether something else is asked; None where no words say that it is."""
    if turn := _TURNS_TO.search(question):
        return len(question[turn.start() :].split()) >= _LEAST_TURNED
    if turn := _MAY_TURN_TO.search(question):
        return len(_told(question[turn.start() :]).split()) >= _LEAST_TURNED
    return None


def _tells_something_new(question: str, turns: Sequence[Turn], leaning: Leaning | None) -> bool:
    if (turned := _turns_to(question)) is not None:
        return turned
    rest = _told(question)
    # Who tells something new does not end on insisting.
    if leaning is None or len(rest.split()) < _LEAST_NEW or _pushes(_SENTENCE.split(question)[-1]):
        return False
    now, before = leaning(rest), leaning(turns[-1].question)
    if not now:
        return False
    about = max(now, key=lambda p: now[p])
    return now[about] >= _SURELY_NEW and before.get(about, 0.0) < now[about] / _LEAST_RATIO


def _told(text: str) -> str:
    """The sentences that do not insist."""
    return " ".join(s for s in _SENTENCE.split(text) if not _pushes(s))
