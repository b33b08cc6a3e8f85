"""The router: one small network that says which principle and practice fit a message, and whether it is ours to answer.

all-MiniLM-L6-v2, trained further on the corpus with three heads; ``card.md`` says on what, and how well it does.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from coach.domain.errors import StoreError
from coach.retrieval.embedding import bert_tokenizer, open_session

_FOLDER = resources.files("coach.retrieval.router")
MODEL = Path(str(_FOLDER / "model.onnx"))
CLASSES = Path(str(_FOLDER / "classes.json"))
_HEADS = ("principles", "practices", "gate")


@dataclass(frozen=True, slots=True)
class Routing:
    """Probabilities for one text, 0 to 1; those of each field sum to 1."""

    #: By id of the principle, "P0" to "P9".
    principles: dict[str, float]
    #: By id of the practice, "C1" to "C24".
    practices: dict[str, float]
    #: "inside", "outside", and the matters to refer: "emergency", "health", "conduct", "legal".
    gate: dict[str, float]


class Router:
    """Routes with the bundled network. Loaded at first use; safe to share between threads.

    Args:
        threads: how many threads one text may use; 0 for as many as there are processors.
    """

    def __init__(self, threads: int = 0) -> None:
        self._threads = threads or os.cpu_count() or 1
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any, dict[str, tuple[str, ...]]] | None = None

    def predict(self, texts: Sequence[str]) -> list[Routing]:
        """Return the routing of each text. Of a long text the first 256 word pieces count.

        Raises:
            StoreError: the model's files are missing or damaged.
        """
        if not texts:
            return []
        import numpy as np

        tokenizer, session, classes = self._load()
        found = []
        # One at a time: the quantised network scales its numbers by the largest of a batch, and what is said of a text
        # must not depend on which others were asked about with it.
        for encoding in tokenizer.encode_batch(list(texts)):
            ids = np.array([encoding.ids], dtype=np.int64)
            feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
            outputs = session.run(list(_HEADS), feed)
            found.append(Routing(*(_by_class(classes[h], np.exp(o[0])) for h, o in zip(_HEADS, outputs, strict=True))))
        return found

    def _load(self) -> tuple[Any, Any, dict[str, tuple[str, ...]]]:
        with self._lock:
            if self._loaded is None:
                about = read_about()
                classes = {head: tuple(about["classes"][head]) for head in _HEADS}
                self._loaded = (bert_tokenizer(), open_session(MODEL, self._threads), classes)
            return self._loaded


def read_about() -> dict[str, Any]:
    """Return what ``classes.json`` says: classes by head, the model's SHA-256, the training data's hash, the seeds.

    Raises:
        StoreError: the file is missing or damaged.
    """
    try:
        about = json.loads(CLASSES.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise StoreError("The bundled router's classes cannot be read.", "Install coach again.") from exc
    if not isinstance(about, dict) or not isinstance(about.get("classes"), dict):
        raise StoreError("The bundled router's classes are damaged.", "Install coach again.")
    return about


def verify_router() -> None:
    """Check the bundled network against the SHA-256 that is kept with it. Raises `StoreError` where it differs."""
    try:
        digest = hashlib.sha256(MODEL.read_bytes()).hexdigest()
    except OSError as exc:
        raise StoreError("The bundled router is missing.", "Install coach again.") from exc
    if digest != read_about().get("sha256"):
        raise StoreError("The bundled router is damaged.", "Install coach again.")


def _by_class(names: tuple[str, ...], probabilities: Any) -> dict[str, float]:
    # A network of single precision, quantised: the sum is 1 to some four digits, and made exact here.
    total = float(probabilities.sum())
    return {name: float(p) / total for name, p in zip(names, probabilities, strict=True)}
