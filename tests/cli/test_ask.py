from __future__ import annotations

import json
from pathlib import Path

import pytest

from coach.domain.errors import ModelError, NotKeptError, StoreError
from coach.domain.evidence import Turn
from coach.models.choice import ModelChoice
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import FORBIDDEN, HOSTILE, Session, written_answer


def test_words_without_quotes_are_one_question(run: Run, coach: FakeCoach) -> None:
    ran = run("ask", "my", "VP", "wants a date")
    assert ran.code == 0
    assert coach.asked == [{"question": "my VP wants a date", "session": None, "keep": True, "turns": ()}]
    assert "Name the cost of the date before you name the date. [P8.2]" in ran.out
    assert "\x1b" not in ran.out
    assert coach.closed == 1


@pytest.mark.parametrize("option", [(), ("--json",), ("--plain",)])
def test_an_answer_that_cannot_be_kept_is_shown_and_the_command_fails(
    run: Run, coach: FakeCoach, option: tuple[str, ...]
) -> None:
    coach.enqueued = [NotKeptError(StoreError("The disk is full.", "Make room."), written_answer())]
    ran = run("ask", "my VP wants a date", *option)
    assert ran.code == 1
    assert written_answer().sentences[0].text[:20] in ran.out
    assert "The disk is full." in ran.err
    assert "Make room." in ran.err


@pytest.mark.parametrize("args", [("ask",), ("ask", "-")])
def test_the_question_may_come_in_a_pipe(run: Run, coach: FakeCoach, args: tuple[str, ...]) -> None:
    run(*args, given="line one\nline two\n")
    assert coach.asked[0]["question"] == "line one\nline two\n"


def test_a_pipe_is_left_alone_where_there_is_a_question(run: Run, coach: FakeCoach) -> None:
    run("ask", "this", given="that")
    assert coach.asked[0]["question"] == "this"


def test_the_question_may_come_from_a_file(run: Run, coach: FakeCoach, tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("from a file")
    run("ask", "--file", str(tmp_path / "q.txt"))
    assert coach.asked[0]["question"] == "from a file"


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        (("ask", "this", "--file", "q.txt"), "two questions"),
        (("ask", "--file", "absent.txt"), "no file absent.txt"),
        (("ask", "this", "--jsonl", "-"), "--jsonl brings its own"),
        (("ask", "this", "--continue", "--session", "s1"), "say two things"),
        (("ask", "this", "--continue", "--no-keep"), "is kept"),
        (("ask", "this", "--continue"), "no conversation to go on with"),
        (("ask", "this", "--composer", "poet"), "poet"),
    ],
)
def test_options_that_do_not_go_together(run: Run, coach: FakeCoach, args: tuple[str, ...], problem: str) -> None:
    ran = run(*args)
    assert ran.code == 2
    assert problem in ran.err
    assert coach.asked == []


def test_without_a_question_on_a_terminal_it_says_how(run: Run, coach: FakeCoach) -> None:
    ran = run("ask", tty=True)
    assert ran.code == 2
    assert 'coach ask "' in ran.err


def test_bytes_that_are_no_text_are_refused(run: Run, coach: FakeCoach) -> None:
    ran = run("ask", given=b"\xff\xfe")
    assert (ran.code, ran.err) == (2, "standard input is not UTF-8 text.\nSave it as UTF-8.\n")


