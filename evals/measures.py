"""What the evals compute, with formulas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def interval(values: Sequence[float], *, seed: int = 0, draws: int = 2000) -> tuple[float, float, float]:
    """Return the mean of `values` and its 95% percentile bootstrap interval (Efron & Tibshirani 1993, chapter 13)."""
    data = np.asarray(values, dtype=np.float64)
    picks = np.random.default_rng(seed).integers(0, len(data), size=(draws, len(data)))
    means = data[picks].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(data.mean()), float(low), float(high)


def shown(name: str, values: Sequence[float]) -> str:
    """Return one line: name, mean, interval, number of cases."""
    mean, low, high = interval(values)
    return f"{name:42s} {mean:6.1%}  [{low:.1%}, {high:.1%}]  n={len(values)}"


def balanced_accuracy(predicted: NDArray[np.bool_], actual: NDArray[np.bool_]) -> float:
    """Return the mean of the shares of positives and of negatives that are recognised, 0 to 1."""
    return float((predicted[actual].mean() + (~predicted[~actual]).mean()) / 2)


def auc(scores: NDArray[np.float64], actual: NDArray[np.bool_]) -> float:
    """Return the area under the ROC curve, 0 to 1: P(score of a positive > score of a negative), ties counting half.

    Computed from rank sums (Mann-Whitney U).
    """
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[inverse]
    positives, negatives = int(actual.sum()), int((~actual).sum())
    return float((ranks[actual].sum() - positives * (positives + 1) / 2) / (positives * negatives))
