"""The quantised network as an ONNX graph, its operators fused as onnxruntime has them.

Rows of the word embeddings are 8-bit integers with a scale each. Query, key and value are one matrix, with the
attention's ``1 / sqrt(32)`` folded into the query.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from coach.retrieval.minilm.quantise import Linear
from coach.retrieval.minilm.reference import EPSILON, HEADS, LAYERS, WIDTH, Matrix, Weights, first_embeddings

_OPSET = 17
_IR_VERSION = 8
#: Operators that onnxruntime has beyond the standard ones.
_FUSED = "com.microsoft"
#: What hides a word piece that is only padding, before the softmax.
_HIDDEN = 10_000.0


def joined_query_key_value(weights: Weights, layer: int) -> tuple[Matrix, Matrix]:
    """Return weight, shape ``(384, 1152)``, and bias of a layer's query, key and value, the query scaled."""
    name = f"encoder.layer.{layer}.attention.self"
    scales = {"query": 1.0 / math.sqrt(WIDTH / HEADS), "key": 1.0, "value": 1.0}
    matrices = [weights[f"{name}.{part}.weight"].T * scale for part, scale in scales.items()]
    biases = [weights[f"{name}.{part}.bias"] * scale for part, scale in scales.items()]
    return np.concatenate(matrices, axis=1).astype(np.float32), np.concatenate(biases).astype(np.float32)


def model(weights: Weights, linears: Mapping[str, Linear], longest: int) -> Any:
    """Return the ONNX model: int64 inputs of shape ``(batch, length)``, hidden states ``(batch, length, 384)`` out.

    Args:
        weights: what is not quantised, and the word embeddings.
        linears: by the name of the layer in BERT; query, key and value as ``...attention.self``.
        longest: the most word pieces that a text may have.
    """
    onnx: Any = importlib.import_module("onnx")
    graph = _Graph(onnx)
    x = _embeddings(graph, weights, longest)
    mask = _mask(graph)
    for i in range(LAYERS):
        x = _layer(graph, weights, linears, f"encoder.layer.{i}", x, mask)
    graph.rename_last("hidden")
    helper, types = onnx.helper, onnx.TensorProto
    inputs = [
        helper.make_tensor_value_info(name, types.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("hidden", types.FLOAT, ["batch", "length", WIDTH])
    return helper.make_model(
        helper.make_graph(graph.nodes, "minilm", inputs, [output], graph.constants),
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)],
        ir_version=_IR_VERSION,
    )


