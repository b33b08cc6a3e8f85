"""Rows along the axes, to be found again."""

from __future__ import annotations

from typing import Any

import numpy as np

from coach.retrieval.vectors import NOTES, VectorStore

AXES = np.eye(12, dtype=np.float32)


def fill(store: VectorStore, count: int = 12, collection: str = NOTES, first: int = 1) -> list[str]:
    ids = [f"N{i}.1" for i in range(first, first + count)]
    vectors = np.vstack([AXES[(first - 1 + i) % 12] for i in range(count)])
    with store.writing() as writer:
        writer.upsert(collection, ids, vectors, [f"hash {i}" for i in ids])
    return ids


def nearest(store: VectorStore, vector: Any = AXES[0], limit: int = 50) -> list[tuple[str, float]]:
    with store.reading() as reader:
        return reader.nearest(NOTES, vector, limit)
