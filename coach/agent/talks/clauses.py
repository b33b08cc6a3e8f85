"""Which answer of the interview each clause of a person's words belongs to, by rules.

Clauses are cut out, never put into other words: each stands in what the person typed, letter by letter.
"""

from __future__ import annotations

import re

from coach.agent.talks.cues import CUES, FRAGMENT, MUST, TALK
from coach.agent.talks.dates import dates, is_future
from coach.agent.talks.people import somebody
from coach.agent.talks.wording import unquoted
from coach.domain.preparation import Interview
from coach.domain.sentences import split_sentences

#: Between the clauses of one answer.
PARTING = "\n\n"
_SHORT = 10
_BACK = 80
#: Words that may stand before a cue: so few whatever they are, and so many where they tell nothing.
_FEW_BEFORE, _MOST_BEFORE = 4, 7
#: A cue that so few words follow closes what was said before it: "only together, full stop".
_CLOSES = 2
_AHEAD_OF_FRAGMENT = ("wanted", "concede", "keep")
_ELIDED = re.compile(rf"(?:also |just )?(?:{MUST}) {TALK}\b", re.IGNORECASE)
_NAMED = (
    r"(?:talk|conversation|meeting|1:1|one-to-one|call|review|appointment|signing|hearing|interview|catch-up|one-on-one"
    r"|stand-?up|jour fixe)"
)
_TO_TALK = re.compile(
    rf"\b(?:{MUST}|to) {TALK}\b|\b(?:I|we)(?:'m|'re| am| are)? (?:see|meet|talk|speak)(?:ing)?\b"
    rf"|\Asee(?:ing)? (?:him|her|them)\b"
    r"|\bI(?:'m| am) having (?:a )?(?:lunch|coffee|dinner|breakfast|drink|word)\b"
    rf"|\bI(?:'ve)? (?:have|got|have got) (?:a |an |my |our )?(?:[\w-]+ )?{_NAMED}\b",
    re.IGNORECASE,
)
_TALK_IS = re.compile(rf"\b{_NAMED}(?: is\b| with\b| on\b| at\b| in\b|:)", re.IGNORECASE)
#: "On Mondays" is no day of a talk, but all of them.
_EVERY_WEEK = re.compile(r"(?i)\bevery\b|days\Z")
_ASK = re.compile(
    r"(?:please |can you |could you )?(?:help|prep|advise|any (?:idea|advice|tips)|thoughts|role ?play)\b"
    r"|can we practi[sc]e\b"
    r"|(?:how|what|where|should|can|could|is|am|do|any)\b.*\?$|what (?:do|should) I\b|how (?:do|should|can) I\b"
    # Nobody else reads this, so whoever is told to do something for me, or is called "you", is the coach.
    r"|(?:please |just |so |now )*(?:tell|give|show|write|draft|explain|suggest|remind|confirm|convince|promise|back"
    r"|support)"
    r" (?:to )?(?:me|us)\b|(?:(?:surely|and|so|of course|I hope|I'm sure) )*(?:don't |do |wouldn't |would )?you(?:'d"
    r"|'ll| must"
    r"| have to| will| would| surely| can)? (?:agree|admit|see|understand|side|think so|say so|take my side)\b"
    r"|(?:hi|hello|hey|thanks|thank you)\b[^.]{0,20}$",
    re.IGNORECASE | re.DOTALL,
)
_HOW_TO = re.compile(
    rf"\b(?:how (?:do|can|should|would|could|to)(?: I| we)?(?: best)?|help me(?: to)?) (?P<span>{TALK}\b.+)", re.I
)
#: What a clause that asks the coach begins with, in the middle of a sentence.
_ASIDE = re.compile(r"\b(?:help me|any (?:advice|tips|idea)|what (?:do|should) I|how (?:do|should|can) I)\b", re.I)
#: The reason that a wish is given is no part of the wish.
_REASON = re.compile(r"(?i)\b(?:because|since|after(?! all)|although|though)\b(?= \w+ \w+)")
#: Behind these, what follows is what somebody said or thought, and no word of the person's own.
_REPORTED = re.compile(
    r"(?i)\b(?:said|says|told \w+|that|if|whether|when|what|how|why|thinks?|thought|because|as|which|who)$"
)
_SAYS = re.compile(r"(?i)\b(?:says?|tells?|asks?|thinks?|writes?|claims?|whether|if|because|who|which|when)\b")
_SAID = re.compile(r"(?i)\b(?:said|says|told \w+|thinks?|thought)$")
_PAST = re.compile(
    r"(?i)\b(?:\w{3,}ed|said|told|was|were|did|had|went|came|took|gave|sent|wrote|showed|sold|held|left|hung|cut|put"
    r"|ran"
    r"|made|got|lost|found|broke|fell|met|paid|read|kept|brought|bought|spoke|stood|threw|drew|began|heard|saw|knew)\b"
)
#: A line break behind a long line, or before a small letter.
_BROKEN = re.compile(r"(?<=[^\n]{60})\n(?=[^\s\-*•\d])|(?<=[^\s.!?:;])\n(?=[a-z])")
_JOINT = re.compile(r"(?:\s*[,;–—-]+)?\s*(?:\b(?:and|but|so|because|though|although|yet)\b,?\s*)?$", re.IGNORECASE)


