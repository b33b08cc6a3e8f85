from __future__ import annotations

import builtins
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coach.domain.errors import ModelError
from coach.models.choice import ModelChoice
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import FORBIDDEN, HOSTILE, Session, written_answer


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str | BaseException]:
    """Lines that a person types at the prompt; an exception is what a key makes of it."""
    lines: list[str | BaseException] = []

    def read(prompt: str = "") -> str:
        if not lines:
            raise EOFError
        line = lines.pop(0)
        if isinstance(line, BaseException):
            raise line
        return line

    monkeypatch.setattr(builtins, "input", read)
    return lines


def test_each_line_of_a_pipe_is_a_question_of_one_conversation(run: Run, coach: FakeCoach) -> None:
    ran = run("chat", "--plain", given="first?\n\nsecond?\n")
    assert ran.code == 0
    assert [(a["question"], a["session"]) for a in coach.asked] == [("first?", None), ("second?", "s1")]
    assert ran.out.startswith("Model: no model. Nothing leaves this machine.\n")
    assert coach.closed == 1


def test_the_first_line_says_what_leaves_the_machine(run: Run, coach: FakeCoach) -> None:
    coach.choice = ModelChoice(
        "endpoint", "m", "https://api.example.org/v1", True, leaves="All goes to api.example.org."
    )
    assert run("chat").out == "Model: m (api.example.org). All goes to api.example.org.\n"


