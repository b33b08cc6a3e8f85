"""Forms of words by which people do something in a conversation: ask, offer, own up, threaten, give in.

Regular expressions over one sentence with straight apostrophes, without regard to case; see `coach.agent.talks.acts`.
"""

from __future__ import annotations

import re

from coach.agent.talks.dates import phrases
from coach.domain.rehearsal import Act


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


#: A sentence with what closes it; a full stop inside a number or a name ends none.
SENTENCE = re.compile(r"(?:[^.!?…\n]|[.!?…](?=[^\s.!?…\"'”’)]))+[.!?…]*[\"'”’)]*")
SILENCE = _any(r"[(\[*]\s*(?:(?:i )?(?:say|says) nothing|silen(?:ce|t)|nothing|pause|no answer|quiet)\s*[)\]*]")

_DO = r"(?:do|take|find|get|have|make|deliver|ship|manage|give|finish|promise|work)"
_YOU_ARE = r"\byou(?:'re| are| were)"
_NOT = r"(?:n't| not)"

#: What happened: verbs in the past, or what a test or a log says.
HAPPENED = _any(
    r"\b(?:was|were|had|did(?:n't)?|said|told|sent|went|came|got|took|gave|made|saw|heard|found|lost|broke|fell"
    r"|left|met"
    r"|put|ran|began|spoke|wrote|brought|held|kept|knew|led|sold|cost|cut|set|shut|stood|thought|rolled|read|came"
    r"|shows?|says|stands at)\b",
    r"\b(?!(?:speed|proceed|exceed|succeed|indeed|tired|worried|excited|interested|concerned|scared|afraid"
    r"|supposed|prepared|needed|required|allowed|planned for|bleed|breed|hundred|sacred)\b)[a-z]{3,}ed\b",
)
#: What is still to come, or was not done, is nothing that happened.
NOT_YET = _any(r"\b(?:I|we|you|he|she|they)(?:'ll| will)\b", r"\b(?:should|could|ought to)(?:n't| not)? have\b")
SUPPOSED = _any(r"\s*(?:if|when|unless|suppose|imagine|let's|maybe|perhaps)\b")

#: Beginnings of questions that can't be answered with yes or no, and don't ask for a reason to be defended.
_HOW = r"how(?! (?:dare|could you|can you|come you|many|much|often|long|soon|old|about))"
_WHAT = rf"(?:what(?! if\b| time\b| about\b)|{_HOW}|which|where|who|whose)"
ASKS_OPENLY = _any(
    rf"(?:\A|[,:;–—-]\s*|\b(?:and|so|but|or|then|well|now|okay|ok)\s+)[\"'(]*(?:and |so |but |in |from |for |to "
    rf"|at |on )?"
    rf"{_WHAT}\b",
    r"\b(?:can|could|would|will) you (?:please )?(?:tell me|help me understand|describe|explain|say"
    r"|walk me through)\b"
    r"(?:.{0,60}\b(?:what|how|which|where|who|more|about)\b)",
)
INVITES = _any(
    r"\b(?:tell me|help me (?:to )?(?:understand|see)|i(?:'d| would) like to (?:hear|understand|know)"
    r"|walk me through)\b"
    r".{0,80}\b(?:what|how|which|where|who|why|more|about|your)\b"
)
#: Questions that are none.
REPROACHES = _any(
    r"\bwhat (?:were|are) you thinking\b|\bwhat(?:'s| is) wrong with you\b|\bwho do you think you are\b"
    r"|\bwhat the (?:hell|fuck)\b"
    r"|\bwhat (?:else )?do you expect\b|\bwhat do you (?:even )?know\b|\bwho cares\b|\bso what\b|\bwhat(?:'s"
    r"| is) your problem\b"
)

THEIR_VIEW = _any(
    r"\b(?:if|when) i (?:understand|understood|hear|heard|get|got|read) (?:you|this|that)\b",
    r"\bwhat i(?:'m| am)? (?:hear(?:ing)?|take from|understand)(?: from you)? (?:is|so far is)\b",
    r"\b(?:it|that) sounds (?:like|as if) (?:you|for you|the|your)\b",
    r"\bin other words,? you\b",
    r"\bso,? (?:for you|you(?:'re| are)(?! (?:just|only|lying|wrong|telling me no))|you need|you have to"
    r"|you fear|you promised"
    r"|your (?:worry|fear|problem|concern|point)|what you)\b",
    r"\byou(?:'re| are) (?:worried|concerned|under pressure|afraid|anxious|caught|in a spot|stuck between"
    r"|measured)\b",
    r"\byou(?:'ve| have) (?:given your word|a board|to answer|to report|promised)\b",
    r"\bi (?:can |do )?(?:see|understand|hear|get|know) (?:that )?you (?:gave|have|had|promised|need|needed|must|face"
    r"|fear|are under|were under|stand by)\b",
)
#: What somebody said, told without quotation marks: the words behind it are theirs.
REPORTS = _any(
    r"\b(?:you|he|she|they|the \w+) "
    r"(?:said|wrote|claimed|repeated|called|told (?:me|us|them|him|her|every(?:one|body)))\b"
    r".{0,60}?\bthat\b"
)
AS_IF_THEIR_VIEW = _any(
    r"\bi (?:can )?(?:see|understand|hear|get) (?:that|why|how|what)\b",
    r"\b(?:from|on) your (?:side|seat|point of view|end|desk)\b|\bfor you\b|\bin your (?:place|position|shoes)\b",
    r"\byou (?:just )?(?:said|say|mentioned|asked|told me)\b",
    r"\byour (?:point|worry|concern|question|view|pressure)\b",
)

