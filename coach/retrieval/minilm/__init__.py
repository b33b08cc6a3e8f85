"""The embedder's network: all-MiniLM-L6-v2 with 8-bit activations and 7-bit weights, and the tools that made it.

``card.md`` says how it was quantised and how near it is to the original. Only `MODEL` and `digest` are used at run
time; `reference`, `quantise`, `graph` and `export` make the file.
"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

_FOLDER = resources.files("coach.retrieval.minilm")
MODEL = Path(str(_FOLDER / "model.onnx"))
ABOUT = Path(str(_FOLDER / "model.json"))


def digest() -> str:
    """Return the SHA-256 that `MODEL` has, in hexadecimal; empty where the file that says so is damaged.

    Raises:
        OSError: that file cannot be read.
    """
    try:
        return str(json.loads(ABOUT.read_text(encoding="utf-8"))["sha256"])
    except (ValueError, KeyError, TypeError):
        return ""
