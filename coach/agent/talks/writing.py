"""Lines of a brief that a model writes, each from its statement, and what is done to those that do not hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from coach.agent.composers.free import fenced, usable
from coach.agent.equipment import Equipment
from coach.agent.talks.clauses import PARTING, sentences
from coach.agent.talks.dates import dates
from coach.agent.talks.sheet import Sheet
from coach.agent.talks.tracing import applies, misattributed, untraced
from coach.agent.talks.wording import is_story, marks, quotations, unquoted
from coach.domain.answer import Sentence, Verdict
from coach.domain.evidence import Evidence
from coach.domain.ids import without_citations
from coach.domain.ports import ChatModel, Message
from coach.domain.preparation import Interview, Line, LineKind
from coach.domain.prompts import load
from coach.domain.sentences import split_sentences
from coach.domain.text import Cleaner, clean_line
from coach.grounding.checkers.verbatim import is_verbatim
from coach.grounding.citations import cite
from coach.grounding.facts import check_facts
from coach.grounding.gate import check_sentences, joined
from coach.grounding.words import content

#: Shows a piece of a line as it comes; an empty piece begins the next line.
Tell = Callable[[str], None]

_MOST_TOKENS = 70
_FEWEST_WORDS, _MOST_WORDS = 5, 60
#: Words of the person's that a small model gets beside its statement.
_TOLD_WORDS = 40
#: A small model writes so many ways to open and reactions at most; each takes it some six seconds on two cores.
_STEPWISE: Mapping[str, int] = {"openings": 3, "reactions": 1}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A line that a model proposes for a part."""

    part: str
    text: str
    evidence: tuple[Evidence, ...]
    label: str = ""


async def write_stepwise(sheet: Sheet, interview: Interview, equipment: Equipment, tell: Tell) -> None:
    """Have a small model put a few of the quoted lines into words for this talk, one at a time.

    A line that fails a check stays the statement that it was, so that at its worst the page is the quoted one.

    Raises:
        ModelError: the model or the checker cannot be asked; what was written before stays.
    """
    model = equipment.model
    if model is None:
        return
    person = _told(interview)
    for part, count in _STEPWISE.items():
        left = count
        for place, line in enumerate(sheet.parts.get(part, ())):
            quoted = [sheet.evidence[c.id] for c in line.citations]
            if not left or len(quoted) != 1 or line.said_by or not usable(quoted, remote=model.remote):
                continue
            left -= 1
            text = await _applied(model, quoted[0], person, tell)
            proposed = Proposed(part, text, (quoted[0],), line.label)
            if better := await gated(proposed, public(interview).said, equipment, strict=True):
                sheet.parts[part][place] = better


async def gated(proposed: Proposed, said: str, equipment: Equipment, *, strict: bool = False) -> Line | None:
    """Return a proposed line if every check lets it through, else None.

    It must pass the gate of an answer against its statements, and whatever it says of people must stand in what the
    person said, which only they know.

    Args:
        proposed: a line, and the statements that it rests on.
        said: the person's words.
        equipment: whose checker is asked.
        strict: it must be its statement with something of the talk added, and every word must come from either. Else
            that holds for what is to be said aloud.

    Raises:
        ModelError: the checker cannot be asked.
    """
    evidence = {e.id: e for e in proposed.evidence}
    statements = joined([e.statement for e in evidence.values()])
    text = proposed.text
    if not evidence or not _FEWEST_WORDS <= len(text.split()) <= _MOST_WORDS:
        return None
    if any(is_verbatim(text, e.statement) for e in evidence.values()) or _strays(text, statements, said, strict):
        return None
    citations = cite(*evidence.values())
    sentence = Sentence(text, citations, Verdict.UNCITED)
    [checked] = await check_sentences([sentence], evidence, said, equipment.checker)
    line = Line(
        text,
        LineKind.SUGGESTION,
        citations=citations,
        verdict=checked.verdict,
        private=any(e.private for e in evidence.values()),
        label=proposed.label,
        source=proposed.evidence[0].source_title,
        written=True,
    )
    if checked.verdict is Verdict.SUPPORTED:
        return line
    # A question asserts nothing, so the gate says nothing of it; the rules of facts look at it all the same.
    asks = text.endswith("?") and checked.verdict is Verdict.NOT_A_CLAIM and not check_facts(text, statements, said)
    return replace(line, kind=LineKind.QUESTION) if asks else None


def public(interview: Interview) -> Interview:
    """Return the interview without what is private.

    What the person fears and could concede is for nobody else, nor is what they make of what happened.
    """
    facts = PARTING.join(s for s in sentences(interview.happened) if not is_story(s))
    return replace(interview, happened=facts, feared="", concede="", keep="")


def _strays(text: str, statements: str, said: str, strict: bool) -> bool:
    if strict and not applies(text, statements, said):
        return True
    known = {m.words.lower() for m in marks(statements)}
    if any(m.words.lower() not in known for m in marks(text)) or misattributed(text, said):
        return True
    aloud = " ".join(quotations(text))
    if untraced(aloud, statements, said):
        return True
    rest = unquoted(text)
    odd = untraced(rest, statements, said)
    return len(odd) > (0 if strict else max(2, len(set(content(rest))) // 4))


async def _applied(model: ChatModel, e: Evidence, person: str, tell: Tell) -> str:
    turn = load("brief-line-turn").fill(statement=fenced(clean_line(e.statement.text)), person=fenced(person))
    prompt = f"{load('brief-line').text.rstrip()}\n\n{turn.rstrip()}"
    cleaner = Cleaner()
    text = ""
    tell("")
    async for piece in model.stream([Message("user", prompt)], max_tokens=_MOST_TOKENS):
        new = cleaner.feed(piece)
        # One sentence was asked for; what comes behind a line break is the next example.
        if "\n" not in text.lstrip():
            tell(new.partition("\n")[0] if text.strip() else new.lstrip())
        text += new
    written = split_sentences(without_citations(text.lstrip().split("\n")[0]))
    return clean_line(written[0]) if written else ""


def _told(interview: Interview) -> str:
    """Return with whom the talk is, what is wanted, and the first dated fact: all that a small model can hold."""
    fact = next((s for s in sentences(interview.happened) if dates(s)), "")
    parts = (f"with {interview.who}" if interview.who else "", " ".join(interview.wanted.split()), fact)
    return " ".join("; ".join(p for p in parts if p).split()[:_TOLD_WORDS])