REQUESTS = _any(
    r"\bplease (?!(?:don't think|note|understand me|remember))[a-z]+\b",
    r"\bi(?:'d| would) (?:like|love|ask|want) you to\b|\bi(?:'d| would) like (?:us )?to (?:agree|ask|fix|set)\b",
    r"\bi(?:'m asking| am asking| ask) (?:you|that|for)\b|\bi (?:need|want) you to\b|\bi need from you\b"
    r"|\bwhat i need\b",
    r"\b(?:can|could|would|will) you (?!(?:believe|imagine|even|stop being|tell me|help me understand|describe"
    r"|explain))"
    r"(?:please |be willing to |agree to )?[a-z]+\b",
    r"\bmy (?:one )?(?:request|ask) (?:to you )?(?:is|would be)\b|\bone (?:thing|request) i(?:'d| would)? (?:ask"
    r"|want|need)\b",
    r"\blet(?:'s| us) (?:agree|settle|fix|decide|write down)\b",
)

#: Giving something away, or agreeing to do so. That something is offered for something is no matter here.
CONCEDES = _any(
    r"\b(?:i|we)(?:'d| would|'ll| will| can| could| am ready to|'m ready to|'m willing to| am willing to"
    r"|'re willing to)"
    r" (?:also |even |perhaps |then )?(?:give (?:you|up|in)|live with|accept|agree to|drop|cut|leave out|let go"
    r"|move (?:it|the)"
    r"|take (?:it|that|this) on|do without|wait|postpone|pay|skip|reduce|work (?:late|longer|weekends?|nights?"
    r"|the)|go along|offer)\b",
    r"\byou (?:can|may) have\b|\b(?:that|this|it) can (?:go|wait|be (?:dropped|cut|left out|moved))\b"
    r"|\bi give (?:you|up)\b",
)
#: What is shown and not said: "(looks at the papers)".
GESTURE = re.compile(r"\([^()]*\)")

_WORST = phrases(
    """
    idiots?, morons?, imbecile, dumbass, asshole, arsehole, bastard, bitch, prick, dickhead, cunt, wanker, scumbag,
    shithead, clowns?, losers?, dimwit, retard
    """
)

