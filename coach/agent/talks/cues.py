"""Forms of words by which somebody says what they want of a talk, fear of it, could give up in it and will not.

Patterns over one clause with straight apostrophes and without what stands in quotation marks. Each looks for a form
(who may, must, could or need not do something), never for what a talk is about.
"""

from __future__ import annotations

import re

from coach.agent.talks.dates import phrases

TALK = phrases(
    """
    tell, talk, speak, ask, say, confront, raise, refuse, turn down, push back, convince, let go, give, bring up,
    explain, meet, address, bring (?:him|her|them|us|everyone), discuss, apologi[sz]e, negotiate, present, announce,
    hold
    """
)
MUST = phrases(
    "have to, need to, must, should, want to, ought to, got to, going to, am to, would like to, plan to, intend to,"
    " mean to"
)

_I = r"\b(?:I|we)"
_ADVERBS = r"(?:(?:also|even|perhaps|maybe|then|still|easily|certainly|gladly|really|just|only|always|\w+ly) ){0,2}"
#: "I could", "we'd": a supposition, so that what follows is offered and has not happened.
_COULD = rf"{_I}(?:'d| would| could| can| might| may|'ll| will) {_ADVERBS}"
#: What is not offered where somebody "could" or "would" do it: wishes, senses, losses, and what was not done.
_NO_OFFER = phrases(
    """
    not, never, hardly, rather, like, love, prefer, want, need, wish, hope, expect, appreciate, be, have, see, hear,
    feel, tell, say, think, know, remember, imagine, understand, prove, believe, ask, call it, argue, cry, scream, quit,
    lose, fail, miss, get, become, no longer, barely, only watch, sleep, talk, speak, confront, swear, explode
    """
)
#: "I'd told him" tells what had happened.
_DONE = phrases(
    "told, said, sent, given, gone, done, made, taken, written, left, put, paid, got, met, seen, had, been, begun,"
    " come, known, done"
)
_WILLING = phrases(
    "willing, ready, prepared, fine, ok, okay, happy, flexible, open, content, good, glad, up, generous, relaxed"
)
_ENOUGH = (
    r"(?:\w+ly )?(?:enough|fine|ok|okay|acceptable|possible|all right|alright|sufficient|negotiable|an exception"
    r"|plenty|good enough|a fair compromise)"
)
_OTHERS = r"(?:he|she|they|it|you|this|that|these|(?:the|my|our|an?|no|his|her|their|one) (?:[\w-]+ ){1,3}?|[\w-]+s )"
#: What somebody may be allowed. That they may be or feel something is a guess.
_ALLOWED = phrases(
    """
    decide, have, choose, keep, stay, use, take, do, come, go, start, finish, pick, write, put, wait, sign, order,
    bring, work from, skip, set
    """
)
_GIVE = phrases("take, give, pay, accept, drop, wait, do, come, move, offer, agree, let, share, cover, help, add, go")
_ASKED_OF = phrases("stop, change, pay, end, happen, run, go out, come, know, be able, be told, be asked")

