"""Lines of a brief that a model writes, each from its statement, and what is done to those that do not hold."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coach.agent.equipment import Equipment
from coach.agent.talks.clauses import PARTING, sentences
from coach.agent.talks.stories import is_story
from coach.agent.talks.tracing import misattributed, untraced
from coach.agent.talks.wording import marks, quotations, unquoted
from coach.domain.answer import Sentence, Verdict
from coach.domain.evidence import Evidence
from coach.domain.preparation import Interview, Line, LineKind
from coach.grounding.checkers.verbatim import is_verbatim
from coach.grounding.citations import cite
from coach.grounding.facts import check_facts
from coach.grounding.gate import check_sentences, joined
from coach.grounding.words import content

_FEWEST_WORDS, _MOST_WORDS = 5, 60


@dataclass(frozen=True, slots=True)
class Proposed:
    """A line that a model proposes for a part."""

    part: str
    text: str
    evidence: tuple[Evidence, ...]
    label: str = ""


async def gated(proposed: Proposed, said: str, equipment: Equipment) -> Line | None:
    """Return a proposed line if every check lets it through, else None.

    It must pass the gate of an answer against its statements, and whatever it says of people must stand in what the
    person said, which only they know.

    Args:
        proposed: a line, and the statements that it rests on.
        said: the person's words.
        equipment: whose checker is asked.

    Raises:
        ModelError: the checker cannot be asked.
    """
    evidence = {e.id: e for e in proposed.evidence}
    statements = joined([e.statement for e in evidence.values()])
    text = proposed.text
    if not evidence or not _FEWEST_WORDS <= len(text.split()) <= _MOST_WORDS:
        return None
    if any(is_verbatim(text, e.statement) for e in evidence.values()) or _strays(text, statements, said):
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


def _strays(text: str, statements: str, said: str) -> bool:
    known = {m.words.lower() for m in marks(statements)}
    if any(m.words.lower() not in known for m in marks(text)) or misattributed(text, said):
        return True
    aloud = " ".join(quotations(text))
    if untraced(aloud, statements, said):
        return True
    rest = unquoted(text)
    odd = untraced(rest, statements, said)
    return len(odd) > max(2, len(set(content(rest))) // 4)
