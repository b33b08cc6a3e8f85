"""Which answer of the interview each clause of a person's words belongs to, by rules.

Clauses are cut out, never put into other words: each stands in what the person typed, letter by letter.
"""

from __future__ import annotations

import re

from coach.agent.talks.dates import dates, is_future, phrases
from coach.agent.talks.people import somebody
from coach.agent.talks.wording import unquoted
from coach.domain.preparation import Interview
from coach.domain.sentences import split_sentences

#: Between the clauses of one answer.
PARTING = "\n\n"
_SHORT = 10
_BACK = 80
_TALK = phrases(
    """
    tell, talk, speak, ask, say, confront, raise, refuse, turn down, push back, convince, let go, give, bring up,
    explain, meet, address, discuss, apologi[sz]e, negotiate, present, announce, hold
    """
)
_MUST = phrases("have to, need to, must, should, want to, ought to, got to, going to, am to, would like to")
_CUES: dict[str, re.Pattern[str]] = {
    name: re.compile(rf"\b(?:{cues})", re.IGNORECASE)
    for name, cues in {
        "feared": phrases(
            """
            I(?: am|'m| was)? (?:\\w+ )?(?:afraid|scared|worried|nervous|anxious|terrified|dreading)\\b,
            I (?:fear|dread), my (?:\\w+ )?(?:fear|worry|concern) is\\b, what if (?:he|she|they|it)\\b,
            I don't want to lose\\b, it (?:could|might|may) (?:blow up|backfire|explode|end badly)
            """
        ),
        "keep": phrases(
            """
            I (?:can't|cannot|can not|won't|will not|would not|wouldn't|must not) (?:\\w+ )?(?:accept|give up|give way),
            (?:I|we) (?:can't|cannot|won't|will not) (?:move on|concede|agree to|drop|let go|compromise|go below|budge),
            (?:not|non-?) ?negotiable, my red line, under no circumstances,
            I(?: am|'m) not (?:willing|ready|prepared) to
            """
        ),
        "concede": phrases(
            """
            (?:I|we)(?:'d| would| could| can| might) (?:\\w+ )?(?:live with|accept|concede|offer|give (?:up|way)),
            (?:I|we)(?:'d| would| could| can| might) (?:\\w+ )?(?:let go of|agree to|settle for|drop|move on),
            (?:I|we)(?: am| are|'m|'re|'d be| would be) (?:willing|ready|prepared|fine|ok|okay|happy) (?:to|with)
            """
        ),
        "wanted": phrases(
            f"""
            I (?:really |just |only )?(?:want|need|hope|wish|aim)\\b, I(?:'d| would) (?:\\w+ )?(?:like|love)\\b,
            ideally\\b, my (?:goal|aim|wish|purpose) is\\b, I(?:'ve| have)? (?:also |now )?{_MUST} {_TALK}\\b
            """
        ),
    }.items()
}
_ELIDED = re.compile(rf"(?:also |just )?(?:{_MUST}) {_TALK}\b", re.IGNORECASE)
_TO_TALK = re.compile(
    rf"\b(?:{_MUST}|to) {_TALK}\b|\bI (?:see|meet) (?:him|her|them)\b|\bwe (?:talk|meet)\b", re.IGNORECASE
)
_TALK_IS = re.compile(r"\b(?:talk|conversation|meeting|1:1|one-to-one|call) (?:is|with|on|at|in)\b", re.IGNORECASE)
_ASK = re.compile(
    r"(?:please |can you |could you )?(?:help|prep|advise|any (?:idea|advice|tips)|thoughts|role ?play)\b"
    r"|can we practi[sc]e\b"
    r"|(?:how|what|where|should|can|could|is|am|do|any)\b.*\?$|what (?:do|should) I\b|how (?:do|should|can) I\b"
    r"|(?:hi|hello|hey|thanks|thank you)\b[^.]{0,20}$",
    re.IGNORECASE | re.DOTALL,
)
_HOW_TO = re.compile(
    rf"\b(?:how (?:do|can|should|would|could|to)(?: I| we)?(?: best)?|help me(?: to)?) (?P<span>{_TALK}\b.+)", re.I
)
#: What a clause that asks the coach begins with, in the middle of a sentence.
_ASIDE = re.compile(r"\b(?:help me|any (?:advice|tips|idea)|what (?:do|should) I|how (?:do|should|can) I)\b", re.I)
#: The reason that a wish is given is no part of the wish.
_REASON = re.compile(r"(?i)\b(?:because|since|after(?! all)|although|though)\b(?= \w+ \w+)")
#: Behind these, what follows is what somebody said or thought, and no word of the person's own.
_REPORTED = re.compile(
    r"(?i)\b(?:said|says|told \w+|that|if|whether|when|what|how|why|thinks?|thought|because|as|which|who)$"
)
_SAID = re.compile(r"(?i)\b(?:said|says|told \w+|thinks?|thought)$")
_PAST = re.compile(
    r"(?i)\b(?:\w{3,}ed|said|told|was|were|did|had|went|came|took|gave|sent|wrote|showed|sold|held|left)\b"
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
            found.append((clause, _name(clause)))
    return found


def _parted(sentence: str) -> list[str]:
    """Part a sentence before a clause that says what is wanted, feared or could be given up, or asks the coach."""
    plain = unquoted(sentence).replace("’", "'")
    cuts = []
    for pattern in (*_CUES.values(), _ASIDE):
        for cue in pattern.finditer(plain):
            # A few words back are enough to see what it hangs on.
            start = max(0, cue.start() - _BACK)
            before = plain[start : cue.start()].rstrip()
            joint = _JOINT.search(before)
            left = before[: joint.start()] if joint else before
            whole = len(left.split()) >= 3 and left != before
            if whole and not _REPORTED.search(before) and not _SAID.search(left):
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
    if _ASK.match(plain):
        return "ask"
    for name, pattern in _CUES.items():
        cue = pattern.search(plain)
        # Behind a few words only: "She said that I need to work harder" is no wish.
        if cue and not _REPORTED.search(plain[: cue.start()].rstrip()) and len(plain[: cue.start()].split()) <= 3:
            return name
    return "wanted" if _ELIDED.match(plain) else "happened"


def _speaks_of_talk(clause: str) -> bool:
    """Whether a clause speaks of the talk that is to be held, rather than of one that was."""
    return _TO_TALK.search(clause) is not None or (_TALK_IS.search(clause) is not None and not _PAST.search(clause))


def _when(clause: str) -> str:
    """Return when the talk is to be held, where a clause that speaks of the talk surely says so."""
    plain = unquoted(clause)
    for found in dates(plain):
        before = plain[: found.start()]
        aside = re.search(r"(?i)\b(?:that|what|which|because|about|since|who|why|how)\b", before)
        if not _PAST.search(before) and (is_future(found.group()) or not aside):
            return clause[found.start() : found.end()]
    return ""


def _ahead(clause: str) -> str:
    """Return the first date of a clause that lies ahead by its own words, where nothing past is told before it."""
    plain = unquoted(clause)
    ahead = (d for d in dates(plain) if is_future(d.group()) and not _PAST.search(plain[: d.start()]))
    return next((clause[d.start() : d.end()] for d in ahead), "")
