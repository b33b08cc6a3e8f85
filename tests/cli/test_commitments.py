from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from coach.cli.asking_back import split_outcome
from coach.domain.answer import Citation, Sentence, Verdict
from coach.domain.commitment import State
from tests.cli.committing import PLAN, TODAY, all_of, made
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import FORBIDDEN, HOSTILE, Session, quoted_answer


@pytest.fixture
def talked(coach: FakeCoach) -> FakeCoach:
    """One conversation, whose answer offers two plans."""
    cited = (Citation("C1.1", "0123456789abcdef"),)
    coach.kept = [Session("abc123", "VP wants a date")]
    plans = ("If the VP wants your date, then offer a checkpoint.", "If she insists, then ask what it is for.")
    coach.earlier = [
        quoted_answer(sentences=tuple(Sentence(p, cited, Verdict.SUPPORTED, part="plan") for p in plans)),
    ]
    return coach


def test_a_plan_is_kept_and_told(run: Run, coach: FakeCoach) -> None:
    ran = run("commit", "--plan", "When the VP wants your date, ask for a week", "--due", "in 3 days")
    (kept,) = all_of(coach)
    assert kept.plan == "When the VP wants my date, then I ask for a week."
    assert kept.due == TODAY + timedelta(days=3)
    assert kept.plan in ran.out
    assert kept.id in ran.out
    assert f"{kept.due.day} {kept.due:%B}" in ran.out


def test_without_a_day_it_comes_back_in_a_week(run: Run, coach: FakeCoach) -> None:
    made(run)
    assert all_of(coach)[0].due == TODAY + timedelta(days=7)


def test_a_wish_is_sent_back(run: Run, coach: FakeCoach) -> None:
    ran = run("commit", "--plan", "When I have time, I write")
    assert ran.code == 2
    assert "no cue" in ran.err
    assert all_of(coach) == ()


def test_the_plans_of_the_last_answer_are_offered(run: Run, talked: FakeCoach) -> None:
    ran = run("commit")
    assert ran.code == 2
    assert "1. If the VP wants my date, then I offer a checkpoint. [C1.1]" in ran.out
    assert "2. If she insists, then I ask what it is for. [C1.1]" in ran.out
    assert "--take 1" in ran.err
    rows = json.loads(run("commit", "--json").out)
    assert rows["origin"] == "session:abc123"
    assert [o["plan"] for o in rows["offers"]][1] == "If she insists, then I ask what it is for."
    assert all_of(talked) == ()


def test_one_of_them_is_taken(run: Run, talked: FakeCoach) -> None:
    assert run("commit", "--take", "2", "--due", "tomorrow").code == 0
    (kept,) = all_of(talked)
    assert kept.plan == "If she insists, then I ask what it is for."
    assert (kept.origin, [c.id for c in kept.citations]) == ("session:abc123", ["C1.1"])
    assert run("commit", "--take", "3").code == 2


def test_at_a_terminal_a_number_takes_one(run: Run, talked: FakeCoach) -> None:
    ran = run("commit", given="1\n", tty=True)
    assert "VP wants a date" in ran.out
    (kept,) = all_of(talked)
    assert kept.plan == "If the VP wants my date, then I offer a checkpoint."


def test_at_a_terminal_it_can_be_rewritten(run: Run, talked: FakeCoach) -> None:
    run("commit", given="When she insists, I wait\n", tty=True)
    (kept,) = all_of(talked)
    assert kept.plan == "When she insists, then I wait."
    # It came of the conversation, and rests on no statement any more.
    assert (kept.origin, kept.citations) == ("session:abc123", ())


@pytest.mark.parametrize("given", ["\n", ""])
def test_at_a_terminal_nothing_keeps_nothing(run: Run, talked: FakeCoach, given: str) -> None:
    assert run("commit", given=given, tty=True).code == 2
    assert all_of(talked) == ()


def test_a_plan_is_read_from_standard_input(run: Run, talked: FakeCoach) -> None:
    assert run("commit", given=f"{PLAN}\n").code == 0
    assert all_of(talked)[0].origin == ""


def test_said_with_an_origin_it_links_to_that(run: Run, talked: FakeCoach) -> None:
    made(run, "--from", "abc")
    assert all_of(talked)[0].origin == "session:abc123"
    assert run("commit", "--from", "zzz", "--plan", PLAN).code == 2


def test_two_ways_at_once_are_refused(run: Run, talked: FakeCoach) -> None:
    assert run("commit", "--plan", PLAN, "--take", "1").code == 2


def test_the_list_says_what_stands_when(run: Run, talked: FakeCoach) -> None:
    today = made(run, "--due", "today", "--from", "last")
    later = made(run, "--due", "in 3 days")
    gone = made(run)
    run("commitments", "settle", gone, "--outcome", "dropped")
    lines = run("commitments").out.splitlines()
    assert lines[0] == f"{today}  due today  {PLAN}"
    assert lines[1].split() == ["From", "session:abc123,", "VP", "wants", "a", "date"]
    assert lines[2] == f"{later}  due {TODAY + timedelta(days=3)}  {PLAN}"
    assert len(lines) == 3
    assert run("commitments", "--due").out.splitlines()[0] == lines[0]
    assert later not in run("commitments", "--due").out
    assert f"{gone}  dropped" in run("commitments", "--all").out
    rows = json.loads(run("commitments", "--json", "--all").out)
    assert [(r["id"], r["is_due"], r["state"]) for r in rows] == [
        (today, True, "open"),
        (later, False, "open"),
        (gone, False, "dropped"),
    ]


