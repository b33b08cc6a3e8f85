"""Whether a sentence tells what happened, as a camera would have recorded it, or what somebody makes of it.

Not every judgement has a word of its own. Beside the marks of `coach.agent.talks.wording`, these forms tell a story: a
guess, a motive, what somebody else thinks or is like, what everybody would say, praise of oneself, a likeness, and the
plain "X is Y", unless Y is something to be seen: a role, a number, a place, a time, a state, or what was done.
"""

from __future__ import annotations

import re

from coach.agent.talks.dates import dates, phrases
from coach.agent.talks.people import ROLE
from coach.agent.talks.wording import marks, unquoted

_THEY = (
    r"(?:he|she|they|nobody|everybody|everyone|(?:my|our|the|this|that|his|her|their) (?:[\w-]+ ){1,2}?"
    r"|(?-i:\b[A-Z][a-z]+ ))"
)
_GUESS = (
    r"\b(?:maybe|perhaps|presumably|possibly|supposedly|evidently|no doubt|undoubtedly|needless to say|I suppose"
    r"|most likely"
    r"|in all likelihood|(?:my|I have a) (?:hunch|guess|feeling|suspicion)|it(?:'s| is) (?:quite |well )?possible)\b",
    r"\b(?:might|may) (?:\w+ly |well |also )?(?:be|have|feel|want|think|not|mean)\b"
    r"|\bcould (?:well )?(?:be(?! \w+ed\b)|have)\b",
    r"\bmust (?:be(?! \w+ed\b)|have (?:\w+ed|been|known|thought|felt|seen|heard|had|meant))\b",
    r"\bI (?:doubt|wonder|gather|don't (?:think|believe|buy)|can't believe|find (?:it|that|this|him|her|them))\b",
    r"\bI(?:'d| would) say\b|\bin my (?:eyes|opinion|view|book)\b|\bif you ask me\b|\bas I see it\b",
    r"\bI(?:'m| am) (?:sure|certain|convinced|positive)\b|\bit(?: is| was|'s) (?:obvious|clear|no secret|evident)\b",
    r"\b(?:would|'d) (?:never|always)\b|\bany (?:[\w-]+ ){1,2}(?:would|could|knows?|sees?)\b",
    r"\b(?:anyone|anybody|everyone|everybody|nobody|no one)(?: else)? (?:would|sees?|understands?|knows?)\b",
)
_MOTIVE = (
    r"\b(?:did|does|do|said|says|wrote|meant|made|doing) (?:it|that|this|so) (?:only |just |all )?(?:to|out of)\b"
    r"|\b(?:in order|just|only) to (?:be|get|make|show|look|see|have)\b",
    r"\b(?:because|since|so) (?:he|she|they) (?:wants?|wanted|hopes?|hoped|fears?|feared|needs?|thinks?|likes?)\b",
    r"\b(?:out to|looking for (?:a|an|some) (?:reason|excuse|fight|way)|(?:has|have) it in for)\b",
    r"\bfor (?:his|her|their) own \w+|\bto (?:weaken|humiliate|punish|shame|impress|provoke|intimidate|harm|test"
    r"|belittle|bully|hurt|show (?:me|us|off|who))\b",
)
_INNER = phrases(
    """
    seems?, seemed, appears? to, loves?, enjoys?, prefers?, hates?, cares? (?:about|for|only|little|nothing), fears?,
    knows? (?:that|how|what), knew (?:that|how|what), couldn't care, resents?, pretends?, sees (?:me|us|\\w+sel\\w+),
    (?:takes|took|take) (?:me|us|others|people|everyone|everybody) for, (?:regards?|considers?) (?:me|us|\\w+sel\\w+),
    treat(?:s|ed)? \\w+ (?:like|as), (?:doesn't|don't|didn't|does not|do not|did not) (?:have|give) an? \\w+,
    (?:has|had|shows?|showed) (?:no|little|zero) (?:respect|clue|idea|interest|sense|heart|shame|manners|feeling)\\w*,
    have (?:no|little) (?:respect|clue|idea|interest|sense|heart|shame|manners|feeling)\\w*,
    (?:can't|cannot|couldn't) (?:stand|bear|be \\w+ed), depends? on (?:it|this|that), looks? (?:down|up) (?:on|at|to),
    (?:wants?|wanted|likes?|liked) to be, (?:has|have|had) (?:never )?(?:trusted|liked|respected|valued|understood),
    (?:counts?|counted|means?|meant) (?:for )?(?:nothing|little), (?:has|have) an? (?:problem|issue) with,
    threatens? (?:me|us|him|her|them), makes? (?:me|us) feel
    """
)
_LIKENESS = (
    r"\b(?:feels|felt|looks|looked|sounds|sounded|reads|smells) (?:to me )?(?:like|as if|as though)\b",
    r"\blike (?:a child|a servant|dirt|air|garbage|an idiot|children|fools?)\b|\btypical\b",
)
_ONESELF = (
    r"\bI(?:'m| am| was) the (?:only|best|last|one|victim)\b|\bI(?:'m| am| was) (?:not )?the [\w-]+ (?:one )?here\b",
    r"\b(?:I|we)(?:'ve| have)? (?:do|did|done) (?:everything|nothing wrong|all (?:the|that)|my best|it all)\b",
    r"\b(?:better|more|harder) than (?:anyone|anybody|everyone|all|him|her|them|he|she|they)\b|\bI deserve\b",
)
_EXCLAIMS = (
    r"\A(?:what|such) an? [^.?]*[.!]?\Z|\bas (?:usual|ever|always)\b|\bcouldn't be (?:more|less|worse)\b"
    r"|\b(?:he|she|they) (?:would|'d) rather\b|\b(?:would|wouldn't) [^.]*\bif\b",
)
_STORY = re.compile(
    "|".join((*_GUESS, *_MOTIVE, rf"\b{_THEY} ?(?:\w+ly )?{_INNER}\b", *_LIKENESS, *_ONESELF, *_EXCLAIMS)),
    re.IGNORECASE,
)
_COPULA = re.compile(
    r"\A(?:(?:and|but|so|then|also|really|honestly|frankly),? )?(?P<subject>(?:[\w-]+ ){0,4}?[\w-]+)"
    r"(?: (?:is|was|are|were|has been|have been|had been|became|remains?)|'(?:s|re))\b(?: (?:not"
    r"|n't))?(?P<said>[^,;:]*)",
    re.IGNORECASE,
)
#: Of oneself one may say how one is; of anybody and anything else it is a judgement.
_SUBJECT = re.compile(
    r"(?:it|that|this|these|those|he|she|they|(?:the|my|our|his|her|their|such|this|that|your|what|no) .*"
    r"|everything|nothing|all of it|(?-i:[A-Z])[\w-]+)",
    re.IGNORECASE,
)
_IRREGULAR = phrases(
    """
    sent, sold, told, given, taken, made, cut, put, paid, left, shown, held, kept, lost, found, built, bought, brought,
    caught, chosen, drawn, driven, heard, hidden, hit, hurt, known, laid, led, met, read, run, seen, set, shut, spent,
    split, thrown, withdrawn, won, written, begun, broken, done, gone, been
    """
)
_PAST_FORM = phrases(
    """
    \\w+ed, said, told, went, came, took, gave, wrote, showed, threw, drew, began, saw, knew, spoke, stood, ran, got,
    fell,
    became, chose, forgot, rose, sang, swore, tore, woke, wore, ate, drove, flew, froze, hid, rode, sank, stole, swam
    """
)
#: What "is" can say and be seen: how much, where, when, in what state, whose.
_STATE = phrases(
    """
    late, early, absent, present, empty, full, closed, open, ready, down, up, off, on, out, over, back, away, here,
    there, missing, sick, ill, pregnant, dead, alive, alone, new, old, green, red, yellow, wet, dry, due, overdue,
    available, online, offline, live, busy, asleep, silent, quiet, wrong, correct, identical, equal, the same, blank,
    complete, incomplete, unpaid, unread, unsent, unknown, higher, lower, bigger, smaller, later, earlier, less, more,
    under, above, below, between, at,
    in, by, for, from, with, without, after, before, since, until, of, to, about, around, near, next, behind, during,
    within, against, part, one, two, three, four, five, six, seven, eight, nine, ten, half, both, none, mine, ours,
    called, named, tired, exhausted, surprised, angry, sad, upset, worried, hurt, sorry,
    right (?:here|there|after|before)
    """
)
_THING = phrases(
    "new, copy, list, part, draft, week, day, month, year, hour, meeting, call, letter, mail, contract, weekend"
)
_VISIBLE = re.compile(
    rf"\s*(?:(?:now|already|still|again|also|only|just|\w+ly) )*(?:\Z|\d|{_STATE}\b|[\w-]+ (?:ago|late|long|old)\b"
    rf"|(?:[\w-]+ )?(?:[\w-]{{2,}}ed|[\w-]{{3,}}ing|{_IRREGULAR})\b(?!-)"
    rf"|(?:an?|the|my|our|his|her|their) (?:[\w-]+ ){{0,3}}?{ROLE}\b|an? {_THING}\b"
    r"|(?:my|our|his|her|their|the (?:first|second|third|last|next|only|new|old))\b)",
    re.IGNORECASE,
)
#: These end as verbs do, and say all the same what somebody or something is like.
_LIKE_A_VERB = re.compile(
    r"\s*(?:(?:so|too|very|quite|rather|pretty|\w+ly) )*"
    + phrases(
        """
        humiliating, insulting, annoying, disappointing, embarrassing, shocking, frightening, patroni[sz]ing,
        disgusting,
        exhausting, infuriating, degrading, demeaning, confusing, boring, misleading, threatening, damaging,
        overwhelming,
        spoiled, biased, twisted, crooked, stuck-up, self-absorbed, narrow-minded, big-headed, pig-headed, bored, jaded,
        overworked, overwhelmed, obsessed, threatened, intimidated, conceited, disorgani[sz]ed, unqualified, scared
        """
    )
    + r"\b",
    re.IGNORECASE,
)


