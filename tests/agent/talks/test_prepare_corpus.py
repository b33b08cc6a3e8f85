"""Briefs over the corpus that comes with the package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.agent.assembly import open_coach
from coach.agent.coach import Coach
from coach.agent.talks.interview import understood
from coach.agent.talks.prepare import prepared
from coach.domain.preparation import YOU, Line
from coach.domain.source import SourceKind
from coach.settings import load_settings
from tests.agent.talks.preparing import sound


@pytest.fixture
def real(real_home: Path) -> Iterator[Coach]:
    import asyncio

    coach = open_coach(load_settings(home=real_home, model="none"))
    yield coach
    asyncio.run(coach.aclose())


SITUATIONS = {
    "no": "I have to tell my product director no on Thursday. On 3 November she promised the client that the sequence "
    "model goes live on 1 December.",
    "raise": "I want to ask my VP for a second platform engineer. On 2 July he refused it until January.",
    "credit": "On Tuesday my peer from search showed our results in the board meeting with only her name on it. I want "
    "to talk to her.",
    "reviews": "I need to tell my senior engineer that his reviews hurt. On 26 August his review had 31 comments.",
    "stop": "I must tell the project owner that we stop the graph project on Friday. It missed the bar twice.",
    "promise": "I need to tell my engineer that she won't lead the relaunch, although I promised it to her in May.",
}


async def test_a_useful_page_of_one_page(real: Coach) -> None:
    practices = {s.id: s for source in real.library.sources(SourceKind.PRACTICE) for s in source.statements}
    await prepared(real, understood("I want to warm up."), keep=False)
    for name, text in SITUATIONS.items():
        brief = await prepared(real, understood(text), keep=False)
        sound(brief, real)
        assert brief.referred == "", name
        assert 20 <= len(brief.lines) <= 34, name
        for part in ("my part", "openings", "questions", "outcome", "setting", "follow-up", "stories"):
            assert any(c.id in practices for line in brief.part(part) for c in line.citations), (name, part)
        openings = [line for line in brief.part("openings") if line.citations and line.label != "facts first"]
        assert 2 <= len(openings) <= 3, name
        said = {line.text for line in brief.lines}
        assert any(line.label == "facts first" for line in brief.part("openings")) or name in ("stop",), said


async def test_the_practice_that_fits_leads(real: Coach) -> None:
    expected = {"no": "C1", "raise": "C5", "credit": "C7", "stop": "C6"}
    for name, source in expected.items():
        brief = await prepared(real, understood(SITUATIONS[name]), keep=False)
        for part in ("their view", "reactions"):
            cited = Counter(c.id.partition(".")[0] for line in brief.part(part) for c in line.citations)
            assert cited.most_common(1)[0][0] == source, name


async def test_notes_about_somebody_else_do_not_speak_of_the_person(real: Coach) -> None:
    brief = await prepared(real, understood(SITUATIONS["no"]), keep=False)
    notes: list[Line] = [line for line in brief.part("facts") if line.said_by not in ("", YOU)]
    assert any("sequence model" in line.text for line in notes)
    assert not any(line.source.startswith("note of") and "One-to-one with the" in line.source for line in notes)
    own = await prepared(real, understood(SITUATIONS["reviews"]), keep=False)
    assert any("senior engineer" in line.source and line.private for line in own.part("facts"))


async def test_what_the_sources_do_not_cover_gets_only_what_holds_for_any_talk(real: Coach) -> None:
    brief = await prepared(
        real, understood("Ich muss meinem Chef sagen, dass wir das nicht schaffen und er ist nicht froh."), keep=False
    )
    assert "German" in brief.remarks[0]
    assert not any(c for line in brief.part("their view") for c in line.citations)
