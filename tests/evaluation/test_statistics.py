from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.evaluation.statistics import (
    NOTHING,
    Interval,
    auc,
    balanced_accuracy,
    bootstrap,
    brier,
    expected_calibration_error,
    paired,
    pass_hat_k,
    resampled,
)

finite = st.floats(-1e6, 1e6)
scored = st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.2, 0.5, 0.9, 1.0]), st.booleans()), max_size=30)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(finite, st.integers(0, 4)), min_size=1, max_size=40))
def test_an_interval_holds_its_mean_and_stays_among_the_values(rows: list[tuple[float, int]]) -> None:
    values = [v for v, _ in rows]
    of = bootstrap(values, [c for _, c in rows], draws=200)
    assert of.mean is not None
    assert of.low is not None
    assert of.high is not None
    assert of.low <= of.mean <= of.high
    slack = 1e-9 * max(1.0, *map(abs, values))
    assert min(values) - slack <= of.low
    assert of.high <= max(values) + slack
    assert math.isclose(of.mean, math.fsum(values) / len(values), rel_tol=1e-9, abs_tol=slack)
    assert of.n == len(values)


def test_of_nothing_there_is_no_figure_and_never_nan() -> None:
    assert bootstrap([]) == NOTHING == Interval(None, None, None, 0)
    assert resampled(lambda at: float(len(at)), 0) == NOTHING
    assert resampled(lambda at: None, 3) == NOTHING
    assert paired({"a": 1.0}, {"b": 1.0}) == NOTHING
    assert NOTHING.as_dict() == {"mean": None, "low": None, "high": None, "n": 0}


def test_the_interval_of_a_share_is_about_the_normal_one() -> None:
    of = bootstrap([1.0] * 80 + [0.0] * 20)
    assert of.low == pytest.approx(0.8 - 1.96 * 0.04, abs=0.015)
    assert of.high == pytest.approx(0.8 + 1.96 * 0.04, abs=0.015)
    assert of == bootstrap([1.0] * 80 + [0.0] * 20)
    assert of.as_dict()["mean"] == 0.8


def test_values_that_are_alike_do_not_make_an_interval_narrow() -> None:
    """Twenty copies of each of ten values say no more than the ten."""
    ten = [float(i % 2) for i in range(10)]
    copies = [v for v in ten for _ in range(20)]
    few, many, clustered = bootstrap(ten), bootstrap(copies), bootstrap(copies, [i // 20 for i in range(200)])

    def width(of: Interval) -> float:
        assert of.low is not None
        assert of.high is not None
        return of.high - of.low

    assert width(clustered) == pytest.approx(width(few), abs=0.05)
    assert width(many) < width(few) / 2


def test_clusters_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="2 clusters for 3"):
        bootstrap([1.0, 2.0, 3.0], ["a", "b"])


def test_resampling_draws_whole_clusters_and_passes_over_what_has_no_figure() -> None:
    seen: set[tuple[int, ...]] = set()

    def look(at: object) -> float | None:
        places = [int(i) for i in np.asarray(at)]
        seen.add(tuple(sorted(places)))
        return float(sum(places)) if len(set(places)) > 2 else None

    of = resampled(look, 4, ["a", "a", "b", "b"], draws=50)
    assert seen == {(0, 0, 1, 1), (0, 1, 2, 3), (2, 2, 3, 3)}
    assert of == Interval(6.0, 6.0, 6.0, 4)


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), min_size=1, max_size=20), st.floats(-1, 1))
def test_a_shift_of_every_case_is_seen_exactly(before: dict[str, float], shift: float) -> None:
    of = paired(before, {**{k: v + shift for k, v in before.items()}, "only after": 9.0}, draws=100)
    assert of.mean == pytest.approx(shift, abs=1e-9)
    assert of.low == pytest.approx(shift, abs=1e-9)
    assert of.n == len(before)


@given(scored)
def test_auc_is_how_often_a_positive_stands_above_a_negative(rows: list[tuple[float, bool]]) -> None:
    positive, negative = [s for s, t in rows if t], [s for s, t in rows if not t]
    got = auc([s for s, _ in rows], [t for _, t in rows])
    if not positive or not negative:
        assert got is None
        return
    wins = sum((p > n) + (p == n) / 2 for p in positive for n in negative)
    assert got == pytest.approx(wins / (len(positive) * len(negative)))


@given(scored)
def test_balanced_accuracy_is_the_mean_of_two_shares(rows: list[tuple[float, bool]]) -> None:
    got = balanced_accuracy([s >= 0.5 for s, _ in rows], [t for _, t in rows])
    right = {t: [(s >= 0.5) == t for s, u in rows if u == t] for t in (True, False)}
    if not right[True] or not right[False]:
        assert got is None
    else:
        assert got == pytest.approx(sum(sum(r) / len(r) for r in right.values()) / 2)


@given(scored)
def test_brier_and_calibration_are_within_their_ranges(rows: list[tuple[float, bool]]) -> None:
    said, true = [s for s, _ in rows], [t for _, t in rows]
    squared, error = brier(said, true), expected_calibration_error(said, true)
    if not rows:
        assert squared is None
        assert error is None
        return
    assert squared == pytest.approx(sum((s - t) ** 2 for s, t in rows) / len(rows))
    assert error is not None
    assert 0 <= error <= 1
    assert error == pytest.approx(expected_calibration_error(said[::-1], true[::-1]) or 0.0)
    # A mean distance is never less than the distance of the means.
    assert error >= abs(sum(said) - sum(true)) / len(rows) - 1e-9


def test_calibration_error_by_hand() -> None:
    assert expected_calibration_error([0.5] * 4, [1, 0, 1, 0]) == 0.0
    assert expected_calibration_error([0.9] * 4, [1, 0, 1, 0]) == pytest.approx(0.4)
    assert expected_calibration_error([0.0, 1.0], [1, 0]) == 1.0
    assert expected_calibration_error([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], bins=2) == pytest.approx(0.15)


@given(st.integers(1, 7), st.data())
def test_pass_hat_k_counts_the_draws_that_all_succeed(trials: int, data: st.DataObject) -> None:
    successes, k = data.draw(st.integers(0, trials)), data.draw(st.integers(1, trials))
    runs = [i < successes for i in range(trials)]
    draws = list(combinations(runs, k))
    assert pass_hat_k(successes, trials, k) == pytest.approx(sum(map(all, draws)) / len(draws))


@pytest.mark.parametrize(("successes", "trials", "k"), [(3, 2, 1), (-1, 2, 1), (1, 2, 3), (1, 2, 0), (0, 0, 1)])
def test_pass_hat_k_of_what_cannot_be(successes: int, trials: int, k: int) -> None:
    with pytest.raises(ValueError, match="not defined"):
        pass_hat_k(successes, trials, k)
