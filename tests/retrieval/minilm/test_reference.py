from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from coach.retrieval.minilm.reference import (
    LAYERS,
    WIDTH,
    Matrix,
    Weights,
    embedded,
    first_embeddings,
    gelu,
    read_weights,
)

INNER = 64


@pytest.fixture(scope="module")
def weights() -> Weights:
    """A network of MiniLM's shape with few words, drawn at random."""
    random = np.random.default_rng(3)

    def drawn(*shape: int) -> Matrix:
        return random.normal(0.0, 0.05, shape).astype(np.float32)

    found = {
        "embeddings.word_embeddings.weight": drawn(50, WIDTH),
        "embeddings.position_embeddings.weight": drawn(32, WIDTH),
        "embeddings.token_type_embeddings.weight": drawn(2, WIDTH),
    }
    for name in [
        "embeddings",
        *(f"encoder.layer.{i}.{p}" for i in range(LAYERS) for p in ("attention.output", "output")),
    ]:
        found[f"{name}.LayerNorm.weight"] = 1 + drawn(WIDTH)
        found[f"{name}.LayerNorm.bias"] = drawn(WIDTH)
    sizes = {f"attention.self.{p}": (WIDTH, WIDTH) for p in ("query", "key", "value")} | {
        "attention.output.dense": (WIDTH, WIDTH),
        "intermediate.dense": (INNER, WIDTH),
        "output.dense": (WIDTH, INNER),
    }
    for i in range(LAYERS):
        for part, (out, into) in sizes.items():
            found[f"encoder.layer.{i}.{part}.weight"] = drawn(out, into)
            found[f"encoder.layer.{i}.{part}.bias"] = drawn(out)
    return found


def test_gelu_is_x_times_the_normal_distribution() -> None:
    x = np.linspace(-6, 6, 241, dtype=np.float32)
    exact = [v * 0.5 * (1 + math.erf(v / math.sqrt(2))) for v in x.tolist()]

    np.testing.assert_allclose(gelu(x), exact, atol=2e-6)


def test_a_text_is_one_normalised_row(weights: Weights) -> None:
    row = embedded(weights, [1, 7, 3, 2])

    assert row.shape == (WIDTH,)
    assert np.linalg.norm(row) == pytest.approx(1.0, abs=1e-5)


def test_the_order_of_the_pieces_counts(weights: Weights) -> None:
    assert embedded(weights, [1, 7, 3, 2]) @ embedded(weights, [1, 3, 7, 2]) < 0.9999


def test_whoever_observes_sees_the_input_of_every_linear_layer(weights: Weights) -> None:
    seen: dict[str, tuple[int, ...]] = {}

    embedded(weights, [1, 7, 3], lambda name, x: seen.update({name: x.shape}))

    assert len(seen) == 6 * LAYERS
    assert seen["encoder.layer.5.output.dense"] == (3, INNER)
    assert seen["encoder.layer.0.attention.self.query"] == (3, WIDTH)


def test_positions_and_the_kind_of_text_are_added(weights: Weights) -> None:
    added = first_embeddings(weights, 5)

    position, kind = (weights[f"embeddings.{p}_embeddings.weight"] for p in ("position", "token_type"))
    np.testing.assert_allclose(added, position[:5] + kind[0])


def _safetensors(tensors: dict[str, NDArray[Any]]) -> bytes:
    header, body = {}, b""
    for name, tensor in tensors.items():
        types = {np.dtype(np.float32): "F32", np.dtype(np.float16): "F16", np.dtype(np.int64): "I64"}
        data = tensor.tobytes()
        header[name] = {
            "dtype": types[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [len(body), len(body) + len(data)],
        }
        body += data
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def test_weights_are_read_in_single_precision(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    half = np.array([[0.5, -2.0]], dtype=np.float16)
    path.write_bytes(
        _safetensors(
            {"a": np.eye(2, dtype=np.float32), "b": half, "pooler.x": half, "ids": np.zeros(2, dtype=np.int64)}
        )
    )

    weights = read_weights(path)

    assert sorted(weights) == ["a", "b"]
    np.testing.assert_array_equal(weights["a"], np.eye(2))
    assert weights["b"].dtype == np.float32
    np.testing.assert_array_equal(weights["b"], half)


@pytest.mark.parametrize("data", [b"", b"\x05\x00\x00\x00\x00\x00\x00\x00{nope", b"not safetensors at all"])
def test_another_file_is_no_weights(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(data)

    with pytest.raises(ValueError, match=r"\w"):
        read_weights(path)
