from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from coach.cli import eval_run
from coach.domain.answer import Status
from coach.domain.errors import ModelError
from tests.cli.conftest import Run
from tests.evaluation.making import Opener, answer
from tests.fakes import busy

SILENT = answer(status=Status.SILENT)
N = 12


@pytest.fixture
def opener(monkeypatch: pytest.MonkeyPatch) -> Opener:
    made = Opener()
    monkeypatch.setattr(eval_run, "open_it", made)
    return made


@pytest.fixture
def evals(tmp_path: Path) -> Path:
    """A folder as ``evals`` is: cases, the last of them held back, and nothing else."""
    folder = tmp_path / "evals"
    (folder / "cases").mkdir(parents=True)
    rows = [
        f"- {{id: s{i:03d}, kind: {'situation' if i % 2 else 'tension'}, turns: [question {i}], status: answered, "
        f"principles: [P8]{', holdback: true' if i == N - 1 else ''}}}\n"
        for i in range(N)
    ]
    (folder / "cases" / "all.yaml").write_text("".join(rows))
    return folder


@pytest.fixture
def evaluate(run: Run, opener: Opener, evals: Path, tmp_path: Path) -> Any:
    """Runs `coach eval run` over these cases."""

    def go(*args: str) -> Any:
        kept = () if "--no-cache" in args else ("--cache", str(tmp_path / "cache"))
        return run("eval", "run", "--cases", str(evals / "cases"), *kept, *args)

    return go


def silent(opener: Opener, *numbers: int) -> None:
    opener.said = {f"question {i}": SILENT for i in numbers}


def test_a_first_run_shows_figures_and_has_nothing_to_compare_with(evaluate: Any) -> None:
    ran = evaluate()
    assert ran.code == 0
    assert "no baseline to compare" in ran.out
    assert "12 cases (1 held back)" in ran.out
    assert "excess silence" in ran.out
    assert "All 12 outcomes are fresh" in ran.out
    assert "Asking the cases" in ran.err
    assert "Asking the cases" not in ran.out


def test_an_unchanged_run_costs_nothing_and_says_so(evaluate: Any, opener: Opener) -> None:
    evaluate()
    before = len(opener.asked)
    ran = evaluate()
    assert len(opener.asked) == before == N
    assert "All 12 outcomes were read from the cache" in ran.out
    assert "All 12 outcomes are fresh" in evaluate("--no-cache").out


def test_a_regression_ends_with_3_and_names_metric_and_cases(evaluate: Any, opener: Opener) -> None:
    assert evaluate("--update-baseline").code == 0
    assert evaluate("--no-cache").code == 0
    silent(opener, *range(6), N - 1)
    ran = evaluate("--no-cache")
    assert ran.code == 3
    assert "Worse than the baseline: " in ran.out
    assert "s000 (tension): status right 1 → 0; excess silence 0 → 1" in ran.out
    assert "s011" not in ran.out
    assert "1 held-back cases, which are not named" in ran.out
    assert "s011 (situation)" in evaluate("--no-cache", "--show-holdback").out


def test_one_case_is_noise(evaluate: Any, opener: Opener) -> None:
    evaluate("--update-baseline")
    silent(opener, 0)
    ran = evaluate("--no-cache")
    assert ran.code == 0
    assert "s000 (tension)" in ran.out


def test_a_floor_that_is_not_held_ends_with_4(evaluate: Any, opener: Opener, evals: Path) -> None:
    (evals / "floors.yaml").write_text("- {metric: excess silence, at_most: 0.1}\n")
    assert evaluate("--update-baseline").code == 0
    silent(opener, *range(6))
    ran = evaluate("--no-cache")
    assert ran.code == 4, "a floor comes before a regression"
    assert "NOT HELD" in ran.out


def test_errors_end_with_5_and_only_they_are_asked_again(evaluate: Any, opener: Opener) -> None:
    opener.said = {"question 3": [busy(), answer()], "question 11": [busy(), answer()]}
    ran = evaluate()
    assert ran.code == 5
    assert "s003: The endpoint has had too many requests" in ran.out
    assert "s011" not in ran.out
    before = len(opener.asked)
    assert evaluate().code == 0
    assert opener.asked[before:] == ["question 3", "question 11"]


def test_some_errors_may_be_tolerated(evaluate: Any, opener: Opener) -> None:
    opener.said = {"question 3": busy()}
    assert evaluate("--tolerate", "0.1").code == 0
    assert evaluate("--tolerate", "0.05").code == 5


def test_a_baseline_is_not_made_of_errors(evaluate: Any, opener: Opener, evals: Path) -> None:
    opener.said = {"question 3": busy()}
    ran = evaluate("--update-baseline")
    assert ran.code == 2
    assert "1 of 12 outcomes are errors" in ran.err
    assert not (evals / "baseline.json").exists()


def test_making_a_run_the_baseline_accepts_what_is_worse(evaluate: Any, opener: Opener) -> None:
    evaluate("--update-baseline")
    silent(opener, *range(6))
    ran = evaluate("--no-cache", "--update-baseline")
    assert ran.code == 0
    assert "is now this run" in ran.out
    assert evaluate("--no-cache").code == 0


def test_a_sample_does_not_take_the_place_of_the_baseline(evaluate: Any) -> None:
    evaluate("--update-baseline")
    ran = evaluate("--sample", "4", "--update-baseline")
    assert ran.code == 2
    assert "--profile" in ran.err
    assert evaluate("--sample", "4", "--update-baseline", "--profile", "sample").code == 0


