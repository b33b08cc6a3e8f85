"""The program in a terminal of its own: its first paint, keys while an answer streams, a long conversation, memory."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.streaming import SECONDS
from coach.domain.answer import Answer
from coach.store.database import open_database
from coach.store.sessions import Sessions
from tests.terminal import Terminal, coach, environment

QUESTION = "Sales promised our fraud model to a client two weeks early. How do I handle this?"
#: Stands in the empty prompt, behind the cursor.
_PROMPT = "hat is on your mind"
#: Stands in the first frame once the sources can be asked.
_READY = "practices"
_QUIT = "\x11"
_SESSIONS = "\x13"
_CLEAR = "\x15"
_END = "\x1b[F"
_NEW = "\x0e"
#: Stands below an answer.
_DELIVERED = "written by paced"
#: Stands in the status line while the model writes.
_WRITING = "Writing"
#: Each stands nowhere else on the screen, so that seeing it means that its key was painted.
_KEYS = "абвгдежзиклмнопрстуфхцчшщъыьэюя"
_BETWEEN_KEYS = 0.09
#: A question and an answer each.
TURNS = 2500


def first_paint(home: Path, runs: int) -> list[float]:
    """Return seconds from the start of the process until a frame with the prompt was drawn, run by run."""
    found = []
    for i in range(runs + 1):
        with Terminal(coach(), environment(home)) as terminal:
            took = terminal.until(_PROMPT) - terminal.began
            terminal.press(_QUIT)
            terminal.wait()
        # The first fills the caches of files.
        if i:
            found.append(took)
    return found


def keys_while_streaming(home: Path, answers: int) -> list[float]:
    """Return seconds from writing a key to the terminal until it was drawn, while a model writes 50 tokens a second."""
    found = []
    root = str(Path(__file__).parent.parent)
    command = [sys.executable, "-m", "bench.streaming"]
    with Terminal(command, environment(home, PYTHONPATH=root), size=(110, 40)) as terminal:
        terminal.until(_READY)
        for _ in range(answers):
            since = len(terminal.drawn)
            terminal.press(QUESTION)
            terminal.until("this?", since=since)
            begun = len(terminal.drawn)
            terminal.press("\r")
            ends = terminal.until(_WRITING, since=begun) + SECONDS
            for key in _KEYS:
                # On a slow machine there is time for fewer of them beside the stream.
                if time.perf_counter() > ends - 0.5:
                    break
                since = len(terminal.drawn)
                pressed = terminal.press(key)
                found.append(terminal.until(key, since=since) - pressed)
                terminal.read_for(_BETWEEN_KEYS)
            since = len(terminal.drawn)
            terminal.press(_CLEAR)
            terminal.until(_PROMPT, since=since)
            # To the end of the conversation, which it then follows.
            terminal.press(_END)
            terminal.until(_DELIVERED, since=begun)
            terminal.press(_NEW)
        terminal.press(_QUIT)
        terminal.wait()
    return found


def opening_long_session(home: Path, runs: int) -> list[float]:
    """Return seconds from choosing a conversation of 5,000 messages in the list until its end was drawn."""
    found = []
    last = f"question {TURNS - 1}."
    for i in range(runs + 1):
        with Terminal(coach(), environment(home), size=(120, 60)) as terminal:
            terminal.until(_READY)
            terminal.press(_SESSIONS)
            terminal.until("A long talk")
            since = len(terminal.drawn)
            pressed = terminal.press("\r")
            took = terminal.until(last, since=since) - pressed
            terminal.press(_QUIT)
            terminal.wait()
        if i:
            found.append(took)
    return found


def peak_after_answer(home: Path, runs: int) -> float:
    """Return the most MiB that the program had in use when it was left after one answer without a model."""
    peak = 0.0
    for _ in range(runs):
        with Terminal(coach("chat", "--model", "none"), environment(home), size=(110, 90)) as terminal:
            terminal.until(_READY)
            terminal.press(QUESTION)
            terminal.until(QUESTION[-8:])
            terminal.press("\r")
            terminal.until("supported")
            terminal.press(_QUIT)
            terminal.wait()
            peak = max(peak, terminal.peak_mib)
    return peak


def keep_long_session(home: Path, like: Answer) -> None:
    """Keep a conversation of 5,000 messages in the ledger of `home`, its answers as long as `like`."""
    with open_database(home / "coach.db") as database:
        session = Sessions(database).create("A long talk").id
        with database.write() as connection:
            connection.executemany(
                "INSERT INTO turns VALUES (?, ?, ?, ?, '2026-01-01T00:00:00.000000+00:00')",
                (
                    (session, i, f"question {i}.", json.dumps(replace(like, question=f"question {i}.").as_dict()))
                    for i in range(TURNS)
                ),
            )


def rows(home: Path, like: Answer, runs: int) -> list[str]:
    """Measure everything and return rows of a Markdown table: what, median, 95th percentile or most, aim."""
    painted = first_paint(home, runs)
    keys = keys_while_streaming(home, answers=5)
    keep_long_session(home, like)
    opened = opening_long_session(home, runs)
    peak = peak_after_answer(home, 3)
    return [
        _row("first paint of `coach`", painted, "< 0.5 s"),
        _row(f"a key while 50 tokens/s stream in ({len(keys)} keys)", keys, "95th < 50 ms"),
        _row("opening a conversation of 5,000 messages", opened, "< 1 s"),
        f"| memory after one answer, `--model none` | | | {peak:.0f} MiB | <= 500 MB |",
    ]


def _row(name: str, seconds: Sequence[float], aim: str) -> str:
    ordered = sorted(seconds)
    at_95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return f"| {name} | {_ms(statistics.median(ordered))} | {_ms(at_95)} | {_ms(ordered[-1])} | {aim} |"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
