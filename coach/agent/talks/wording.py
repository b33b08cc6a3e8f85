"""How a sentence about people is worded: what a camera would have recorded, and what somebody made of it.

Rules only, since the words are the person's own and nothing is to be read into them. What stands in quotation marks was
said by somebody and is passed over: that it was said is a fact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from coach.agent.talks.dates import phrases
from coach.agent.talks.people import ROLE

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|(?<!\w)['‘](?:[^'’]|['’](?=\w))*['’](?!\w)")
#: Somebody else than whoever speaks.
_WHO = (
    r"\b(?:he|she|they|you|who|nobody|everybody|everyone|(?-i:[A-Z][a-z]+)"
    rf"|(?:the|my|our|your|this|that) (?:[\w-]+ )?{ROLE})"
)
_IS = phrases("is, was, are, were, be, gets?, got, has been, have been, can be, seems?, seemed, became, acts?")
_BE = rf"(?:'(?:s|re)| {_IS})(?: not|n't)?"
_LY = (
    rf"(?: (?:{phrases('just, really, so, too, very, quite, such, an?, being, always, never, often, pretty')}|\w+ly))*"
)
_NOT = phrases("does not, doesn't, do not, don't, did not, didn't, never")

#: Judgements of people, whatever they stand beside.
_TRAITS = phrases(
    """
    lazy, rude, arrogan(?:t|ce), selfish, careless, incompeten(?:t|ce), unprofessional, unreliable, stubborn,
    passive[- ]aggressive, disrespectful, dishonest, liar, manipulative, childish, immature, egois\\w+, egocentric,
    narcissis\\w+, jerk, idiots?, stupid, moron, useless, ungrateful, entitled, micro-?manag\\w+, clueless,
    unmotivated, disengaged, not (?:a |much of a )?team player, bad attitude, condescending, patroni[sz]ing,
    two-faced, coward(?:ly)?, irresponsible, disloyal, prima donna, diva, control freak, know-it-all, bully,
    toxic (?:person|boss), not senior enough, not good enough, inconsiderate, hypocrit\\w+, spineless, treacherous,
    vindictive, petty
    """
)
#: These judge only where they are said of somebody: "he is cold", not "a cold start".
_SAID_OF = phrases(
    """
    difficult, toxic, cold, weak, negative, emotional, dramatic, aggressive, defensive, hostile, ignorant, greedy,
    dismissive, sneaky, sloppy, impossible, political, unfair, hopeless, slow, bad, terrible, awful, impatient,
    jealous, a mess, a problem, a genius, insecure, chaotic, naive, mean, nasty, bitter, crazy, insane
    """
)
_ABSOLUTE = phrases(
    "always, never, constantly, every (?:single )?time, all the time, not once, non-?stop, forever, without exception"
)
_HARM = phrases(
    """
    make, show, hurt, undermine, look, avoid, get rid, prove, win, punish, humiliate, destroy, replace, embarrass,
    control, sabotage, steal, push me out, take over
    """
)
_MIND = phrases(
    f"""
    thinks?, thought, believes?, believed, feels?, felt, hates?, hated, dislikes?, resents?, enjoys?, despises?,
    {_NOT} (?:care|respect|trust|like|value|believe|listen),
    (?:just|only|really|secretly|actually) (?:wants?|wanted), want(?:s|ed)? to {_HARM}, tr(?:y|ies|ied) to {_HARM},
    (?:is|are|was|were) (?:trying|out|afraid|jealous|plotting) to, (?:is|are|was|were) (?:only|not) interested,
    look(?:s|ed)? down on, intend(?:s|ed)? to, knows? (?:exactly|very well)
    """
)
_PURPOSE = phrases(
    "on purpose, deliberately, intentionally, maliciously, out of spite, just to, to (?:annoy|spite) (?:me|us)"
)
_ALL = r"(?:everyone|everybody|the whole (?:team|company))"
_MADE_OF_IT = phrases(
    f"""
    I (?:think|believe|guess|suspect|assume|bet), I feel (?:like|that|as), I(?: a|')m (?:sure|convinced|certain),
    it (?:seems|feels|looks|felt|seemed|looked) (?:like|as|that), obviously, clearly, apparently, probably, surely,
    must have been, {_ALL} (?:knows|thinks|agrees|feels|hates|is), nobody (?:trusts|likes|respects|wants|cares),
    people (?:are saying|say|feel|think), because of you, (?:your|his|her|their) fault,
    (?:you|he|she|they) (?:ruined|destroyed|killed|sabotaged|betrayed)
    """
)
_SHARP = phrases(
    """
    as I(?: have|'ve)? (?:already )?(?:said|told|explained|mentioned|wrote), per my last,
    for the (?:last|\\w+th) time, once again, yet again, I expect you to, you (?:must|have to|had better),
    how (?:dare|could|can) you, what were you thinking, unacceptable, ridiculous, outrageous, disgrace(?:ful)?,
    a joke, terrible, awful, horrible, shameful, pathetic, nonsense, absurd, a disaster, appalling, inexcusable,
    with all due respect, waste of (?:my |our )?time, why (?:can't|don't|can you not|didn't) you, do your job,
    sick of, fed up, tired of your?, or else, asap, disappointed
    """
)
_SHOUTED = re.compile(r"!{2,}|\?!|\b[A-Z]{2,}(?: [A-Z]{2,}){2,}\b")


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?P<words>{pattern})\b", re.IGNORECASE)


_MARKS: dict[str, tuple[re.Pattern[str], ...]] = {
    "trait word": (_words(_TRAITS), re.compile(rf"{_WHO}{_BE}{_LY} (?P<words>{_SAID_OF})\b", re.IGNORECASE)),
    "always or never": (_words(_ABSOLUTE),),
    "mind-reading": (re.compile(rf"{_WHO}{_LY} (?P<words>{_MIND})\b", re.IGNORECASE), _words(_PURPOSE)),
    "no fact": (_words(_MADE_OF_IT),),
    "sharp tone": (_words(_SHARP), _SHOUTED),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of a sentence that tell more than what happened."""

    #: "trait word", "always or never", "mind-reading", "no fact" or "sharp tone".
    what: str
    #: The words, as they stand in the sentence.
    words: str


def marks(sentence: str) -> list[Mark]:
    """Return what in `sentence` goes beyond what happened, at most one mark of each kind."""
    text = unquoted(sentence).replace("’", "'")
    found: list[Mark] = []
    for what, patterns in _MARKS.items():
        hits = (p.search(text) for p in patterns)
        if hit := next((h for h in hits if h), None):
            start, end = hit.span("words" if "words" in hit.re.groupindex else 0)
            found.append(Mark(what, sentence[start:end]))
    return found


def unquoted(text: str) -> str:
    """Return `text` with what stands in quotation marks blanked out; everything else keeps its place."""
    return _QUOTED.sub(lambda m: " " * len(m.group()), text)


def quotations(text: str) -> list[str]:
    """Return what stands in quotation marks in `text`, without the marks."""
    return [m.group()[1:-1].strip() for m in _QUOTED.finditer(text)]
