from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coach.cli.eval_checker import table
from coach.domain.errors import ModelError, SettingsError
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import FORBIDDEN, HOSTILE
from tests.grounding.fakes import FakeChecker

ROWS: list[dict[str, object]] = [
    {"id": 1, "evidence": "Negotiate deadlines.", "claim": "Bargain over dates.", "label": 1, "kind": "paraphrase"},
    {"id": 2, "evidence": "Negotiate deadlines.", "claim": "Buy zebras.", "label": 0, "kind": "bad " + HOSTILE},
    {"id": 3, "evidence": "Ask early.", "claim": "Ask soon.", "label": 1, "kind": "paraphrase"},
]


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    file = tmp_path / "pairs.jsonl"
    file.write_text("".join(json.dumps(r) + "\n" for r in ROWS), encoding="utf-8")
    return file


@pytest.fixture
def checking(coach: FakeCoach) -> FakeCoach:
    vars(coach)["checker"] = FakeChecker({"Buy zebras.": 0.1})
    return coach


def test_a_checker_is_measured_beside_the_floor(run: Run, checking: FakeCoach, pairs: Path) -> None:
    ran = run("eval", "checker", "--file", str(pairs), "--checker", "lexical")
    assert ran.code == 0
    assert ran.out.startswith("3 labelled pairs of pairs.jsonl\n")
    assert "floor (shared words)" in ran.out
    fake = next(line for line in ran.out.splitlines() if line.startswith("fake"))
    assert fake.split()[1:3] == ["1.000", "[1.000,"]
    assert "100% [100%, 100%] of 2" in ran.out
    assert not any(mark in ran.out for mark in (*FORBIDDEN, "\x1b"))
    assert checking.closed == 1
    assert checking.settings.checker == "lexical"


def test_the_report_as_json(run: Run, checking: FakeCoach, pairs: Path) -> None:
    ran = run("eval", "checker", "--file", str(pairs), "--checker", "lexical", "--every", "2", "--json")
    floor, fake = json.loads(ran.out)
    assert floor["checker"] == "floor (shared words)"
    assert fake["n"] == 2
    assert set(fake["auc"]) == {"mean", "low", "high", "n"}


def test_all_checkers_that_are_there(
    run: Run, checking: FakeCoach, pairs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: object) -> Any:
        raise ModelError("The local model is not there.", "Get it with: coach model pull")

    real = FakeChecker.score

    async def score(self: FakeChecker, given: Any) -> Any:
        return await (failing() if checking.settings.checker == "local" else real(self, given))

    monkeypatch.setattr(FakeChecker, "score", score)
    ran = run("eval", "checker", "--file", str(pairs), "--checker", "all")
    assert ran.code == 0
    assert "The checker local is left out. The local model is not there. Get it with: coach model pull" in ran.err
    assert "The checker model is left out. It needs a capable model" in ran.err
    assert run("eval", "checker", "--file", str(pairs), "--checker", "local").code == ModelError.exit_status


def test_a_checker_that_was_asked_for_by_name_has_to_be_there(
    run: Run, checking: FakeCoach, pairs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> Any:
        raise SettingsError("The checker model needs a model, and there is none.")

    monkeypatch.setattr("coach.cli.eval_checker.open_it", none)
    ran = run("eval", "checker", "--file", str(pairs), "--checker", "model")
    assert ran.code == 2
    assert "needs a model" in ran.err


def test_the_mutation_score_of_written_claims(
    run: Run, checking: FakeCoach, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("eval", "mutations", "--file", str(pairs), "--missed")
    assert ran.code == 0
    assert "delivered answers are left out" in ran.err
    assert "mutants caught" in ran.out
    assert "  invent a number" in ran.out
    assert "written: missed" in ran.out
    [report] = json.loads(run("eval", "mutations", "--file", str(pairs), "--json").out)
    [written] = report["sets"]
    assert (written["set"], written["claims"], written["false_alarms"]["mean"]) == ("written", 2, 0.0)


def test_mutants_are_written_and_nothing_is_measured(run: Run, coach: FakeCoach, pairs: Path, tmp_path: Path) -> None:
    out = tmp_path / "mutants.jsonl"
    ran = run("eval", "mutations", "--file", str(pairs), "--write", str(out))
    assert ran.code == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert ran.out == f"{len(rows)} mutants are in {out}.\n"
    assert {r["label"] for r in rows} == {0}
    assert coach.closed == 0
    assert run("eval", "mutations", "--file", str(pairs), "--write", str(tmp_path)).code == 2


@pytest.mark.parametrize("command", ["checker", "mutations"])
def test_what_cannot_be_read(run: Run, coach: FakeCoach, command: str, tmp_path: Path) -> None:
    ran = run("eval", command, "--file", str(tmp_path / "none.jsonl"), "--checker", "lexical")
    assert ran.code == 2
    assert "There are no labelled pairs at" in ran.err


def test_folders_without_cases(run: Run, coach: FakeCoach, pairs: Path, tmp_path: Path) -> None:
    ran = run("eval", "mutations", "--cases", str(tmp_path), "--file", str(pairs))
    assert ran.code == 2
    assert "There are no cases" in ran.err


def test_columns_stand_below_each_other() -> None:
    assert table([["a", "bb", "c"], ["ddd", "e", ""]]) == "a    bb  c\nddd  e"
