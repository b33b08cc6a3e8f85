"""The bundled sentence embedder: all-MiniLM-L6-v2 in 8-bit integers, run by onnxruntime, without any download.

Mean pooling over the last hidden states and L2 normalisation, as the model's card describes
(https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2).
"""

from __future__ import annotations

import hashlib
import math
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach.domain.errors import StoreError
from coach.retrieval.minilm import MODEL, digest

if TYPE_CHECKING:
    from coach.domain.ports import Vectors

DIMENSION = 384
#: Longer texts are cut: the model was trained on at most 256 word pieces.
MAX_TOKENS = 256
#: Word pieces in one batch, padding included. What larger batches make in between no longer fits a processor's cache.
_BATCH_TOKENS = 512
_LEAST_TOKENS = 128
#: What onnxruntime would make of a graph to its harm: the fused operator is several times as slow as its two parts.
_HARMFUL = ("SkipLayerNormFusion",)


class MiniLMEmbedder:
    """Embeds with the bundled model. Loaded at first use; safe to share between threads.

    Args:
        threads: how many batches may run at once; 0 for as many as there are processors. Each has one thread: two that
            share a batch wait for each other after every layer, and do half as much.
        session: what runs the network; by default `coach.retrieval.minilm.MODEL` is opened.
    """

    name = "all-MiniLM-L6-v2-w7a8"
    remote = False

    def __init__(self, threads: int = 0, session: Any = None) -> None:
        self._threads = threads or os.cpu_count() or 1
        self._lock = threading.Lock()
        self._session = session
        self._loaded: tuple[Any, Any] | None = None
        self._pool: ThreadPoolExecutor | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row per text, float32, shape ``(len(texts), 384)``.

        Raises:
            StoreError: the model's file is missing or damaged.
        """
        import numpy as np

        tokenizer, session = self._load()
        encodings = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
        lengths = [len(ids) for ids in encodings]
        # Similar lengths share a batch, so that little is spent on padding; the longest go first, so that no thread is
        # left with them at the end.
        order = sorted(range(len(texts)), key=lengths.__getitem__)
        batches = _batches(order, lengths, _batch_tokens(sum(lengths), self._threads))[::-1]
        out = np.zeros((len(texts), DIMENSION), dtype=np.float32)

        def run(batch: list[int]) -> None:
            out[batch] = _embedded(session, [encodings[i] for i in batch])

        if len(batches) > 1 and self._threads > 1:
            list(self._workers().map(run, batches))
        else:
            for batch in batches:
                run(batch)
        return out

    def _workers(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="coach-embedding")
            return self._pool

    def _load(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = (bert_tokenizer(), self._session or open_session(MODEL, 1))
            return self._loaded


def verify_weights() -> None:
    """Check the bundled model against its SHA-256.

    Raises:
        StoreError: it cannot be read, or differs.
    """
    try:
        whole = hashlib.sha256(MODEL.read_bytes()).hexdigest() == digest()
    except OSError:
        whole = False
    if not whole:
        raise StoreError("The bundled embedding model is damaged or missing.", "Install Coach again.")


@cache
def bert_tokenizer() -> Any:
    """Return a tokenizer with BERT's uncased vocabulary that cuts texts at `MAX_TOKENS` word pieces."""
    from tokenizers.implementations.bert_wordpiece import BertWordPieceTokenizer

    with resources.as_file(resources.files("coach.retrieval") / "data" / "vocab.txt") as path:
        tokenizer = BertWordPieceTokenizer(str(path), lowercase=True)
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def open_session(path: Path, threads: int) -> Any:
    """Return an onnxruntime session over the model in `path` that uses `threads` threads.

    Raises:
        StoreError: the file is missing or damaged.
    """
    # Otherwise it keeps a number for this device and events for its maker's servers in the person's cache folder.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # The arena keeps the memory of the largest batch ever seen, which is hundreds of megabytes after an indexing.
    options.enable_cpu_mem_arena = False
    # Threads that spin while they wait starve a language model on the same cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=list(_HARMFUL)
        )
    except Exception as exc:  # onnxruntime raises classes of its C extension that it does not export
        raise StoreError(f"The bundled model {path.name} cannot be loaded.", "Run: coach doctor") from exc


def _embedded(session: Any, encodings: Sequence[Sequence[int]]) -> Vectors:
    """Return one row for each text's word pieces, of which the last has the most."""
    import numpy as np

    width = len(encodings[-1])
    ids = np.zeros((len(encodings), width), dtype=np.int64)
    mask = np.zeros((len(encodings), width), dtype=np.int64)
    for row, pieces in enumerate(encodings):
        ids[row, : len(pieces)] = pieces
        mask[row, : len(pieces)] = 1
    hidden = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
    weights = mask[:, :, None].astype(np.float32)
    pooled = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
    return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True).clip(min=1e-12), dtype=np.float32)


def _batch_tokens(tokens: int, threads: int) -> int:
    """Return how long batches may be so that each thread gets as many as the others."""
    rounds = max(1, math.ceil(tokens / (threads * _BATCH_TOKENS)))
    # A tenth more, for padding.
    return max(_LEAST_TOKENS, math.ceil(1.1 * tokens / (threads * rounds)))


def _batches(order: list[int], lengths: list[int], most: int = _BATCH_TOKENS) -> list[list[int]]:
    batches: list[list[int]] = []
    for i in order:
        if batches and (len(batches[-1]) + 1) * lengths[i] <= most:
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches
