"""What is seen without colours, and that nothing moves where it should not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.segment import Segment
from textual.geometry import Offset
from textual.selection import Selection as TextSelection
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.text_area import Selection

from coach.tui import preferences
from coach.tui.widgets.composer import Composer
from coach.tui.widgets.evidence_panel import EvidencePanel
from coach.tui.widgets.find_bar import FindBar
from coach.tui.widgets.prose import Prose
from coach.tui.widgets.transcript import Earlier
from tests.cli.sample import quoted_answer, written_answer
from tests.tui.driving import Driver, running
from tests.tui.fakes import ScriptedCoach, script

THEMES = ["coach-dark", "coach-light", "coach-contrast", "coach-ansi", "coach-ansi-light"]


def segments(tui: Driver) -> list[Segment]:
    return [s for strip in tui.app.screen._compositor.render_strips() for s in strip]


def how(tui: Driver, text: str, times: int = 1) -> set[str]:
    """Every way of telling apart without colour that the segments which say `text` are drawn with."""
    found = [s for s in segments(tui) if text in s.text and s.style is not None]
    assert len(found) >= times, (text, tui.frame)
    names = ("bold", "italic", "underline", "reverse", "strike")
    return {n for s in found for n in names if s.style is not None and getattr(s.style, n)}


def edge(widget: Widget) -> str:
    """What the left border is drawn with."""
    return str(widget.styles.border_left[0])


def level(tui: Driver) -> str:
    return str(tui.app.animation_level)


@pytest.mark.parametrize("theme", THEMES)
async def test_without_colour_everything_is_told_apart(theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    coach = ScriptedCoach()
    coach.keep("A talk about dates", quoted_answer(question="asked before"))
    coach.keep("Another talk", quoted_answer(question="asked before"))
    coach.scripts.append(script(written_answer()))
    async with running(coach, size=(120, 40)) as tui:
        tui.app.theme = theme
        await tui.ask("what do I say?")
        # No colour, and no ink on ink.
        for segment in segments(tui):
            if segment.text.strip() and segment.style is not None:
                ink, paper = segment.style.color, segment.style.bgcolor
                assert ink is None or paper is None or ink.is_default or ink != paper, segment
                for triplet in (c.triplet for c in (ink, paper) if c and c.triplet):
                    assert triplet.red == triplet.green == triplet.blue
        for word in ("✓ supported", "✗ unsupported", "? uncited", "◐ answered in part"):
            assert word in tui.flowing
        # The prompt has the focus, then an answer: each shows it by a sign.
        composer, turn = tui.app.conversation.composer, tui.turns[0]
        assert (edge(composer), edge(turn)) == ("outer", "blank")
        await tui.press("shift+tab")
        assert (edge(composer), edge(turn)) == ("vkey", "outer")
        await tui.press("2")
        await tui.shows("citation 2 of 3")
        assert {"bold", "reverse"} <= how(tui, "[P8.2]")
        panel = tui.app.screen.query_one(EvidencePanel)
        assert edge(panel) == "vkey"
        panel.focus()
        await tui.pilot.pause()
        assert edge(panel) == "outer"
        await tui.press("escape", "escape", "ctrl+f")
        await tui.type("cost")
        await tui.shows("2 of 2")
        assert {"underline", "reverse"} <= how(tui, "cost", 2)
        await tui.press("escape", "ctrl+s")
        await tui.shows("3 conversations.")
        assert {"bold", "underline"} <= how(tui, "A talk about dates")
        assert how(tui, "Another talk") == set()


async def test_an_example_and_the_way_to_earlier_turns_show_the_focus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    coach = ScriptedCoach()
    coach.keep("Long", *(quoted_answer(question=f"q {i}", sentences=()) for i in range(25)))
    async with running(coach) as tui:
        assert how(tui, "I still review") == set()
        await tui.press("shift+tab")
        assert how(tui, "I still review") == {"bold", "underline"}
        await tui.app.conversation.show_session("s1")
        await tui.shows("q 24")
        tui.app.conversation.query_one(Earlier).focus()
        await tui.shows("There are earlier turns")
        assert how(tui, "There are earlier turns") == {"bold", "underline"}


@pytest.mark.parametrize("theme", ["coach-dark", "coach-ansi"])
async def test_without_colour_a_selection_and_the_cursor_are_seen(theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with running(size=(100, 40)) as tui:
        tui.app.theme = theme
        await tui.ask("what do I say?")
        composer = tui.app.conversation.composer
        composer.put("some words here")
        composer.selection = Selection((0, 5), (0, 10))
        await tui.pilot.pause()
        assert "reverse" in how(tui, "words")
        prose = next(p for p in tui.turns[0].query(Prose) if "Write the offer" in p.plain)
        tui.app.screen.selections = {prose: TextSelection(Offset(0, 0), Offset(5, 0))}
        await tui.pilot.pause()
        assert "reverse" in how(tui, "Write")
        tui.app.screen.clear_selection()
        await tui.press("ctrl+f")
        await tui.type("ab")
        await tui.press("left")
        tui.app.screen.query_one(FindBar).query_one(Input)._cursor_visible = True
        await tui.pilot.pause()
        [cursor] = [s for s in segments(tui) if s.text == "b" and s.style is not None]
        style, other = cursor.style, next(s.style for s in segments(tui) if s.text == "a")
        assert style is not None
        assert other is not None
        assert (style.reverse, style.color, style.bgcolor) != (other.reverse, other.color, other.bgcolor)


def moving(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that is animated from now on."""
    moved: list[str] = []
    real: Callable[..., Any] = Widget.animate

    def animate(self: Widget, attribute: str, *args: Any, level: str = "full", **options: Any) -> None:
        allowed = self.app.animation_level
        if allowed == "full" or (allowed == "basic" and level == "basic"):
            moved.append(attribute)
        real(self, attribute, *args, level=level, **options)

    monkeypatch.setattr(Widget, "animate", animate)
    return moved


