"""From trained weights to the file that ships: ONNX with three outputs, quantised to 8 bits."""

from __future__ import annotations

import hashlib
import importlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from coach.retrieval.router.examples import HEADS
from coach.retrieval.router.network import Weights, log_probabilities, pytorch

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_OPSET = 17


def export(weights: Weights, path: Path) -> None:
    """Write the network to `path`: int64 inputs of shape ``(batch, length)``, log-probabilities out, 8-bit weights."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "float32.onnx"
        write_float32(weights, whole)
        quantise(whole, path)


def write_float32(weights: Weights, path: Path) -> None:
    """Write the network in single precision."""
    t = pytorch()
    names = list(weights)
    module: Any = t.nn.Module

    class Network(module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.tensors = t.nn.ParameterList([t.nn.Parameter(w.float().cpu(), False) for w in weights.values()])

        def forward(self, ids: Any, mask: Any, types: Any) -> Any:
            return log_probabilities(dict(zip(names, self.tensors, strict=True)), HEADS, ids, mask, types)

    ids = t.ones(2, 9, dtype=t.int64)
    t.onnx.export(
        Network().eval(),
        (ids, t.ones_like(ids), t.zeros_like(ids)),
        str(path),
        input_names=list(_INPUTS),
        output_names=list(HEADS),
        dynamic_axes={name: {0: "batch", 1: "length"} for name in _INPUTS} | {h: {0: "batch"} for h in HEADS},
        opset_version=_OPSET,
        dynamo=False,
    )


def quantise(source: Path, path: Path) -> None:
    """Write `source` with 8-bit matrices and embeddings; activations are quantised as they come."""
    quantization = importlib.import_module("onnxruntime.quantization")
    quantization.quantize_dynamic(
        source,
        path,
        weight_type=quantization.QuantType.QInt8,
        per_channel=True,
        # Seven bits: without it sums overflow on processors that lack VNNI.
        reduce_range=True,
    )


def write_about(
    path: Path, model: Path, classes: Mapping[str, Sequence[str]], digest: str, seeds: Sequence[int]
) -> None:
    """Write ``classes.json`` beside the model."""
    about = {
        "base": "sentence-transformers/all-MiniLM-L6-v2",
        "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "training_data": digest,
        "seeds": list(seeds),
        "classes": {head: list(classes[head]) for head in HEADS},
    }
    path.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
