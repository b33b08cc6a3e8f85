"""Is what is held back really new? A question that the training data hold almost word for word measures memory."""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from coach.retrieval.embedding import MiniLMEmbedder
from coach.retrieval.seed import SeededEmbedder
from coach.sources.boundaries import read_boundaries
from coach.sources.builtin import boundaries_dir, read_builtin
from evals.conftest import FOLDER, cases
from evals.fit_insistence import read

#: From this cosine similarity on two messages count as the same one.
SAME = 0.8


def _held_back() -> dict[str, str]:
    asked = {
        f"{name} {row['id']}": str(row["question"])
        for name in ("retrieval/heldout", "retrieval/heldout2", "status/heldout", "status/heldout2", "status/heldout3")
        for row in cases(name)
    }
    for file in sorted((FOLDER / "cases").glob("*.yaml")):
        rows = yaml.safe_load(file.read_text(encoding="utf-8"))
        asked |= {f"cases {row['id']}": row["turns"][-1] for row in rows if row.get("holdback")}
    return asked


@pytest.mark.timeout(600)
def test_nothing_held_back_stands_in_the_training_data() -> None:
    embedder = SeededEmbedder(MiniLMEmbedder())
    learned = [text for draft in read_builtin() for text in draft.situations]
    learned += [text for texts in read_boundaries(boundaries_dir()).examples.by_class.values() for text in texts]
    learned += [row[turn] for row in read() for turn in ("first", "second")]
    held_back = _held_back()
    nearest = (embedder.embed(list(held_back.values())) @ np.asarray(embedder.embed(learned)).T).max(axis=1)
    # By id alone: whoever tunes must not read them.
    assert [name for name, cosine in zip(held_back, nearest, strict=True) if cosine > SAME] == []
