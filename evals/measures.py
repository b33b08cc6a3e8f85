"""What the evals print; the figures themselves are computed in `coach.evaluation.statistics`."""

from __future__ import annotations

from collections.abc import Sequence

from coach.evaluation.statistics import auc, balanced_accuracy, bootstrap

__all__ = ["auc", "balanced_accuracy", "shown"]


def shown(name: str, values: Sequence[float]) -> str:
    """Return one line: name, mean, 95% interval, number of cases."""
    of = bootstrap(values)
    if of.mean is None:
        return f"{name:42s} no cases"
    return f"{name:42s} {of.mean:6.1%}  [{of.low:.1%}, {of.high:.1%}]  n={of.n}"
