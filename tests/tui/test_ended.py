"""Programs in terminals of their own: ended in every way, and two of them on one folder."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.scripts import say, stall
from tests.servers import OpenAIServer
from tests.servers import openai_server as openai_server
from tests.terminal import Terminal, coach, environment

ASKED = "My VP wants a date that we cannot keep, what do I say?"
DELEGATE = "How do I delegate the work that I like to do most?"
#: Tall enough for a whole answer.
SIZE = (110, 90)


@pytest.fixture
def home(real_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(real_home, tmp_path / "home"))


def kept(home: Path) -> dict[str, list[str]]:
    """The questions in the ledger by conversation, oldest first."""
    with closing(sqlite3.connect(home / "coach.db")) as connection:
        rows = connection.execute("SELECT session_id, question FROM turns ORDER BY rowid").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    found: dict[str, list[str]] = {}
    for session, question in rows:
        found.setdefault(session, []).append(question)
    return found


@contextmanager
def started(home: Path, *arguments: str, **variables: str) -> Iterator[Terminal]:
    """The program, ready to be asked; where it goes on with a conversation, when that is drawn."""
    with Terminal(coach(*arguments), environment(home, **variables), size=SIZE) as terminal:
        terminal.until("what do I say?" if "--continue" in arguments else "practices")
        yield terminal


def ask(terminal: Terminal, question: str, answered: str = "") -> None:
    """Ask, and wait until `answered` was drawn; by default for the title that a new conversation gets at its end."""
    send(terminal, question)
    since = len(terminal.drawn)
    terminal.press("\r")
    if answered:
        terminal.until(answered, since=since)
    else:
        until_titled(terminal, question, since)


def until_titled(terminal: Terminal, question: str, since: int) -> None:
    """Wait until the new conversation has its title: only then the next question is taken."""
    terminal.until(" ".join(question.split()[:9]) + "…", since=since)


def ask_on(terminal: Terminal, question: str, home: Path) -> None:
    """Ask, and wait until the answer is kept."""
    send(terminal, question)
    terminal.press("\r")
    terminal.until_holds(lambda: any(question in asked for asked in kept(home).values()))


def send(terminal: Terminal, question: str) -> None:
    """Type a question, and see it in the prompt."""
    since = len(terminal.drawn)
    terminal.press(question)
    terminal.until(question[-8:], since=since)


def test_a_kill_right_after_an_answer_loses_nothing(home: Path) -> None:
    with started(home) as terminal:
        ask(terminal, ASKED)
        terminal.signal(signal.SIGKILL)
        assert terminal.wait() == -signal.SIGKILL
    assert list(kept(home).values()) == [[ASKED]]
    with started(home, "chat", "--continue") as terminal:
        ask_on(terminal, "And if they insist?", home)
        terminal.press("\x11")
        assert terminal.wait() == 0
    assert list(kept(home).values()) == [[ASKED, "And if they insist?"]]


@pytest.mark.parametrize("how", ["SIGTERM", "closed", "SIGKILL"])
def test_what_is_kept_stays_kept_when_it_ends_in_mid_answer(home: Path, how: str, openai_server: OpenAIServer) -> None:
    first = "Negotiate deadlines and resources, and do not overpromise. [P8.3]"
    openai_server.enqueue(say("none"), say(first), say("none"), stall("Half of an answer"))
    variables = {"COACH_MODEL": "fake", "COACH_BASE_URL": openai_server.url, "COACH_ABILITY": "free"}
    with started(home, **variables, COACH_CHECKER="lexical", COACH_API_KEY="none") as terminal:
        ask(terminal, ASKED)
        ask(terminal, DELEGATE, "Half of an answer")
        if how == "closed":
            terminal.hang_up()
        else:
            terminal.signal(signal.Signals[how])
        ended = terminal.wait()
        if how == "SIGTERM":
            assert ended == 128 + signal.SIGTERM
            # The screen of before, the cursor and the mouse are given back.
            assert b"\x1b[?1049l" in terminal.drawn
            assert b"\x1b[?25h" in terminal.drawn
            assert b"\x1b[?1003l" in terminal.drawn
    assert list(kept(home).values()) == [[ASKED]]
    if how == "SIGKILL":
        # Of the turn that was cut off nothing is left that the next one would stumble over.
        with started(home, "chat", "--continue") as terminal:
            ask_on(terminal, "And if they insist?", home)
        assert list(kept(home).values()) == [[ASKED, "And if they insist?"]]


def test_a_closed_terminal_ends_it_though_hanging_up_was_to_be_ignored(home: Path) -> None:
    """As after nohup: it would read from a terminal that is gone, as fast as it can, for ever."""
    ignoring = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    )
    with Terminal([sys.executable, "-c", ignoring, *coach()], environment(home)) as terminal:
        terminal.until("practices")
        terminal.hang_up()
        assert terminal.wait() == -signal.SIGHUP


def test_a_closed_terminal_ends_it_though_nobody_told_it(home: Path) -> None:
    """As below make: the one who started it hears of it, and it does not."""
    spared = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
if (child := os.fork()) == 0:
    os.setsid()
    os.execv(sys.argv[1], sys.argv[1:])
_, status = os.waitpid(child, 0)
sys.exit(42 if os.waitstatus_to_exitcode(status) == -signal.SIGHUP else 1)
"""
    with Terminal([sys.executable, "-c", spared, *coach()], environment(home)) as terminal:
        terminal.until("practices")
        terminal.hang_up()
        assert terminal.wait() == 42


def test_two_programs_on_one_folder(home: Path) -> None:
    with started(home) as one, started(home) as other:
        # Both at once, before either has answered.
        for terminal, question in ((one, ASKED), (other, DELEGATE)):
            send(terminal, question)
        since = [len(t.drawn) for t in (one, other)]
        for terminal in (one, other):
            terminal.press("\r")
        for terminal, question, begun in zip((one, other), (ASKED, DELEGATE), since, strict=True):
            until_titled(terminal, question, begun)
        ask_on(one, "And if they insist?", home)
        ask_on(other, "And if nobody wants it?", home)
        for terminal in (one, other):
            since_list = len(terminal.drawn)
            terminal.press("\x13")
            terminal.until("2 conversations.", since=since_list)
            terminal.until("My VP wants a date", since=since_list)
            terminal.until("How do I delegate", since=since_list)
            assert "Not kept" not in terminal.text
    assert sorted(kept(home).values()) == [
        [DELEGATE, "And if nobody wants it?"],
        [ASKED, "And if they insist?"],
    ]


def test_an_index_that_both_build_at_once(tmp_path: Path, home: Path) -> None:
    """The first start of both, on one new folder that already has the notes of another."""
    shutil.rmtree(home / "chroma")
    (home / "compiled.npz").unlink()
    with Terminal(coach(), environment(home), size=SIZE) as one, Terminal(coach(), environment(home), size=SIZE) as two:
        for terminal in (one, two):
            terminal.until("practices")
        for terminal in (one, two):
            ask(terminal, "What did we decide about retraining?", "no model wrote")
            assert "words alone" not in terminal.text
    assert len(kept(home)) == 2
