"""The review of a draft message: its own lines, quoted, with what in them is more than fact, and what is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from coach.agent.composers.free import fenced
from coach.agent.equipment import Equipment
from coach.agent.talks.clauses import PARTING, sentences
from coach.agent.talks.dates import dates, phrases
from coach.agent.talks.tracing import misattributed, untraced
from coach.agent.talks.wording import marks, unquoted
from coach.domain.answer import Citation, Verdict
from coach.domain.evidence import Evidence
from coach.domain.ports import Message
from coach.domain.preparation import Finding, Interview, Line, LineKind
from coach.domain.prompts import load
from coach.domain.source import SourceKind, StatementKind
from coach.domain.text import clean_line
from coach.grounding.facts import check_facts

if TYPE_CHECKING:
    from coach.agent.library import Library

#: A review says so much at most; what comes first in the draft comes first here.
MOST_FINDINGS = 12
#: A statement is about what was found only from this score on.
_SURE = 0.3
_ALL = 2_000
_MOST_TOKENS = 1_200
_MOST_WORDS = 50
_REQUEST = re.compile(
    r"(?i)\b"
    + phrases(
        """
        please, (?:could|can|would|will) you, I(?:'d| would) like (?:you )?to, I(?: am|'m) asking, I ask (?:you|for),
        let's, shall we, I propose, I suggest, (?:can|could|may) we, I need you to,
        I(?:'d| would) like us to, let me know, what do you need
        """
    )
    + r"\b"
)
_GREETING = re.compile(
    r"(?i)^\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))[ ,]+(?P<who>(?-i:[A-Z])[\w-]+)\s*[,!:–-]?"
)
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class _Help:
    """What is searched for where something of a kind was found: how it may be read, and what to write instead."""

    reader: str
    better: str


_FACTS = "build feedback from facts: when it was, what the person did and what followed"
_JUDGED = "words such as careless judge the person, and people defend themselves against a judgement"
_REQUESTED = "close a hard talk with one request that can be observed, and a date"
_HELPS = {
    "trait word": _Help(_JUDGED, _FACTS),
    "always or never": _Help(_JUDGED, _FACTS),
    "mind-reading": _Help(
        "", "after naming the effect of what somebody did, ask for the intent: what were you aiming at?"
    ),
    "no fact": _Help("", "two columns: what happened with dates and quotes, and the story you tell yourself about it"),
    "sharp tone": _Help(
        "a person stung by a sharp review; what hurt may be hearing it before others",
        "write a critical comment as an observation and a question",
    ),
    "no request": _Help("", _REQUESTED),
    "no date": _Help("", _REQUESTED),
}
_WHY = {
    "trait word": "has a word for a person, “{words}”, where what they did could stand.",
    "always or never": "says “{words}”.",
    "mind-reading": "says what somebody else thinks, feels or intends: “{words}”.",
    "no fact": "is a claim and no fact: “{words}”.",
    "sharp tone": "has a sharp tone: “{words}”.",
}
_MISSING = {
    "no request": "The draft asks for nothing that the reader could say yes or no to.",
    "no date": "The draft names no day by which, or on which, something is to happen.",
}


def from_draft(text: str) -> Interview:
    """Return what a draft message itself says for the interview: whom it greets, and what it asks for."""
    greeted = _GREETING.match(text)
    request = next((s for s in sentences(text) if asks_for(s)), "")
    return Interview(draft=text, who=greeted["who"] if greeted else "", wanted=request)


def facts_of(text: str) -> str:
    """Return the sentences of a draft that tell something, a paragraph each: no greeting, no request, no question."""
    told = [_without_greeting(s) for s in sentences(text)]
    return PARTING.join(s for s in told if not (s.endswith("?") or asks_for(s)) and len(s.split()) >= _SHORTEST)


def asks_for(sentence: str) -> bool:
    """Whether a sentence asks its reader for something."""
    return _REQUEST.search(unquoted(sentence).replace("’", "'")) is not None


def review(draft: str, library: Library) -> list[Finding]:
    """Return what the review of a draft found, in the draft's order; what is missing comes last.

    How a line may be read, and what to write instead, is said by statements alone; each is said once.
    """
    helps = _Helps(library)
    found: list[Finding] = []
    told = sentences(draft)
    for sentence in told:
        for mark in marks(sentence):
            reader, better = helps.take(mark.what)
            found.append(Finding(sentence, mark.what, _WHY[mark.what].format(words=mark.words), reader, better))
    found = found[:MOST_FINDINGS]
    requests = [s for s in told if asks_for(s) or s.endswith("?")]
    missing = [] if requests else ["no request"]
    if not any(dates(s) for s in (requests or told)):
        missing.append("no date")
    for what in missing:
        reader, better = helps.take(what)
        found.append(Finding("", what, _MISSING[what], reader, better))
    return found


async def with_better_lines(findings: Sequence[Finding], draft: str, equipment: Equipment) -> list[Finding]:
    """Return the findings, those that a capable model rewrote without a fault with its line in place of the advice.

    Every word of such a line stands in the draft or serves to say something; nothing of what was found is left in it.

    Raises:
        ModelError: the model cannot be asked.
    """
    model = equipment.model
    quotes = list(dict.fromkeys(f.quote for f in findings if f.quote))
    if model is None or model.ability != "free" or not quotes:
        return list(findings)
    listed = "\n".join(f"{i}: {fenced(clean_line(q))}" for i, q in enumerate(quotes, 1))
    messages = [
        Message("system", load("review").text),
        Message("user", f"<<<{fenced(draft)}>>>\n\nLines:\n<<<{listed}>>>"),
    ]
    reply = await model.complete(messages, max_tokens=_MOST_TOKENS, schema=_SCHEMA)
    written = _written(reply.text, quotes)
    result: list[Finding] = []
    for f in findings:
        text = written.pop(f.quote, "")
        advice = f.better.text if f.better else ""
        if text and _holds(text, f.quote, draft, advice):
            citations = f.better.citations if f.better else ()
            f = replace(f, better=Line(text, LineKind.SUGGESTION, citations=citations, written=True))
        result.append(f)
    return result


def _holds(text: str, quote: str, draft: str, advice: str) -> bool:
    if marks(text) or text == quote or len(text.split()) > _MOST_WORDS:
        return False
    if misattributed(text, draft) or check_facts(text, advice, draft):
        return False
    return not untraced(text, draft)


def _written(reply: str, quotes: Sequence[str]) -> dict[str, str]:
    try:
        rows = json.loads(reply)["lines"]
        return {quotes[int(row["number"]) - 1]: clean_line(str(row["better"])) for row in rows if row["number"] > 0}
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return {}


class _Helps:
    """Finds the statements that say how something is read and what to write instead, each once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._said: set[str] = set()

    def take(self, what: str) -> tuple[Line | None, Line | None]:
        """Return both for one kind of finding; None where it was said before or no statement says it."""
        helps = _HELPS[what]
        sides = (StatementKind.CAUTION, StatementKind.OTHER_SIDE)
        return self._best(helps.reader, sides), self._best(helps.better, (StatementKind.ADVICE,))

    def _best(self, words: str, kinds: Sequence[StatementKind]) -> Line | None:
        if not words or words in self._said:
            return None
        self._said.add(words)
        referral = self._library.boundaries.referral_sources
        found = self._library.search(words, limit=_ALL, kinds=[SourceKind.PRACTICE]).evidence
        for e in found:
            fits = e.statement.kind in kinds and e.statement.source_id not in referral and e.score >= _SURE
            if fits and e.id not in self._said:
                self._said.add(e.id)
                return _line(e)
        return None


def _line(e: Evidence) -> Line:
    # Said as it stands, a statement needs no checker.
    return Line(
        e.statement.text,
        LineKind.SUGGESTION,
        citations=(Citation(e.id, e.statement.hash),),
        verdict=Verdict.SUPPORTED,
        private=e.private,
        source=e.source_title,
    )


def _without_greeting(sentence: str) -> str:
    return _GREETING.sub("", sentence, count=1).strip()


_SCHEMA: dict[str, Any] = {
    "title": "review",
    "type": "object",
    "properties": {
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"number": {"type": "integer"}, "better": {"type": "string"}},
                "required": ["number", "better"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["lines"],
    "additionalProperties": False,
}
