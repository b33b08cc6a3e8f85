"""What a question claims that the sources say ("since the principles say leads must stop coding entirely …")."""

from __future__ import annotations

import re

from coach.domain.text import clean_line

_PREMISE = re.compile(
    r"(?i)\b(?:since|because|as|given that|if|but)?\s*"
    r"(?:(?:the|your|these|my|our|all)\s+)?(?:principles?|essay|sources?|practices?|statements?|guide(?:line)?s?|coach|P\d+(?:\.\d+)?"
    # "You say the date that they want" is anybody; "you said" and "you recommend" are the coach.
    r"|you(?=\s+(?:\w+\s+)?(?:said|stated|told|claim|claimed|recommend|recommended|advise|advised|argue|argued|teach)\b))\s+"
    r"(?:(?:clearly|always|also|already|just|all|even|itself|themselves)\s+)?"
    r"(?:say|says|said|state|states|stated|claim|claims|tell|tells|told|teach|teaches|demand|demands|"
    r"require|requires|insist|insists|recommend|recommends|advise|advises|argue|argues|want|wants|forbid|forbids|"
    r"are clear|is clear|make clear|makes clear)\s+"
    r"(?:(?:us|me)\s+)?(?:that\s+|to\s+)?(?P<premise>[^,.;?!—]{8,200})"
)
_NOT_A_PREMISE = re.compile(
    r"(?i)\b(what|anything|something|nothing|which) (do|does|did|would)?\b[^.?!]{0,30}\b(say|says)\b"
)
#: What no claim begins with: "you tell me what to do", "as you said yourself".
_NO_CLAIM = {"about", "what", "how", "when", "on", "why", "yourself"}


def stated_premise(question: str) -> str:
    """Return what `question` says that the sources say, or an empty string."""
    found = _PREMISE.search(question)
    if found is None or _NOT_A_PREMISE.match(question):
        return ""
    premise = clean_line(found["premise"]).rstrip(" ,")
    words = premise.split()
    # "You said no" or "you tell me what to do" is not a premise about the sources.
    return premise if len(words) >= 4 and words[0].lower() not in _NO_CLAIM else ""
