"""The router's network in PyTorch: the MiniLM encoder, mean pooling, and one linear layer a head.

Written as functions over a dictionary of tensors under BERT's usual names, so that weights of several runs can be
averaged name by name and nothing but PyTorch is needed. PyTorch is not a dependency of Coach: only training imports it.
The encoder is BERT's (https://arxiv.org/abs/1810.04805): six layers, 384 wide, 12 heads.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coach.retrieval.minilm.reference import read_weights

LAYERS, WIDTH, ATTENTION_HEADS = 6, 384, 12
_EPSILON = 1e-12

#: Tensors by name.
Weights = dict[str, Any]


def pytorch() -> Any:
    """Return PyTorch."""
    return importlib.import_module("torch")


def read_encoder(path: Path) -> Weights:
    """Return the encoder's weights, float32, from a safetensors file of all-MiniLM-L6-v2."""
    t = pytorch()
    return {name: t.from_numpy(weight) for name, weight in read_weights(path).items()}


def add_heads(weights: Weights, classes: Mapping[str, tuple[str, ...]]) -> Weights:
    """Return the weights with heads: those they have, else zeros, so that runs differ in nothing but their order."""
    t = pytorch()
    heads = {}
    for name, names in classes.items():
        heads[f"heads.{name}.weight"] = t.zeros(len(names), WIDTH)
        heads[f"heads.{name}.bias"] = t.zeros(len(names))
    return heads | {k: v.clone() for k, v in weights.items()}


def pooled(weights: Weights, ids: Any, mask: Any, types: Any, dropout: float = 0.0) -> Any:
    """Return the mean of the last hidden states over each text's tokens, shape ``(batch, 384)``."""
    f = pytorch().nn.functional

    def drop(x: Any) -> Any:
        return f.dropout(x, dropout) if dropout else x

    x = f.embedding(ids, weights["embeddings.word_embeddings.weight"])
    x = x + f.embedding(types, weights["embeddings.token_type_embeddings.weight"])
    x = x + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
    x = drop(_norm(weights, "embeddings.LayerNorm", x))
    hidden = (1.0 - mask[:, None, None, :].to(x.dtype)) * -1e4
    for i in range(LAYERS):
        layer = f"encoder.layer.{i}"
        attended = _attend(weights, f"{layer}.attention.self", x, hidden, dropout)
        attended = drop(_linear(weights, f"{layer}.attention.output.dense", attended))
        x = _norm(weights, f"{layer}.attention.output.LayerNorm", x + attended)
        inner = f.gelu(_linear(weights, f"{layer}.intermediate.dense", x))
        inner = drop(_linear(weights, f"{layer}.output.dense", inner))
        x = _norm(weights, f"{layer}.output.LayerNorm", x + inner)
    share = mask[:, :, None].to(x.dtype)
    return (x * share).sum(1) / share.sum(1)


def log_probabilities(
    weights: Weights, heads: tuple[str, ...], ids: Any, mask: Any, types: Any, dropout: float = 0.0
) -> tuple[Any, ...]:
    """Return, for each head, natural log-probabilities of its classes, shape ``(batch, classes)``."""
    f = pytorch().nn.functional
    vector = pooled(weights, ids, mask, types, dropout)
    if dropout:
        vector = f.dropout(vector, dropout)
    return tuple(_linear(weights, f"heads.{name}", vector).float().log_softmax(-1) for name in heads)


def _attend(weights: Weights, name: str, x: Any, hidden: Any, dropout: float) -> Any:
    def split(part: str) -> Any:
        y = _linear(weights, f"{name}.{part}", x)
        return y.reshape(y.shape[0], -1, ATTENTION_HEADS, WIDTH // ATTENTION_HEADS).transpose(1, 2)

    attention = pytorch().nn.functional.scaled_dot_product_attention
    mixed = attention(split("query"), split("key"), split("value"), attn_mask=hidden, dropout_p=dropout)
    return mixed.transpose(1, 2).reshape(x.shape[0], -1, WIDTH)


def _linear(weights: Weights, name: str, x: Any) -> Any:
    return pytorch().nn.functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _norm(weights: Weights, name: str, x: Any) -> Any:
    scale, shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
    return pytorch().nn.functional.layer_norm(x, (WIDTH,), scale, shift, _EPSILON)