def sorted_out(text: str) -> Interview:
    """Return what a free text says, sorted; every answer is made of the text's own words."""
    found: dict[str, list[str]] = {}
    when = who = told = ""
    for clause, name in clauses(text):
        of_talk = name == "ask" or _speaks_of_talk(clause)
        if of_talk:
            who, told = who or somebody(clause), _when(clause)
            when = when or told
        if name == "ask":
            found.setdefault("asked", []).append(clause)
            if wish := _HOW_TO.search(clause):
                found.setdefault("wanted", []).append(wish["span"].rstrip("?!. "))
        elif not (of_talk and told and name == "happened" and len(clause.split()) < _SHORT):
            # "Our talk is on Friday" says when, and nothing that happened.
            found.setdefault(name, []).append(clause)
        if not (of_talk or when):
            when = _ahead(clause)
    who = who or somebody(unquoted(text))
    return Interview(who=who, when=when, **{name: PARTING.join(some) for name, some in found.items()})


def sentences(text: str) -> list[str]:
    """Return the sentences of what a person typed or pasted. A line is one at least, unless a mail program broke it."""
    return [s for line in _BROKEN.sub(" ", text).split("\n") for s in split_sentences(line)]


def clauses(text: str) -> list[tuple[str, str]]:
    """Return the clauses of `text` in order, each with the answer that it belongs to, or "ask"."""
    found: list[tuple[str, str]] = []
    for sentence in sentences(text):
        for clause in _parted(sentence):
            name = _name(clause)
            if name == "happened" and FRAGMENT.match(clause) and found and found[-1][1] in _AHEAD_OF_FRAGMENT:
                name = "keep"
            found.append((clause, name))
    return found


def _parted(sentence: str) -> list[str]:
    """Part a sentence before a clause that says what is wanted, feared or could be given up, or asks the coach."""
    plain = unquoted(sentence).replace("’", "'")
    cuts = []
    for name, pattern in (*CUES.items(), ("ask", _ASIDE)):
        for cue in pattern.finditer(plain):
            # A few words back are enough to see what it hangs on.
            start = max(0, cue.start() - _BACK)
            before = plain[start : cue.start()].rstrip()
            joint = _JOINT.search(before)
            left = before[: joint.start()] if joint else before
            whole = len(left.split()) >= 3 and left != before
            closes = name != "ask" and len(plain[cue.end() :].split()) < _CLOSES
            if whole and not closes and not _REPORTED.search(before) and not _SAID.search(left):
                cuts.append((start + len(left), cue.start()))
    pieces = []
    at = 0
    for end, begin in sorted(cuts):
        if end >= at:
            pieces.append((at, end))
            at = begin
    found = []
    for start, end in (*pieces, (at, len(sentence))):
        reason = _REASON.search(plain, start, end) if _name(sentence[start:end].strip()) == "wanted" else None
        if reason and _PAST.search(plain, reason.end(), end):
            found += [sentence[start : reason.start()], sentence[reason.end() : end]]
        else:
            found.append(sentence[start:end])
    return [p for piece in found if (p := piece.strip(" ,;"))]


def _name(clause: str) -> str:
    plain = unquoted(clause).replace("’", "'").strip()
    if _ASK.match(plain) and not CUES["feared"].match(plain):
        return "ask"
    for name, pattern in CUES.items():
        if any(_leads(plain[: cue.start()].rstrip()) for cue in pattern.finditer(plain)):
            return name
    return "wanted" if _ELIDED.match(plain) else "happened"


def _leads(before: str) -> bool:
    """Whether what stands before a cue leaves it the person's own: "She said that I need to work harder" is no wish."""
    words = len(before.split())
    if words > _MOST_BEFORE or _REPORTED.search(before):
        return False
    return words <= _FEW_BEFORE or not (_SAYS.search(before) or _PAST.search(before))


def _speaks_of_talk(clause: str) -> bool:
    """Whether a clause speaks of the talk that is to be held, rather than of one that was."""
    return _TO_TALK.search(clause) is not None or (_TALK_IS.search(clause) is not None and not _PAST.search(clause))


def _when(clause: str) -> str:
    """Return when the talk is to be held, where a clause that speaks of the talk surely says so."""
    plain = unquoted(clause)
    for found in dates(plain):
        before = plain[: found.start()]
        aside = re.search(r"(?i)\b(?:that|what|which|because|about|since|who|why|how)\b", before)
        if _EVERY_WEEK.search(found.group()):
            continue
        if not _PAST.search(before) and (is_future(found.group()) or not aside):
            return clause[found.start() : found.end()]
    return ""


def _ahead(clause: str) -> str:
    """Return the first date of a clause that lies ahead by its own words, where nothing past is told before it."""
    plain = unquoted(clause)
    ahead = (d for d in dates(plain) if is_future(d.group()) and not _PAST.search(plain[: d.start()]))
    return next((clause[d.start() : d.end()] for d in ahead), "")
