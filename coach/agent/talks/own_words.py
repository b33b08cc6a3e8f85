"""Openings in the person's own words: what they told of somebody, turned into what they can say to them.

A small model turns one sentence at a time,
"she promised" into "you promised". Of what it writes nothing stands that the
sentence does not say: the same content words, numbers and denials in the same order,
the same doer. All else is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from coach.agent.composers.free import fenced
from coach.agent.talks.clauses import sentences
from coach.agent.talks.cues import MUST, TALK
from coach.agent.talks.dates import dates
from coach.agent.talks.people import ROLE
from coach.agent.talks.sheet import Sheet
from coach.agent.talks.stories import is_story
from coach.agent.talks.told import wishes
from coach.agent.talks.tracing import misattributed
from coach.agent.talks.wording import marks, quotations
from coach.domain.answer import Verdict
from coach.domain.ports import ChatModel, Message
from coach.domain.preparation import YOU, Interview, Line, LineKind
from coach.domain.prompts import load
from coach.domain.sentences import split_sentences
from coach.domain.text import Cleaner, clean_line
from coach.grounding.words import content

#: Shows a piece of a line as it comes; an empty piece begins the next line.
Tell = Callable[[str], None]

_MOST_TOKENS, _MOST_WORDS = 60, 40
#: Of what was told, so much must still be said.
_KEPT = 0.85
_THIRD = re.compile(r"\b(?:he|she|him|her|his|hers|himself|herself)\b", re.IGNORECASE)
_OTHER = re.compile(
    rf"\b(?:he|she|they|him|her|them|his|their|(?:my|our|the) (?:[\w-]+ ){{0,2}}?{ROLE})\b", re.IGNORECASE
)
_MINE = re.compile(r"\b(?:I|we|me|us|my|our|mine|ours)\b|\b(?:I|we)['’]", re.IGNORECASE)
_YOURS = re.compile(r"\byou(?:r|rs|rself)?\b", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:not|never|no|nobody|nothing|none|neither|nor|without|cannot)\b|n['’]t\b", re.IGNORECASE)
_LEAD = re.compile(
    rf"(?i)\b(?:I|we)(?:['’]ve| have)? (?:{MUST}) {TALK}\b[^.]*?\b(?:that|to)\b|\bI (?:want|need) to (?:ask|tell)\b"
)

#: "I have to tell my director no on Thursday" is not said to her.
_ONLY_A_TALK = re.compile(
    rf"(?i)\A(?:I|we)(?:['’]ve)? (?:{MUST}) (?:talk|speak|meet|confront"
    r"|tell (?:him|her|them|(?:my|our|the) [^.]+?) no\b|say no)(?!.*\b(?:that|because|and)\b)"
)


async def write_openings(sheet: Sheet, interview: Interview, model: ChatModel, tell: Tell) -> tuple[int, int]:
    """Put openings in the person's own words before the quoted ones; return how many lines were offered, and passed.

    Raises:
        ModelError: the model cannot be asked; what was written before stays.
    """
    offered = passed = 0
    said: dict[str, str] = {}
    for name, told in (("fact", _fact(interview)), ("wish", _wish(interview))):
        if not told:
            continue
        if not (_OTHER.search(told) or _LEAD.search(told)):
            said[name] = told
            continue
        offered += 1
        text = await _turned(model, interview.who, told, tell)
        if holds(text, told):
            passed += 1
            said[name] = text
    lines = _openings(said.get("fact", ""), said.get("wish", ""), sheet) if passed else []
    if lines:
        sheet.parts["openings"] = [*lines, *sheet.parts.get("openings", [])]
    return offered, passed


def holds(text: str, told: str) -> bool:
    """Whether `text` says to somebody what `told` tells of them, and nothing beside it."""
    if not text or len(text.split()) > _MOST_WORDS or len(split_sentences(text)) != 1 or _THIRD.search(text):
        return False
    bare = _LEAD.sub(" ", told)
    here, there = content(text), content(told)
    if not set(here) <= set(there) or len(set(here)) < _KEPT * len(set(content(bare)) - _who(told)):
        return False
    if _in_order(here, there) and len(_DENIES.findall(text)) == len(_DENIES.findall(bare)):
        mine = bool(_MINE.search(text)) <= bool(_MINE.search(told))
        theirs = bool(_YOURS.search(text)) or not _OTHER.search(bare)
        return mine and theirs and not marks(text) and not misattributed(f"“{text}”", told)
    return False


def _who(told: str) -> set[str]:
    """Return the stems of the words that name somebody, which become "you"."""
    return {stem for found in _OTHER.finditer(told) for stem in content(found.group())}


def _in_order(here: Sequence[str], there: Sequence[str]) -> bool:
    rest = iter(there)
    return all(word in rest for word in here)


def _openings(fact: str, wish: str, sheet: Sheet) -> list[Line]:
    ways = {"plain": f"{fact} {wish}", "direct": f"{wish} {fact}"} if fact and wish else {"plain": fact or wish}
    frame = next((n for n in sheet.parts.get("openings", []) if n.label == "facts first" and n.citations), None)
    return [
        Line(
            f"“{' '.join(text.split())}”",
            LineKind.SUGGESTION,
            YOU,
            citations=frame.citations if frame else (),
            verdict=Verdict.NOT_A_CLAIM,
            label=f"{way}, in your words",
            source=frame.source if frame else "",
            written=True,
        )
        for way, text in ways.items()
    ]


def _fact(interview: Interview) -> str:
    """Return the first dated fact, of the other person rather than of oneself; else the first fact."""
    facts = [clean_line(s) for s in sentences(interview.happened) if not is_story(s) and len(s.split()) <= _MOST_WORDS]
    return min(facts, key=lambda f: (not dates(f), not _OTHER.search(f), bool(quotations(f))), default="")


def _wish(interview: Interview) -> str:
    """Return the first wish that says more than that there is to be a talk."""
    said = (clean_line(w) for w in wishes(interview) if not _ONLY_A_TALK.match(w))
    return next((w for w in said if len(w.split()) <= _MOST_WORDS), "")


async def _turned(model: ChatModel, who: str, told: str, tell: Tell) -> str:
    turn = load("brief-line-turn").fill(who=fenced(who) or "(not said)", told=fenced(told))
    prompt = f"{load('brief-line').text.rstrip()}\n\n{turn.rstrip()}"
    cleaner, text = Cleaner(), ""
    tell("")
    async for piece in model.stream([Message("user", prompt)], max_tokens=_MOST_TOKENS):
        new = cleaner.feed(piece)
        # One sentence was asked for; what comes behind a line break is the next example.
        if "\n" not in text.lstrip():
            tell(new.partition("\n")[0] if text.strip() else new.lstrip())
        text += new
    return clean_line(text.lstrip().split("\n")[0].removeprefix("Said:")).strip(' “”"')
