from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from coach.agent import assembly
from coach.cli.main import main
from coach.domain.preparation import PARTS, Brief
from tests.agent.world import small_corpus
from tests.cli.conftest import Run
from tests.cli.sample import FORBIDDEN, HOSTILE
from tests.retrieval.fakes import WordEmbedder

_TALK = "I have to tell my product director no on Thursday. On 3 November she promised the client 1 December."


def _small(patch: pytest.MonkeyPatch) -> None:
    small_corpus(patch)
    patch.setattr(assembly, "MiniLMEmbedder", lambda threads: WordEmbedder())


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small corpus, whose index has been built."""
    folder = tmp_path_factory.mktemp("prepare") / "home"
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("COACH_", "OPENAI_")) and not name.startswith("COACH_TEST_"):
                patch.delenv(name)
        patch.setenv("COACH_HOME", str(folder))
        patch.setenv("COACH_MODEL", "none")
        _small(patch)
        assert main(["index", "rebuild"]) == 0
    return folder


@pytest.fixture(autouse=True)
def _use_it(indexed: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_HOME", str(indexed))
    _small(monkeypatch)


def made(run: Run, *args: str, given: str = "") -> dict[str, Any]:
    ran = run("prepare", *args, "--json", given=given)
    assert ran.code == 0, ran.err
    brief: dict[str, Any] = json.loads(ran.out)
    return brief


def lines(brief: dict[str, Any], part: str) -> list[str]:
    return [line["text"] for p in brief["parts"] if p["name"] == part for line in p["lines"]]


def test_a_brief_is_made_from_a_free_text(run: Run) -> None:
    ran = run("prepare", _TALK)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("Talk with my product director, on Thursday\n\nVersion 1 of ")
    assert "\nFacts:\n- Fact (you): On 3 November she promised the client 1 December.\n" in ran.out
    assert "[C1." in ran.out
    assert "coach rehearse" in ran.err
    assert "?" not in ran.err


def test_the_json_is_the_briefs(run: Run) -> None:
    brief = made(run, _TALK)
    assert [p["name"] for p in brief["parts"]] == list(PARTS)
    assert brief["interview"]["who"] == "my product director"
    assert Brief.from_dict(brief).as_dict() == brief


@pytest.mark.parametrize("args", [(), ("-",)])
def test_text_and_json_come_on_standard_input(run: Run, args: tuple[str, ...]) -> None:
    assert lines(made(run, *args, given=_TALK), "facts")[0].startswith("On 3 November")
    said = {"who": "my VP", "wanted": "I want\x1b[31m a date.", "when": "on Friday"}
    brief = made(run, *args, given=json.dumps(said))
    assert brief["title"] == "Talk with my VP, on Friday"
    assert lines(brief, "purpose") == ["I want a date."]


@pytest.mark.parametrize("given", ['{"who": 3}', '{"motive": "x"}', "{", '{"who": "x"', "{" * 9000])
def test_json_of_another_form_is_refused(run: Run, given: str) -> None:
    ran = run("prepare", given=given)
    assert ran.code == 2
    assert '"happened"' in ran.err


def test_options_answer_and_win(run: Run) -> None:
    brief = made(run, _TALK, "--who", "my VP", "--feared", "I fear a scene.", "--concede", "two weeks")
    assert brief["interview"]["who"] == "my VP"
    assert brief["interview"]["when"] == "on Thursday"
    private = [line["text"] for p in brief["parts"] for line in p["lines"] if line["private"]]
    assert "two weeks" in private


def test_nothing_said(run: Run) -> None:
    ran = run("prepare", given="  ")
    assert ran.code == 2
    assert "nothing to prepare" in ran.err


def test_on_a_terminal_it_asks_for_what_is_missing_one_question_at_a_time(run: Run) -> None:
    typed = f"{_TALK}\n\nshe blames me\nskip\n\n"
    ran = run("prepare", given=typed, tty=True)
    assert ran.code == 0, ran.err
    order = [ran.out.index(q) for q in ("What is the talk about?", "What do you fear", "give way on", "not give up")]
    assert order == sorted(order)
    assert "With whom is the talk" not in ran.out
    assert "If what I fear comes true (“she blames me”), then I …" in ran.out
    assert "What I can give way on: …" in ran.out


@pytest.mark.parametrize("typed", ["enough\n", ""])
def test_enough_and_the_end_of_input_end_the_questions(run: Run, typed: str) -> None:
    ran = run("prepare", "I want a date.", given=typed, tty=True)
    assert ran.code == 0, ran.err
    assert "Not said: with whom the talk is" in ran.out
    for option in ("--no-questions", "--json"):
        assert "With whom" not in run("prepare", "I want a date.", option, given=typed, tty=True).out


def test_a_matter_for_somebody_else_ends_the_questions(run: Run) -> None:
    ran = run("prepare", "My colleague sexually harassed an intern on Monday.", given="x\n" * 9, tty=True)
    assert ran.code == 0, ran.err
    assert "No more questions" in ran.out
    assert "With whom is the talk" not in ran.out
    assert "and nothing beyond it" in ran.out
    assert "[C16." in ran.out


def test_a_draft_is_reviewed(run: Run, tmp_path: Path) -> None:
    draft = tmp_path / "mail.txt"
    draft.write_text(f"Hi Anna, you never answer.\n\n{HOSTILE}\n", "utf-8")
    ran = run("prepare", "--draft", str(draft))
    assert ran.code == 0, ran.err
    assert "Review of the draft:\n- “Hi Anna, you never answer.” says “never”." in ran.out
    assert not any(mark in ran.out for mark in (*FORBIDDEN, "\x1b"))
    brief = made(run, "--draft", "-", given="You never answer.")
    assert brief["review"][0]["quote"] == "You never answer."
    assert run("prepare", "-", "--draft", "-").code == 2
    assert run("prepare", "--draft", str(tmp_path / "none")).code == 2


def test_it_can_be_made_without_being_kept(run: Run) -> None:
    before = run("briefs", "--json").out
    assert made(run, _TALK, "--no-keep")["id"] == ""
    assert run("briefs", "--json").out == before


def test_briefs_are_listed_shown_and_deleted(run: Run) -> None:
    brief = made(run, _TALK)
    rows = json.loads(run("briefs", "--json").out)
    assert rows[0] == {k: brief[k] for k in ("id", "version", "title", "created", "referred")}
    assert run("briefs").out.startswith(f"{brief['id']}  2")
    assert json.loads(run("briefs", "show", brief["id"][:8], "--json").out) == brief
    assert run("briefs", "show", brief["id"]).out.startswith("Talk with my product director")
    assert run("briefs", "delete", brief["id"]).code == 0
    assert run("briefs", "show", brief["id"]).code == 2
    assert brief["id"] not in run("briefs").out


def test_there_are_none_yet(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "empty"))
    assert run("briefs").out.startswith("There are no briefs yet.")


def test_a_part_is_set_and_added_to_and_earlier_versions_stay(run: Run) -> None:
    brief = made(run, _TALK)
    brief_id = brief["id"]
    ran = run(
        "briefs", "edit", brief_id, "--set", "outcome=What I cannot give up: the weekend", "--add", "facts=I left."
    )
    assert ran.out.startswith(f"Kept as version 2 of {brief_id}.")
    now = json.loads(run("briefs", "show", brief_id, "--json").out)
    assert lines(now, "outcome") == ["the weekend"]
    assert lines(now, "facts") == [*lines(brief, "facts"), "I left."]
    assert now["interview"]["keep"] == "the weekend"
    assert json.loads(run("briefs", "show", brief_id, "--version", "1", "--json").out) == brief
    assert [r["version"] for r in json.loads(run("briefs", "versions", brief_id, "--json").out)] == [1, 2]
    assert len(run("briefs", "versions", brief_id).out.splitlines()) == 2
    assert run("briefs", "show", brief_id, "--version", "9").code == 2


@pytest.mark.parametrize("args", [("--set", "gossip=x"), ("--set", "x"), ("--set", "facts=x", "--file", "-"), ()])
def test_an_edit_that_makes_no_sense(run: Run, args: tuple[str, ...]) -> None:
    brief_id = made(run, _TALK)["id"]
    ran = run("briefs", "edit", brief_id, *args, given="x")
    assert ran.code == 2
    assert len(ran.err.splitlines()) >= 2


def _editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    path = tmp_path / "editor.sh"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(path))


def test_an_editor_changes_lines_which_are_then_said_by_the_person(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brief_id = made(run, _TALK)["id"]
    _editor(tmp_path, monkeypatch, 'sed -i "s/On 3 November she promised/On 4 November she told/" "$1"')
    assert run("briefs", "edit", brief_id).code == 0
    now = json.loads(run("briefs", "show", brief_id, "--json").out)
    assert now["version"] == 2
    assert lines(now, "facts")[0] == "On 4 November she told the client 1 December."
    cited = [line for p in now["parts"] for line in p["lines"] if line["citations"] and line["said_by"] == ""]
    assert {line["verdict"] for line in cited} == {"supported"}
    _editor(tmp_path, monkeypatch, "true")
    assert run("briefs", "edit", brief_id).out == "Nothing was changed.\n"


def test_what_was_written_in_an_editor_is_not_lost_for_a_heading(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brief_id = made(run, _TALK)["id"]
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    _editor(tmp_path, monkeypatch, 'printf "\\n## Gossip\\n- a long thought\\n" >> "$1"')
    ran = run("briefs", "edit", brief_id)
    assert ran.code == 2
    [saved] = list(tmp_path.glob("coach-brief-*.md"))
    assert str(saved) in ran.err
    assert "a long thought" in saved.read_text()
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    saved.write_text(saved.read_text().replace("## Gossip", "## Stories"))
    assert run("briefs", "edit", brief_id, "--file", str(saved)).code == 0
    assert "a long thought" in run("briefs", "show", brief_id).out


def test_export_writes_one_private_page_and_overwrites_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brief_id = made(run, _TALK)["id"]
    monkeypatch.chdir(tmp_path)
    assert run("briefs", "export", brief_id).out == "Written to coach-talk-with-my-product-director-on-thursday.md.\n"
    [path] = list(tmp_path.glob("coach-*.md"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert text.startswith("# Talk with my product director, on Thursday\n\n> Version 1 of ")
    assert run("briefs", "export", brief_id).code == 1
    assert run("briefs", "export", brief_id, "-").out == text
    # A line of print has about a hundred characters, a page some seventy of them.
    assert sum(max(1, -(-len(line) // 100)) for line in text.splitlines()) <= 90


def test_hostile_words_reach_no_terminal(run: Run) -> None:
    brief = made(run, f"I have to tell my VP no. {HOSTILE}")
    for args in (("prepare", f"I must tell {HOSTILE} no."), ("briefs",), ("briefs", "show", brief["id"])):
        out = run(*args).out
        assert not any(mark in out for mark in (*FORBIDDEN, "\x1b")), args
