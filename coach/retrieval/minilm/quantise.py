"""A linear layer in integers: 8-bit inputs, 7-bit weights, chosen so that what comes out is off by least.

A few inputs of some layers are ten times as large as all others and would leave these but a handful of steps. So each
input is divided by a factor of its own, and its weights are multiplied by it, which changes nothing but how well both
can be rounded (SmoothQuant, https://arxiv.org/abs/2211.10438). The steps are fixed beforehand: what a text's row is
does not depend on the texts beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coach.retrieval.minilm.reference import Matrix

#: Inputs have 256 steps. Weights have 127, not 255: sums of two products overflow on processors without VNNI.
INPUT_STEPS = 255
WEIGHT_STEPS = 63
#: The shares of the difficulty that weights may take over.
SHARES = tuple(round(0.3 + 0.05 * i, 2) for i in range(15))
_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Linear:
    """``y = (q - zero) * step @ (weights * scales) + bias``, where ``q`` are the inputs, divided and rounded."""

    #: What inputs are multiplied with before they are rounded, shape ``(in,)``.
    factors: Matrix
    step: np.float32
    zero: np.uint8
    #: Shape ``(in, out)``, -63 to 63.
    weights: NDArray[np.int8]
    #: One for each output, shape ``(out,)``.
    scales: Matrix
    bias: Matrix

    def __call__(self, x: Matrix) -> Matrix:
        """Return what the layer makes of `x`, shape ``(rows, in)``, as the integer network does."""
        q = np.clip(np.rint(x * self.factors / self.step) + self.zero, 0, INPUT_STEPS) - self.zero
        product = q.astype(np.float32) @ self.weights.astype(np.float32)
        return np.asarray(product * (self.step * self.scales) + self.bias, dtype=np.float32)


class Range:
    """What went into a linear layer: least and most of each input, and some rows.

    Args:
        rows: how many rows are kept, besides the one in which each text is largest.
    """

    def __init__(self, rows: int = 2_000) -> None:
        self._rows = rows
        self._kept = 0
        self._samples: list[Matrix] = []
        self.least: Matrix = np.zeros(0, dtype=np.float32)
        self.most: Matrix = np.zeros(0, dtype=np.float32)

    def see(self, x: Matrix) -> None:
        """Take in the inputs of one text, shape ``(tokens, in)``."""
        # Zero is always within: it has to have a step of its own.
        least, most = np.minimum(x.min(axis=0), 0.0), np.maximum(x.max(axis=0), 0.0)
        self.least = np.minimum(self.least, least) if self.least.size else least
        self.most = np.maximum(self.most, most) if self.most.size else most
        take = {int(np.abs(x).max(axis=1).argmax())}
        if self._kept < self._rows:
            take |= set(range(0, len(x), 4))
        self._kept += len(take)
        self._samples.append(x[sorted(take)])

    @property
    def samples(self) -> Matrix:
        """The kept rows, shape ``(rows, in)``."""
        return np.concatenate(self._samples)


def best(weight: Matrix, bias: Matrix, seen: Range) -> tuple[Linear, float]:
    """Return the layer with that share of `SHARES` whose outputs are off by least, and that share.

    Args:
        weight: shape ``(in, out)``.
        bias: shape ``(out,)``.
        seen: what goes into it.
    """
    rows = seen.samples
    true = rows @ weight + bias

    def off(share: float) -> float:
        return float(((rounded(weight, bias, seen, share)(rows) - true) ** 2).mean())

    share = min(SHARES, key=off)
    return rounded(weight, bias, seen, share), share


def rounded(weight: Matrix, bias: Matrix, seen: Range, share: float) -> Linear:
    """Return the layer where weights take over `share` (0 to 1) of what makes inputs hard to round."""
    largest_input = np.maximum(np.maximum(-seen.least, seen.most), _LEAST)
    largest_weight = np.maximum(np.abs(weight).max(axis=1), _LEAST)
    divisor = largest_input**share / largest_weight ** (1.0 - share)
    least, most = float((seen.least / divisor).min()), float((seen.most / divisor).max())
    step = np.float32(max(most - least, _LEAST) / INPUT_STEPS)
    moved = weight * divisor[:, None]
    scales = np.maximum(np.abs(moved).max(axis=0), 1e-12) / WEIGHT_STEPS
    return Linear(
        factors=(1.0 / divisor).astype(np.float32),
        step=step,
        zero=np.uint8(round(-least / float(step))),
        weights=np.rint(moved / scales).astype(np.int8),
        scales=scales.astype(np.float32),
        bias=bias.astype(np.float32),
    )
