"""What docs/evals.md says of metrics, kinds, exit statuses and options is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from coach.cli.main import main
from coach.evaluation.cases import Case, Kind
from coach.evaluation.floors import Floor
from coach.evaluation.gate import ExitStatus
from coach.evaluation.metrics import METRICS

TEXT = (Path(__file__).parents[2] / "docs" / "evals.md").read_text("utf-8")
CASE, FLOORS, WORKFLOW = (yaml.safe_load(b) for b in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL))


def test_every_metric_and_every_kind_is_there() -> None:
    table = TEXT[TEXT.index("## Metrics") : TEXT.index("## Runs")]
    assert [m.name for m in METRICS if m.name not in table] == []
    kinds = TEXT[TEXT.index("## Cases") : TEXT.index("## Metrics")]
    assert [k.value for k in Kind if f"{k.value}" not in kinds] == []


def test_every_exit_status_is_there() -> None:
    assert [s for s in ExitStatus if f"| {int(s)} | " not in TEXT] == []


def test_the_example_of_a_case_is_one() -> None:
    assert Case.model_validate({**CASE[0], "note": "# Mine"}).kind is Kind.SITUATION


def test_the_examples_of_floors_are_floors() -> None:
    assert len([Floor.model_validate(row) for row in FLOORS]) == 3


def test_the_workflow_uses_options_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "run", "--help"]) == 0
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    steps: list[dict[str, Any]] = WORKFLOW["jobs"]["evals"]["steps"]
    commands = [line for s in steps for line in str(s.get("run", "")).splitlines() if line.startswith("coach eval run")]
    assert len(commands) == 3
    assert {o for c in commands for o in re.findall(r"--[a-z-]+", c)} <= known
    named = set(re.findall(r"`(--[a-z-]+)", TEXT[TEXT.index("## Runs") : TEXT.index("## In GitHub")]))
    assert named <= known | {"--list"}