PATTERNS: dict[Act, re.Pattern[str]] = {
    Act.OWN_PART: _any(
        r"\bmy (?:own )?(?:part|share|mistake|fault|error|omission|responsibility)\b(?! (?:of|in) (?:it|this"
        r"|that) is (?:small|zero|nothing))",
        r"\b(?:that|this|it|part of (?:it|this|that))(?:'s| is| was) on me\b|\b(?:that|this"
        r"|which) (?:part )?(?:is|was) mine\b",
        r"\bi (?:should(?:n't| not)? have|could have|ought to have) (?!fired|known better than"
        r"|brought (?:it|this|that) up|bothered|asked|come|said anything)",
        r"\bi (?:failed|forgot|missed|neglected|let (?:it|this|that|you)|waited too long|kept quiet|kept silent"
        r"|said nothing"
        r"|own (?:that|this|it)|contributed)\b",
        r"\bi (?:did(?:n't| not)|never) (?:tell|told|say|said|ask|asked|raise|raised|warn|warned|speak|spoke"
        r"|check|checked"
        r"|push|pushed|explain|explained|object|objected|make|made (?:it )?clear|write|wrote)\b",
        r"\bi (?:was|am) (?:wrong|too (?:late|slow|soft|vague|sure|sharp)|unclear|sharper|partly)\b"
        r"|\bi apologi[sz]e\b",
        r"\bi(?:'m| am) sorry (?:that i|i|for (?:my|the way i|not|what i|having|being))\b",
    ),
    Act.OPTION: _any(
        r"\b(?:we|i|you) (?:could|can) (?:\w+ ){0,3}?(?:instead|either|or)\b|\beither\b.{3,80}\bor\b",
        r"\b(?:one|another|an?|the other|second|first|two|three) (?:options?|ways? (?:is|would|to)|possibilit(?:y"
        r"|ies)|alternatives?)\b",
        r"\boption (?:a|b|one|two|1|2)\b|\balternatively\b|\bin (?:exchange|return)\b",
        r"\bwhat if (?:we|i|you)\b|\bhow about\b|\bwhat about (?:an?|the|\w+ing)\b",
        r"\b(?:i|we) (?:can|could|would) (?:offer|propose|suggest)\b|\bi (?:offer|propose|suggest)\b"
        r"|\bmy (?:offer|proposal|suggestion)\b",
        r"\b(?:could|can|shall|should) we (?:agree|start|begin|ship|split|do|try|go|move|launch|release|meet|show"
        r"|run)\b",
        r"\bwe could (?!not\b|have\b|never\b|see\b|of\b)[a-z]+\b"
        r"|\bwe can (?:ship|start|begin|try|split|show|launch|go live|release|run|offer)\b",
        r"\binstead of (?:that|this|it|\w+ing)?.{0,60}\b(?:we|i) (?:can|could|would)\b|\bwhat (?:we|i) can (?:do"
        r"|offer|give)\b",
        r"\bif you (?!(?:don't|do not|won't|keep|ever)\b).{3,80}\b(?:then )?(?:i|we) (?:can|could|will|would)\b",
        r"\bif (?!you\b).{3,80}\bthen (?:i|we) (?:can|could|offer)\b",
    ),
    Act.LIMIT: _any(
        r"\b(?:i|we|the team) (?:can't|cannot|can not|won't|will not|am not able to|are not able to)\b(?! (?:wait"
        r"|thank|help (?:but|it)|imagine|say (?:how|that)))",
        r"\bi(?:'m| am) (?:saying no|not going to|not able to|not willing to)\b|\bmy answer is no\b",
        r"\bi (?:have to|must|need to|want to) (?:say|tell you) no\b|\A\s*no[,.]|\bit is a no\b|\bthe answer is no\b",
        r"\b(?:that|it|this) (?:is|'s) (?:not|n't) (?:possible|realistic|going to (?:work|happen))\b"
        r"|\bthat won't (?:work|happen)\b",
    ),
    Act.INTENT: _any(
        r"\byou (?:only|just|really|secretly|simply) (?:want|wanted|care|cared|did|said|do|say|think|try|tried)\b",
        rf"\byou (?:(?:just|simply|really|clearly|obviously) )?(?:do|did|does)?{_NOT} (?:even |really )?care\b"
        rf"|\byou (?:don't|do not|didn't|did not) (?:even )?(?:want"
        rf"|respect|trust)\b",
        rf"{_YOU_ARE} (?:just |only |clearly |obviously )?(?:trying to|out to|after my|afraid to|playing"
        rf"|using (?:me|us)|hiding)\b",
        r"\byour (?:real|true|hidden|only) (?:reason|goal|agenda|motive|aim|interest)\b|\badmit (?:it|that)\b",
        r"\byou (?:deliberately|intentionally|knowingly)\b|\byou\b.{0,40}\b(?:on purpose|out of spite)\b",
        r"\byou want(?:ed)? (?:me|us|them|him|her|the team) to (?:fail|look|suffer|leave|fall)\b",
        r"\byou (?:did|do|said|say|are doing|want) (?:it|that|this)?\s*(?:just |only )?(?:because you|to (?:look"
        r"|hurt|impress|punish|cover))\b",
        r"\byou think (?:that )?you(?:'re| are) (?:better|above|smarter|so)\b",
    ),
    Act.THREAT: _any(
        r"\bor else\b|\b(?:last|final) (?:chance|warning)\b|\byou(?:'ll| will| are going to) (?:regret|be sorry"
        r"|pay for|see what)\b",
        r"\bif you (?:don't|do not|won't|will not|keep|ever|dare|refuse|continue)\b.{0,80}\b(?:i|we)(?:'ll| will"
        r"|'m| am| are|'re)? "
        r"(?:going to )?(?:quit|leave|resign|go (?:to|over)|escalate|report|make|tell|stop|walk|take|complain"
        r"|expose|see)\b",
        r"\bor (?:i|we)(?:'ll| will|'m going to| am going to)? (?:quit|leave|resign|walk|go (?:to|over)|escalate"
        r"|report)\b",
        r"\bi(?:'ll| will|'m going to| am going to) (?:go over your head|have you (?:fired|removed)|ruin|destroy"
        r"|make your life|make you)\b",
    ),
    Act.FLATTERY: _any(
        rf"{_YOU_ARE} (?:such )?(?:the best|(?:so |really |absolutely |truly )?(?:amazing|brilliant|wonderful"
        rf"|fantastic|a genius"
        r"|incredible|great|smart|clever|wise|awesome))\b",
        r"\byou(?:'ve| have) always been (?:my|the|such|so)\b(?! (?:problem|one who|reason))",
        rf"{_YOU_ARE} such an? (?:\w+ )?(?:great|good|wonderful|brilliant|smart|amazing"
        rf"|clever)?\b(?=.{{0,30}}\b(?:leader|boss|manager|director|person|expert|engineer|colleague)\b)",
        r"\b(?:i(?:'ve| have)? always (?:admired|looked up)|i (?:really )?admire (?:you|your)|i look up to you)\b",
        r"\b(?:the )?(?:best|greatest|smartest|wisest) (?:boss|manager|director|leader|vp|colleague|engineer"
        r"|person|client)\b",
        r"\b(?:someone|somebody|a person) (?:as|so) (?:smart|clever|experienced|wise|brilliant|busy and important)\b",
        r"\bnobody (?:does|knows|understands)\b.{0,30}\b(?:like|better than|as well as) you\b"
        r"|\bwith all your (?:wisdom|experience|brilliance)\b",
    ),
    Act.CAVE_IN: _any(
        r"\byou win\b|\bforget (?:it|that|i (?:said|asked)|what i said)\b|\bnever ?mind\b|\b(?:whatever"
        r"|as) you (?:say|want|wish|like)\b",
        r"\b(?:ok(?:ay)?|fine|all right|alright|sure|yes),? (?:then )?(?:fine\b|(?:i|we)(?:'ll| will"
        r"| can) (?!(?:not|never|talk|think|see|look|come back))"
        rf"(?:just )?{_DO}\b|you(?:'ll| will)? (?:get|have|can have) (?:it|that|your)|have it your way)",
        r"\b(?:i|we)(?:'ll| will) (?:just |somehow )?(?:find a way|make it (?:work|happen)|work (?:the "
        r"|on )?(?:weekends?|nights?)|get it done|manage somehow"
        r"|do (?:it|that|what you want)|deliver it (?:then|on time|by then))\b",
        r"\byou(?:'re| are) (?:probably )?right,? (?:and )?(?:sorry|i(?:'m| am) sorry|forget|i(?:'ll| will)"
        r"|we(?:'ll| will))\b",
        r"\b(?:it|that)(?:'s| is) fine,? (?:really|then|do it)\b|\bdon't worry about (?:it|us|me)\b|\bi give up\b"
        r"|\bi take it back\b",
    ),
    Act.INSULT: _any(
        rf"\b{_WORST}\b",
        r"\bare you (?:really |so |just |that )?(?:stupid|dumb|pathetic|useless|insane|crazy|mad|brain-?dead|blind)\b",
        r"\b(?:fuck|screw) (?:you|off|this|that|them)\b|\bpiss off\b|\bshut (?:the \w+ )?up\b|\bgo to hell\b"
        r"|\byou suck\b|\bget lost\b",
        rf"{_YOU_ARE} (?:so |such an? |just |really |all |a |an |fucking |completely |totally )*(?:stupid|dumb"
        rf"|pathetic|useless|worthless"
        r"|disgusting|ridiculous|an? (?:joke|disgrace|fool|pig|rat|snake|liar)|brain-?dead|mad|insane|crazy)\b",
        r"\b(?:stupid|dumb|fucking|bloody|pathetic|useless) (?:cow|man|woman|boss|director|manager|engineer"
        r"|client|people|fool|liar|thing you)\b",
        r"\bpiece of (?:shit|crap|garbage|work)\b|\bi hate you\b|\bbullshit\b|\bkiss my\b",
    ),
}
#: Whom a trait word may be said of.
ABOUT_SOMEBODY = _any(r"\b(?:you|your|he|she|they|him|her|them|his|their|people|everybody|everyone)\b")
_OF_ONESELF = _any(
    r"\b(?:i|we|i've|we've|i'd|we'd|i'll|we'll|i'm|we're|let's)(?: \w+){0,2} \Z|\b(?:as|you can|you could) \Z"
)
_NO_GENERALITY = _any(r"\A(?:never ?mind|always on)\b")


def insults(text: str) -> bool:
    """Whether `text` has words in it that no counterpart has to listen to."""
    return bool(PATTERNS[Act.INSULT].search(text))


def of_nobody(before: str, after: str) -> bool:
    """Whether an "always" or "never" between these two is said of oneself, or of nobody at all."""
    return bool(_OF_ONESELF.search(before) or _NO_GENERALITY.match(after))
