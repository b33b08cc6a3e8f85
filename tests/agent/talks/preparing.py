"""What the tests of prepared talks have in common: a talk, and what holds for every brief."""

from __future__ import annotations

from coach.agent.coach import Coach
from coach.domain.answer import Verdict
from coach.domain.preparation import YOU, Brief, LineKind

TALK = (
    "I have to tell the VP no on Thursday about the date for the launch. On 3 November the VP promised the client that "
    "we launch on 1 December. Since then two engineers work weekends. The VP always ignores me. I'm afraid the VP "
    "shouts. I could live with January."
)


def texts(brief: Brief, part: str) -> list[str]:
    return [line.text for line in brief.part(part)]


def sound(brief: Brief, coach: Coach) -> None:
    """Hold what holds for every brief: each line is one of the four kinds, and rests on what it names."""
    said = " ".join(brief.interview.said.split())
    seen: set[str] = set()
    for line in brief.lines:
        for citation in line.citations:
            _, statement = coach.library.find(citation.id)
            assert statement is not None
            assert statement.hash == citation.hash
            if not line.said_by and not line.written:
                assert line.text == statement.text
                assert line.verdict is Verdict.SUPPORTED
        if line.kind is LineKind.SUGGESTION:
            assert line.citations, line
        if line.kind in (LineKind.FACT, LineKind.STORY) and line.said_by == YOU and line.label != "facts first":
            assert line.text in said, line
        if line.kind is LineKind.FACT and line.said_by != YOU:
            assert [c.id for c in line.citations] == [line.said_by]
        if not line.blank:
            assert line.text not in seen, line
            seen.add(line.text)