class _Graph:
    """Nodes and constants in the making."""

    def __init__(self, onnx: Any) -> None:
        self._onnx = onnx
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._names: set[str] = set()

    def constant(self, name: str, value: Any) -> str:
        if name not in self._names:
            self._names.add(name)
            self.constants.append(self._onnx.numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: Sequence[str], output: str, *, fused: bool = False, **about: Any) -> str:
        self.nodes.append(
            self._onnx.helper.make_node(operator, inputs, [output], domain=_FUSED if fused else "", **about)
        )
        return output

    def split(self, x: str, outputs: Sequence[str]) -> Sequence[str]:
        self.nodes.append(self._onnx.helper.make_node("Split", [x], list(outputs), axis=2))
        return outputs

    def rename_last(self, name: str) -> None:
        self.nodes[-1].output[0] = name

    def linear(self, name: str, layer: Linear, x: str) -> str:
        scaled = self.node("Mul", [x, self.constant(f"{name}.factors", layer.factors)], f"{name}.scaled")
        step = self.constant(f"{name}.step", np.array(layer.step, dtype=np.float32))
        zero = self.constant(f"{name}.zero", np.array(layer.zero, dtype=np.uint8))
        q = self.node("QuantizeLinear", [scaled, step, zero], f"{name}.rounded")
        weights = self.constant(f"{name}.weights", layer.weights)
        scales, bias = self.constant(f"{name}.scales", layer.scales), self.constant(f"{name}.bias", layer.bias)
        return self.node("MatMulIntegerToFloat", [q, weights, step, scales, zero, "", bias], f"{name}.out", fused=True)

    def norm(self, name: str, weights: Weights, x: str) -> str:
        inputs = [x, *(self.constant(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias"))]
        return self.node("LayerNormalization", inputs, f"{name}.out", axis=-1, epsilon=EPSILON)

    def sum_norm(self, name: str, weights: Weights, x: str, residual: str) -> str:
        # Not as one fused operator: onnxruntime's is several times as slow as its two parts.
        return self.norm(name, weights, self.node("Add", [x, residual], f"{name}.sum"))


def _embeddings(graph: _Graph, weights: Weights, longest: int) -> str:
    table = weights["embeddings.word_embeddings.weight"]
    steps = (np.abs(table).max(axis=1, keepdims=True) / 127).astype(np.float32)
    rows = graph.constant("words", np.rint(table / steps).astype(np.int8))
    row = graph.node("Gather", [rows, "input_ids"], "words.row")
    step = graph.node("Gather", [graph.constant("words.steps", steps), "input_ids"], "words.step")
    word = graph.node("Mul", [graph.node("Cast", [row], "words.cast", to=1), step], "words.out")
    length = graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    first = graph.constant("first", first_embeddings(weights, longest))
    zero = graph.constant("zero", np.array([0], dtype=np.int64))
    added = graph.node("Slice", [first, zero, length, zero], "first.out")
    x = graph.node("Add", [word, added], "embedded")
    return graph.norm("embeddings.LayerNorm", weights, x)


def _mask(graph: _Graph) -> str:
    mask = graph.node("Cast", ["attention_mask"], "mask.cast", to=1)
    less = graph.node("Sub", [mask, graph.constant("one", np.array(1, dtype=np.float32))], "mask.less")
    hidden = graph.node("Mul", [less, graph.constant("hidden.by", np.array(_HIDDEN, dtype=np.float32))], "mask.scaled")
    axes = graph.constant("mask.axes", np.array([1, 2], dtype=np.int64))
    return graph.node("Unsqueeze", [hidden, axes], "mask.out")


def _layer(graph: _Graph, weights: Weights, linears: Mapping[str, Linear], name: str, x: str, mask: str) -> str:
    mixed = _attention(graph, f"{name}.attention.self", linears, x, mask)
    output = f"{name}.attention.output"
    out = graph.linear(f"{output}.dense", linears[f"{output}.dense"], mixed)
    x = graph.sum_norm(f"{output}.LayerNorm", weights, out, x)
    inner = graph.linear(f"{name}.intermediate.dense", linears[f"{name}.intermediate.dense"], x)
    inner = graph.node("Gelu", [inner], f"{name}.gelu", fused=True)
    inner = graph.linear(f"{name}.output.dense", linears[f"{name}.output.dense"], inner)
    return graph.sum_norm(f"{name}.output.LayerNorm", weights, inner, x)


def _attention(graph: _Graph, name: str, linears: Mapping[str, Linear], x: str, mask: str) -> str:
    by_head = graph.constant("by_head", np.array([0, 0, HEADS, WIDTH // HEADS], dtype=np.int64))
    whole = graph.constant("whole", np.array([0, 0, WIDTH], dtype=np.int64))
    parts = graph.split(graph.linear(name, linears[name], x), [f"{name}.{part}" for part in ("query", "key", "value")])
    heads = [graph.node("Reshape", [part, by_head], f"{part}.heads") for part in parts]
    orders = ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])
    query, key, value = (
        graph.node("Transpose", [part], f"{part}.turned", perm=order) for part, order in zip(heads, orders, strict=True)
    )
    scores = graph.node("Add", [graph.node("MatMul", [query, key], f"{name}.scores"), mask], f"{name}.masked")
    share = graph.node("Softmax", [scores], f"{name}.share", axis=-1)
    mixed = graph.node("MatMul", [share, value], f"{name}.mixed")
    turned = graph.node("Transpose", [mixed], f"{name}.turned", perm=[0, 2, 1, 3])
    return graph.node("Reshape", [turned, whole], f"{name}.joined")
