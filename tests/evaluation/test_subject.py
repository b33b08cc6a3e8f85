from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from coach.agent.coach import Coach
from coach.evaluation import subject as room
from coach.evaluation.subject import subject_of
from coach.settings import Settings
from coach.sources.builtin import prompts_dir
from tests.evaluation.making import SUBJECT, FakeCoach, case


def coach(settings: Settings) -> Coach:
    return cast("Coach", FakeCoach(settings))


def test_it_says_what_answers(settings: Settings) -> None:
    found = subject_of(coach(settings))
    assert (found.model, found.composer, found.checker) == ("no model", "quote", "fake")
    assert [len(h) for h in (found.prompts, found.corpus, found.code)] == [12, 12, 12]
    assert found == subject_of(coach(settings))
    assert found.as_dict()["prompts"] == found.prompts


def test_a_changed_prompt_changes_it(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = subject_of(coach(settings))
    copied = Path(shutil.copytree(prompts_dir(), tmp_path / "prompts"))
    monkeypatch.setattr(room, "prompts_dir", lambda: copied)
    assert subject_of(coach(settings)) == before, "where it lies makes no difference"
    prompt = sorted(copied.glob("*.md"))[0]
    prompt.write_text(prompt.read_text("utf-8") + " ", "utf-8")
    after = subject_of(coach(settings))
    assert after.prompts != before.prompts
    assert (after.corpus, after.code) == (before.corpus, before.code)
    prompt.rename(prompt.with_name("renamed.md"))
    assert subject_of(coach(settings)).prompts != after.prompts


def test_settings_that_change_answers_change_it(settings: Settings, tmp_path: Path) -> None:
    before = subject_of(coach(settings))
    for change in ({"answer_words": 90}, {"builtin_principles": False}, {"context_tokens": 2048}, {"ability": "free"}):
        assert subject_of(coach(settings.model_copy(update=change))).settings != before.settings, change
    assert subject_of(coach(settings.model_copy(update={"home": tmp_path, "threads": 7}))) == before


def test_a_changed_corpus_changes_it(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "p8.md"
    file.write_text("one")
    monkeypatch.setattr(room, "corpus_files", lambda: ([file], tmp_path))
    before = subject_of(coach(settings))
    file.write_text("two")
    assert subject_of(coach(settings)).corpus != before.corpus


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("grounding/gate.py", True),
        ("retrieval/router/model.onnx", True),
        ("settings.py", True),
        ("cli/ask.py", False),
        ("tui/app.py", False),
        ("evaluation/metrics.py", False),
        ("_data/corpus/p8.md", False),
        ("grounding/__pycache__/gate.pyc", False),
    ],
)
def test_which_files_make_answers(path: str, counts: bool) -> None:
    assert room._makes_answers(Path(path)) is counts


def test_every_part_changes_the_key() -> None:
    base = SUBJECT.key(case(), 0, "judge")
    changed = [
        replace(SUBJECT, model="other"),
        replace(SUBJECT, prompts="other"),
        replace(SUBJECT, corpus="other"),
        replace(SUBJECT, code="other"),
        replace(SUBJECT, strict=True),
    ]
    others = [
        *(s.key(case(), 0, "judge") for s in changed),
        SUBJECT.key(case(), 1, "judge"),
        SUBJECT.key(case(), 0, "another judge"),
        SUBJECT.key(case("s002"), 0, "judge"),
        SUBJECT.key(case(turns=["something else"]), 0, "judge"),
        SUBJECT.key(case(notes=True), 0, "judge"),
        SUBJECT.key(case(note="# Mine"), 0, "judge"),
    ]
    assert len({base, *others}) == len(others) + 1
    assert all(len(k) == 32 for k in others)


def test_what_a_case_expects_does_not_change_the_key() -> None:
    changed = case(forbid=["x"], principles=["P7"], holdback=True)
    assert SUBJECT.key(changed, 0, "judge") == SUBJECT.key(case(), 0, "judge")
