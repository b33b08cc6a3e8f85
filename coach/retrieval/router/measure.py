"""Cross-validation of the router: what it makes of situations that it was not trained on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from coach.retrieval.router.examples import HEADS, Example
from coach.retrieval.router.fit import Classes, averaged, predict, train
from coach.retrieval.router.network import Weights
from coach.sources.boundaries import INSIDE, OUTSIDE

FOLDS = 5


def folds(found: Sequence[Example]) -> list[int]:
    """Return each example's fold, 0 to 4, stratified by its classes; -1 for statements, which are always trained on."""
    rng = random.Random(7)
    strata: dict[Any, list[int]] = {}
    for i, e in enumerate(found):
        if e.origin != "statement":
            strata.setdefault((e.practices or e.principles, e.gate), []).append(i)
    fold = [-1] * len(found)
    for rows in strata.values():
        rng.shuffle(rows)
        for position, row in enumerate(rows):
            fold[row] = position % FOLDS
    return fold


def cross_validate(
    base: Weights, found: Sequence[Example], classes: Classes, tokenizer: Any, seeds: Sequence[int], device: str
) -> dict[str, float]:
    """Return `figures` for weights averaged over `seeds`, each fold judged by weights of the other four."""
    import numpy as np

    fold = folds(found)
    out = [np.zeros((len(found), len(classes[h])), dtype=np.float32) for h in HEADS]
    for here in range(FOLDS):
        rest = [e for e, f in zip(found, fold, strict=True) if f != here]
        weights = averaged([train(base, rest, classes, tokenizer, seed, device=device) for seed in seeds])
        rows = [i for i, f in enumerate(fold) if f == here]
        for head, values in zip(out, predict(weights, tokenizer, [found[i].text for i in rows], device), strict=True):
            head[rows] = values
    asked = [i for i, f in enumerate(fold) if f >= 0]
    return figures([found[i] for i in asked], [head[asked] for head in out], classes)


def figures(asked: Sequence[Example], out: Sequence[Any], classes: Classes) -> dict[str, float]:
    """Return shares from 0 to 1: sources found, and what the gate catches where it turns few inside messages away.

    Args:
        asked: the examples.
        out: by head, log-probabilities of shape ``(len(asked), classes)``.
        classes: names of the classes by head.
    """
    import numpy as np

    result: dict[str, float] = {}
    labels = {
        "principles": [() if e.practices else e.principles for e in asked],
        "practices": [e.practices for e in asked],
    }
    for head, values in zip(HEADS, out, strict=True):
        if head in labels:
            rows = [i for i, fits in enumerate(labels[head]) if fits]
            ranked = np.argsort(-values[rows], axis=1)
            for k in (1, 3):
                hits = [
                    any(classes[head][c] in labels[head][i] for c in top[:k])
                    for i, top in zip(rows, ranked, strict=True)
                ]
                result[f"{head} in the first {k}"] = float(np.mean(hits))
    known = np.array([bool(e.gate) for e in asked])
    gate = np.array([e.gate for e in asked])[known]
    p = np.exp(out[2][known])
    inside, outside = p[:, classes["gate"].index(INSIDE)], p[:, classes["gate"].index(OUTSIDE)]
    matter, share = 1 - inside - outside, inside / (inside + outside)
    refer = (gate != INSIDE) & (gate != OUTSIDE)
    for lost in (0.02, 0.05):
        least = np.quantile(matter[gate == INSIDE], 1 - lost)
        result[f"referred, at {lost:.0%} false"] = float((matter[refer] > least).mean())
        least = np.quantile(share[gate == INSIDE], lost)
        result[f"outside caught, at {lost:.0%} lost"] = float((share[gate == OUTSIDE] < least).mean())
    return result
