"""How often is the checker itself wrong? On labelled pairs that no coefficient was fitted on."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from coach.agent.assembly import open_coach
from coach.grounding.checkers.base import Checker, Pair
from coach.settings import load_settings
from evals.conftest import FOLDER
from evals.measures import auc, balanced_accuracy

FLOORS = {"lexical": (0.72, 0.80), "local": (0.80, 0.88)}
#: The local model takes seconds a claim: every fourth row of each kind, all with COACH_TEST_ALL_CLAIMS.
EVERY = {"lexical": 1, "local": 1 if os.environ.get("COACH_TEST_ALL_CLAIMS") else 4}


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["lexical", "local"])
async def test_balanced_accuracy_and_auc(kind: str, request: pytest.FixtureRequest, figure: list[str]) -> None:
    if kind == "local":
        request.getfixturevalue("local_home")
    model = "local" if kind == "local" else "none"
    async with open_coach(load_settings(model=model, checker=kind)) as coach:
        accuracy, area = await _measure(coach.checker, EVERY[kind], figure)
    assert accuracy >= FLOORS[kind][0]
    assert area >= FLOORS[kind][1]


async def _measure(checker: Checker, every: int, figure: list[str]) -> tuple[float, float]:
    rows = [json.loads(line) for line in (FOLDER / "claims" / "test.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = sorted(rows, key=lambda r: (r["kind"], r["id"]))[::every]
    scores = await checker.score([Pair(r["evidence"], r["claim"]) for r in rows])
    got = np.array([s.probability for s in scores])
    actual = np.array([r["label"] == 1 for r in rows])
    accuracy, area = balanced_accuracy(got >= 0.5, actual), auc(got, actual)
    assert accuracy is not None
    assert area is not None
    draws = np.random.default_rng(0).integers(0, len(rows), size=(1000, len(rows)))
    low, high = np.percentile([balanced_accuracy(got[d] >= 0.5, actual[d]) for d in draws], [2.5, 97.5])
    figure.append(
        f"{checker.name}: balanced accuracy {accuracy:.3f} [{low:.3f}, {high:.3f}], AUC {area:.3f}, n={len(rows)}"
    )
    for kind in sorted({r["kind"] for r in rows}):
        at = [i for i, r in enumerate(rows) if r["kind"] == kind]
        passed = float(np.mean(got[at] >= 0.5))
        figure.append(
            f"  {kind:20s} called supported {passed:5.0%}  (should be {'all' if rows[at[0]]['label'] else 'none'})"
        )
    return accuracy, area
