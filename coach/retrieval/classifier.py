"""A linear classifier over sentence embeddings, trained in a second from the corpus's own situations.

Multinomial logistic regression with an L2 penalty, minimised by Nesterov's accelerated gradient with step 1/L, where
L bounds the curvature of the loss (Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.4, for the
gradient; Nesterov 1983 for the acceleration). A thousand rows of 384 columns take well under a second, which does not
justify a dependency of a hundred megabytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from coach.domain.ports import Vectors

    Floats = NDArray[np.float32]

_STEPS = 400


@dataclass(frozen=True)
class Classifier:
    """Classes and their weights, shape ``(dim + 1, len(classes))``; the last row is the intercept."""

    classes: tuple[str, ...]
    weights: Floats

    def log_probabilities(self, vectors: Vectors) -> Floats:
        """Return log P(class | text), shape ``(n, len(classes))``, each at most 0; rows of `vectors` are embeddings."""
        import numpy as np

        logits = vectors @ self.weights[:-1] + self.weights[-1]
        top = logits.max(axis=1, keepdims=True)
        normaliser = top + np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
        return np.asarray(logits - normaliser, dtype=np.float32)


def fit(vectors: Vectors, labels: Sequence[str], *, penalty: float = 1e-3, balanced: bool = False) -> Classifier:
    """Fit on one label per row of `vectors`.

    Args:
        vectors: embeddings, shape ``(n, dim)``.
        labels: class of each row; classes are sorted by name.
        penalty: weight of half the squared norm of the weights beside the mean loss; above 0.
        balanced: weigh every class the same, however many rows it has.
    """
    import numpy as np

    classes = tuple(sorted(set(labels)))
    index = {c: i for i, c in enumerate(classes)}
    targets = np.zeros((len(labels), len(classes)), dtype=np.float32)
    targets[np.arange(len(labels)), [index[label] for label in labels]] = 1
    rows = np.hstack([vectors, np.ones((len(labels), 1), dtype=np.float32)])
    share = targets.sum(axis=0)
    weight = (
        (targets @ (len(labels) / (len(classes) * share)))[:, None]
        if balanced
        else np.ones((len(labels), 1), np.float32)
    )
    weight = (weight / len(labels)).astype(np.float32)
    # The Hessian of the mean loss is at most half of the (weighted) second moment of the rows.
    step = 1.0 / (np.linalg.norm(rows * np.sqrt(weight), 2) ** 2 / 2 + penalty)
    weights = ahead = np.zeros((rows.shape[1], len(classes)), dtype=np.float32)
    momentum = 1.0
    for _ in range(_STEPS):
        logits = rows @ ahead
        logits -= logits.max(axis=1, keepdims=True)
        probabilities = np.exp(logits)
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        gradient = rows.T @ (weight * (probabilities - targets)) + penalty * ahead
        stepped = ahead - step * gradient
        faster = (1 + (1 + 4 * momentum**2) ** 0.5) / 2
        ahead = stepped + ((momentum - 1) / faster) * (stepped - weights)
        weights, momentum = stepped, faster
    return Classifier(classes, weights.astype(np.float32))