def test_kinds_ids_and_samples(evaluate: Any, opener: Opener) -> None:
    evaluate("--id", "s003", "--id", "s005")
    assert opener.asked == ["question 3", "question 5"]
    assert "6 cases" in evaluate("--kind", "tension").out
    assert "4 cases" in evaluate("--sample", "4").out
    assert evaluate("--id", "x999").code == 2
    assert evaluate("--kind", "nonsense").code == 2
    assert evaluate("--sample", "0").code == 2


def test_repeats_show_spread(evaluate: Any, opener: Opener) -> None:
    opener.said = {"question 0": [SILENT, answer()]}
    ran = evaluate("--repeats", "2")
    assert len(opener.asked) == 2 * N
    assert "spread" in ran.out
    assert "pass^2" in ran.out


def test_parallel(evaluate: Any, opener: Opener) -> None:
    evaluate("--parallel", "3")
    assert max(c.together for c in opener.opened) == 3


def test_the_reports_are_written(evaluate: Any, tmp_path: Path) -> None:
    html, rows, junit = (tmp_path / f"r.{end}" for end in ("html", "json", "xml"))
    assert evaluate("--html", str(html), "--json", str(rows), "--junit", str(junit)).code == 0
    assert html.read_text("utf-8").startswith("<!doctype html>")
    assert json.loads(rows.read_text("utf-8"))["gate"]["exit_status"] == 0
    assert len(list(ET.parse(junit).iter("testcase"))) == N


@pytest.mark.parametrize("option", ["--html", "--json", "--junit"])
def test_a_report_that_cannot_be_written_is_said_before_the_run(
    evaluate: Any, opener: Opener, tmp_path: Path, option: str
) -> None:
    for path in (tmp_path, tmp_path / "nowhere" / "r.out"):
        ran = evaluate(option, str(path))
        assert ran.code == 2
        assert str(path) in ran.err
    assert opener.asked == []


def test_a_baseline_that_is_not_there(evaluate: Any, tmp_path: Path) -> None:
    missing = tmp_path / "other.json"
    assert evaluate("--baseline", str(missing)).code == 2
    assert evaluate("--baseline", str(missing), "--update-baseline").code == 0
    assert missing.is_file()


def test_a_damaged_baseline_is_said_in_plain_words(evaluate: Any, evals: Path) -> None:
    (evals / "baseline.json").write_text("<<<<<<< HEAD")
    ran = evaluate()
    assert ran.code == 2
    assert "Take it back from version control" in ran.err


def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(evaluate: Any, opener: Opener) -> None:
    opener.said = {"question 5": [KeyboardInterrupt(), answer()]}
    ran = evaluate()
    assert ran.code == 130
    assert "5 of 12 outcomes were finished" in ran.err
    assert "Go on with the same command" in ran.err
    assert [c.open for c in opener.opened] == [0] * len(opener.opened)
    assert "5 of 12 outcomes were read from the cache" in evaluate().out


def test_ctrl_c_without_a_cache_promises_nothing(evaluate: Any, opener: Opener) -> None:
    opener.said = {"question 5": KeyboardInterrupt()}
    ran = evaluate("--no-cache")
    assert "nothing is kept" in ran.err
    assert "Go on" not in ran.err


def test_what_is_wrong_with_everything_ends_it(evaluate: Any, opener: Opener) -> None:
    def refuse(_: Any) -> None:
        raise ModelError("The model is not there.", "Pull it.")

    opener.prepare = refuse
    ran = evaluate()
    assert ran.code == 1
    assert ran.err.endswith("The model is not there.\nPull it.\n")


def test_options_that_contradict_each_other(evaluate: Any, tmp_path: Path) -> None:
    assert evaluate("--no-cache", "--cache", str(tmp_path)).code == 2


def test_a_judge_of_its_own(evaluate: Any, opener: Opener) -> None:
    assert evaluate("--judge", "lexical").code == 0
    assert opener.opened[0].settings.checker == "lexical"
    assert [c.open for c in opener.opened] == [0] * len(opener.opened)


def test_the_options_say_what_is_under_test(evaluate: Any, opener: Opener) -> None:
    evaluate("--model", "none", "--composer", "quote", "--checker", "lexical")
    settings = opener.opened[0].settings
    assert (settings.model, settings.composer, settings.checker) == ("none", "quote", "lexical")


def test_the_cases_of_the_checkout_are_valid_and_counted(run: Run) -> None:
    ran = run("eval", "cases")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0].split() == ["kind", "cases", "held", "back"]
    assert int(ran.out.splitlines()[-1].split()[1]) >= 200


def test_held_back_cases_are_not_listed(run: Run, evals: Path) -> None:
    ran = run("eval", "cases", "--cases", str(evals / "cases"), "--list")
    assert "s000" in ran.out
    assert "s011" not in ran.out
    assert json.loads(run("eval", "cases", "--cases", str(evals / "cases"), "--json").out)["situation"] == {
        "cases": 6,
        "holdback": 1,
    }


def test_a_case_that_is_not_valid(run: Run, evals: Path) -> None:
    (evals / "cases" / "more.yaml").write_text("- {id: x001, kind: silent, turns: [a], status: loud}\n")
    ran = run("eval", "cases", "--cases", str(evals / "cases"))
    assert ran.code == 2
    assert "more.yaml, case 1: status" in ran.err


def test_installed_without_cases(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import importlib.resources

    monkeypatch.setattr(importlib.resources, "files", lambda _: tmp_path / "site-packages" / "coach")
    ran = run("eval", "run")
    assert ran.code == 2
    assert "--cases DIR" in ran.err
    assert run("eval", "run", "--cases", str(tmp_path / "nowhere")).code == 2
