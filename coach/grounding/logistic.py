"""A logistic regression that is small enough to read: its coefficients stand in a JSON file in ``data``."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from coach.domain.errors import CoachError

#: Beyond this the exponential says nothing new and may overflow; in nats.
_LARGEST = 30.0


@dataclass(frozen=True)
class Logistic:
    """Weights over standardised features: P = 1 / (1 + exp(-(intercept + sum of weight * (value - mean) / scale)))."""

    #: Mean, scale (standard deviation) and weight of each feature.
    features: Mapping[str, tuple[float, float, float]]
    intercept: float
    #: What else belongs to the model, such as word frequencies and how it was fitted.
    extra: Mapping[str, Any] = field(default_factory=dict)

    def log_odds(self, values: Mapping[str, float]) -> float:
        """Return the log-odds in nats. Raises KeyError where a feature has no value."""
        total = self.intercept
        for name, (mean, scale, weight) in self.features.items():
            total += weight * (values[name] - mean) / scale
        return max(-_LARGEST, min(_LARGEST, total))

    def probability(self, values: Mapping[str, float]) -> float:
        """Return the probability, 0 to 1."""
        return 1 / (1 + math.exp(-self.log_odds(values)))

    def as_json(self) -> str:
        """Return the model as text that a person can read and `load` reads back."""
        features = {
            name: {"mean": _short(mean), "scale": _short(scale), "weight": _short(weight)}
            for name, (mean, scale, weight) in self.features.items()
        }
        return json.dumps({"intercept": _short(self.intercept), "features": features, **self.extra}, indent=1) + "\n"


def _short(number: float) -> float:
    # By digits that count: a scale rounded by its place could become 0.
    return float(f"{number:.6g}")


@cache
def load(name: str, package: str = "coach.grounding") -> Logistic:
    """Return the model ``data/NAME.json`` of a package. Raises `CoachError` where it is missing or damaged."""
    path = Path(str(files(package))) / "data" / f"{name}.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        features = {
            k: (float(v["mean"]), float(v["scale"]), float(v["weight"])) for k, v in data.pop("features").items()
        }
        return Logistic(features, float(data.pop("intercept")), data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise CoachError(f"The coefficients in {path.name} are missing or damaged.", "Install coach again.") from exc


def fit(
    rows: Sequence[Mapping[str, float]],
    labels: Sequence[int],
    names: Sequence[str],
    *,
    l2: float = 5.0,
    weights: Sequence[float] | None = None,
) -> Logistic:
    """Return the model that fits `labels` best under a ridge penalty, by Newton's method.

    Iteratively reweighted least squares (Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 4.4.1) on
    standardised features; the intercept is not penalised.

    Args:
        rows: the features of each pair.
        labels: 1 for supported, 0 for not.
        names: features to use.
        l2: strength of the penalty, in units of the summed log-likelihood.
        weights: how much each pair counts; 1 by default.
    """
    import numpy as np

    x = np.array([[row[n] for n in names] for row in rows], dtype=np.float64)
    y = np.array(labels, dtype=np.float64)
    counts = np.ones(len(y)) if weights is None else np.array(weights, dtype=np.float64)
    mean = np.average(x, axis=0, weights=counts)
    scale = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=counts))
    scale[scale < 1e-9] = 1.0
    design = np.column_stack([(x - mean) / scale, np.ones(len(y))])
    penalty = np.eye(design.shape[1]) * l2
    penalty[-1, -1] = 0.0
    found = np.zeros(design.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(design @ found, -_LARGEST, _LARGEST)))
        curvature = (design * (counts * p * (1 - p) + 1e-9)[:, None]).T @ design + penalty
        step = np.linalg.solve(curvature, design.T @ (counts * (y - p)) - penalty @ found)
        found += step
        if float(np.abs(step).max()) < 1e-9:
            break
    features = {n: (float(m), float(s), float(w)) for n, m, s, w in zip(names, mean, scale, found[:-1], strict=True)}
    return Logistic(features, float(found[-1]))
