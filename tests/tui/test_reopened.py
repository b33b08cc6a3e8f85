"""Conversations that are opened again: their evidence, what changed since, and finding words in all of it."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import Any

import pytest

from coach.domain.answer import Answer
from coach.domain.errors import StoreError
from coach.domain.source import SourceKind
from coach.tui.kept import FIRST, PAGE
from coach.tui.widgets.evidence_panel import EvidencePanel
from coach.tui.widgets.find_bar import FindBar
from coach.tui.widgets.prose import Prose
from coach.tui.widgets.transcript import Earlier
from tests.cli.sample import P8_2, quoted, quoted_answer
from tests.tui.driving import Driver, running
from tests.tui.fakes import ScriptedCoach, script


def as_kept(answer: Answer) -> Answer:
    return Answer.from_dict(json.loads(json.dumps(answer.as_dict())))


def long_conversation(turns: int = 50, **words: str) -> ScriptedCoach:
    """Questions 1 to `turns`; `words`, by ``q`` and the number, are added to them."""
    coach = ScriptedCoach()
    questions = (f"question {i} {words.get(f'q{i}', '')}".strip() for i in range(1, turns + 1))
    short = (quoted(P8_2, "point"),)
    coach.keep("Long", *(quoted_answer(question=q, session="s1", sentences=short) for q in questions))
    return coach


def said(tui: Driver) -> str:
    return " ".join(p.plain for p in tui.turns[-1].prose)


def asked(tui: Driver) -> list[int]:
    return [int(t.question.split()[1]) for t in tui.turns if t.question.startswith("question")]


async def bring(tui: Driver, earlier: Earlier) -> None:
    shown = len(tui.turns)
    earlier.action_more()
    await tui.until(lambda: len(tui.turns) > shown)


def panel(tui: Driver) -> str:
    return " ".join(p.plain for p in tui.app.screen.query_one(EvidencePanel).query(Prose))


async def look_for(tui: Driver, term: str) -> None:
    await tui.press("ctrl+f")
    tui.app.screen.query_one(FindBar).query_one("Input").value = term  # type: ignore[attr-defined]


def test_evidence_comes_back_with_its_date_and_whether_it_is_private() -> None:
    answer = quoted_answer()
    assert [(e.date, e.private) for e in as_kept(answer).evidence] == [(e.date, e.private) for e in answer.evidence]
    older: dict[str, Any] = answer.as_dict()
    for row in older["evidence"]:
        del row["date"], row["private"]
    # What was not written down may be private, where it is a note.
    back = Answer.from_dict(older).evidence
    assert [(e.date, e.private) for e in back] == [(None, e.source_kind is SourceKind.NOTE) for e in back]


async def test_where_a_source_is_gone_the_panel_says_what_it_was() -> None:
    coach = ScriptedCoach()
    coach.keep("Old", as_kept(quoted_answer(question="asked before")))
    coach.library.all = [s for s in coach.library.all if s.id != "N12"]
    async with running(coach, size=(120, 40), session="s1") as tui:
        await tui.shows("asked before")
        await tui.shows("[N12.4·gone]")
        await tui.press("shift+tab", "4")
        await tui.until(lambda: "citation 4 of 4" in panel(tui))
        assert "Retro note of 2026-10-01, private" in " ".join(panel(tui).split())
        assert "This statement is gone from the sources." in panel(tui)
        assert "Then: “We agreed to freeze on Friday.”" in panel(tui)
        assert "Now:" not in panel(tui)


async def test_chips_of_a_reopened_answer_say_what_changed() -> None:
    coach = ScriptedCoach()
    coach.keep("Old", as_kept(quoted_answer(question="asked before")))
    coach.library.all[0] = replace(coach.library.all[0], statements=(replace(P8_2, text="Name no date at all."),))
    async with running(coach, size=(120, 40), session="s1") as tui:
        await tui.shows("[P8.2·changed] ✓ quoted")
        assert "[C1.1] ✓ quoted" in said(tui)
        rows = tui.frame.split("\n")
        y = next(i for i, row in enumerate(rows) if "[P8.2·changed]" in row)
        await tui.pilot.click(offset=(rows[y].index("changed") + 2, y))
        await tui.until(lambda: "citation 1 of 4" in panel(tui))
        assert "Then: “Name the cost of the date before you name the date.”\nNow: “Name no date at all.”" in panel(tui)


async def test_what_changes_while_it_is_open_shows_when_one_comes_back() -> None:
    coach = ScriptedCoach()
    async with running(coach, size=(120, 40)) as tui:
        await tui.ask("what do I say?")
        assert "·" not in said(tui).split("[P8.2")[1][:2]
        coach.library.all = [s for s in coach.library.all if s.id != "C1"]
        await tui.press("f1")
        await tui.shows("Three things to know")
        await tui.press("escape")
        await tui.until(lambda: "[C1.1·gone]" in said(tui))
        assert "[C1.2·gone]" in said(tui)
        assert "[P8.2]" in said(tui)


async def test_finding_counts_over_the_whole_conversation_and_brings_what_is_gone_to() -> None:
    coach = long_conversation(90, q3="a heron", q47="a heron and a heron", q84="a heron")
    async with running(coach, session="s1") as tui:
        await tui.shows("question 90")
        before = len(tui.turns)
        await look_for(tui, "HERON")
        await tui.shows("4 of 4 · Enter next")
        assert len(tui.turns) == before
        await tui.press("up")
        await tui.shows("3 of 4 · Enter next")
        await tui.shows("question 47 a heron and a heron")
        # One page of them, with what stands before and after it, and not everything between.
        assert len(tui.turns) == before + PAGE
        await tui.press("up", "up")
        await tui.shows("1 of 4 · Enter next")
        await tui.shows("question 3 a heron")
        assert len(tui.turns) <= before + 2 * PAGE
        assert asked(tui) == sorted(asked(tui))
        await tui.press("up")
        await tui.shows("4 of 4 · Enter next")
        await tui.shows("question 84 a heron")
        # What was left out between can be brought, until nothing is left out.
        while gaps := tui.app.conversation.transcript.gaps:
            await bring(tui, gaps[-1])
        assert asked(tui) == list(range(1, 91))
        await tui.press("enter")
        await tui.shows("1 of 4 · Enter next")


async def test_what_stands_only_in_earlier_turns_is_counted_and_gone_to() -> None:
    coach = long_conversation(q3="a heron", q20="a heron")
    async with running(coach, session="s1") as tui:
        await tui.shows("question 50")
        before = len(tui.turns)
        await look_for(tui, "heron")
        await tui.shows("2 in earlier turns · Enter goes there")
        assert len(tui.turns) == before
        await tui.press("enter")
        await tui.shows("2 of 2 · Enter next")
        await tui.shows("question 20 a heron")
        await look_for(tui, "no such bird")
        await tui.shows("not in this conversation")


async def test_what_was_asked_and_stopped_since_does_not_shift_the_count() -> None:
    coach = long_conversation(30, q4="a heron")
    async with running(coach, session="s1") as tui:
        await tui.shows("question 30")
        coach.scripts.append([StoreError("The disk is full.", "Make room.")])
        await tui.ask("a heron that nobody kept")
        coach.scripts.append(script(quoted_answer()))
        await tui.ask("a heron at last")
        await look_for(tui, "heron")
        await tui.shows("3 of 3 · Enter next")
        await tui.press("enter")
        await tui.shows("1 of 3 · Enter next")
        await tui.shows("question 4 a heron")
        assert asked(tui) == sorted(asked(tui))


async def test_typing_goes_on_while_earlier_turns_are_read() -> None:
    coach = long_conversation(q3="a heron")
    async with running(coach, session="s1") as tui:
        await tui.shows("question 50")
        ready, reading, read = threading.Event(), threading.Event(), coach.answers

        def slow(session: str, last: int | None = None) -> list[Answer]:
            if last is None:
                reading.set()
                ready.wait(10)
            return read(session, last)

        coach.answers = slow  # type: ignore[method-assign]
        await look_for(tui, "quest")
        await tui.until(reading.is_set)
        await tui.shows(f"{FIRST} of {FIRST} so far · looking through earlier turns")
        await tui.type("x")
        await tui.shows("looking through earlier turns")
        await tui.press("backspace")
        ready.set()
        await tui.shows("50 of 50 · Enter next")


async def test_earlier_turns_that_cannot_be_read_are_said_and_the_rest_is_found() -> None:
    coach = long_conversation()
    async with running(coach, session="s1") as tui:
        await tui.shows("question 50")

        def fail(session: str, last: int | None = None) -> list[Answer]:
            raise StoreError("The data folder is damaged.", "Move it away.")

        coach.answers = fail  # type: ignore[method-assign]
        await look_for(tui, "question")
        await tui.until(lambda: "The data folder is damaged." in tui.toasts)
        await tui.shows(f"{FIRST} of {FIRST} · Enter next")


@pytest.mark.parametrize("turns", [1, FIRST])
async def test_a_conversation_that_is_shown_whole_is_not_read_again(turns: int) -> None:
    coach = long_conversation(turns)
    async with running(coach, session="s1") as tui:
        await tui.shows(f"question {turns}")

        def fail(session: str, last: int | None = None) -> list[Answer]:
            raise AssertionError

        coach.answers = fail  # type: ignore[method-assign]
        await look_for(tui, "question")
        await tui.shows(f"{turns} of {turns}")
