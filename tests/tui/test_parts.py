"""The parts without a screen: history, passages, export, preferences, editor, clipboard, engine."""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from coach.agent.coach import Coach
from coach.domain.answer import Answer, Citation, Sentence, Verdict
from coach.domain.changes import Change
from coach.domain.errors import CoachError, InputError, SettingsError, StoreError
from coach.tui import clipboard, editor, export, preferences
from coach.tui.engine import Engine
from coach.tui.history import History
from coach.tui.passages import citations, draft, page
from coach.tui.screens.add_sources import paths_of
from coach.tui.wording import bar
from tests.cli.sample import C1_1, HOSTILE, quoted_answer, written_answer
from tests.tui.fakes import ScriptedCoach


def test_history_goes_back_and_comes_forward_to_what_was_being_typed() -> None:
    history = History()
    assert history.back("x") is None
    history.add("one")
    history.add("one")
    history.add("  ")
    history.extend_back(["zero", "zero", "half"])
    assert [history.back("typing"), history.back("one"), history.back("half")] == ["one", "half", "zero"]
    assert history.back("zero") is None
    assert [history.forward(), history.forward(), history.forward()] == ["half", "one", "typing"]
    assert history.forward() is None


def test_chips_are_numbered_over_the_whole_answer_as_the_citations_are() -> None:
    answer = quoted_answer()
    chips = [(c.number, p.content.plain[c.start : c.end]) for b in page(answer) for p in b.passages for c in p.chips]
    assert chips == [(i, f"[{c.id}]") for i, c in enumerate(citations(answer))]


def test_a_draft_has_marks_where_its_sentences_end() -> None:
    sentence = Sentence("Ask.", (Citation("P1.1", "x"),), Verdict.UNSUPPORTED)
    [shown] = draft("Ask. [P1.1] Then wait.", {11: sentence})
    assert shown.content.plain == "Ask. [P1.1] ✗ unsupported · Then wait."


def test_an_answer_comes_back_from_what_was_kept() -> None:
    for answer in (quoted_answer(), written_answer()):
        back = Answer.from_dict(json.loads(json.dumps(answer.as_dict())))
        assert back.as_dict() == answer.as_dict()
        assert back.sentences == answer.sentences


def test_export_says_everything_and_nothing_in_it_is_markup() -> None:
    answer = written_answer(question=HOSTILE)
    text = export.markdown("# a *title* [x](y)", [answer, quoted_answer()])
    assert text.startswith("# \\# a \\*title\\* \\[x\\](y)\n")
    assert "Offer a raise. \\[P8.2\\] *(unsupported)*" in text
    assert "- Offer two scopes and one date. \\[C1.1\\]" in text
    assert "**How**" in text
    assert "2 of 4 claims supported" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_an_export_marks_what_is_stale() -> None:
    answers = [quoted_answer(), written_answer()]
    changes = {("C1.1", C1_1.hash): Change.GONE, ("C1.2", "0" * 16): Change.CHANGED}
    text = export.markdown("Title", answers, changes)
    assert text.count("*Stale: C1.1 gone since. The answer was checked against what was said then.*") == 1
    assert text.index("Stale") < text.index("Offer a raise")
    assert "Stale" not in export.markdown("Title", answers)


def test_plain_copies_have_ids_only_with_sources() -> None:
    assert "[P8.2]" not in export.plain(quoted_answer(), sources=False)
    with_sources = export.plain(quoted_answer(), sources=True)
    assert "[P8.2] principle: Promise less: Name the cost" in with_sources


def test_an_export_is_private_never_overwrites_and_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new" / "a.md"
    export.write(path, "text")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(StoreError, match="exists already"):
        export.write(path, "other")
    assert path.read_text() == "text"

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(StoreError, match="No space left"):
        export.write(tmp_path / "b.md", "text")
    assert not (tmp_path / "b.md").exists()


@pytest.mark.parametrize(
    ("title", "name"), [("What do I say?", "coach-what-do-i-say.md"), ("../../etc/ü \x1b[2J", "coach-etc-2j.md")]
)
def test_file_names(title: str, name: str) -> None:
    assert export.file_name(title) == name