async def everywhere(tui: Driver) -> None:
    """Whatever scrolls."""
    await tui.ask("what do I say?")
    await tui.ask("and then?")
    await tui.press("pageup", "pagedown", "shift+tab", "k", "j", "g", "G", "2")
    await tui.until(lambda: tui.app.conversation.reading.panel_is_open)
    tui.app.screen.query_one(EvidencePanel).focus()
    await tui.press("j", "k", "G", "g", "n", "escape", "ctrl+f")
    await tui.type("date")
    await tui.press("enter", "up", "escape", "f1", "pagedown", "escape", "ctrl+l")
    await tui.shows("3 sources.")
    await tui.press("down", "escape")


async def test_nothing_moves_where_the_preferences_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = moving(monkeypatch)
    path = tmp_path / "tui.json"
    path.write_text(json.dumps({"animations": False}))
    async with running(size=(60, 16), preferences_path=path) as tui:
        assert level(tui) == "none"
        assert not tui.app.conversation.composer.cursor_blink
        await everywhere(tui)
        assert not any(i.cursor_blink for i in tui.app.conversation.query(Input))
    assert moved == []


async def test_otherwise_scrolling_moves_and_a_command_stops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = moving(monkeypatch)
    path = tmp_path / "tui.json"
    async with running(size=(60, 16), preferences_path=path) as tui:
        await everywhere(tui)
        assert moved
        await tui.app.run_action("animations")
        assert level(tui) == "none"
        assert not tui.app.conversation.query_one(Composer).cursor_blink
        await tui.until(lambda: "Nothing moves" in tui.toasts)
    assert not preferences.load(path).animations
    async with running(preferences_path=path) as tui:
        assert level(tui) == "none"
        await tui.app.run_action("animations")
        assert level(tui) == "full"
        assert tui.app.conversation.composer.cursor_blink
    assert preferences.load(path).animations


def test_the_variable_says_so_as_well() -> None:
    code = "from coach.tui.app import CoachApp; print(CoachApp(lambda: None).animation_level)"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "TEXTUAL_ANIMATIONS": "none"},
        check=False,
    )
    assert ran.stdout == "none\n", ran.stderr


def test_preferences_keep_what_is_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "tui.json"
    path.write_text(json.dumps({"theme": "coach-light", "keymap": {"app.new": "f9"}}))
    preferences.save_animations(path, False)
    preferences.save_theme(path, "coach-dark")
    assert preferences.load(path) == preferences.Preferences("coach-dark", {"app.new": "f9"}, animations=False)