def test_a_question_that_fails_in_a_pipe_does_not_stop_the_rest(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [ModelError("It is busy.", "Wait.")]
    ran = run("chat", given="first?\nsecond?\n")
    assert ran.code == 1
    assert ran.err == "It is busy.\nWait.\n"
    assert len(coach.asked) == 2


def test_new_begins_another_conversation_and_quit_ends(run: Run, coach: FakeCoach) -> None:
    run("chat", given="first?\n/new\nsecond?\n/quit\nthird?\n")
    assert [(a["question"], a["session"]) for a in coach.asked] == [("first?", None), ("second?", None)]


@pytest.mark.parametrize("line", ["P8.2", "[p8.2]", "/sources P8.2"])
def test_an_id_opens_its_statement(run: Run, coach: FakeCoach, line: str) -> None:
    ran = run("chat", given=line + "\n")
    assert "P8.2 Name the cost of the date before you name the date.\n\nprinciple P8: Promise less" in ran.out
    assert coach.asked == []


def test_sources_are_listed_and_opened(run: Run, coach: FakeCoach) -> None:
    ran = run("chat", given="/sources\nC1\n")
    assert "P8 principle: Promise less\nC1 practice: Saying no\nN12 note of 2026-10-01: Retro, private\n" in ran.out
    assert "C1.2 Write the offer down." in ran.out


def test_why(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [written_answer()]
    ran = run("chat", given="first?\n/why\n/why 2\n")
    assert "2. Offer a raise. [P8.2] (unsupported)" in ran.out
    assert "Reason: the statement says nothing of pay" in ran.out


@pytest.mark.parametrize("line", ["/why 0", "/why 5", "/why x", "/why ²", "/frobnicate", "P99", "/sources P99"])
def test_what_cannot_be_done_is_said(run: Run, coach: FakeCoach, line: str) -> None:
    coach.enqueued = [written_answer()]
    ran = run("chat", given=f"first?\n{line}\n")
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 2


def test_why_before_any_answer(run: Run, coach: FakeCoach) -> None:
    assert "no answer with claims yet" in run("chat", given="/why 1\n").err


def test_a_path_or_a_fraction_is_a_question_and_no_command(run: Run, coach: FakeCoach) -> None:
    run("chat", given="/srv/models is full, who decides?\n")
    assert coach.asked[0]["question"] == "/srv/models is full, who decides?"


def test_a_person_talks_and_leaves_with_the_end_of_input(
    run: Run, coach: FakeCoach, typed: list[str | BaseException], home: Path
) -> None:
    typed += ["  first?  ", "", "/help"]
    ran = run("chat", tty=True)
    assert ran.code == 0
    assert coach.asked[0]["question"] == "first?"
    assert "/quit" in ran.out
    history = home / "history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600


def test_nothing_is_kept_where_nothing_is_to_be_kept(
    run: Run, coach: FakeCoach, typed: list[str | BaseException], home: Path
) -> None:
    typed += ["first?"]
    run("chat", "--no-keep", tty=True)
    assert coach.asked[0]["keep"] is False
    assert not (home / "history").exists()


def test_what_is_kept_nowhere_is_still_a_conversation(run: Run, coach: FakeCoach) -> None:
    run("chat", "--no-keep", given="first?\nsecond?\n/new\nthird?\n")
    first, second, third = (a["turns"] for a in coach.asked)
    assert (first, third) == ((), ())
    [turn] = second
    assert turn.question == "what do I say?"
    assert "Offer two scopes and one date." in turn.answer
    # The answer quotes a private note.
    assert turn.private


def test_ctrl_c_at_the_prompt_leaves_cleanly(run: Run, coach: FakeCoach, typed: list[str | BaseException]) -> None:
    typed += [KeyboardInterrupt(), "never?"]
    ran = run("chat", tty=True)
    assert (ran.code, ran.err, coach.asked, coach.closed) == (0, "", [], 1)


def test_ctrl_c_in_an_answer_stops_it_alone(run: Run, coach: FakeCoach, typed: list[str | BaseException]) -> None:
    coach.enqueued = [KeyboardInterrupt()]
    typed += ["first?", "second?"]
    ran = run("chat", tty=True)
    assert ran.code == 0
    assert "Stopped." in ran.out
    assert [a["question"] for a in coach.asked] == ["first?", "second?"]


def test_an_error_at_the_prompt_is_said_and_does_not_end_with_a_fault(
    run: Run, coach: FakeCoach, typed: list[str | BaseException]
) -> None:
    coach.enqueued = [ModelError("It is busy.", "Wait.")]
    typed += ["first?", "second?"]
    ran = run("chat", tty=True)
    assert (ran.code, ran.err) == (0, "It is busy.\nWait.\n")
    assert len(coach.asked) == 2


def test_going_on(run: Run, coach: FakeCoach) -> None:
    coach.kept = [Session("s9", "Last")]
    run("chat", "--continue", given="and?\n")
    assert coach.asked[0]["session"] == "s9"


@pytest.mark.usefixtures("terminal")
def test_a_pipe_to_a_terminal_gets_the_rich_page(run: Run, coach: FakeCoach) -> None:
    assert "• Offer two scopes" in run("chat", given="first?\n").out


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("command", [(), ("chat",)])
def test_a_terminal_gets_the_program(run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    opened: list[dict[str, Any]] = []
    monkeypatch.setattr("coach.cli.chat.open_tui", lambda **options: opened.append(options))
    assert run(*command, tty=True).code == 0
    assert (opened[0]["session"], opened[0]["last"], opened[0]["keep"]) == (None, False, True)


@pytest.mark.usefixtures("terminal")
def test_plain_on_a_terminal_talks_line_by_line(
    run: Run, coach: FakeCoach, typed: list[str | BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coach.cli.chat.open_tui", lambda **options: pytest.fail("opened"))
    typed += ["first?"]
    assert "Offer two scopes" in run("chat", "--plain", tty=True).out


@pytest.mark.usefixtures("terminal")
def test_options_that_contradict_each_other_open_nothing(run: Run) -> None:
    ran = run("chat", "--continue", "--session", "s1", tty=True)
    assert ran.code == 2
    assert "two things" in ran.err


def test_hostile_lines_stay_text(run: Run, coach: FakeCoach) -> None:
    ran = run("chat", given=f"{HOSTILE}\n/x{HOSTILE}\n/why {HOSTILE}\n/sources {HOSTILE}\n")
    assert not any(mark in ran.out + ran.err for mark in (*FORBIDDEN, "\x1b"))


def test_bytes_that_are_no_text_do_not_end_it(run: Run, coach: FakeCoach) -> None:
    ran = run("chat", given=b"\xff\xfe what?\nsecond?\n")
    assert ran.code == 0
    assert [a["question"] for a in coach.asked][1] == "second?"


def test_an_unreadable_history_keeps_nobody_from_asking(
    run: Run, coach: FakeCoach, typed: list[str | BaseException], home: Path
) -> None:
    (home / "history").mkdir(parents=True)
    typed += ["first?"]
    assert run("chat", tty=True).code == 0
    assert len(coach.asked) == 1


@pytest.fixture(autouse=True)
def _no_history_between_tests() -> Iterator[None]:
    yield
    import readline

    readline.clear_history()
