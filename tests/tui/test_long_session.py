"""A conversation of 5,000 messages, in the real ledger."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from coach.agent.coach import Coach
from coach.domain.answer import Answer
from coach.tui.app import CoachApp
from coach.tui.kept import FIRST, PAGE
from coach.tui.screens.ask_text import AskText
from tests.agent.world import VP, World
from tests.tui.driving import Driver, running_app

#: Each is two messages: a question and its answer.
TURNS = 2500


def fill(coach: Coach, like: Answer, session: str) -> None:
    """Keep a conversation whose answers are like this one."""
    sessions = coach._sessions
    sessions.create("A long talk", session_id=session)
    with sessions._database.write() as connection:
        connection.executemany(
            "INSERT INTO turns VALUES (?, ?, ?, ?, '2026-01-01T00:00:00.000000+00:00')",
            (
                (
                    session,
                    i,
                    f"question {i}.",
                    json.dumps(replace(like, question=f"question {i}.", session=session).as_dict()),
                )
                for i in range(TURNS)
            ),
        )


def shown(tui: Driver) -> list[str]:
    return [t.question for t in tui.turns]


async def earlier(tui: Driver) -> None:
    """Bring a page of earlier turns, as a person does."""
    before = len(tui.turns)
    tui.app.conversation.transcript.action_top()
    await tui.shows("There are earlier turns.")
    await tui.pilot.click("Earlier")
    await tui.until(lambda: len(tui.turns) > before, "earlier turns")


async def test_it_opens_at_its_end_and_brings_the_rest_in_pages(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    coach = world.open()
    fill(coach, await coach.answer(VP, keep=False), "long")
    async with running_app(CoachApp(lambda: coach, session="long")) as tui:
        await tui.until(lambda: tui.turns)
        await tui.press("end")
        await tui.shows(f"question {TURNS - 1}.")
        await tui.shows("A long talk")
        assert shown(tui) == [f"question {i}." for i in range(TURNS - FIRST, TURNS)]
        # A widget for every line of what is shown, and none for what is not.
        assert len(tui.app.screen.query("*")) < 50 * FIRST

        await earlier(tui)
        assert shown(tui) == [f"question {i}." for i in range(TURNS - FIRST - PAGE, TURNS)]

        # Its beginning is there, too: in the file that it is written to.
        await tui.press("ctrl+e")
        await tui.until(lambda: isinstance(tui.app.screen, AskText))
        await tui.press("enter")
        await tui.until(lambda: "Written to" in tui.toasts)
        asked = [line for line in (tmp_path / "coach-a-long-talk.md").read_text().splitlines() if line[:3] == "## "]
        assert (asked[0], asked[-1], len(asked)) == ("## question 0.", f"## question {TURNS - 1}.", TURNS)

        await tui.ask("and now?")
        assert coach._sessions.turns("long", 1)[0].position == TURNS
        await earlier(tui)
        assert shown(tui) == [f"question {i}." for i in range(TURNS - FIRST - 2 * PAGE, TURNS)] + ["and now?"]


async def test_its_first_page_is_whole(world: World) -> None:
    """The other end, where there is no more, as whoever pages on comes to it."""
    coach = world.open()
    fill(coach, replace(await coach.answer(VP, keep=False), sentences=(), evidence=()), "long")
    async with running_app(CoachApp(lambda: coach, session="long")) as tui:
        await tui.until(lambda: tui.turns)
        kept = tui.app.conversation._kept
        first = await kept.earlier(TURNS - PAGE - 5)
        assert [a.question for a in first] == [f"question {i}." for i in range(5, PAGE + 5)]
        assert kept.more
        first = await kept.earlier(TURNS - 5)
        assert [a.question for a in first] == [f"question {i}." for i in range(5)]
        assert not kept.more


def test_opening_and_recalling_read_no_more_than_they_show(world: World) -> None:
    """The answers of a long conversation are some megabytes of JSON."""
    coach = world.open()
    coach._sessions.create("broken", session_id="broken")
    for i in range(40):
        coach._sessions.append("broken", f"question {i}.", "{")
    # What is typed again needs no answers, nor that they can be read.
    assert coach.questions() == [f"question {i}." for i in range(10, 40)]
