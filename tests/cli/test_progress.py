from __future__ import annotations

import io
import sys
import time
from types import SimpleNamespace
from typing import Any

import pytest

from coach.cli.progress import Bar


def test_nothing_to_do_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar("Indexing") as bar:
        bar(0, 0)
    assert capsys.readouterr() == ("", "")


def test_lines_at_each_quarter_and_once(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar("Indexing") as bar:
        for done in range(1, 1001):
            bar(done, 1000)
    assert capsys.readouterr().err.splitlines() == [f"Indexing: {p}%" for p in (0, 25, 50, 75, 100)]


def test_another_step_begins_anew(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar("Getting") as bar:
        bar(100, 100)
        bar.name("Checking")
        bar(50, 100)
    assert capsys.readouterr().err.splitlines() == ["Getting: 100%", "Checking: 50%"]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("size", [True, False])
def test_a_terminal_gets_a_bar_whose_text_is_no_markup(monkeypatch: pytest.MonkeyPatch, size: bool) -> None:
    screen = _Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with Bar("Indexing [/INST]", size=size) as bar:
        bar(1, 4)
        bar.name("Checking")
        bar(4, 4)
    assert "Indexing [/INST]" in screen.getvalue()


def test_plain_lines_on_a_terminal_where_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with Bar("Indexing", plain=True) as bar:
        bar(4, 4)
    assert screen.getvalue() == "Indexing: 100%\n"


def test_the_pace_and_the_time_that_is_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    with Bar("Reading", rate=True) as bar:
        for clock.now, done in ((0, 1), (10, 51), (20, 100)):
            bar(done, 100)
        bar.name("Indexing")
        for clock.now, done in ((30, 1), (40, 25_001)):
            bar(done, 100_000)
    assert capsys.readouterr().err.splitlines() == [
        "Reading: 0%",
        "Reading: 50% (5 a second, 10 s left)",
        "Reading: 100% (5 a second)",
        "Indexing: 0%",
        "Indexing: 25% (2,500 a second, 30 s left)",
    ]


def test_a_terminal_shows_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", _Terminal())
    with Bar("Reading", rate=True) as bar:
        bar(1, 4)
        assert bar._shown is not None
        pace: Any = bar._shown.columns[3]
        assert pace.render(SimpleNamespace(speed=1234.5)).plain == "1,234/s"
        assert pace.render(SimpleNamespace(speed=None)).plain == ""
