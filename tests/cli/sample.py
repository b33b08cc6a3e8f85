"""Sources, answers and hostile text that the tests of what people see work with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from coach.domain.answer import Answer, Citation, Sentence, Status, Verdict
from coach.domain.evidence import Evidence
from coach.domain.source import Source, SourceKind, Statement, StatementKind

#: What nobody may be able to put on a screen or to crash a program with.
HOSTILE = "\x1b[31mred\x1b]52;c;aGk=\x07 [/INST] [@click=app.bell]x[/] [bold]b[/bold] \u202eevil\u2066 \x9b2J :smile:"
#: Characters that must never be printed, other than those of Rich's own styles.
FORBIDDEN = ("\x1b]", "\x07", "\x9b", "\u202e", "\u2066")

P8_2 = Statement("P8.2", "Name the cost of the date before you name the date.", StatementKind.PRINCIPLE)
C1_1 = Statement("C1.1", "Offer two scopes and one date.", StatementKind.ADVICE, serves=("P8.2",))
C1_2 = Statement("C1.2", "Write the offer down.", StatementKind.ADVICE, serves=("P8.2",))
N12_4 = Statement("N12.4", "We agreed to freeze on Friday.", StatementKind.NOTE, heading=("Retro",), line=7)

PRINCIPLE = Source("P8", SourceKind.PRINCIPLE, "Promise less", (P8_2,), path="corpus/principles/p8.md", builtin=True)
PRACTICE = Source("C1", SourceKind.PRACTICE, "Saying no", (C1_1, C1_2), when="you must refuse.", serves=("P8",))
NOTE = Source("N12", SourceKind.NOTE, "Retro", (N12_4,), date=date(2026, 10, 1), path="/notes/retro.md", private=True)


def found(statement: Statement, source: Source, score: float = 0.9) -> Evidence:
    return Evidence(statement, source.kind, source.title, score, "meaning 0.80", source.date, source.private)


EVIDENCE = (found(P8_2, PRINCIPLE), found(C1_1, PRACTICE), found(C1_2, PRACTICE), found(N12_4, NOTE))


def quoted(statement: Statement, part: str) -> Sentence:
    return Sentence(
        statement.text, (Citation(statement.id, statement.hash),), Verdict.SUPPORTED, 1.0, "lexical", part=part
    )


def quoted_answer(**changes: Any) -> Answer:
    """A page of quotes: every claim is a statement, word for word."""
    answer = Answer(
        status=Status.ANSWERED,
        sentences=(
            Sentence("This is about a moment when you must refuse.", part="frame"),
            quoted(P8_2, "point"),
            quoted(C1_1, "how"),
            quoted(C1_2, "how"),
            Sentence("Your note of 2026-10-01, “Retro”:", part="notes"),
            quoted(N12_4, "notes"),
        ),
        evidence=EVIDENCE,
        question="what do I say?",
        checker="lexical",
        timings={"total": 0.84},
    )
    return replace(answer, **changes)


def written_answer(**changes: Any) -> Answer:
    """A written answer with one supported, one unsupported, one uncited and one mended claim."""
    cite = (Citation("P8.2", P8_2.hash),)
    answer = Answer(
        status=Status.PARTIAL,
        sentences=(
            Sentence("Tell the VP what the date costs.", cite, Verdict.SUPPORTED, 0.91, "local"),
            Sentence(
                "Offer a raise.", cite, Verdict.UNSUPPORTED, 0.12, "local", reason="the statement says nothing of pay"
            ),
            Sentence("Everybody knows this.", (), Verdict.UNCITED),
            Sentence("Name its cost first.", cite, Verdict.SUPPORTED, 0.8, "local", mended_from="Name no date."),
        ),
        evidence=EVIDENCE,
        question="what do I say?",
        model="gpt (api.example.org)",
        composer="free",
        checker="local",
        timings={"total": 3.0},
        mended=1,
        dropped=2,
        remarks=("2 private lines were left out.",),
    )
    return replace(answer, **changes)


@dataclass
class Session:
    id: str
    title: str
    created: datetime = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
    updated: datetime = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
