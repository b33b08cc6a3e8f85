"""Fit the checkers' coefficients: ``python -m coach.grounding.fit CALIBRATION.jsonl``.

Writes ``data/lexical.json``, and with ``--local`` also ``data/local.json``, for which it asks the local model (or reads
what it said before from ``--log-odds FILE``). Prints cross-validated balanced accuracy and AUC, with all claims about
one source in the same fold. Never give it the pairs that the checkers are tested on.

Pairs that were supported until a mutation changed them teach the lexical checker to see small changes. ``coach eval
mutations --file CALIBRATION.jsonl --write MUTANTS.jsonl`` writes them, and ``--mutants MUTANTS.jsonl`` takes those
along that the rules let through.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coach.domain.errors import InputError
from coach.domain.prompts import load as load_prompt
from coach.grounding.checkers import lexical, local
from coach.grounding.checkers.base import Pair
from coach.grounding.facts import check_facts
from coach.grounding.features import NAMES, Rarity, features
from coach.grounding.logistic import Logistic, fit

DATA = Path(__file__).parent / "data"
_FOLDS = 7
_SEEDS = (0, 1, 2)
#: How much pairs count where mutants are taken along: there are many, much alike, and none of them is supported.
_SUPPORTED, _MUTANT = 3.0, 0.2
#: The penalty then, with which cross-validation was best.
_L2, _L2_MUTANTS = 5.0, 15.0

Row = Mapping[str, Any]


def read_pairs(path: Path) -> list[Row]:
    """Return rows with ``id``, ``evidence``, ``claim``, ``label`` (0 or 1), ``kind`` and ``source``.

    Raises:
        InputError: the file cannot be read, or a row lacks a field.
    """
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        for row in rows:
            row["label"] = int(row["label"])
            _ = row["id"], row["evidence"], row["claim"], row["kind"], row["source"]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise InputError(f"The labelled pairs in {path} cannot be read: {exc}.") from exc
    return rows


def fitted(rows: Sequence[Row], values: Sequence[Mapping[str, float]], names: Sequence[str]) -> Logistic:
    """Return the model fitted to `rows`; those whose ``kind`` begins with "mutant" count for less."""
    labels = [int(r["label"]) for r in rows]
    if not any(_is_mutant(r) for r in rows):
        return fit(values, labels, names, l2=_L2)
    weights = [_MUTANT if _is_mutant(r) else _SUPPORTED if r["label"] else 1.0 for r in rows]
    return fit(values, labels, names, l2=_L2_MUTANTS, weights=weights)


def _is_mutant(row: Row) -> bool:
    return str(row.get("kind", "")).startswith("mutant")


def out_of_fold(
    rows: Sequence[Row], values: Sequence[Mapping[str, float]], names: Sequence[str], seed: int
) -> NDArray[np.float64]:
    """Return for each row the log-odds from a model that was fitted without any claim about its source."""
    groups = np.array([str(r["source"]).split(",")[0] for r in rows])
    unique = np.unique(groups)
    folds = dict(zip(unique.tolist(), np.random.default_rng(seed).permutation(len(unique)) % _FOLDS, strict=True))
    fold = [folds[g] for g in groups.tolist()]
    out = np.zeros(len(rows))
    for k in range(_FOLDS):
        train = [i for i in range(len(rows)) if fold[i] != k]
        model = fitted([rows[i] for i in train], [values[i] for i in train], names)
        for i in (j for j in range(len(rows)) if fold[j] == k):
            out[i] = model.log_odds(values[i])
    return out


def cross_validated(rows: Sequence[Row], values: Sequence[Mapping[str, float]], names: Sequence[str]) -> dict[str, Any]:
    """Return balanced accuracy at probability 0.5 and AUC, means over several splits, and the share passed by kind.

    Mutants are fitted on, and not counted.
    """
    plain = [i for i, r in enumerate(rows) if not _is_mutant(r)]
    labels = np.array([rows[i]["label"] for i in plain])
    accuracy, area = [], []
    passed = np.zeros(len(plain))
    for seed in _SEEDS:
        odds = out_of_fold(rows, values, names, seed)[plain]
        positive, negative = odds[labels == 1], odds[labels == 0]
        accuracy.append(((positive >= 0).mean() + (negative < 0).mean()) / 2)
        area.append(
            (positive[:, None] > negative[None, :]).mean() + 0.5 * (positive[:, None] == negative[None, :]).mean()
        )
        passed += (odds >= 0) / len(_SEEDS)
    kinds = [str(rows[i]["kind"]) for i in plain]
    return {
        "balanced_accuracy": round(float(np.mean(accuracy)), 3),
        "auc": round(float(np.mean(area)), 3),
        "called_supported": {
            k: round(float(np.mean([p for p, kind in zip(passed, kinds, strict=True) if kind == k])), 2)
            for k in sorted(set(kinds))
        },
    }


def write(
    name: str, model: Logistic, rows: Sequence[Row], figures: Mapping[str, Any], extra: Mapping[str, Any]
) -> None:
    """Write a model with how it was fitted."""
    about = {"fitted_on": len(rows), "cross_validated": dict(figures)}
    (DATA / f"{name}.json").write_text(
        Logistic(model.features, model.intercept, {**about, **extra}).as_json(), encoding="utf-8"
    )
    print(f"{name}: {json.dumps(figures)}")


async def _log_odds(pairs: Sequence[Pair]) -> list[dict[str, float]]:
    from coach.models.choice import choose, open_model
    from coach.retrieval.embedding import MiniLMEmbedder
    from coach.settings import load_settings

    settings = load_settings(model="local")
    model = open_model(choose(settings), settings)
    if model is None:
        raise InputError("There is no local model.", "Get it with: coach model pull")
    return await local.LocalChecker(model, lexical.LexicalChecker(MiniLMEmbedder())).log_odds(pairs)


def main() -> None:
    """Read the command line, fit, write, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--local", action="store_true", help="fit the local checker too")
    parser.add_argument(
        "--log-odds", type=Path, help="what the local model said, by id; read if it is there, else written"
    )
    parser.add_argument("--mutants", type=Path, help="mutants of the pairs, to fit the lexical checker on too")
    given = parser.parse_args()
    from coach.retrieval.embedding import MiniLMEmbedder

    rows = read_pairs(given.pairs)
    pairs = [Pair(r["evidence"], r["claim"]) for r in rows]
    rarity = Rarity.of(p.evidence for p in pairs)
    embedder = MiniLMEmbedder()
    values = features(pairs, embedder, rarity)
    extra = {"embedder": embedder.name, **rarity.as_extra()}
    mutants = (
        [r for r in read_pairs(given.mutants) if not check_facts(r["claim"], r["evidence"])] if given.mutants else []
    )
    changed = features([Pair(r["evidence"], r["claim"]) for r in mutants], embedder, rarity)
    every, all_values = [*rows, *mutants], [*values, *changed]
    write("lexical", fitted(every, all_values, NAMES), every, cross_validated(every, all_values, NAMES), extra)
    if not given.local:
        return
    if given.log_odds and given.log_odds.exists():
        said = json.loads(given.log_odds.read_text(encoding="utf-8"))
    else:
        said = {r["id"]: odds for r, odds in zip(rows, asyncio.run(_log_odds(pairs)), strict=True)}
        if given.log_odds:
            given.log_odds.write_text(json.dumps(said), encoding="utf-8")
    stacked = [{**v, **said[r["id"]]} for r, v in zip(rows, values, strict=True)]
    names = (*local.PROMPTS, *NAMES)
    asked = {name: load_prompt(name).hash for name in local.PROMPTS}
    write("local", fitted(rows, stacked, names), rows, cross_validated(rows, stacked, names), {"prompts": asked})


if __name__ == "__main__":
    main()
