"""Which sentences of a draft assert or advise something. When in doubt, a sentence is a claim."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from coach.domain.ids import STATEMENT_ID, citations_in, without_citations
from coach.domain.outline import openings
from coach.domain.sentences import split_sentences
from coach.grounding.polarity import denials, flipped
from coach.grounding.quantities import allowed_numbers, numbers
from coach.grounding.words import content, tokens, word_set

#: Models also cite in round brackets; ids have a form that nothing else in prose has.
_ROUND = re.compile(rf"\(\s*({STATEMENT_ID.pattern}(?:\s*[,;]\s*{STATEMENT_ID.pattern})*)\s*\)")
_BARE = re.compile(r"[#*_`>\s]+|[*_`\s]+\Z")

_ADVICE = re.compile(
    r"\b(?:should|must|need(?:s|ed)? to|ought|have to|has to|could|can|cannot|can't|may|might|shall|will|won't|would|"
    r"try|consider|make sure|ensure|avoid|never|always|remember|let's|don't|do not|best|better|it (?:helps|pays)|"
    r"recommend|suggest|advise|important|essential|crucial|because|therefore|means|worth|instead|rather)\b",
    re.IGNORECASE,
)
_ADVISING_QUESTION = re.compile(
    r"\b(?:why not|why don't you|how about|what about (?:\w+ing)|what if you|"
    r"have you (?:considered|thought (?:of|about)|tried)|"
    r"(?:could|should|can|would|might|may)(?:n't)? (?:you|it|we|they) (?!(?:name|tell|say|put|describe)\b)|"
    r"(?:is|are|was|were|do|does|did)n't (?:it|you|they|he|she|that|the)|did you know|(?:right|okay|ok|no)\?|"
    r"don't you think|why wait|who (?:needs|cares))",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"(?:this is (?:about (?!to\b)|a moment|a matter of)\b.{0,160}|what applies(?: here)?\b.*|here (?:is|are) .{0,60}:|"
    r"(?:from |in )?(?:your|the) (?:\w+ )?notes?(?: (?:of|from|on) .{1,60})?:?|"
    r"(?:two|three|these|the) (?:principles|sources|points|practices) .{0,60}(?:meet|pull|apply|fit)\b.{0,120}|"
    r"(?:the|your|an?|one) (?:plan|if-then plan|question|next step|caution|other side|tension|points?|principles?)"
    r"(?: (?:for|to|about|here)\b.{0,60})?:?|"
    r"(?:in short|to sum up|in summary|first|second|finally|for this|in practice|on the other side)[:,.]?|"
    r"(?:the|my) sources (?:say nothing|do not (?:cover|say)|don't (?:cover|say))\b.*|nothing in the sources\b.*|"
    r"if you (?:wish|like|want), (?:i|we) can\b.*|(?:i|we) can (?:help you )?(?:prepare|rehearse)\b.*)[.:]?",
    re.IGNORECASE | re.DOTALL,
)
_COURTESY = re.compile(
    r"(?:hi|hello|hey|good (?:morning|evening|day|luck)|welcome|dear)(?:,? (?:there|again|everyone|team|friend))?|"
    r"thanks?(?: you)?(?: (?:so much|a lot|very much))?"
    r"(?: for (?:asking|sharing|telling me|your (?:question|trust))(?: \w+){0,2})?|"
    r"you're welcome|sure|okay|ok|of course|certainly|all the best|take care|(?:a )?(?:great|good|fair) question|"
    r"i hope (?:this|that|it) helps|(?:i'm|i am) sorry(?: to hear (?:that|this))?|"
    r"i (?:hear|understand|see)(?: you| that)?|"
    r"(?:that|this|it) (?:sounds|must (?:be|feel))(?: like)?"
    r"(?: (?:a|very|really|so|quite|and|is|hard|tough|difficult|painful|frustrating|stressful|"
    r"exhausting|tiring|upsetting|unfair|lot|situation|spot|place|time|for|you|week|day))+",
    re.IGNORECASE,
)
#: What a sentence that tells facts can begin with. An order begins with a verb.
_SUBJECTS = word_set(
    "you your the a an so they he she it there we our my i this that these those his her their as both two with "
    "from in on at after before since while last yesterday today everyone everybody nobody someone somebody and "
    "but here also"
)
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|had|want|wants|\w+ed|said|says|told|sold|went|\w+s)\b")
_SAID_BACK = 0.85


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence as a composer wrote it."""

    #: Without ids.
    text: str
    #: The statement ids that it cites, each once.
    ids: tuple[str, ...] = ()
    #: See `coach.domain.answer.Sentence.part`.
    part: str = "point"
    #: See `coach.domain.answer.Sentence.opens`.
    opens: str = ""


