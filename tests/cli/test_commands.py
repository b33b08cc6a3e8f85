"""What can be done in plain lines beside asking: reading, finding, opening, and the kept conversations."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from coach.domain.answer import Citation
from coach.domain.errors import InputError, StoreError
from coach.domain.layout import cited
from tests.cli.conftest import Ran, Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import C1_1, FORBIDDEN, HOSTILE, P8_2, Session, quoted_answer, written_answer


def said(ran: Ran, after: str = "supported") -> str:
    """What was printed after the last answer."""
    return ran.out.rpartition(after)[2]


def test_a_number_opens_the_statement_that_stands_there_in_the_list(run: Run, coach: FakeCoach) -> None:
    ran = run("chat", given="first?\n2\n")
    assert "\n2. C1.2 practice: Saying no\n" in ran.out
    assert [c.id for c in cited(quoted_answer())][1] == "C1.2"
    assert "\nC1.2 Write the offer down.\n\npractice C1: Saying no\n" in ran.out
    assert len(coach.asked) == 1


@pytest.mark.parametrize(("given", "words"), [("3", "no answer yet"), ("first?\n9", "1 to 4"), ("first?\n0", "1 to 4")])
def test_a_number_that_opens_nothing_is_said(run: Run, coach: FakeCoach, given: str, words: str) -> None:
    ran = run("chat", given=given + "\n")
    assert ran.code == 1
    assert words in ran.err
    assert [a["question"] for a in coach.asked] == given.split("\n")[:-1]


def test_an_answer_that_cites_nothing(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [quoted_answer(sentences=(), evidence=())]
    assert "cites no statement" in run("chat", given="first?\n1\n").err


def test_a_statement_that_changed_or_went_since_it_was_cited_says_so(run: Run, coach: FakeCoach) -> None:
    first, *rest = [s for s in quoted_answer().sentences if s.citations]
    old = replace(C1_1, id="P8.2", text="Say the date." + HOSTILE)
    gone = replace(C1_1, id="P8.9", text="Say nothing.")
    evidence = tuple(replace(e, statement=s) for e, s in zip(quoted_answer().evidence, (old, gone), strict=False))
    coach.enqueued = [
        quoted_answer(
            sentences=(replace(first, citations=tuple(Citation(s.id, s.hash) for s in (old, gone))), *rest),
            evidence=evidence,
        )
    ]
    ran = run("chat", given="first?\nP8.2\nP8.9\nP7.7\n")
    assert P8_2.text in ran.out
    assert "Changed since it was cited. It said: Say the date." in ran.out
    assert "P8.9 is no longer in the sources. It said: Say nothing." in ran.out
    assert "There is no source" in ran.err
    assert not any(mark in ran.out + ran.err for mark in (*FORBIDDEN, "\x1b"))


def test_an_answer_is_read_again_and_then_the_numbers_are_its(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [quoted_answer(question="one?" + HOSTILE), written_answer(question="two?")]
    ran = run("chat", given="one?\ntwo?\n/read 1\n/why 1\n/read\n/why 2\n/read 3\n")
    assert "Question 1: one?red" in ran.out
    assert "Verdict: quoted" in ran.out
    assert "Question 2: two?" in ran.out
    assert "Reason: the statement says nothing of pay" in ran.out
    assert ran.err == "There are questions 1 to 2.\nGive one of these numbers.\n"
    assert not any(mark in ran.out for mark in (*FORBIDDEN, "\x1b"))


def test_words_are_found_in_questions_answers_and_what_they_cite(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [quoted_answer(question="the DATE?"), written_answer(question="and pay?")]
    ran = run("chat", given="a?\nb?\n/find date\n/find [/INST]\n/find\n")
    found = said(ran, "3.0 s")
    assert "Question 1: the DATE?\n" in found
    assert "Answer 1: Name the cost of the date before you name the date.\n" in found
    assert "Answer 2: Tell the VP what the date costs.\n" in found
    assert "Statement P8.2, cited in answer 2: Name the cost" in found
    assert "\n5 places.\n" in found
    assert "stands nowhere" in found
    assert "nothing to look for" in ran.err


def test_the_last_question_is_asked_again_even_where_it_failed(run: Run, coach: FakeCoach) -> None:
    coach.enqueued = [InputError("Not now.")]
    run("chat", given="/again\nfirst?\n/again\n/new\n/again\n")
    assert [a["question"] for a in coach.asked] == ["first?", "first?"]


def test_the_last_question_is_printed_to_be_edited(run: Run, coach: FakeCoach) -> None:
    ran = run("chat", given=f"first {HOSTILE}?\n/edit\nsecond?\n")
    assert "The last question was: first red [/INST]" in ran.out
    assert len(coach.asked) == 2
    assert not any(mark in ran.out for mark in (*FORBIDDEN, "\x1b"))


def test_several_lines_are_one_question_though_they_look_like_commands(run: Run, coach: FakeCoach) -> None:
    ran = run("chat", given="/long\nfirst line\n\n/new\nP8.2\n.\n/long\n.\n/long\nto the end")
    assert [a["question"] for a in coach.asked] == ["first line\n\n/new\nP8.2", "to the end"]
    assert "Nothing was asked." in ran.err


def test_the_conversation_is_exported_for_this_user_alone(
    run: Run, coach: FakeCoach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    coach.kept = [Session("s1", f"The date {HOSTILE}")]
    ran = run("chat", given="/export\nfirst?\n/export\n/export\n/export out/my own.md\n")
    written = next(tmp_path.glob("coach-the-date-*.md"))
    assert written.read_text().startswith("# The date red \\[/INST\\]")
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert (tmp_path / "out" / "my own.md").exists()
    assert "no conversation to export yet" in ran.err
    assert "exists already" in ran.err
    assert not any(mark in ran.out + ran.err for mark in (*FORBIDDEN, "\x1b"))


def test_what_is_kept_nowhere_can_be_exported_and_searched(
    run: Run, coach: FakeCoach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("chat", "--no-keep", given="first?\n/export\n/find scopes\n/delete this\n/continue this\n")
    assert (tmp_path / "coach-what-do-i-say.md").exists()
    assert "Answer 1: Offer two scopes" in ran.out
    assert ran.err.count("not kept yet") == 2


def test_copying_is_said_only_where_it_was_done(run: Run, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    def copy(text: str) -> bool:
        copied.append(text)
        return True

    monkeypatch.setattr("coach.tui.clipboard.copy_by_program", copy)
    ran = run("chat", given="/copy\nfirst?\n/copy\n/copy sources\n")
    assert "no answer yet" in ran.err
    assert said(ran).endswith("Copied.\nCopied.\n")
    assert "[C1.1]" not in copied[0]
    assert "[C1.1]" in copied[1]
    monkeypatch.setattr("coach.tui.clipboard.copy_by_program", lambda text: False)
    ran = run("chat", given="first?\n/copy\n")
    assert "Copied" not in ran.out
    assert "/export" in ran.err


# Kept conversations.


@pytest.fixture
def kept(coach: FakeCoach) -> FakeCoach:
    """Two conversations, the first with a hostile title, and one answer in whichever is opened."""
    coach.kept = [Session("abc123def456", "Dates " + HOSTILE), Session("fff123def456", "Pay")]
    coach.earlier = [quoted_answer(question="when?")]
    return coach


def test_conversations_are_listed_with_numbers_and_gone_on_with(run: Run, kept: FakeCoach) -> None:
    ran = run("chat", given="/sessions\n/continue 2\nand then?\n/sessions pay\n")
    assert "\n1. Dates red [/INST]" in ran.out
    assert "\n2. Pay, 2026-11-0" in ran.out
    assert "Going on with: Pay\nThe last question was: when?\n/read reads the last answer.\n" in ran.out
    assert ", open\n" in said(ran)
    assert [(a["question"], a["session"]) for a in kept.asked] == [("and then?", "fff123def456")]
    assert not any(mark in ran.out for mark in (*FORBIDDEN, "\x1b"))


def test_what_was_gone_on_with_is_read_explained_and_asked_again(run: Run, kept: FakeCoach) -> None:
    ran = run("chat", given="/continue fff\n/read\n/why 2\n/again\n/new\n/read\n")
    assert "Question 1: when?" in ran.out
    assert "Offer two scopes and one date.\nVerdict: quoted" in ran.out
    assert kept.asked[0]["question"] == "when?"
    assert "no answer yet" in ran.err


def test_renaming(run: Run, kept: FakeCoach) -> None:
    ran = run(
        "chat", given=f"/sessions\n/rename 2 Money {HOSTILE}\n/continue 1\n/rename this  When it is due\n/rename 1\n"
    )
    assert kept.kept[0].title == "When it is due"
    assert kept.kept[1].title.startswith("Money red [/INST]")
    assert "There is no title." in ran.err
    assert not any(mark in ran.out for mark in (*FORBIDDEN, "\x1b"))


def test_a_deletion_is_taken_back(run: Run, kept: FakeCoach) -> None:
    ran = run("chat", given="/sessions\n/delete 2\n/sessions\n/continue fff\n/undo\n/sessions\n/undo\n")
    assert [s.id for s in kept.kept] == ["abc123def456", "fff123def456"]
    after = ran.out.partition("Deleted: Pay. /undo takes it back until you leave.\n")[2]
    assert "Pay" not in after.partition("It is back")[0]
    assert "2. Pay" in ran.out.partition("It is back: Pay.")[2]
    assert "That conversation was deleted." in ran.err
    assert "Nothing was deleted" in ran.err


@pytest.mark.parametrize("end", ["/quit\n", ""])
def test_what_was_deleted_is_forgotten_when_one_leaves(run: Run, kept: FakeCoach, end: str) -> None:
    ran = run("chat", given=f"/continue abc\n/delete this\nanew?\n/delete fff\n/delete fff\n{end}")
    assert kept.kept == []
    assert "A new conversation begins." in ran.out
    assert kept.asked[0]["session"] is None
    assert ran.code == 1


def test_a_deletion_that_fails_is_said_and_loses_nothing(run: Run, kept: FakeCoach) -> None:
    kept.cannot_delete = StoreError("The disk is full.", "Make room.")
    ran = run("chat", given="/delete abc\n/quit\n")
    assert (ran.code, ran.err) == (1, "The disk is full.\nMake room.\n")
    assert len(kept.kept) == 2
    assert kept.closed == 1


@pytest.mark.parametrize(
    "line",
    [
        *("/continue", "/continue 1", "/continue 7", "/continue zzz", "/continue this", "/delete", "/delete ²"),
        *("/rename", "/undo", "/find", "/search"),
        *(f"/{command} {HOSTILE}" for command in ("continue", "delete", "rename", "read", "why")),
    ],
)
def test_what_cannot_be_done_says_what_can(run: Run, kept: FakeCoach, line: str) -> None:
    ran = run("chat", given=line + "\n")
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 2
    assert kept.asked == []
    assert not any(mark in ran.out + ran.err for mark in (*FORBIDDEN, "\x1b"))


def test_a_conversation_whose_answers_cannot_be_read_goes_on_all_the_same(run: Run, kept: FakeCoach) -> None:
    kept.earlier = StoreError("An answer of this conversation cannot be read.", "It was kept by another version.")
    ran = run("chat", "--continue", given="and?\n/continue fff\nand?\n")
    assert [a["session"] for a in kept.asked] == ["abc123def456", "abc123def456"]
    assert ran.err.count("cannot be read") == 2


def test_with_nothing_kept_none_goes_on(run: Run, kept: FakeCoach) -> None:
    assert "--no-keep" in run("chat", "--no-keep", given="/continue abc\n").err


# Sources.


def test_sources_are_browsed_by_kind_and_searched(run: Run, coach: FakeCoach) -> None:
    coach.library.missing = ("One folder could not be read. " + HOSTILE,)
    ran = run("chat", given=f"/sources notes\n/sources principle\n/search a date {HOSTILE}\n")
    first, _, rest = ran.out.partition("N12 note of 2026-10-01: Retro, private\nP8 principle: Promise less\n")
    assert rest, first
    assert (
        "P8.2 Name the cost of the date before you name the date.\n  principle: Promise less\n  Found by meaning"
        in rest
    )
    assert "note of 2026-10-01: Retro" in rest
    assert "One folder could not be read." in rest
    assert not any(mark in ran.out for mark in (*FORBIDDEN, "\x1b"))
