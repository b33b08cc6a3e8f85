"""A commitment that comes back: one question at the next start."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from coach.cli import commitments as commands
from coach.domain.commitment import State
from tests.cli.committing import PLAN, TODAY, all_of, made
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach


def chat(run: Run, given: str, *args: str) -> str:
    return run("chat", "--plain", *args, given=given + "/quit\n", tty=True).out


def test_a_due_one_comes_back_with_one_question(run: Run, coach: FakeCoach) -> None:
    made(run, "--due", "today")
    out = chat(run, "kept. She took it well.\n")
    assert f"you planned: {PLAN}" in out
    assert out.count("What happened?") == 1
    (kept,) = all_of(coach)
    assert (kept.state, kept.outcome) == (State.KEPT, "She took it well.")
    assert out.index("What happened?") < out.index("Type a question")


def test_it_comes_back_once_a_day(run: Run, coach: FakeCoach) -> None:
    made(run, "--due", "today")
    assert "What happened?" in chat(run, "\n")
    assert "What happened?" not in chat(run, "")
    assert all_of(coach)[0].asked == TODAY


def test_one_question_at_a_start_is_enough(run: Run, coach: FakeCoach) -> None:
    made(run, "--due", "today")
    made(run, "--due", "today")
    out = chat(run, "kept\n")
    assert out.count("What happened?") == 1
    assert "1 more is due: coach commitments --due" in out


def test_it_can_be_put_off_by_a_week(run: Run, coach: FakeCoach) -> None:
    made(run, "--due", "today")
    assert "comes back" in chat(run, "/later\n")
    assert all_of(coach)[0].snoozed == TODAY + timedelta(days=7)


def test_what_is_not_due_is_not_asked_about(run: Run, coach: FakeCoach) -> None:
    made(run, "--due", "tomorrow")
    assert "What happened?" not in chat(run, "")


def test_it_can_be_switched_off(run: Run, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch) -> None:
    made(run, "--due", "today")
    monkeypatch.setenv("COACH_ASK_BACK", "false")
    assert "What happened?" not in chat(run, "")
    monkeypatch.delenv("COACH_ASK_BACK")
    assert "What happened?" not in chat(run, "", "--no-keep")
    assert "What happened?" in chat(run, "\n")


def test_a_pipe_is_not_asked(run: Run, coach: FakeCoach) -> None:
    made(run, "--due", "today")
    ran = run("chat", "--plain", given="what do I say?\n")
    assert "What happened?" not in ran.out
    assert coach.asked[0]["question"] == "what do I say?"


def test_a_fault_does_not_keep_anybody_from_asking(run: Run, coach: FakeCoach) -> None:
    made(run, "--due", "today")
    with coach.database.write() as connection:
        connection.execute("UPDATE commitments SET body = 'broken'")
    ran = run("chat", "--plain", given="what do I say?\n/quit\n", tty=True)
    assert "cannot be read" in ran.err
    assert coach.asked


def test_days_are_of_the_clock(run: Run, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch) -> None:
    made(run)
    later = datetime.now().astimezone() + timedelta(days=8)
    monkeypatch.setattr(commands, "_now", lambda: later)
    assert f"due since {TODAY + timedelta(days=7)}" in run("commitments", "--due").out
