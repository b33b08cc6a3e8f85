"""Whether what a model wrote about a conversation can be traced: to its statement, or to what the person said.

Stricter than the gate of an answer on purpose. A line of a brief is taken into a talk with somebody; one word about
them that nobody said is one too many. What cannot be traced is not softened but left out.
"""

from __future__ import annotations

import re

from coach.agent.talks.people import ROLE
from coach.agent.talks.wording import quotations, unquoted
from coach.grounding.actors import PEOPLE, ROLES
from coach.grounding.words import STOP, content, stem, stem_set, word_set

#: Words for the talk itself, and for saying something in it.
_OF_TALK = stem_set(
    "say tell ask talk speak answer open begin start close end name put give hear listen person role sentence word "
    "first second early then conversation meeting line matter between your their"
)
_DENIALS = stem_set("not never no nobody nothing none don't doesn't didn't won't can't cannot isn't wasn't weren't")
#: Whom a statement speaks of in general.
_ANYBODY = stem_set(" ".join((*ROLES, *PEOPLE, "executive other decider sponsor rival opponent listener")))
_SPEAKER = word_set("i we")
#: Looks ahead for the verb, so that whoever stands behind a name that is none ("In November she") is found, too.
_SUBJECT = re.compile(
    rf"(?P<who>\b(?:I|we|you|he|she|they)\b|\b(?:my|our|your|the) (?:[\w-]+ )?(?:{ROLE})\b|(?-i:\b[A-Z][a-z]+\b))"
    r"(?=(?:['’](?:ve|d|ll|m|re|s))?(?: (?:\w+ly|have|has|had|did|does|do|will|would|could|can|may|might|just|"
    r"never|always|already|not|also|then|once))* (?P<verb>[a-z]{2,}))",
    re.IGNORECASE,
)


def untraced(text: str, *sources: str) -> list[str]:
    """Return the stems of what `text` says that stand in none of the `sources` and are no words for a talk as such."""
    known = _OF_TALK.union(*(content(s) for s in sources))
    if any(_DENIALS & set(content(s)) for s in sources):
        # "You never check" may be put as "you did not check".
        known |= _DENIALS
    return [s for s in dict.fromkeys(content(text)) if s not in known and s not in STOP]


def misattributed(text: str, said: str) -> bool:
    """Whether `text` has somebody do what, as the person said it, somebody else did.

    Args:
        text: speaks to the person as "you"; what stands in it in quotation marks, they say to the other one.
        said: the person's own words.
    """
    told: dict[str, set[bool]] = {}
    for mine, verb in _deeds(unquoted(said), _SPEAKER):
        told.setdefault(verb, set()).add(mine)
    written = _deeds(unquoted(text), _SPEAKER | {"you"})
    for quotation in quotations(text):
        written += _deeds(quotation, _SPEAKER)
    return any(verb in told and mine not in told[verb] for mine, verb in written)


def _deeds(text: str, mine: frozenset[str]) -> list[tuple[bool, str]]:
    """Return who does what in `text`: whether it is the person, and the stem of the verb."""
    found = []
    for match in _SUBJECT.finditer(text):
        who = match["who"].lower()
        verb = match["verb"].lower()
        if verb not in STOP:
            found.append((who in mine, stem(verb)))
    return found