#: What somebody said of others: that they said it is a fact, whatever it was.
_TOLD_THAT = re.compile(
    r"(?i)\b(?:said|told (?:me|us|him|her|them|(?:the|my|our|a) [\w-]+)|wrote|announced|claimed|reported|explained"
    r"|answered)"
    r"(?: (?:in|at|on|to|before) [^,.;]{1,40}?)? that\b.*\Z"
)
_KIND = r"(?:people|men|women|folks?|guys?|man|woman|person|lot|bunch|types?)"
#: Present deeds and wishes that are heard or seen, though no day is named.
_HEARD_OR_SEEN = phrases(
    """
    wants?, asks?, says?, offers?, refuses?, demands?, plans?, needs?, expects?, promises?, insists?, proposes?,
    suggests?,
    works?, leads?, runs?, manages?, owns?, reports?, sits?, belongs?, comes?, goes, arrives?, leaves?, answers?,
    sends?,
    writes?, calls?, takes?, uses?, gives?, does, do, signs?, invites?, reads?, pays?, smokes?, eats?, interrupts?,
    shouts?, books?, cancels?, merges?, tests?, speaks?, talks?, stands?, opens?, closes?, sells?, buys?, teaches,
    cooks?,
    drives?, changes?, copies, brings?, keeps? \\w+ing, stops?, starts?, puts?, makes?, meets?, still, also, is, are,
    was,
    were, has (?:\\w+ed|not|been|already|since), have (?:\\w+ed|not|been|already|since), (?:has|have) {irregular},
    hasn't,
    haven't, did, didn't, doesn't, don't, does not, do not, can, can't, cannot, could, couldn't, will, won't, would,
    wouldn't, may, might, must, should, shall, had
    """
).replace("{irregular}", _IRREGULAR)
#: How somebody is, lives or acts in general: a camera records an occasion, and none is named.
_IN_GENERAL = re.compile(
    rf"\A(?:(?:and|but|so|also|yet|then|well),? )?(?:he|she|(?:the|my|our|this|that|his|her"
    rf"|their) (?:[\w-]+ )?(?:{ROLE}|{_KIND})"
    rf"(?: up there)?) (?:simply |just |really |only )?(?!{_HEARD_OR_SEEN}\b)[a-z-]*[a-rt-z]s\b"
    rf"|\A(?:they(?: all)?|(?:[\w-]+ )?(?:people|men|women|folks)) (?:simply |just |really |only |all )?"
    rf"(?!{_HEARD_OR_SEEN}\b|{_PAST_FORM}\b)[a-z]+\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|once|twice|half|since|each|every)\b", re.I)


def is_story(sentence: str) -> bool:
    """Whether `sentence` tells what somebody makes of it: a judgement, an always or never, a motive, a guess.

    What stands in quotation marks was said by somebody and is passed over: that it was said is a fact.
    """
    own = _TOLD_THAT.sub("", unquoted(sentence))
    text = own.replace("’", "'").strip()
    return bool(marks(sentence[: len(own)]) or _STORY.search(text)) or _in_general(text) or _only_says_what_is(text)


def _in_general(text: str) -> bool:
    return _IN_GENERAL.match(text) is not None and not (dates(text) or _COUNTED.search(text) or "   " in text)


def _only_says_what_is(text: str) -> bool:
    """Whether all that a sentence says is that something is so, and nobody could see that it is."""
    found = _COPULA.match(text)
    if found is None or not _SUBJECT.fullmatch(found["subject"]):
        return False
    said = found["said"].rstrip(".!?")
    if _LIKE_A_VERB.match(said):
        return True
    # Where something was quoted, a gap is left.
    return not (_VISIBLE.match(said) or dates(text) or any(c.isdigit() for c in text) or "   " in text)
