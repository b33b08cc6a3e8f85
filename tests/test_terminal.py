"""A person at a real terminal with the real local model: asks, opens a citation, goes on, stops, leaves, comes back."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from coach.agent.assembly import open_coach
from coach.settings import load_settings
from tests.corpus_home import bare
from tests.corpus_home import real_home as real_home
from tests.weights import pulled_weights

pytestmark = [pytest.mark.local_model, pytest.mark.timeout(1800)]
#: Seconds that the model may take for an answer on a machine that is busy with other things, and the program to draw.
_ANSWER = 600.0
_DRAW = 60.0
_QUESTION = "my VP wants a date for the fraud model that we can't keep, what do I say to her?"
_FOLLOW_UP = "and if they insist?"
_STOPPED = "how do I tell a senior engineer that his review comments crush the juniors?"


class Tmux:
    """A terminal of its own: a tmux server on a socket that nobody else knows.

    Args:
        folder: where the socket is.
        environment: of what runs in it.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._base: list[str] = []
        self._opened = 0

    def __call__(self, *args: str) -> str:
        """Run a tmux command and return what it prints."""
        done = subprocess.run(
            [*self._base, *args], capture_output=True, text=True, timeout=_DRAW, env=self._environment, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def open(self, *command: str) -> None:
        """Begin with `command` in a window of 100 by 30; when it has ended, the window stays."""
        line = f'{shlex.join(command)}; echo "ended $?"; exec cat'
        # A server of its own each time: one that was told to end may still stand at its socket, about to go.
        self._opened += 1
        self._base = ["tmux", "-u", "-f", os.devnull, "-S", str(self._folder / f"tmux-{self._opened}")]
        self("new-session", "-d", "-x", "100", "-y", "30", "-s", "coach", line)

    def close(self) -> None:
        """End it and what runs in it."""
        if self._base:
            subprocess.run([*self._base, "kill-server"], capture_output=True, env=self._environment, check=False)

    def type(self, text: str) -> None:
        """Type characters."""
        self("send-keys", "-t", "coach", "-l", text)

    def press(self, key: str) -> None:
        """Press a key by its name."""
        self("send-keys", "-t", "coach", key)

    def lines(self) -> list[str]:
        """Return what stands on the screen."""
        return self("capture-pane", "-p", "-t", "coach").split("\n")

    def text(self) -> str:
        """Return what stands on the screen as one line: what was wrapped is together again."""
        return " ".join(" ".join(self.lines()).split())

    def edge(self) -> int:
        """Return the column behind the line at the bottom; 0 where it is not there."""
        return max((len(line.rstrip()) for line in self.lines() if "^P commands" in line), default=0)

    def until(self, what: str, seconds: float, true: Callable[[], bool]) -> None:
        """Return as soon as `true`; fail where that takes longer than it ever should."""
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                pytest.fail(f"never came: {what}\n" + "\n".join(self.lines()))
            time.sleep(0.2)

    def shows(self, pattern: str, seconds: float = _DRAW) -> re.Match[str]:
        """Return the match of `pattern` on the screen, as soon as it is there."""
        found: list[re.Match[str]] = []

        def there() -> bool:
            found.extend(re.finditer(pattern, self.text()))
            return bool(found)

        self.until(pattern, seconds, there)
        return found[0]

    def ended(self) -> str:
        """Return the exit status of the program, as soon as it has ended."""
        return self.shows(r"ended (\d+)")[1]


@pytest.fixture
def home(real_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(real_home, tmp_path / "home"))


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """Coach with the weights that were pulled, over a data folder of its own; the model writes, and checks."""
    weights = pulled_weights()
    with pytest.MonkeyPatch.context() as patch:
        bare(patch)
        kept = {k: v for k, v in os.environ.items() if k not in ("TMUX", "NO_COLOR")}
    return kept | {
        "COACH_HOME": str(home),
        "COACH_MODEL": "local",
        "COACH_GGUF": str(weights),
        "COACH_ABILITY": "none",
        "COACH_COMPOSER": "stepwise",
        "COACH_CHECKER": "local",
        "COACH_TIMEOUT_S": "600",
        "GOMP_SPINCOUNT": "0",
        "LC_ALL": "C.UTF-8",
        "XDG_CONFIG_HOME": str(home.parent / "config"),
    }


@pytest.fixture
def tmux(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[Tmux]:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    terminal = Tmux(tmp_path_factory.mktemp("t"), environment)
    yield terminal
    terminal.close()


def _turns(home: Path) -> int:
    """How many turns are kept."""
    with closing(sqlite3.connect(f"file:{home / 'coach.db'}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM turns").fetchone()[0])


def _statement(home: Path, statement_id: str) -> str:
    coach = open_coach(load_settings(home=home, model="none"))
    try:
        statement = coach.library.find(statement_id)[1]
        assert statement is not None
        return statement.text
    finally:
        asyncio.run(coach.aclose())


def test_a_conversation_from_the_first_question_to_coming_back(
    tmux: Tmux, home: Path, environment: dict[str, str]
) -> None:
    kept = _turns(home)
    coach = [sys.executable, "-m", "coach.cli"]
    tmux.open(*coach)
    tmux.shows("What is on your mind?")

    tmux.type(_QUESTION)
    tmux.press("Enter")
    tmux.until("the first answer", _ANSWER, lambda: _turns(home) == kept + 1)
    # A long answer is shown from its beginning.
    tmux.press("End")
    footer = tmux.shows(r"(\d+) of (\d+) claims supported.* written by (\S+) .*checked by local")
    assert 0 < int(footer[1]) <= int(footer[2])
    assert footer[3] == Path(environment["COACH_GGUF"]).stem

    # A citation, with its statement in its source.
    tmux.press("C-Down")
    opened = tmux.shows(r"▌ ([PCN]\d+\.\d+) ")[1]
    first_words = " ".join(_statement(home, opened).split()[:4])
    tmux.shows(rf"▌ {re.escape(opened)} {re.escape(first_words)}")

    # Another size, and back: everything is where it belongs, and nothing is lost.
    tmux("resize-window", "-t", "coach", "-x", "132", "-y", "40")
    tmux.until("the keys at the new edge", _DRAW, lambda: 120 < tmux.edge() <= 132)
    tmux.shows(rf"▌ {re.escape(opened)} ")
    tmux("resize-window", "-t", "coach", "-x", "100", "-y", "30")
    tmux.until("the keys at the old edge", _DRAW, lambda: 90 < tmux.edge() <= 100)
    tmux.press("Escape")
    tmux.until("the panel closed", _DRAW, lambda: f"▌ {opened} " not in tmux.text())

    tmux.type(_FOLLOW_UP)
    tmux.shows(re.escape(_FOLLOW_UP))
    tmux.press("Enter")
    tmux.until("the second answer", _ANSWER, lambda: _turns(home) == kept + 2)
    tmux.press("End")
    tmux.shows(r"claims? supported")

    # Stopped: the words are back in the prompt, below what says so.
    tmux.type(_STOPPED)
    tmux.shows(re.escape(_STOPPED))
    tmux.press("Enter")
    tmux.shows(r"(Reading the question|Looking in the sources|Writing|Checking each claim)", _ANSWER)
    tmux.press("Escape")
    tmux.shows(rf"Stopped\. Your question is back in the prompt\. .*{re.escape(_STOPPED)}")

    tmux.press("C-q")
    assert tmux.ended() == "0"
    assert _turns(home) == kept + 2

    # The conversation is found again, without what was stopped.
    tmux.close()
    tmux.open(*coach, "--continue")
    tmux.shows("my VP wants a date for the fraud model")
    tmux.press("End")
    tmux.shows(r"claims? supported")
    assert _STOPPED not in tmux.text()
    tmux.press("C-q")
    assert tmux.ended() == "0"
