from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coach import __version__
from coach.cli import main as entry
from coach.domain.errors import InputError, StoreError
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import FORBIDDEN, HOSTILE

_HEAVY = {
    "chromadb",
    "langchain",
    "langchain_core",
    "langchain_openai",
    "langgraph",
    "openai",
    "onnxruntime",
    "textual",
    "numpy",
    "xllamacpp",
    "pydantic",
    "pydantic_settings",
    "tokenizers",
    "rich",
}


def _python(code: str, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    root = Path(entry.__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", code, *args],
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, **env},
        timeout=60,
    )


def test_importing_the_entry_loads_nothing_heavy() -> None:
    done = _python("import sys, coach.cli.main; print(*sys.modules)")
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "typer" in loaded
    assert loaded & _HEAVY == set()


def test_help_loads_nothing_heavy_and_names_every_command() -> None:
    code = "import sys, coach.cli.main as m; m.main(['--help']); print(*sys.modules, file=sys.stderr)"
    done = _python(code)
    assert {name.partition(".")[0] for name in done.stderr.split()} & _HEAVY == set()
    for command in ("ask", "chat", "serve", "search", "sources", "model", "check", "sessions", "index", "settings"):
        assert f"\n  {command} " in done.stdout
    assert "\n  doctor " in done.stdout


def test_version(run: Run) -> None:
    assert run("--version").out == f"coach {__version__}\n"


@pytest.mark.parametrize("command", ["ask", "chat", "search", "check", "settings", "doctor", "sources", "sessions"])
def test_every_command_has_help(run: Run, command: str) -> None:
    ran = run(command, "--help")
    assert ran.code == 0
    assert "Usage: coach " + command in ran.out


def test_an_error_of_ours_is_said_without_a_traceback(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [StoreError("The disk is full.", "Make room.")]
    ran = run("ask", "what now?")
    assert ran.code == 1
    assert ran.err == "The disk is full.\nMake room.\n"
    assert ran.out == ""


def test_exit_status_of_an_error_is_its_own(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [InputError("No.")]
    assert run("ask", "what now?").code == 2


def test_debug_shows_the_traceback(run: Run, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_DEBUG", "1")
    coach.enqueued = [StoreError("The disk is full.", "Make room.")]
    ran = run("ask", "what now?")
    assert "Traceback" in ran.err
    assert ran.err.endswith("The disk is full.\nMake room.\n")


def test_a_fault_of_ours_is_one_sentence_and_what_to_do(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [ZeroDivisionError("secret text")]
    ran = run("ask", "what now?")
    assert ran.code == 1
    assert "ZeroDivisionError" in ran.err
    assert "COACH_DEBUG=1" in ran.err
    assert "secret text" not in ran.err
    assert "Traceback" not in ran.err


def test_ctrl_c_leaves_quietly(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [KeyboardInterrupt()]
    ran = run("ask", "what now?")
    assert (ran.code, ran.out, ran.err) == (130, "", "")


@pytest.mark.parametrize(
    "args", [("--nonsense",), ("nonsense",), ("sources", "frob"), ("ask", "--limit", "3"), ("index",)]
)
def test_usage_errors_exit_with_2_and_name_the_help(run: Run, args: tuple[str, ...]) -> None:
    ran = run(*args)
    assert ran.code == 2
    assert "--help" in ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    "args", [(HOSTILE,), ("--" + HOSTILE,), ("sources", "show", HOSTILE), ("check", HOSTILE, "--sources", "P8")]
)
def test_hostile_arguments_are_not_echoed_raw(run: Run, coach: FakeCoach, args: tuple[str, ...]) -> None:
    ran = run(*args)
    assert ran.code == 2
    assert not any(mark in ran.out + ran.err for mark in (*FORBIDDEN, "\x1b"))


def test_hostile_words_of_an_error_do_not_reach_the_terminal(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [StoreError(HOSTILE, HOSTILE)]
    ran = run("ask", "what now?")
    assert not any(mark in ran.err for mark in (*FORBIDDEN, "\x1b"))
    assert "[/INST] [@click=app.bell]x[/]" in ran.err


def test_an_unknown_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_MODLE", "none")
    ran = run("ask", "what now?")
    assert ran.code == 2
    assert "COACH_MODLE" in ran.err
    assert "COACH_MODEL?" in ran.err


def test_without_a_command_it_talks(run: Run, coach: FakeCoach) -> None:
    ran = run(given="what now?\n")
    assert coach.asked[0]["question"] == "what now?"
    assert ran.code == 0


def test_a_reader_that_goes_away_is_no_error() -> None:
    code = "import sys; sys.argv = ['coach', '--help']; from coach.cli.main import run; run()"
    command = [sys.executable, "-c", code]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            command, stdout=writing, stderr=subprocess.PIPE, text=True, cwd=Path(entry.__file__).parents[2], timeout=60
        )
    finally:
        os.close(writing)
    assert done.stderr == ""
    assert done.returncode == 1


def test_a_terminal_of_another_encoding_gets_question_marks() -> None:
    code = "import sys; from coach.cli import main as m; m.main = lambda: print('✓ ja') or 0; m.run()"
    done = _python(code, PYTHONIOENCODING="ascii")
    assert done.stdout == "? ja\n"
    assert done.stderr == ""


_HANGING = """
import asyncio, signal, sys, types
# A shell starts background jobs with the signal ignored, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
from tests.cli.fakes import FakeCoach
class Hanging(FakeCoach):
    async def ask(self, question, **options):
        print("asked", flush=True)
        await asyncio.Event().wait()
        yield
assembly = types.ModuleType("coach.agent.assembly")
assembly.open_coach = lambda settings: Hanging()
sys.modules["coach.agent.assembly"] = assembly
sys.argv = ["coach", *sys.argv[1:]]
from coach.cli.main import run
run()
"""


def test_a_signal_in_the_middle_of_an_answer_ends_the_program_quietly() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _HANGING, "ask", "what now?"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(entry.__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "asked\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "")
