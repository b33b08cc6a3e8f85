"""The commands with the real coach, without a model, on a data folder that is indexed once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from coach.cli.main import main
from tests.cli.conftest import Run
from tests.cli.sample import FORBIDDEN, HOSTILE

_QUESTION = "my VP wants a date that we cannot keep, what do I say?"


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose index has been built."""
    folder = tmp_path_factory.mktemp("whole") / "home"
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("COACH_", "OPENAI_")) and not name.startswith("COACH_TEST_"):
                patch.delenv(name)
        patch.setenv("COACH_HOME", str(folder))
        patch.setenv("COACH_MODEL", "none")
        assert main(["index", "rebuild"]) == 0
    return folder


@pytest.fixture(autouse=True)
def _use_it(indexed: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_HOME", str(indexed))


def test_an_answer_cites_statements_that_can_be_opened(run: Run) -> None:
    ran = run("ask", *_QUESTION.split(), "--json", "--no-keep")
    assert ran.code == 0, ran.err
    answer = json.loads(ran.out)
    assert answer["status"] == "answered"
    cited = [c["id"] for s in answer["sentences"] for c in s["citations"]]
    assert cited
    assert {s["verdict"] for s in answer["sentences"]} == {"supported", "not a claim"}
    assert answer["session"] == ""
    for statement in cited:
        shown = run("sources", "show", statement)
        assert shown.code == 0
        assert shown.out.startswith(f"{statement} ")


def test_a_conversation_is_kept_gone_on_with_shown_and_deleted(run: Run) -> None:
    assert run("ask", _QUESTION).code == 0
    assert run("ask", "and if they insist?", "--continue").code == 0
    [session] = json.loads(run("sessions", "--json").out)
    turns = json.loads(run("sessions", "show", session["id"], "--json").out)["turns"]
    assert [t["question"] for t in turns] == [_QUESTION, "and if they insist?"]
    assert run("sessions", "rename", session["id"], HOSTILE).code == 0
    listed = run("sessions").out
    assert not any(mark in listed for mark in (*FORBIDDEN, "\x1b"))
    assert run("sessions", "delete", session["id"]).code == 0
    assert json.loads(run("sessions", "--json").out) == []


def test_an_answer_passes_its_own_check_and_an_invention_does_not(run: Run, tmp_path: Path) -> None:
    found = json.loads(run("search", _QUESTION, "--limit", "1", "--json").out)["statements"][0]
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text(f"{found['text']} [{found['id']}]\n")
    bad.write_text(f"Offer the VP a salary of 900,000 dollars. [{found['id']}]\n")
    assert run("check", str(good), "--sources", found["id"]).code == 0
    assert run("check", str(bad), "--sources", found["id"]).code == 3
    row = {"id": "a", "evidence": found["text"], "claim": "Offer the VP a salary of 900,000 dollars."}
    assert run("check", "--jsonl", "-", given=json.dumps(row)).code == 3


def test_a_hostile_note_is_added_found_shown_and_removed(run: Run, tmp_path: Path) -> None:
    note = tmp_path / "retro.md"
    note.write_text(f"# Retro {HOSTILE}\n\n- We froze the walrus classifier on Friday. {HOSTILE}\n", "utf-8")
    added = run("sources", "add", str(note))
    assert added.code == 0, added.err
    source = added.out.split()[0]
    asked = run("ask", "what did we decide about the walrus classifier?", "--no-keep")
    assert f"[{source}." in asked.out
    shown = run("sources", "show", source)
    assert "walrus" in shown.out
    for ran in (added, asked, shown):
        assert not any(mark in ran.out + ran.err for mark in (*FORBIDDEN, "\x1b"))
        assert "[/INST]" in ran.out
    assert run("sources", "remove", source).code == 0
    assert run("sources", "show", source).code == 2
    assert run("sources", "remove", "P8").code == 2


def test_rows_with_a_conversation(run: Run) -> None:
    rows = [
        {"id": 1, "question": _QUESTION},
        {"id": 2, "question": "and if they insist?", "turns": [{"question": _QUESTION, "answer": "Say no."}]},
        {"id": 3, "question": "x" * 30_000},
    ]
    ran = run("ask", "--jsonl", "-", given="\n".join(json.dumps(r) for r in rows))
    first, second, third = (json.loads(line) for line in ran.out.splitlines())
    assert ran.code == 1
    assert first["status"] == "answered"
    assert second["status"] == "answered"
    assert "30,000 characters" in third["error"]


def test_chat_and_doctor(run: Run) -> None:
    talked = run("chat", "--no-keep", given=f"{_QUESTION}\n/why 1\nP8.2\n")
    assert talked.code == 0, talked.err
    assert "Verdict: quoted" in talked.out
    assert "P8.2 " in talked.out
    examined = run("doctor")
    assert examined.code == 0, examined.out


def test_a_follow_up_without_keeping(run: Run) -> None:
    ran = run("chat", "--no-keep", given=f"{_QUESTION}\nand if they insist?\n")
    assert ran.code == 0, ran.err
    assert ran.out.count("\nanswered") == 2
    assert json.loads(run("sessions", "--json").out) == []


def test_hostile_questions_stay_text(run: Run) -> None:
    ran = run("ask", f"{HOSTILE} my VP wants a date", "--no-keep")
    assert ran.code == 0
    assert not any(mark in ran.out + ran.err for mark in (*FORBIDDEN, "\x1b"))