def test_an_empty_list_says_how_to_begin(run: Run, coach: FakeCoach) -> None:
    assert "coach commit" in run("commitments").out
    assert "Nothing is due" in run("commitments", "--due").out
    assert json.loads(run("commitments", "--json").out) == []


def test_settled_with_what_happened(run: Run, coach: FakeCoach) -> None:
    mine = made(run)
    ran = run("commitments", "settle", mine[:5], "--outcome", "Kept", "--what", "She took it well.")
    assert ran.code == 0
    assert "private" in ran.out
    (kept,) = all_of(coach)
    assert (kept.state, kept.outcome) == (State.KEPT, "She took it well.")
    assert "What happened: She took it well. [N1]" in run("commitments", "--all").out
    row = json.loads(run("commitments", "settle", mine, "--outcome", "missed", "--json").out)
    assert (row["state"], row["outcome"], row["note"]) == ("missed", "", "N1")


def test_what_happened_is_read_from_standard_input(run: Run, coach: FakeCoach) -> None:
    run("commitments", "settle", made(run), "--outcome", "partly", given="She listened.\nThen she left.\n")
    assert all_of(coach)[0].outcome == "She listened.\nThen she left."


@pytest.mark.parametrize("outcome", [(), ("--outcome", "open"), ("--outcome", "well")])
def test_another_outcome_is_refused(run: Run, coach: FakeCoach, outcome: tuple[str, ...]) -> None:
    ran = run("commitments", "settle", made(run), *outcome)
    assert ran.code == 2
    assert "kept, partly, missed or dropped" in ran.err
    assert all_of(coach)[0].state is State.OPEN


def test_at_a_terminal_one_question_is_asked(run: Run, coach: FakeCoach) -> None:
    mine = made(run)
    ran = run("commitments", "settle", mine, given="kept: she took it well\n", tty=True)
    assert ran.out.count("?") == 1
    assert (all_of(coach)[0].state, all_of(coach)[0].outcome) == (State.KEPT, "she took it well")


def test_where_the_outcome_is_not_said_it_is_asked_for(run: Run, coach: FakeCoach) -> None:
    run("commitments", "settle", made(run), given="she took it well\nwell\nkept\n", tty=True)
    assert (all_of(coach)[0].state, all_of(coach)[0].outcome) == (State.KEPT, "she took it well")


def test_enter_keeps_nothing(run: Run, coach: FakeCoach) -> None:
    ran = run("commitments", "settle", made(run), given="\n", tty=True)
    assert "Nothing was kept" in ran.out
    assert all_of(coach)[0].state is State.OPEN


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("kept", (State.KEPT, "")),
        ("Kept. She took it well.", (State.KEPT, "She took it well.")),
        ("missed: no request came", (State.MISSED, "no request came")),
        ("dropped, it is over", (State.DROPPED, "it is over")),
        ("kept quiet all the time", (None, "kept quiet all the time")),
        ("I kept it", (None, "I kept it")),
        ("open: x", (None, "open: x")),
        ("", (None, "")),
    ],
)
def test_an_outcome_that_leads_is_read(line: str, outcome: tuple[State | None, str]) -> None:
    assert split_outcome(line) == outcome


def test_put_off(run: Run, coach: FakeCoach) -> None:
    mine = made(run, "--due", "today")
    assert "comes back" in run("commitments", "snooze", mine, "--until", "in 3 days").out
    assert "Nothing is due" in run("commitments", "--due").out
    assert f"put off to {TODAY + timedelta(days=3)}" in run("commitments").out
    row = json.loads(run("commitments", "snooze", mine, "--json").out)
    assert row["snoozed"] == (TODAY + timedelta(days=7)).isoformat()
    assert run("commitments", "snooze", mine, "--until", "never").code == 2
    assert run("commitments", "snooze", "zz").code == 2


def test_exported_as_a_calendar(run: Run, coach: FakeCoach, tmp_path: Path) -> None:
    file = tmp_path / "plans.ics"
    assert run("commitments", "export", str(file)).code == 2
    made(run)
    ran = run("commitments", "export", str(file))
    assert ran.code == 0
    raw = file.read_bytes()
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert file.stat().st_mode & 0o777 == 0o600
    # Nothing is overwritten.
    assert run("commitments", "export", str(file)).code == 1
    assert run("commitments", "export", "-").out.startswith("BEGIN:VCALENDAR")


def test_nothing_hostile_is_printed(run: Run, coach: FakeCoach) -> None:
    mine = made(run, "--due", "today")
    run("commit", "--plan", f"If {HOSTILE} comes, then I wait")
    run("commitments", "settle", mine, "--outcome", "kept", "--what", HOSTILE)
    out = run("commitments", "--all").out + run("commitments", "--all", "--json").out
    assert "smile" in out
    assert not any(mark in out for mark in (*FORBIDDEN, "\x1b"))
