"""How often a line is lost among lines that are nearly the same: ``python -m bench.alike [GRAPHS]``, a Markdown table.

Chroma's graph is built by chance, so each row of the table is of many graphs of the same lines in another order, each
of which is asked for the one line that differs.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from coach.retrieval import vectors
from coach.retrieval.embedding import MiniLMEmbedder
from coach.retrieval.vectors import NOTES, VectorStore

if TYPE_CHECKING:
    from coach.domain.ports import Vectors

_LIKE = "We looked at the dashboard of run {} and it was fine."
_OTHER = "We decided to stop the churn model until legal has answered."
_QUESTION = "What did we decide about the churn model?"
#: As Coach asks for notes.
_LIMIT = 40
_WAYS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Chroma's default", {}),
    ("32 neighbours, breadth 200", {"max_neighbors": 32, "ef_construction": 200}),
    ("Coach: 1,000 rows a search", dict(vectors.GRAPH["hnsw"])),
)


def main(graphs: int) -> None:
    """Measure and print."""
    embedder = MiniLMEmbedder()
    question = embedder.embed([_QUESTION])[0]
    print("| graph | lines | lost |\n|---|---|---|")
    for count in (500, 1000, 3000):
        rows = embedder.embed([*(_LIKE.format(i) for i in range(count)), _OTHER])
        for name, graph in _WAYS:
            vectors.GRAPH["hnsw"] = {"space": "cosine", **graph}
            lost = sum(_is_lost(rows, question, seed) for seed in range(graphs))
            print(f"| {name} | {count + 1:,} | {lost} of {graphs} |", flush=True)


def _is_lost(rows: Vectors, question: Vectors, seed: int) -> bool:
    order = np.random.default_rng(seed).permutation(len(rows))
    with tempfile.TemporaryDirectory() as home:
        store = VectorStore(Path(home) / "index", "bench")
        with store.writing() as writer:
            writer.upsert(NOTES, [f"N1.{i}" for i in order], rows[order], ["hash"] * len(order))
        with store.reading() as reader:
            found = reader.nearest(NOTES, question, _LIMIT)
        store.close()
    return found[0][0] != f"N1.{len(rows) - 1}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
