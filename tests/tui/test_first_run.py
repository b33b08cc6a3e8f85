from __future__ import annotations

import os
import subprocess
import sys

import pytest

from coach.domain.errors import StoreError
from tests.cli.sample import quoted_answer
from tests.tui.driving import running
from tests.tui.fakes import Gate, ScriptedCoach


async def test_one_can_type_and_ask_while_the_sources_are_indexed() -> None:
    coach = ScriptedCoach()
    coach.library.indexing = gate = Gate()
    coach.library.to_index = 4
    async with running(coach, ready=False) as tui:
        await tui.shows("being indexed ━")
        assert "you can type already" in tui.frame
        assert "indexing 100%" in tui.frame
        assert "no model. The settings say to use no model." in tui.frame
        assert "Nothing leaves this machine." in tui.frame
        await tui.type("hello")
        assert tui.prompt == "hello"
        await tui.press("enter")
        await tui.shows("Waiting until the sources are ready")
        assert coach.asked == []
        gate.open()
        await tui.shows("4 of 4 claims supported")
        assert coach.asked[0]["question"] == "hello"


async def test_a_waiting_question_can_be_taken_back() -> None:
    coach = ScriptedCoach()
    coach.library.indexing = gate = Gate()
    async with running(coach, ready=False) as tui:
        await tui.type("hello")
        await tui.press("enter")
        await tui.shows("Waiting until")
        await tui.press("escape")
        assert tui.prompt == "hello"
        gate.open()
        await tui.until(lambda: tui.app.opening.ready)
        assert coach.asked == []


async def test_when_it_cannot_be_opened_it_says_so_and_the_next_question_tries_again() -> None:
    coach = ScriptedCoach()
    coach.library.failure = StoreError("The data folder is damaged.", "Move it away.")
    async with running(coach, ready=False) as tui:
        await tui.until(lambda: "The data folder is damaged." in tui.toasts)
        await tui.shows("not ready.")
        await tui.type("hello")
        await tui.press("enter")
        await tui.until(lambda: tui.prompt == "hello")
        coach.library.failure = None
        await tui.press("enter")
        await tui.shows("4 of 4 claims supported")


async def test_what_there_is_to_answer_from_is_counted() -> None:
    async with running() as tui:
        await tui.shows("1 principle, 1 practice, 1 note")


async def test_an_example_goes_into_the_prompt() -> None:
    async with running() as tui:
        await tui.press("shift+tab", "enter")
        assert tui.prompt == "I still review every pull request myself. How do I let go?"


@pytest.mark.parametrize("session", ["s1", "last"])
async def test_it_goes_on_with_a_conversation(session: str) -> None:
    coach = ScriptedCoach()
    coach.keep("A talk about dates", quoted_answer(question="asked before"))
    async with running(coach, session=session) as tui:
        await tui.shows("asked before")
        await tui.shows("A talk about dates")
        await tui.ask("and now?")
        assert coach.asked[0]["session"] == "s1"


async def test_no_colour_when_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with running() as tui:
        await tui.ask("what do I say?")
        strips = tui.app.screen._compositor.render_strips()
        styles = [segment.style for strip in strips for segment in strip if segment.style]
        triplets = [c.triplet for s in styles for c in (s.color, s.bgcolor) if c and c.triplet]
        assert triplets
        assert all(t.red == t.green == t.blue for t in triplets)


def test_the_first_paint_loads_nothing_heavy() -> None:
    code = """
import sys, coach.tui.app
heavy = {"langgraph", "chromadb", "onnxruntime", "openai", "numpy", "langchain_core", "pydantic_settings", "pydantic"}
print(sorted(heavy & set(sys.modules)))
from coach.tui.app import CoachApp
def opener():
    raise SystemExit
class App(CoachApp):
    def on_ready(self):
        print(sorted(heavy & set(sys.modules)))
        self.exit()
App(opener).run(headless=True, size=(80, 24))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env={**os.environ}, check=False
    )
    assert ran.stdout.split("\n")[:2] == ["[]", "[]"], ran.stderr