def test_options_become_settings_and_flags_that_are_not_given_change_nothing(
    run: Run, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACH_STRICT", "true")
    run("ask", "this", "--composer", "quote", "--checker", "lexical", "--model", "none")
    assert (coach.settings.composer, coach.settings.checker, coach.settings.strict) == ("quote", "lexical", True)


def test_going_on_with_a_conversation(run: Run, coach: FakeCoach) -> None:
    coach.kept = [Session("s9", "Last"), Session("s8", "Older")]
    run("ask", "and then?", "--continue")
    run("ask", "and then?", "--session", "s8")
    run("ask", "something else", "--no-keep")
    assert [(a["session"], a["keep"]) for a in coach.asked] == [("s9", True), ("s8", True), (None, False)]


def test_json_is_the_answer_and_nothing_else(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [written_answer()]
    ran = run("ask", "this", "--json")
    answer = json.loads(ran.out)
    assert answer["status"] == "partial"
    assert answer["sentences"][1]["verdict"] == "unsupported"
    assert ran.out.count("\n") == 1


@pytest.mark.usefixtures("terminal")
def test_json_on_a_terminal_is_indented(run: Run, coach: FakeCoach) -> None:
    assert run("ask", "this", "--json").out.startswith('{\n  "status"')


@pytest.mark.usefixtures("terminal")
def test_a_terminal_gets_the_rich_page_and_plain_on_request(run: Run, coach: FakeCoach) -> None:
    rich = run("ask", "this").out
    assert "\x1b[" in rich
    assert "•" in rich
    plain = run("ask", "this", "--plain").out
    assert "\x1b" not in plain
    assert "- Offer two scopes" in plain


@pytest.mark.usefixtures("terminal")
def test_a_dumb_terminal_gets_the_plain_page(run: Run, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in run("ask", "this").out


def test_what_leaves_the_machine_is_said(run: Run, coach: FakeCoach) -> None:
    assert "leaves" not in run("ask", "this").out
    coach.choice = ModelChoice(
        "endpoint", "m", "https://api.example.org/v1", True, leaves="All goes to api.example.org."
    )
    assert run("ask", "this").out.endswith("All goes to api.example.org.\n")


def test_the_first_use_says_what_takes_so_long_on_standard_error(run: Run, coach: FakeCoach) -> None:
    coach.library.to_index = 8
    ran = run("ask", "this", "--json")
    assert "Indexing the sources: 25%" in ran.err
    assert json.loads(ran.out)


@pytest.mark.usefixtures("terminal")
def test_hostile_answers_stay_text_on_a_terminal(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [written_answer(remarks=(HOSTILE,))]
    ran = run("ask", HOSTILE)
    assert ran.code == 0
    assert not any(mark in ran.out for mark in FORBIDDEN)
    assert "[/INST]" in ran.out


def test_rows_are_answered_one_by_one_and_a_failing_one_does_not_stop_the_rest(
    run: Run, coach: FakeCoach, tmp_path: Path
) -> None:
    rows = [
        {"id": 1, "question": "one?"},
        {"id": "two", "question": "two?", "turns": [{"question": "zero?", "answer": "nil"}]},
        {"id": "three\u202e", "question": "three?"},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(r) for r in rows))
    coach.enqueued = [written_answer(), ModelError("It is busy.", "Wait."), written_answer()]
    ran = run("ask", "--jsonl", str(path))
    assert ran.code == 1
    first, second, third = (json.loads(line) for line in ran.out.splitlines())
    assert first["id"] == 1
    assert first["status"] == "partial"
    assert second == {"id": "two", "error": "It is busy.", "hint": "Wait."}
    assert third["id"] == "three\u202e"
    assert "\u202e" not in ran.out
    assert coach.asked[1]["turns"] == (Turn("zero?", "nil"),)
    assert not any(a["keep"] for a in coach.asked)


def test_rows_from_standard_input_all_answered(run: Run, coach: FakeCoach) -> None:
    ran = run("ask", "--jsonl", "-", given='{"id": "a", "question": "one?"}\n')
    assert (ran.code, json.loads(ran.out)["id"]) == (0, "a")


def test_a_malformed_row_stops_before_anything_is_asked(run: Run, coach: FakeCoach) -> None:
    ran = run("ask", "--jsonl", "-", given='{"id": "a", "question": "one?"}\nnonsense\n')
    assert ran.code == 2
    assert "Line 2 of standard input" in ran.err
    assert coach.asked == []
