"""all-MiniLM-L6-v2 in single precision, in NumPy: what the quantised network has to come near to.

The encoder is BERT's (https://arxiv.org/abs/1810.04805): six layers, 384 wide, 12 heads. One text at a time, so there
is no padding and no mask.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LAYERS, WIDTH, HEADS = 6, 384, 12
EPSILON = 1e-12

Matrix = NDArray[np.float32]
#: Tensors by BERT's usual names. A linear layer's weight has the shape ``(out, in)``.
Weights = dict[str, Matrix]
#: Gets the name of a linear layer and what goes into it, shape ``(tokens, in)``.
Observer = Callable[[str, Matrix], None]


def read_weights(path: Path) -> Weights:
    """Return the encoder's weights from a safetensors file.

    The format: 8 bytes with the header's length, the header (JSON: type, shape, offsets of each tensor), the bytes
    (https://huggingface.co/docs/safetensors).

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not such a file.
    """
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    types = {"F32": np.float32, "F16": np.float16}
    weights: Weights = {}
    for name, about in json.loads(data[8:start]).items():
        if about.get("dtype") in types and not name.startswith("pooler."):
            first, last = about["data_offsets"]
            flat = np.frombuffer(data[start + first : start + last], dtype=types[about["dtype"]])
            weights[name] = flat.reshape(about["shape"]).astype(np.float32)
    return weights


def embedded(weights: Weights, pieces: Sequence[int], observe: Observer = lambda _name, _x: None) -> Matrix:
    """Return the L2-normalised mean of the last hidden states, shape ``(384,)``.

    Args:
        weights: see `read_weights`.
        pieces: the word pieces of one text, at most 512.
        observe: is told what goes into each linear layer.
    """

    def linear(name: str, x: Matrix) -> Matrix:
        observe(name, x)
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(name: str, x: Matrix) -> Matrix:
        x = x - x.mean(axis=-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + EPSILON)
        return x * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    x = weights["embeddings.word_embeddings.weight"][list(pieces)] + first_embeddings(weights, len(pieces))
    x = norm("embeddings.LayerNorm", x)
    for i in range(LAYERS):
        layer = f"encoder.layer.{i}"
        query, key, value = (_heads(linear(f"{layer}.attention.self.{part}", x)) for part in ("query", "key", "value"))
        share = _softmax(query @ key.transpose(0, 2, 1) / math.sqrt(WIDTH / HEADS))
        mixed = (share @ value).transpose(1, 0, 2).reshape(len(pieces), WIDTH)
        x = norm(f"{layer}.attention.output.LayerNorm", x + linear(f"{layer}.attention.output.dense", mixed))
        inner = gelu(linear(f"{layer}.intermediate.dense", x))
        x = norm(f"{layer}.output.LayerNorm", x + linear(f"{layer}.output.dense", inner))
    mean = x.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def first_embeddings(weights: Weights, length: int) -> Matrix:
    """Return what is added to the first `length` word pieces: their position, and that all are of one text."""
    position = weights["embeddings.position_embeddings.weight"][:length]
    return np.asarray(position + weights["embeddings.token_type_embeddings.weight"][0])


def gelu(x: Matrix) -> Matrix:
    """Return ``x * Phi(x)``; the error function by Abramowitz & Stegun 7.1.26, at most 1.5e-7 off."""
    z = np.abs(x) / math.sqrt(2.0)
    t = 1.0 / (1.0 + 0.3275911 * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(x) * (1.0 - series * np.exp(-z * z))
    return np.asarray(0.5 * x * (1.0 + erf), dtype=np.float32)


def _heads(x: Matrix) -> Matrix:
    return x.reshape(len(x), HEADS, WIDTH // HEADS).transpose(1, 0, 2)


def _softmax(x: Matrix) -> Matrix:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))
