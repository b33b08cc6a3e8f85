from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from coach.cli.main import main
from tests.cli.fakes import FakeCoach


@dataclass
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


class Input(io.TextIOWrapper):
    """Standard input with text in it, a terminal or not."""

    def __init__(self, text: str | bytes, *, tty: bool) -> None:
        super().__init__(io.BytesIO(text if isinstance(text, bytes) else text.encode()), encoding="utf-8")
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and nothing set but that."""
    for name in list(os.environ):
        if name.startswith(("COACH_", "OPENAI_", "NO_COLOR", "FORCE_COLOR")) and not name.startswith("COACH_TEST_"):
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    monkeypatch.setenv("COACH_HOME", str(folder))
    monkeypatch.setenv("COACH_MODEL", "none")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm-256color")
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Run:
    """Runs a command; `given` is its standard input."""

    def run_command(*args: str, given: str | bytes = "", tty: bool = False) -> Ran:
        monkeypatch.setattr(sys, "stdin", Input(given, tty=tty))
        monkeypatch.setattr(sys.stdout, "isatty", lambda: "terminal" in request.fixturenames)
        code = main(list(args))
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run_command


@pytest.fixture
def coach(monkeypatch: pytest.MonkeyPatch) -> FakeCoach:
    """The coach that commands open."""
    fake = FakeCoach()
    assembly = ModuleType("coach.agent.assembly")

    def open_coach(settings: Any) -> FakeCoach:
        settings.ensure_home()
        fake.settings = settings
        return fake

    vars(assembly)["open_coach"] = open_coach
    monkeypatch.setitem(sys.modules, "coach.agent.assembly", assembly)
    return fake


@pytest.fixture
def terminal() -> None:
    """Asked for, it makes standard output say that it is a terminal; see `run`."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with notes; the library behind the command is real, and indexes nothing."""
    from coach.agent.library import Library

    monkeypatch.setattr(Library, "bring_up_to_date", lambda self, progress=None, **_: None)
    notes = tmp_path / "team notes"
    (notes / "retros").mkdir(parents=True)
    (notes / "retros/2026-09-14.md").write_text("# Retro\n\n## Decisions\n\n- We freeze on Friday.\n- We ship.\n")
    (notes / "plan.md").write_text("---\ntitle: Plan\nprivate: true\ntags: [plan]\ndate: 2026-10-01\n---\nWe plan.\n")
    (notes / "board.canvas").write_text("{}")
    return notes
