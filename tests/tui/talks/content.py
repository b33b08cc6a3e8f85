"""A talk as people see it, apart from the corpus and the clock: a picture changes only with the screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

from coach.domain.answer import Citation, Verdict
from coach.domain.commitment import Commitment, State
from coach.domain.counterpart import Counterpart, Standing, Style
from coach.domain.debrief import Debrief, Measure, Noted, Quote, Worded
from coach.domain.preparation import YOU, Brief, Interview, Line, LineKind, in_order
from coach.domain.reflection import CameUp, Pattern, Question, Reflection, Seen, Week
from coach.domain.rehearsal import Act, Found, Move, Rehearsal, Turn
from coach.domain.weeks import one_week
from tests.tui import content

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def cite(statement_id: str) -> tuple[Citation, ...]:
    texts = {s.id: s.hash for source in (content.P8, content.C1) for s in source.statements}
    return (Citation(statement_id, texts[statement_id]),)


def quoted(statement_id: str, label: str = "") -> Line:
    text = next(s.text for source in (content.P8, content.C1) for s in source.statements if s.id == statement_id)
    return Line(text, LineKind.SUGGESTION, "", cite(statement_id), Verdict.SUPPORTED, label=label)


BRIEF = Brief(
    title="Talk with my product director, on Thursday",
    interview=Interview(who="my product director", happened="On 3 November he promised 1 December.", when="Thursday"),
    parts=in_order(
        {
            "purpose": [Line("I want to keep the January date.", LineKind.FACT, YOU)],
            "facts": [Line("On 3 November he promised the client the fraud model for 1 December.", LineKind.FACT, YOU)],
            "stories": [
                Line("He does not care about the team.", LineKind.STORY, YOU, private=True),
                Line("Two other stories that fit the same facts: … Or: …", LineKind.QUESTION),
            ],
            "openings": [quoted("C1.1", "gentle"), quoted("P8.2", "direct")],
            "reactions": [Line("If they say …, then I …", LineKind.QUESTION)],
            "setting": [Line("on Thursday", LineKind.FACT, YOU, label="when")],
        }
    ),
    checker="lexical",
    id="b1",
    version=2,
    created=NOW.isoformat(),
)
_LINE = "On 3 November you promised 1 December. What is that date for?"
TURN = Turn(1, 0, _LINE, (Found(Act.FACT, 0, 38),), Move.DEFLECT, "Let us look at that another day.", 3)
REHEARSAL = Rehearsal(
    "r1", "b1", 2, BRIEF.title, Counterpart("product director", "", "the date", Style.BLUNT, 3, Standing.ABOVE),
    "I have ten minutes.", NOW, (TURN,), 1,
)  # fmt: skip
DEBRIEF = Debrief(
    own_view="I stayed calm.",
    lines=(1,),
    quotes=(Noted(Quote(TURN, 0, 38), (Act.FACT,), "It names something that happened and when.", cite("C1.1")),),
    strength=Noted(Quote(TURN, 0, 38), (Act.FACT,), "It names something that happened and when.", cite("C1.1")),
    change=Noted(None, (Act.REQUEST,), "None of your lines asks for one clear thing.", cite("P8.3")),
    rewrite=Worded("I need your yes to the January date.", cite("P8.3"), turn=1),
    plan=Worded("If they turn away from it, then I ask once more.", cite("P8.3")),
    measures=(Measure("questions", 1, 1, "You asked 1 question, 1 of them open.", (1,)),),
    retry=1,
    statements=(),
    created=NOW,
)
COMMITMENTS = (
    Commitment("c1", "If the VP asks for a date, then I name its cost first.", date(2026, 11, 23), NOW),
    Commitment("c2", "If a request reaches me in chat, then I reply with a day.", date(2026, 12, 1), NOW),
)
_SETTLED = Commitment(
    "c3", "If I want to take a task back, then I ask one question first.", date(2026, 11, 20), NOW,
    state=State.KEPT, outcome="It stayed with her.", settled=NOW,
)  # fmt: skip


def reflection() -> Reflection:
    period = one_week("2026-W48", NOW.date())
    weeks = tuple(
        Week(f"2026-W{41 + i}", m, n, "P8", n) for i, (m, n) in enumerate(zip(period.mondays, _COUNTS, strict=True))
    )
    return Reflection(
        period=period, answers=5, unread=0, principles=(CameUp("P8", content.P8.title, 4),), committed=COMMITMENTS[:1],
        settled=(_SETTLED,), due=(), question=Question("C1.7", _ASKS), weeks=weeks,
        pattern=Pattern("P8 came up in 4 of 5 answers.", "P8", (Seen(NOW.date(), content.TITLE, "session:s1"),)),
    )  # fmt: skip


_ASKS = next(s.text for s in content.C1.statements if s.id == "C1.7")
_COUNTS = (0, 1, 2, 1, 3, 2, 4, 5)


class StillTalks:
    """Gives what the pictures show."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine

    async def commitments(self) -> Sequence[Commitment]:
        return COMMITMENTS

    async def titles(self, commitments: Sequence[Commitment]) -> Mapping[str, str]:
        return {}

    async def reflect(self, weeks_ago: int = 0) -> Reflection:
        return reflection()


def rehearsing() -> Any:
    """A rehearsal that stands after its first line."""
    notice = "No capable model is in use, so the counterpart is simple."
    return cast("Any", SimpleNamespace(rehearsal=REHEARSAL, notice=notice, over=False))
