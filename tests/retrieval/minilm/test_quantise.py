from __future__ import annotations

import numpy as np
import pytest

from coach.retrieval.minilm.quantise import INPUT_STEPS, SHARES, WEIGHT_STEPS, Range, best, rounded
from coach.retrieval.minilm.reference import Matrix

RANDOM = np.random.default_rng(5)
WEIGHT: Matrix = RANDOM.normal(0, 0.05, (64, 32)).astype(np.float32)
BIAS: Matrix = RANDOM.normal(0, 0.1, 32).astype(np.float32)


def rows(n: int, outlier: float) -> Matrix:
    """Rows of which one input is larger than the others by `outlier`."""
    x = RANDOM.normal(0, 1, (n, 64))
    x[:, 9] *= outlier
    return x.astype(np.float32)


def seen(*texts: Matrix) -> Range:
    found = Range()
    for text in texts:
        found.see(text)
    return found


def off(share: float, outlier: float) -> float:
    x = rows(400, outlier)
    layer = rounded(WEIGHT, BIAS, seen(x), share)
    return float(np.abs(layer(x) - (x @ WEIGHT + BIAS)).mean())


def test_the_layer_is_near_the_exact_one() -> None:
    x = rows(400, 1.0)

    layer, _ = best(WEIGHT, BIAS, seen(x))

    exact = x @ WEIGHT + BIAS
    assert np.abs(layer(x) - exact).mean() < 0.03 * exact.std()


def test_a_large_input_is_shared_with_its_weights() -> None:
    assert off(0.0, 40.0) > 2 * min(off(share, 40.0) for share in SHARES)


def test_the_share_that_is_off_by_least_is_taken() -> None:
    x = rows(400, 40.0)
    found = seen(x)

    layer, share = best(WEIGHT, BIAS, found)

    exact = found.samples @ WEIGHT + BIAS
    errors = {s: ((rounded(WEIGHT, BIAS, found, s)(found.samples) - exact) ** 2).mean() for s in SHARES}
    assert share == min(errors, key=lambda s: errors[s])
    assert ((layer(found.samples) - exact) ** 2).mean() == errors[share]


def test_weights_fit_into_seven_bits_and_inputs_into_eight() -> None:
    x = rows(50, 10.0)

    layer, _ = best(WEIGHT, BIAS, seen(x))

    assert layer.weights.dtype == np.int8
    assert int(np.abs(layer.weights).max()) == WEIGHT_STEPS
    q = np.rint(x * layer.factors / layer.step) + layer.zero
    assert q.min() >= -1
    assert q.max() <= INPUT_STEPS + 1
    # What a processor without VNNI adds up in 16 bits: two products.
    assert 2 * INPUT_STEPS * WEIGHT_STEPS < 2**15


def test_inputs_beyond_what_was_seen_are_cut() -> None:
    # With a share of 1 all inputs use all steps.
    layer = rounded(WEIGHT, BIAS, seen(np.ones((3, 64), dtype=np.float32)), 1.0)

    at_most, beyond = layer(np.ones((1, 64), dtype=np.float32)), layer(np.full((1, 64), 50.0, dtype=np.float32))

    np.testing.assert_allclose(at_most, beyond, rtol=1e-4)


def test_zero_stays_zero() -> None:
    layer = rounded(WEIGHT, BIAS, seen(np.full((3, 64), 7.0, dtype=np.float32)), 0.5)

    np.testing.assert_allclose(layer(np.zeros((1, 64), dtype=np.float32))[0], BIAS, rtol=1e-6)


def test_an_input_that_is_always_zero_breaks_nothing() -> None:
    layer, _ = best(WEIGHT, BIAS, seen(np.zeros((4, 64), dtype=np.float32)))

    assert np.isfinite(layer(rows(4, 1.0))).all()


def test_a_range_holds_least_and_most_and_the_largest_row_of_each_text() -> None:
    one, other = rows(9, 1.0), rows(5, 1.0)
    one[3, 2], other[1, 4] = 30.0, -20.0

    found = Range(rows=1)
    found.see(one)
    found.see(other)

    assert found.most[2] == pytest.approx(30.0)
    assert found.least[4] == pytest.approx(-20.0)
    assert (found.most >= 0).all()
    assert (found.least <= 0).all()
    assert any(np.array_equal(row, one[3]) for row in found.samples)
    assert any(np.array_equal(row, other[1]) for row in found.samples)
    assert len(found.samples) < len(one) + len(other)
