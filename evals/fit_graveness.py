"""Fits the coefficients of ``coach/agent/graveness.py``. ``python -m evals.fit_graveness`` writes them, and prints how
well they do on rows that they were not fitted on.

Takes the development sets of ``evals/status`` and ``evals/retrieval`` and the open cases, never what is held back. Left
out are messages that a certain rule refers whatever else is said, and those in other languages.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from coach.agent import graveness
from coach.agent.assembly import open_coach
from coach.agent.graveness import Sign, features, pieces
from coach.agent.language import other_language
from coach.agent.screening import DOUBT, GRAVE, Screen, together
from coach.domain.evidence import Turn
from coach.grounding.logistic import fit
from coach.retrieval.retriever import Retriever
from coach.settings import load_settings
from evals.holdback import is_held_back

FOLDER = Path(__file__).parent
FILE = Path(graveness.__file__).parent / "data" / f"{graveness.MODEL}.json"
NAMES = ("gate", "nearer", "gravest sentence", "nearest sentence")
L2, FOLDS, ROUNDS = 1.0, 10, 5
#: Rows are drawn into folds by it.
SEED = 0


def rows() -> list[tuple[list[str], bool]]:
    """Return the turns of each row, and whether the last is a matter to refer."""
    found: list[tuple[list[str], bool]] = []
    for name in ("status/dev", "status/dev2", "retrieval/dev", "retrieval/dev2"):
        found += [([r["question"]], r.get("status") == "referred") for r in _read(FOLDER / f"{name}.yaml")]
    for path in sorted((FOLDER / "cases").glob("*.yaml")):
        found += [(r["turns"], r.get("status") == "referred") for r in _read(path) if not is_held_back(r["id"])]
    return found


def signs(turns: Sequence[str], retriever: Retriever) -> tuple[Sign, list[Sign]]:
    """Return what is said of the last turn as it is looked up, and of its sentences."""
    query = retriever.completed(turns[-1], [Turn(t) for t in turns[:-1]])
    texts = [query, *pieces(query)]
    gates = [together(g) for g in retriever.gate(texts)]
    whole, *parts = map(Sign, gates, retriever.nearer_to_refer(texts))
    return whole, parts


def judged(values: Sequence[Mapping[str, float]], labels: Sequence[int]) -> list[float]:
    """Return for each row the mean probability by models that were fitted without it."""
    sums = [0.0] * len(labels)
    for turn in range(ROUNDS):
        fold: dict[int, int] = {}
        for label in (0, 1):
            alike = [i for i, y in enumerate(labels) if y == label]
            random.Random(SEED + turn).shuffle(alike)
            fold |= {i: place % FOLDS for place, i in enumerate(alike)}
        for held in range(FOLDS):
            others = [i for i in fold if fold[i] != held]
            model = fit([values[i] for i in others], [labels[i] for i in others], NAMES, l2=L2)
            for i in (i for i in fold if fold[i] == held):
                sums[i] += model.probability(values[i]) / ROUNDS
    return sums


def main() -> None:
    """Fit, write and print."""
    with tempfile.TemporaryDirectory() as home:
        coach = open_coach(load_settings(home=Path(home), model="none"))
        coach.library.bring_up_to_date()
        retriever, screen = coach.library.retriever, Screen(coach.library.boundaries.rules)
        taken = [(t, y) for t, y in rows() if not screen(t[-1], {}).matter and not other_language(t[-1])]
        values = [features(*signs(turns, retriever)) for turns, _ in taken]
    labels = [int(y) for _, y in taken]
    model = fit(values, labels, NAMES, l2=L2)
    FILE.write_text(model.as_json(), encoding="utf-8")
    held = judged(values, labels)
    print(f"{len(labels)} rows, {sum(labels)} to refer; each judged by models fitted without it:")
    for what, bar in (("referred", GRAVE), ("referred or told where to turn", DOUBT)):
        right = sum(p >= bar for p, y in zip(held, labels, strict=True) if y)
        needless = sum(p >= bar for p, y in zip(held, labels, strict=True) if not y)
        others = len(labels) - sum(labels)
        print(f"  from {bar:.2f} on {what}: {right} of {sum(labels)}, and {needless} of the {others} others")


def _read(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    main()
