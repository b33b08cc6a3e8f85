"""What the evals compute from numbers: intervals, and how good probabilities are. Nothing here is ever NaN."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    #: Places of the values that were drawn, with repeats.
    Places = NDArray[np.intp]

#: Resamples; with 2,000 the ends of a 95% interval hardly move from seed to seed.
DRAWS = 2000
_TAILS = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean, or another figure, with its 95% interval. Without values there is none: all three are None, `n` is 0."""

    mean: float | None
    low: float | None
    high: float | None
    #: How many values it is of.
    n: int

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"mean": _rounded(self.mean), "low": _rounded(self.low), "high": _rounded(self.high), "n": self.n}


#: Of no values.
NOTHING = Interval(None, None, None, 0)


def bootstrap(
    values: Sequence[float], clusters: Sequence[Hashable] | None = None, seed: int = 0, draws: int = DRAWS
) -> Interval:
    """Return the mean of `values` and its 95% percentile bootstrap interval (Efron & Tibshirani 1993, chapter 13).

    Args:
        values: finite numbers.
        clusters: of each value, what it belongs to. Whole clusters are drawn, since values of one cluster are alike
            (Davison & Hinkley 1997, section 3.8). By default each value is one of its own.
        seed: of the random numbers; the same one gives the same interval.
        draws: resamples.
    """
    if len(values) == 0:
        return NOTHING
    import numpy as np

    data = np.asarray(values, dtype=np.float64)
    member = _members(len(data), clusters)
    sums, sizes = np.bincount(member, weights=data), np.bincount(member)
    picks = np.random.default_rng(seed).integers(0, len(sums), size=(draws, len(sums)))
    means = sums[picks].sum(axis=1) / sizes[picks].sum(axis=1)
    return _around(float(data.mean()), means, len(data))


def resampled(
    statistic: Callable[[Places], float | None],
    n: int,
    clusters: Sequence[Hashable] | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> Interval:
    """Return `statistic` of all `n` values with the 95% percentile bootstrap interval; for figures that are no means.

    A resample for which the statistic is None (it holds no positive, say) does not count.

    Args:
        statistic: computes the figure from the places of the values to take.
        n: how many values there are.
        clusters: see `bootstrap`.
        seed: see `bootstrap`.
        draws: see `bootstrap`.
    """
    import numpy as np

    value = statistic(np.arange(n)) if n else None
    if value is None:
        return NOTHING
    member = _members(n, clusters)
    places = np.argsort(member, kind="stable")
    groups = np.split(places, np.cumsum(np.bincount(member))[:-1])
    random = np.random.default_rng(seed)
    drawn = (np.concatenate([groups[g] for g in random.integers(0, len(groups), len(groups))]) for _ in range(draws))
    found = [figure for figure in map(statistic, drawn) if figure is not None]
    return _around(value, np.asarray(found or [value]), n)


def paired(before: Mapping[str, float], after: Mapping[str, float], seed: int = 0, draws: int = DRAWS) -> Interval:
    """Return the mean of `after` minus `before` over the cases that both have, with its 95% interval.

    Differences are taken case by case, so that how hard a case is cancels out. What only one of them has counts for
    nothing; `n` is the number of cases that both have.
    """
    shared = sorted(before.keys() & after.keys())
    return bootstrap([after[i] - before[i] for i in shared], seed=seed, draws=draws)


def balanced_accuracy(predicted: ArrayLike, actual: ArrayLike) -> float | None:
    """Return the mean of the shares of positives and of negatives that are recognised, 0 to 1.

    None where there are no positives or no negatives. Source: Brodersen et al. 2010, The balanced accuracy and its
    posterior distribution.
    """
    import numpy as np

    said, true = np.asarray(predicted, dtype=bool), np.asarray(actual, dtype=bool)
    if true.all() or not true.any():
        return None
    return float((said[true].mean() + (~said[~true]).mean()) / 2)


def auc(scores: ArrayLike, actual: ArrayLike) -> float | None:
    """Return the area under the ROC curve, 0 to 1: P(score of a positive > score of a negative), ties counting half.

    None where there are no positives or no negatives. Computed from rank sums (Mann-Whitney U; Hanley & McNeil 1982).
    """
    import numpy as np

    values, true = np.asarray(scores, dtype=np.float64), np.asarray(actual, dtype=bool)
    positives, negatives = int(true.sum()), int((~true).sum())
    if not positives or not negatives:
        return None
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[inverse]
    return float((ranks[true].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def brier(probabilities: ArrayLike, actual: ArrayLike) -> float | None:
    """Return the mean squared difference of probability and outcome (0 or 1); 0 is best, 0.25 is always saying 0.5.

    None without values. Source: Brier 1950, Verification of forecasts expressed in terms of probability.
    """
    import numpy as np

    said, true = np.asarray(probabilities, dtype=np.float64), np.asarray(actual, dtype=np.float64)
    return float(((said - true) ** 2).mean()) if said.size else None


def expected_calibration_error(probabilities: ArrayLike, actual: ArrayLike, bins: int = 10) -> float | None:
    """Return how far probabilities are from shares: the mean over bins of |mean probability - share of positives|.

    0 is best, 1 worst; None without values. Bins are weighed by their size (Naeini et al. 2015, Obtaining well
    calibrated probabilities) and hold equally many values (Nguyen & O'Connor 2015, Posterior calibration and
    exploratory analysis); equal values stand in one bin, so that their order does not matter.
    """
    import numpy as np

    said, true = np.asarray(probabilities, dtype=np.float64), np.asarray(actual, dtype=np.float64)
    if not said.size:
        return None
    place = np.searchsorted(np.sort(said), said, side="left") * bins // said.size
    gaps = np.abs(np.bincount(place, weights=said - true, minlength=bins))
    return float(gaps.sum() / said.size)


def pass_hat_k(successes: int, trials: int, k: int) -> float:
    """Return pass^k, the chance that `k` runs of a case, drawn without repeats from its `trials`, all succeed; 0 to 1.

    C(successes, k) / C(trials, k); Yao et al. 2024, tau-bench, https://arxiv.org/abs/2406.12045.

    Raises:
        ValueError: not 0 <= successes <= trials, or not 1 <= k <= trials.
    """
    if not 0 <= successes <= trials or not 1 <= k <= trials:
        raise ValueError(f"pass^{k} of {successes} successes in {trials} trials is not defined")
    return comb(successes, k) / comb(trials, k)


def _members(n: int, clusters: Sequence[Hashable] | None) -> NDArray[np.intp]:
    """Return of each value the number of its cluster, counted from 0 in order of first appearance."""
    import numpy as np

    if clusters is None:
        return np.arange(n)
    if len(clusters) != n:
        raise ValueError(f"{len(clusters)} clusters for {n} values")
    number: dict[Hashable, int] = {}
    return np.array([number.setdefault(c, len(number)) for c in clusters], dtype=np.intp)


def _around(value: float, drawn: NDArray[np.float64], n: int) -> Interval:
    import numpy as np

    low, high = np.percentile(drawn, _TAILS)
    # Rounding and very uneven clusters can leave the figure itself outside.
    return Interval(value, min(float(low), value), max(float(high), value), n)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