def parse_draft(text: str) -> list[DraftSentence]:
    """Return the sentences of a draft with the ids that each cites.

    A citation belongs to its sentence whether it stands before or after the full stop; one that stands alone belongs to
    the sentence before it.
    """
    drafts: list[DraftSentence] = []
    text = _ROUND.sub(r"[\1]", text)
    sentences = split_sentences(text)
    opening = ""
    for sentence, opens in zip(sentences, openings(text, sentences), strict=True):
        opening = opens or opening
        ids = citations_in(sentence)
        bare = re.sub(r"\s+([.,;:!?])", r"\1", without_citations(sentence))
        if not any(c.isalnum() for c in bare):
            if ids and drafts:
                last = drafts[-1]
                drafts[-1] = replace(last, ids=tuple(dict.fromkeys(last.ids + ids)))
            continue
        drafts.append(DraftSentence(bare, ids, _part(bare), opening))
        opening = ""
    return drafts


def _part(text: str) -> str:
    if is_heading(text):
        return "frame"
    if text.endswith("?"):
        return "question"
    return "plan" if re.match(r"if\b.{3,200}?,? then\b", text, re.IGNORECASE) else "point"


def is_heading(text: str) -> bool:
    """Whether `text` is a heading: marked as one, or all in bold without a full stop."""
    return bool(re.match(r"#{1,6}\s", text) or re.fullmatch(r"(\*\*|__)[^*_.!?]{1,60}:?\1:?", text.strip()))


def is_claim(sentence: str, situation: str = "") -> bool:
    """Return whether `sentence` asserts or advises something.

    Questions, greetings, frames, headings and the person's own facts said back do not; a question that advises
    ("Why not offer a raise?") does. What cannot be told is a claim.

    Args:
        sentence: one sentence, without ids.
        situation: what the person said, in this turn and before.
    """
    text = _BARE.sub(" ", sentence).strip()
    if is_heading(sentence) or not any(c.isalpha() for c in text):
        return False
    if text.endswith("?"):
        # "You lack focus. Why?" is split before; what is left is one question, perhaps with a statement in front of it.
        return bool(_ADVISING_QUESTION.search(text)) or bool(re.search(r"[:;] ", text) and _ADVICE.search(text))
    if _FRAME.fullmatch(text) and not _advises(text):
        return False
    if _COURTESY.fullmatch(text.rstrip(".!")):
        return False
    return not said_back(text, situation)


def said_back(sentence: str, situation: str) -> bool:
    """Return whether `sentence` only repeats facts that the person gave.

    It does where nearly all its words are the person's, its numbers too, nothing is denied that they affirmed or the
    reverse, and nothing in it advises, explains or orders.
    """
    mine = content(sentence)
    if len(mine) < 2 or not situation or _ADVICE.search(sentence) or _orders(sentence):
        return False
    theirs = set(content(situation))
    unknown = [s for s in dict.fromkeys(mine) if s not in theirs]
    if len(unknown) > 1 or 1 - len(unknown) / len(set(mine)) < _SAID_BACK:
        return False
    if any(n not in allowed_numbers(situation) for n in numbers(sentence)):
        return False
    return not flipped(sentence, situation) and denials(sentence) <= denials(situation)


def _advises(text: str) -> bool:
    return bool(
        re.search(
            r"\b(?:should|must|need to|ought to|have to|never|always|don't|do not (?!cover|say))\b", text, re.IGNORECASE
        )
    )


def _orders(text: str) -> bool:
    """Whether the sentence may be an order: it begins with a word that is no subject and no verb follows at once."""
    words = tokens(text)
    return words[0] not in _SUBJECTS and not (len(words) > 1 and _FINITE.fullmatch(words[1]))
