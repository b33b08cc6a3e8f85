"""What a counterpart may not say, whoever words it: rules over one sentence, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from coach.agent.talks import spoken
from coach.agent.talks.dates import dates
from coach.agent.talks.wording import marks
from coach.domain.counterpart import Counterpart
from coach.domain.rehearsal import Move
from coach.grounding.actors import roles
from coach.grounding.facts import unknown_day, unknown_name, unknown_number
from coach.grounding.words import content, word_set

_MOST_WORDS = 45
#: A sentence echoes another that it shares so much of its content with.
_ECHO = 0.8
_ECHO_WORDS = 4
#: Share of what a report of the past says that must have been said before.
_TRACED = 0.5

_OUT_OF_ROLE = re.compile(
    r"\b(?:as an? (?:ai|assistant|language model|counterpart|coach)|language model|chat ?bot|assistant\b|i(?:'m"
    r"| am) an ai"
    r"|role[- ]?play(?:ing)?|rehears\w+|simulat\w+|practice session|scenario|in character|the (?:prompt"
    r"|instructions?|move|rules)\b"
    r"|my (?:move|role) is (?:to|that)|other person|counterpart|i (?:cannot|can't) (?:assist|help with that|comply)"
    r"|let me know if|feel free to|here(?:'s| is) (?:my|a|the) (?:response|answer|line|version|rephras\w+)|valid"
    r"|invalid:)\b"
    r"|<<<|>>>|‹‹‹|›››|\[[PCN]\d|https?:|\A\s*[*(\[#`{<]|\*\w",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:i(?:'d| would) (?:suggest|recommend|advise)(?: that)? you|my advice|a good (?:way|approach|idea) (?:to"
    r"|would|is)"
    r"|you (?:could|might|may|should) (?:try|start|begin|want to|consider|ask|say|use|phrase|focus|open|offer"
    r"|propose)\b"
    r"|try (?:to )?(?:ask|say|us|phras|begin|start|listen|open|rephras)\w*|remember to|it(?:'s| is"
    r"| would be) (?:important|helpful|best) (?:to|that)"
    r"|(?:good|great|nice|excellent) (?:job|question|point|work|opening)|well (?:done|said|put)|keep (?:it )?up"
    r"|active listening"
    r"|open[- ]ended|\"?i\"?[- ]statements?|tips?\b|feedback on (?:how|what) you|practi[sc]e (?:this|saying))\b",
    re.IGNORECASE,
)
_AGREES = re.compile(
    r"\b(?:agreed|i agree|we agree|deal|you(?:'re| are)(?: absolutely| completely| quite| probably)? right"
    r"|you(?:'ve| have) (?:convinced|persuaded) me"
    r"|i(?:'m| am) (?:convinced|in(?=[.!])|on board|with you|fine with (?:that|it|this)|okay with (?:that|it|this)"
    r"|happy to)|sounds (?:good|fair|great|reasonable|like a plan)"
    r"|(?:that|this|it) works for me|works for me|i(?:'ll| will) (?:do (?:that|it|so)|take care|support|accept"
    r"|approve|move|postpone|push|extend|talk to|tell|"
    r"give you|go along|back you|change|make sure|arrange|let you)|we(?:'ll| will| can) (?:do (?:that|it)|move"
    r"|postpone|push|extend|wait|delay|work (?:something|it|this) out"
    r"|go with|find a (?:way|solution|compromise)|adjust|change)|let(?:'s| us) (?:do (?:that|it)|go with|move"
    r"|postpone|push|delay|extend|try|work (?:something|it|together|on)"
    r"|find a|compromise|meet in the middle)|take (?:all |as much )?(?:the )?time|no problem|of course|certainly"
    r"|absolutely|sure thing|happy to help|i understand your (?:concern|position)s?"
    r"|that(?:'s| is| makes) (?:fair|reasonable|sense|perfect sense|a good idea|fine)|makes sense"
    r"|you have my (?:word|support)|i appreciate your|i can (?:do|accept|live with) (?:that|it|this))\b"
    r"|\A(?:yes|yeah|yep|okay|ok|fine|alright|all right|sure|good)(?:[.!]|\Z|,(?! but\b))",
    re.IGNORECASE,
)
#: What holds back a part of it.
_RESERVES = re.compile(
    r"\b(?:but|still|yet|though|although|however|not (?:yet|sure|convinced|all|enough|there|everything)"
    r"|only (?:a )?part|partly|except|doubt)\b",
    re.IGNORECASE,
)
#: The other side of half-agreeing: whoever reserves this much may grant a point, and still promises nothing.
_PROMISES = re.compile(
    r"\b(?:agreed|deal|i(?:'ll| will)|we(?:'ll| will) (?:move|postpone|delay|extend|wait)|you have my (?:word"
    r"|support)|convinced me|let(?:'s| us) (?:move|postpone|delay|extend|do))\b",
    re.IGNORECASE,
)
#: Reports of what somebody did or said before this talk.
_REPORTS = re.compile(
    r"\b(?:(?:you|your \w+|he|she|they|somebody|someone|everybody|everyone|people|the \w+(?: \w+)?|my \w+) "
    r"(?:(?:already|just|once|clearly|personally|have|has|had|'ve) )*"
    r"(?:said|told|promised|agreed|assured|confirmed|signed|approved|decided|complained|reported|missed|failed"
    r"|forgot|ignored"
    r"|refused|delivered|broke|caused|made|did|didn't|did not|were|was|had|came|went|asked|wanted|warned|knew"
    r"|left|gave)"
    r"|i (?:already |just |have |had |'ve |never |once )*(?:told|warned|asked|gave|promised|approved|signed|spoke"
    r"|talked|heard|spent|paid|saw|met|agreed))\b"
    r"(?P<what>[^.!?]*)",
    re.IGNORECASE,
)
#: Times that anybody may speak of: they lie around the moment of the talk and say of nothing that it happened.
_AHEAD = re.compile(
    r"\A(?:by |until |before |at |on )?(?:today|tonight|tomorrow|(?:this|next) (?:week|month|quarter|year|morning"
    r"|afternoon)|in (?:a|one) (?:day|week|month))",
    re.IGNORECASE,
)
#: People that everybody has, so that speaking of them says nothing of anybody.
_ANYBODYS = word_set("team person people colleague member owner user lead")
_ABOVE = word_set("management leadership boss executive director")


@dataclass(frozen=True)
class Said:
    """What the counterpart can know: who it is, and what was said."""

    counterpart: Counterpart
    #: Everything said before, by both, from the beginning.
    before: Sequence[str]
    #: What it answers.
    line: str

    @cached_property
    def text(self) -> str:
        """All of it, joined."""
        c = self.counterpart
        return "\n".join([c.role, c.stakes, c.topic, *self.before, self.line])

    @cached_property
    def words(self) -> frozenset[str]:
        """The stems of the words of it that carry meaning."""
        return frozenset(content(self.text))


def objection(sentence: str, move: Move, known: Said) -> str:
    """Return why a counterpart may not say `sentence` as its `move`, in plain words; empty where it may."""
    text = sentence.replace("’", "'")
    return next((why for rule in _RULES if (why := rule(text, move, known))), "")


def _form(text: str, move: Move, known: Said) -> str:
    if len(text.split()) > _MOST_WORDS:
        return "It is too long for a spoken sentence."
    return "It steps out of the role." if _OUT_OF_ROLE.search(text) else ""


def _no_advice(text: str, move: Move, known: Said) -> str:
    return "It advises or judges how the person talks." if _ADVICE.search(text) else ""


def _civil(text: str, move: Move, known: Said) -> str:
    judges = spoken.ABOUT_SOMEBODY.search(text) and any(m.what == "trait word" for m in marks(text))
    return "It is rude about somebody." if spoken.insults(text) or judges else ""


def _nothing_given_away(text: str, move: Move, known: Said) -> str:
    if move is Move.AGREE:
        return ""
    if move is Move.HALF_AGREE and _RESERVES.search(text) and not _PROMISES.search(text):
        return ""
    return "It agrees to something that was not earned." if _AGREES.search(text) else ""


def _nothing_new(text: str, move: Move, known: Said) -> str:
    for rule in (unknown_number, unknown_day, unknown_name):
        if why := rule(text, "", known.text):
            return why.replace("its source does not", "nobody did")
    heard = known.text.lower()
    if any(not _AHEAD.search(d.group()) and d.group().lower() not in heard for d in dates(text)):
        return "It names a time that nobody named."
    return ""


def _nothing_of_others(text: str, move: Move, known: Said) -> str:
    allowed = _ANYBODYS | (_ABOVE if move is Move.APPEAL else frozenset())
    if strangers := roles(text) - roles(known.text) - allowed:
        return f"It speaks of people whom nobody named: {', '.join(sorted(strangers))}."
    if not text.rstrip().endswith("?"):
        for report in _REPORTS.finditer(text):
            told = content(report["what"])
            if told and sum(word in known.words for word in told) < _TRACED * len(told):
                return "It reports something that nobody said."
    if any(m.what == "always or never" for m in marks(text)) and re.search(r"\byour?\b", text, re.IGNORECASE):
        return "It says of the person what nobody said."
    return ""


def _no_echo(text: str, move: Move, known: Said) -> str:
    words = set(content(text))
    for earlier in (*known.before, known.line):
        said = set(content(earlier))
        if len(words) >= _ECHO_WORDS and len(words & said) >= _ECHO * len(words) and len(said) <= 2 * len(words):
            return "It repeats what was said."
    return ""


_RULES: tuple[Callable[[str, Move, Said], str], ...] = (
    _form, _no_advice, _civil, _nothing_given_away, _nothing_new, _nothing_of_others, _no_echo,
)  # fmt: skip
