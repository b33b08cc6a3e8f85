"""Plain lines as a screen reader gets them: when they come in place of the program, and that all of them are words."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from coach.cli.commands import HELP
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import HOSTILE, Session, quoted_answer, written_answer

_SECONDS = 60.0


@pytest.fixture
def kept(coach: FakeCoach) -> FakeCoach:
    """Two conversations, the first with a hostile title, and one answer in whichever is opened."""
    coach.kept = [Session("abc123def456", "Dates " + HOSTILE), Session("fff123def456", "Pay")]
    coach.earlier = [quoted_answer(question="when?")]
    return coach


def test_every_command_is_in_the_help_and_the_help_is_words(run: Run, coach: FakeCoach) -> None:
    ran = run("chat", given="/help\n")
    for command in ("again", "edit", "long", "copy", "read", "find", "export", "new", "sessions", "continue", "rename"):
        assert f"\n/{command}" in ran.out
    for command in ("delete", "undo", "sources", "search", "why", "help", "quit"):
        assert f"/{command}" in ran.out
    assert HELP.isascii()


def test_nothing_printed_is_drawn_or_a_bare_sign(run: Run, kept: FakeCoach) -> None:
    kept.enqueued = [written_answer(), quoted_answer()]
    lines = "a?\n/why\n/why 2\nb?\n/read 1\n/find date\n/sessions\n/sources\n/search x\n1\nP8\n/help\n"
    ran = run("chat", given=lines)
    assert ran.code == 0, ran.err
    drawn = {c for c in ran.out if not c.isalnum() and not c.isascii()}
    # Quotation marks and the dots of “If … then”, which are read as such.
    assert drawn <= set("“”‘’…–"), drawn
    assert all(word in ran.out for word in ("(supported)", "(unsupported)", "(uncited)", "(supported, mended)"))


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("how", ["option", "variable", "file", "terminal"])
def test_plain_lines_in_place_of_the_program(
    run: Run, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str
) -> None:
    monkeypatch.setattr("coach.cli.chat.open_tui", lambda **options: pytest.fail("opened"))
    typed = iter(["first?"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(typed, None) or (_ for _ in ()).throw(EOFError))
    match how:
        case "variable":
            monkeypatch.setenv("COACH_PLAIN", "true")
        case "file":
            (tmp_path / "settings.toml").write_text("plain = true\n")
            monkeypatch.setenv("COACH_CONFIG", str(tmp_path / "settings.toml"))
        case "terminal":
            monkeypatch.setenv("TERM", "dumb")
    ran = run(*(["--plain"] if how == "option" else []), tty=True)
    assert "- Offer two scopes and one date. [C1.1]" in ran.out
    assert "\x1b" not in ran.out


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("value", ["false", "0", ""])
def test_the_program_where_plain_is_not_wanted(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str
) -> None:
    opened: list[object] = []
    monkeypatch.setattr("coach.cli.chat.open_tui", lambda **options: opened.append(options["last"]))
    (tmp_path / "settings.toml").write_text("plain = 'no boolean'\n")
    monkeypatch.setenv("COACH_CONFIG", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("COACH_PLAIN", value)
    run("--continue", tty=True)
    assert opened == [True]


@pytest.mark.parametrize("option", ["--plain", "--continue"])
def test_an_option_before_a_command_is_not_passed_over_in_silence(run: Run, coach: FakeCoach, option: str) -> None:
    ran = run(option, "ask", "what now?")
    assert ran.code == 2
    assert f"coach ask {option}" in ran.err
    assert coach.asked == []


_TALK = """
import asyncio, sys, types
from tests.cli.fakes import FakeCoach
from coach.agent.events import Step
class Slow(FakeCoach):
    async def ask(self, question, **options):
        if "slow" in question:
            yield Step("draft")
            await asyncio.Event().wait()
        async for event in super().ask(question, **options):
            yield event
assembly = types.ModuleType("coach.agent.assembly")
assembly.open_coach = lambda settings: Slow()
sys.modules["coach.agent.assembly"] = assembly
from coach.cli import chat
chat.Announcer.__init__.__defaults__ = (0.05,)
sys.argv = ["coach", "--plain", *sys.argv[1:]]
from coach.cli.main import run
run()
"""


def test_on_a_terminal_it_speaks_stops_and_gives_the_question_back(home: Path) -> None:
    home.mkdir()
    mine, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "dumb", "COACH_HOME": str(home), "INPUTRC": os.devnull}
    process = subprocess.Popen(
        [sys.executable, "-c", _TALK],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
        preexec_fn=_own_terminal,
    )
    os.close(theirs)
    shown = ""
    # Not select.select, which knows no file descriptor above 1023.
    waiting = select.poll()
    waiting.register(mine, select.POLLIN)

    def until(words: str) -> str:
        nonlocal shown
        end = time.monotonic() + _SECONDS
        while words not in shown:
            assert time.monotonic() < end, shown
            if waiting.poll(200):
                shown += os.read(mine, 65536).decode()
        before, shown = shown.split(words, 1)
        return before

    try:
        until("Type a question")
        until("You: ")
        os.write(mine, b"a slow one\r")
        # What is going on is a line, said once.
        assert "Writing." not in until("Writing.\r\n")
        os.write(mine, b"\x03")
        until("Stopped. /edit puts your question back")
        until("You: ")
        os.write(mine, b"/edit\r")
        until("The last question was: a slow one")
        until("You: a slow one")
        os.write(mine, b"\x7f\x7f\x7f" + b"\x7f" * 5 + b" quick one\r")
        page = until("4 of 4 claims supported")
        assert "Name the cost of the date" in page
        assert "\x1b" not in page
        until("You: ")
        os.write(mine, b"\x04")
        assert process.wait(_SECONDS) == 0
    finally:
        process.kill()
        process.wait()
        os.close(mine)


def _own_terminal() -> None:
    import fcntl

    # What runs the tests in the background may ignore it, and children inherit that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