def test_preferences_keep_the_keys_when_the_theme_changes(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "tui.json"
    assert preferences.load(path) == preferences.Preferences()
    preferences.save_theme(path, "coach-light")
    path.write_text(json.dumps({"theme": "coach-light", "keymap": {"app.new": "f9"}}))
    preferences.save_theme(path, "coach-dark")
    assert preferences.load(path) == preferences.Preferences("coach-dark", {"app.new": "f9"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "{", "[]", '{"theme": 1}', '{"keymap": {"a": 1}}', "[" * 100_000, "\udc80"])
def test_preferences_that_make_no_sense_are_said(text: str, tmp_path: Path) -> None:
    path = tmp_path / "tui.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SettingsError, match="cannot be read as preferences"):
        preferences.load(path)


def test_a_theme_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CoachError):
        preferences.save_theme(tmp_path / "file" / "tui.json", "coach-dark")


def test_preferences_lie_beside_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_CONFIG", str(tmp_path / "mine.toml"))
    assert preferences.preferences_file() == tmp_path / "tui.json"


def an_editor(folder: Path, script: str) -> str:
    path = folder / "vi"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return str(path)


def test_the_editor_gets_the_text_and_what_it_leaves_is_cleaned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", an_editor(tmp_path, 'printf "\\033[2J after" >> "$1"'))
    assert editor.edited("before") == "before after"


def test_a_file_is_opened_at_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = tmp_path / "a note.md"
    note.write_text("x")
    monkeypatch.setenv("EDITOR", an_editor(tmp_path, f'echo "$1|$2" > {tmp_path}/seen'))
    editor.open_file(str(note), 7)
    assert (tmp_path / "seen").read_text() == f"+7|{note}\n"
    with pytest.raises(InputError, match="not there any more"):
        editor.open_file(str(tmp_path / "gone.md"), 1)


@pytest.mark.parametrize("command", ["/no/such/editor", "'unclosed", "false"])
def test_an_editor_that_fails_is_said(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", command)
    with pytest.raises(CoachError):
        editor.edited("text")


def test_copying_by_a_program_is_believed_only_where_it_worked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = real_copy
    program = tmp_path / "xclip"
    program.write_text(f"#!/bin/sh\ncat > {tmp_path}/copied\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert copy("text ü", {"DISPLAY": ":0"})
    assert (tmp_path / "copied").read_text() == "text ü"
    assert not copy("text", {})
    assert not copy("text", {"DISPLAY": ":0", "SSH_CONNECTION": "there"})
    program.write_text("#!/bin/sh\nexit 1\n")
    assert not copy("text", {"DISPLAY": ":0"})


# Taken before the fixture that keeps the tests from the machine's clipboard.
real_copy: Callable[..., bool] = clipboard.copy_by_program


@pytest.mark.parametrize("typed", ["", "'unclosed", "none.md", "~nobody-here/x", "a" * 5000, "a\x00b"])
def test_paths_that_are_none_are_said(typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError):
        paths_of(typed)


def test_bars_stay_in_their_bounds() -> None:
    assert bar(0, 0).endswith(" 0%")
    assert bar(5, 4).count("━") == 24
    assert bar(1, 2, 4) == "━━── 50%"


async def test_the_engine_works_in_one_thread_and_says_faults_in_plain_words() -> None:
    coach = ScriptedCoach()
    seen: set[str] = set()

    def opener() -> Coach:
        seen.add(threading.current_thread().name)
        return cast("Coach", coach)

    engine = Engine(opener)
    with pytest.raises(CoachError, match="not open yet"):
        await engine.read(lambda c: None)
    await engine.open()
    await engine.call(lambda c: seen.add(threading.current_thread().name))
    assert seen == {"coach"}

    def fail(c: Coach) -> None:
        raise ValueError("internals")

    with pytest.raises(CoachError, match=r"Something went wrong inside Coach \(ValueError\)"):
        await engine.call(fail)
    engine.close()
    assert coach.closed == 1


async def test_an_engine_that_could_not_open_can_try_again() -> None:
    tries: list[int] = []

    def opener() -> Coach:
        tries.append(1)
        if len(tries) == 1:
            raise StoreError("Locked.", "Wait.")
        return cast("Coach", ScriptedCoach())

    engine = Engine(opener)
    with pytest.raises(StoreError):
        await engine.open()
    await engine.open()
    engine.close()


def test_closing_an_engine_that_was_never_opened() -> None:
    Engine(lambda: cast("Coach", ScriptedCoach())).close()


def test_an_answer_without_claims_has_no_chips() -> None:
    answer = replace(quoted_answer(), sentences=(Sentence("Hello."),), evidence=())
    assert citations(answer) == []
    assert [p.chips for b in page(answer) for p in b.passages] == [()]
