from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from coach.domain.answer import Status
from coach.domain.errors import InputError, StoreError
from coach.evaluation.baseline import SCHEMA, answers_path, digest, profile_of, read_answers, read_entry, update
from coach.evaluation.runner import Run
from coach.evaluation.summary import summarise
from tests.evaluation.making import HOSTILE, SUBJECT, answer, case, failed, outcome, run, sentence

CASES = [case("s001"), case("s002"), case("s003", holdback=True)]
KNOWN = [c.id for c in CASES]


def kept(path: Path, made: Run, profile: str = "quote", known: list[str] = KNOWN) -> None:
    update(path, profile, made, summarise(made), known)


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    kept(path, run(CASES))
    entry = read_entry(path, "quote")
    assert entry is not None
    assert (entry.subject, entry.judge, entry.repeats) == (SUBJECT.as_dict(), "fake", 1)
    assert entry.cases.keys() == {"s001", "s002", "s003"}
    assert entry.cases["s001"].values["status right"] == 1
    assert entry.metrics["status right"]["all"].n == 3
    assert entry.metrics["status right"]["holdback"].n == 1
    assert read_entry(path, "free-endpoint") is None
    assert json.loads(path.read_text("utf-8"))["schema"] == SCHEMA


def test_each_case_and_each_metric_has_a_line_so_that_a_diff_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    kept(path, run(CASES))
    before = path.read_text("utf-8").splitlines()
    kept(path, run(CASES, [outcome("s001", seconds=9.0), outcome("s002"), outcome("s003")]))
    after = path.read_text("utf-8").splitlines()
    assert len(before) == len(after)
    changed = [a.split('"')[1] for a, b in zip(after, before, strict=True) if a != b]
    assert changed == ["seconds", "s001"]


def test_several_profiles_stand_beside_each_other(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    kept(path, run(CASES))
    local = replace(SUBJECT, model="qwen (on this machine)", composer="stepwise")
    kept(path, run(CASES[:1], subject=local), "stepwise-local")
    first, second = read_entry(path, "quote"), read_entry(path, "stepwise-local")
    assert first is not None
    assert second is not None
    assert (len(first.cases), len(second.cases)) == (3, 1)
    assert len(read_answers(path, "quote", first)) == 2


def test_answers_are_kept_but_for_those_held_back(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    said = answer(sentence(HOSTILE.replace("\x00", ""), "P8.1", "C1.1"), sentence("And now?"))
    kept(path, run(CASES, [outcome("s001", said), outcome("s002"), outcome("s003")]))
    found = read_answers(path, "quote", read_entry(path, "quote"))
    assert found.keys() == {"s001", "s002"}
    assert found["s001"].status == "answered"
    assert found["s001"].sentences[0].cites == ["P8.1", "C1.1"]
    assert found["s001"].sentences[0].text == said.sentences[0].text
    assert "s003" not in answers_path(path).read_text("utf-8")


def test_answers_of_another_run_are_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    kept(path, run(CASES))
    entry = read_entry(path, "quote")
    assert entry is not None
    other = entry.model_copy(update={"subject": {**entry.subject, "prompts": "other"}})
    assert read_answers(path, "quote", other) == {}
    answers_path(path).unlink()
    assert read_answers(path, "quote", entry) == {}


def test_a_run_with_errors_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    with pytest.raises(InputError, match="1 of 3 outcomes are errors"):
        kept(path, run(CASES, [outcome("s001"), failed("s002"), outcome("s003")]))
    assert not path.exists()


def test_a_part_of_the_cases_does_not_take_the_place_of_all(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    kept(path, run(CASES))
    before = path.read_bytes()
    with pytest.raises(InputError, match="lose 2 cases"):
        kept(path, run(CASES[:1]))
    assert path.read_bytes() == before
    # A case that is there no longer is not lost.
    kept(path, run(CASES[:2]), known=["s001", "s002"])
    entry = read_entry(path, "quote")
    assert entry is not None
    assert entry.cases.keys() == {"s001", "s002"}


def test_a_disk_that_is_full_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "baseline.json"
    kept(path, run(CASES))
    before = path.read_bytes()

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StoreError, match="No space left"):
        kept(path, run(CASES, [outcome(c.id, answer(status=Status.SILENT)) for c in CASES]))
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot be read"),
        ("{", "cannot be read"),
        ("<<<<<<< HEAD\n{}\n", "cannot be read"),
        ("[]", "form"),
        ("{}", "another version"),
        ('{"schema": 2, "profiles": {}}', "another version"),
        ('{"schema": 1, "profiles": {"quote": {}}}', "profiles.quote"),
        ('{"schema": 1, "surprise": 1}', "surprise"),
    ],
)
def test_a_file_of_another_form(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        read_entry(path, "quote")
    assert "--update-baseline" in caught.value.hint


def test_there_may_be_no_file(tmp_path: Path) -> None:
    assert read_entry(tmp_path / "none.json", "quote") is None


@pytest.mark.parametrize(
    ("model", "composer", "name"),
    [
        ("no model", "quote", "quote"),
        ("qwen (on this machine)", "stepwise", "stepwise-local"),
        ("gpt (api.example.org)", "free", "free-endpoint"),
        ("qwen (on this machine)", "quote", "quote-local"),
    ],
)
def test_profiles(model: str, composer: str, name: str) -> None:
    assert profile_of(replace(SUBJECT, model=model, composer=composer)) == name


@pytest.mark.parametrize(
    "changes", [{"turns": ["else"]}, {"forbid": ["x"]}, {"principles": ["P7"]}, {"status": "silent"}]
)
def test_a_case_that_says_something_else_has_another_digest(changes: dict[str, Any]) -> None:
    assert digest(case(**changes)) != digest(case())


def test_holding_a_case_back_changes_nothing() -> None:
    assert digest(case(holdback=True)) == digest(case())
