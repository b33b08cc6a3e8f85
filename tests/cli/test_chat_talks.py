from __future__ import annotations

import builtins
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from coach.agent.talks.commitments import keeper
from coach.domain.answer import Answer, Citation, Sentence, Verdict
from coach.domain.commitment import Commitment
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import C1_1, FORBIDDEN, HOSTILE, quoted_answer

FIRST = "If the VP asks for a date, then I name its cost."
SECOND = "If she goes quiet, then I wait."


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
    # What stands in the prompt is sent as it is with an empty line, as without line editing.
    monkeypatch.setattr("coach.cli.chat_talks.can_prefill", lambda: False)
    return lines


def offering(*plans: str) -> Answer:
    answer = quoted_answer()
    cite = (Citation(C1_1.id, C1_1.hash),)
    said = tuple(Sentence(plan, cite, Verdict.SUPPORTED, 1.0, "lexical", part="plan") for plan in plans)
    return replace(answer, sentences=(*answer.sentences, *said))


def kept(coach: FakeCoach) -> tuple[Commitment, ...]:
    return keeper(coach).all()  # type: ignore[arg-type]


def test_the_plan_of_the_last_answer_is_kept(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [offering(FIRST, SECOND), quoted_answer()]
    ran = run("chat", "--plain", given="first?\nsecond?\n/commit 2 due in 3 days\n/commitments\n")
    assert ran.code == 0, ran.err
    [made] = kept(coach)
    # The answer after it offered none.
    assert (made.plan, made.origin, [c.id for c in made.citations]) == (SECOND, "session:s1", ["C1.1"])
    assert made.due == date.today() + timedelta(days=3)
    assert f"Kept as {made.id}: {SECOND}" in ran.out
    assert f"{made.id}  due {made.due.isoformat()}  {SECOND}" in ran.out


def test_somebody_changes_it_and_says_a_day(run: Run, coach: FakeCoach, typed: list[str | BaseException]) -> None:
    coach.enqueued = [offering(FIRST)]
    typed += ["first?", "/commit", "be braver", "someday", "If he asks, then I breathe.", "in 2 days"]
    ran = run("chat", "--plain", tty=True)
    assert f"The plan: {FIRST}" in ran.out
    # What is no plan is asked for again, and so is what is no day; what was good is not asked for twice.
    assert "does not say when" in ran.err
    assert "“someday”" in ran.err
    [made] = kept(coach)
    assert (made.plan, made.citations) == ("If he asks, then I breathe.", ())
    assert made.due == date.today() + timedelta(days=2)


def test_enter_takes_it_as_it_stands(run: Run, coach: FakeCoach, typed: list[str | BaseException]) -> None:
    coach.enqueued = [offering(FIRST, SECOND)]
    typed += ["first?", "/commit", "1", "", ""]
    ran = run("chat", "--plain", tty=True)
    assert f"2. {SECOND}" in ran.out
    [made] = kept(coach)
    assert (made.plan, made.due) == (FIRST, date.today() + timedelta(days=7))


@pytest.mark.parametrize("lines", [[KeyboardInterrupt()], [""], ["1", KeyboardInterrupt()], []])
def test_it_is_left_without_a_trace(
    run: Run, coach: FakeCoach, typed: list[str | BaseException], lines: list[str | BaseException]
) -> None:
    coach.enqueued = [offering(FIRST, SECOND)]
    typed += ["first?", "/commit", *lines]
    assert "Nothing was kept." in run("chat", "--plain", tty=True).out
    assert kept(coach) == ()


@pytest.mark.parametrize("said", ["/commit 3", "/commit 0", "/commit be braver", "/commit 99999"])
def test_in_a_pipe_what_cannot_be_kept_is_an_error(run: Run, coach: FakeCoach, said: str) -> None:
    coach.enqueued = [offering(FIRST)]
    ran = run("chat", "--plain", given=f"first?\n{said}\n")
    assert ran.code == 1
    assert len(ran.err.splitlines()) >= 2
    assert kept(coach) == ()


def test_without_an_offer_the_person_says_their_own(run: Run, coach: FakeCoach) -> None:
    ran = run("chat", "--plain", given=f"first?\n/commit\n/commit {FIRST} due whenever\n/commit {FIRST}\n")
    assert ran.code == 1
    assert "No answer here offers a plan." in ran.err
    # What is no day belongs to the plan.
    assert [c.plan for c in kept(coach)] == [f"{FIRST[:-1]}. due whenever.", FIRST]


def test_nothing_is_kept_of_a_conversation_that_is_not(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [offering(FIRST)]
    ran = run("chat", "--plain", "--no-keep", given="first?\n/commit 1\n")
    assert "Start again without --no-keep." in ran.err
    assert kept(coach) == ()


def test_hostile_words_reach_no_terminal(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [offering(f"If {HOSTILE} comes, then I wait.")]
    out = run("chat", "--plain", given="first?\n/commit 1\n/commitments\n").out
    assert not any(mark in out for mark in (*FORBIDDEN, "\x1b"))


def test_there_is_nothing_open(run: Run, coach: FakeCoach) -> None:
    assert "Nothing is open." in run("chat", "--plain", given="/commitments\n").out


def test_a_talk_is_prepared_in_between(run: Run, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch) -> None:
    from coach.domain.preparation import Brief, Interview, in_order

    asked: list[dict[str, object]] = []

    def prepare_now(_: object, __: object, text: str, **options: object) -> Brief:
        asked.append({"text": text, **options})
        return Brief("A talk", Interview(), in_order({}), id="" if len(asked) > 1 else "abc123")

    monkeypatch.setattr("coach.cli.prepare.prepare_now", prepare_now)
    out = run("chat", "--plain", given="/prepare I must say no\n/prepare again\n").out
    assert asked[0] == {"text": "I must say no", "ask": False, "keep": True, "plain": True}
    assert "coach rehearse abc123" in out
    assert "kept nowhere" in out


def test_the_help_names_them(run: Run, coach: FakeCoach, home: Path) -> None:
    out = run("chat", "--plain", given="/help\n").out
    for name in ("/commit ", "/commitments", "/prepare TEXT"):
        assert name in out