CONCEDE = "|".join(
    (
        rf"{_COULD}(?!(?:{_NO_OFFER})\b)(?!(?<='d )(?:\w{{3,}}ed|{_DONE})\b)\w+",
        rf"{_COULD}(?:be (?:\w+ )?{_WILLING} (?:with|to|about|on|for|if)\b|do without|have (?:him|her|them)\b)",
        rf"{_I}(?: am|'m| are|'re| would be|'d be) (?:\w+ )?{_WILLING} (?:to|with|about|on|for)\b",
        rf"{_I} (?:don't|do not|wouldn't|would not) mind\b|{_I} (?:accept that|settle for|can live with)\b",
        rf"\b(?:(?:would|could|might|will) (?:also )?(?:be {_ENOUGH}|suffice|do|work)|(?:is|are|'s) {_ENOUGH}"
        rf"|suffices)\b"
        r"(?! (?:of|to (?:see|say|tell|think))\b)",
        r"\b(?:works?|is fine|are fine|is okay) (?:for|with|by) me\b|\bas far as I(?:'m| am) concerned\b",
        r"\b(?:isn't|is not|aren't|not) (?:really |strictly )?(?:necessary|needed|required)\b"
        rf"|{_I} (?:could|can|might) (?:imagine|see myself)\b|{_I}(?:'d| would|'ll) get (?:by|along)\b",
        r"\b(?:can|could|may) (?:also |even )?be (?:in|on|at|by|after|later|an?|half|done|paid|shared)\b",
        r"\b(?:he|she|they) can (?!not\b|be\b|only\b|hardly\b|never\b|see\b|hear\b)\w+(?!.*\bsince\b)"
        r"|\b(?:he|she|they)(?:'ll| will|'d| would) (?:get|have)\b[^.]*\bfrom (?:me|us)\b",
        rf"\b(?:can|may) {_ADVERBS}{_ALLOWED}\b(?!.*\bsince\b)",
        r"\b(?:can|could) (?:wait|be (?:later|smaller|left out|dropped|cut|moved|an exception|skipped))\b",
        r"\b(?:needn't|need not|(?:doesn't|does not|don't|do not) (?:have|need) to be)\b",
        r"\bif (?:need be|necessary|it helps|that helps|it must be)\b|\bin return\b|\bfor my part\b"
        r"|\bat (?:the )?most\b",
        rf"\A(?:if|for) [^,]{{3,60}},? (?:then )?{_I} (?:also )?{_GIVE}\b",
    )
)
_DAYS = r"today|tomorrow|next|day\b"
KEEP = "|".join(
    (
        rf"{_I} (?:can't|cannot|can not|won't|will not|would not|wouldn't|must not) (?:\w+ )?"
        + phrases(
            """
            accept, give up, give way, move, concede, agree to, drop, let go, compromise, go below, go above, budge,
            back down, bend, yield, negotiate, discuss, do without, sign, go beyond
            """
        )
        + r"\b(?! (?:to|in|out|house|office|desk)\b)",
        r"\b(?:not|non-?) ?negotiable\b|\bmy red line\b|\b(?:under|in) no circumstances\b|\bno matter what\b",
        r"\bwhatever happens\b|\bout of the question\b|\bnot up for (?:discussion|debate|negotiation)\b",
        rf"{_I} (?:can't|cannot|can not|won't|will not) [^.,;]{{1,30}}\b(?:more|less|longer|later|earlier"
        rf"|fewer) than\b",
        r"\b(?:is|are|'s) (?:the|my|our) (?:absolute )?(?:minimum|maximum|limit|least|bottom line)\b",
        r"\bno (?:discussion|exceptions?|debate|ifs|compromise)\b(?=\W*\Z)|\bend of (?:story|discussion)\b"
        r"|\bthat's for sure\b",
        r"\b(?:that's|that is) (?:final|my limit|a must|where I stop)\b|\bfull stop\b|\bperiod\Z",
        rf"{_I}(?: am|'m| are|'re) not (?:willing|ready|prepared|going to (?:accept|give|move))\b",
        r"\bwhat (?:must not|mustn't|can't|cannot|may not) happen\b|\b(?:has|have|must|needs?) (?:to )?stay\b",
    )
)
#: A fragment without a verb, such as "Not a day longer", closes the wish or the offer that it stands behind.
FRAGMENT = re.compile(r"(?:but )?(?:not|no) (?!one\b|longer\b|more than\b)(?:[\w-]+,? ){0,4}[\w-]+\W*\Z", re.IGNORECASE)
FEARED = "|".join(
    (
        r"\bI(?: am| was|'m)? (?:\w+ )?(?:afraid|scared|worried|nervous|anxious|terrified|dreading|concerned)\b",
        r"\bI (?:fear|dread|worry)\b|\bmy (?:\w+ )?(?:fear|worry|concern)(?: is\b|:)",
        r"\bI(?:'m| am) (?:\w+ )?uneasy\b|\bI hope (?:that )?(?:he|she|they|it|nobody|no one) "
        r"(?:doesn't|don't|won't|does not|do not|will not)\b",
        r"\bwhat if (?:he|she|they|it)\b|\bI don't want to lose\b|\bit (?:could|might|may) (?:blow|backfire|explode"
        r"|end)",
        r"\b(?:that|this|what|which|it) (?:really |also |most )?(?:scares|frightens|worries|terrifies) me\b",
        # What somebody will do, with no day to it, is foreseen and not known.
        rf"\A(?:then |and |but )?(?:he|she|they)(?:'ll| will) (?!be (?:back|there|here)\b"
        rf"|have\b)(?!.*\d)(?!.*(?:{_DAYS}))\w+",
        # What somebody might do is feared; what they might be or feel is a guess.
        r"\A(?:(?:then|and|but|perhaps|maybe) )?(?:he|she|they|(?:one|some|both) of them)(?: might| may| could|'ll"
        r"| will)(?: well| even| just)?"
        r" (?!be\b|have\b|feel\b|not\b|never\b|think\b|want\b)(?:get (?:angry|mad|upset|loud)|"
        + phrases(
            """
            say, take it, refuse, cry, leave, quit, resign, shout, blame, tell, go to, go over, react, explode, walk
            out, fire, drop, punish, laugh, complain, stop, turn, hang up, deny, walk
            """
        )
        + r")\b",
    )
)
WANTED = "|".join(
    (
        rf"{_I} (?:really |just |only |still )?(?:want|need|hope|wish|aim|expect|insist|demand|push)\b",
        rf"{_I} (?:don't|do not) want\b|{_I}(?:'m| am|'re| are) (?:asking for|after|hoping)\b",
        rf"{_I}(?:'d| would) (?:\w+ )?(?:like|love|rather|prefer|appreciate|want)\b"
        rf"|{_I}(?:'d| would) be (?:glad|happy|grateful|pleased) (?:to be|if)\b|\bideally\b|\bfrom now on\b",
        r"\b(?:my |our |the |a )?(?:goal|aim|wish|hope|idea|purpose|target|request)(?: is\b|:)",
        r"\bwhat (?:I|we)(?: really| do)?(?: want| need| wish| hope| expect|'m after|'d like| am after| would like)\b",
        rf"\bI(?:'ve| have)? (?:also |now )?(?:{MUST}|supposed to) {TALK}\b",
        r"\b(?:all|the (?:only|one) thing) (?:I|we)(?:'m| am)? (?:ask|want|need|wish)\w*\b",
        r"\bit(?:'d| would) be (?:\w+ )?(?:great|good|nice|helpful|wonderful|lovely|important|best|better) (?:to|if)\b",
        # What somebody else, or some thing, should or must do. "They must be ill" is a guess, and "had to" is past.
        rf"\A(?:and |but |so )?{_OTHERS} ?(?:should|ought to|must|ha(?:s|ve|'s|s got|ve got) to|needs? to)(?: not)?"
        rf" (?!be (?!\w+ed\b|here|there|on|in|at|told|asked|shown|able)|have (?:{_DONE}|\w+ed)\b|{TALK}\b)\w+",
        rf"\A{_OTHERS} ?(?:should|must|has to|needs to) {_ASKED_OF}\b",
    )
)
#: A wish in so many words, rather than in what somebody else should do.
WISHED = re.compile(
    rf"{_I}(?:'d| would|'ve| have)? (?:\w+ )?(?:want|need|like|love|rather|hope|insist|{MUST})\b|\bmy (?:goal|aim)",
    re.I,
)
#: The order matters: what is refused or feared may be said in the words of an offer or a wish.
CUES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in (("feared", FEARED), ("keep", KEEP), ("wanted", WANTED), ("concede", CONCEDE))
}
