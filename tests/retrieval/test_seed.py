"""Vectors made beforehand are those that would be made now, and what they lack is embedded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from coach.domain.source import content_hash
from coach.retrieval.embedding import MiniLMEmbedder
from coach.retrieval.seed import SeededEmbedder, corpus_texts

if TYPE_CHECKING:
    from coach.domain.ports import Vectors


class Counting:
    """Remembers what it was asked to embed."""

    name = MiniLMEmbedder.name
    remote = False

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.eye(len(texts), 384, dtype=np.float32)


def test_nearly_all_of_the_corpus_is_there() -> None:
    counting = Counting()
    texts = corpus_texts()
    SeededEmbedder(counting).embed(texts)
    assert len(counting.asked) <= len(texts) / 20, "run: python -m coach.retrieval.seed"


def test_what_is_there_is_what_would_be_made() -> None:
    texts = corpus_texts()[::400]
    similarities = (SeededEmbedder(Counting()).embed(texts) * MiniLMEmbedder().embed(texts)).sum(axis=1)
    assert similarities.min() > 0.999


def test_what_is_not_there_is_embedded_in_its_place() -> None:
    counting = Counting()
    known = corpus_texts()[0]
    vectors = SeededEmbedder(counting).embed(["something new", known, "and newer"])
    assert counting.asked == ["something new", "and newer"]
    assert vectors.shape == (3, 384)
    assert vectors[0, 0] == 1
    assert vectors[2, 1] == 1
    assert np.linalg.norm(vectors[1]) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("content", [None, b"", b"not a zip", b"PK\x03\x04 broken"])
def test_a_missing_or_damaged_file_counts_as_empty(content: bytes | None, tmp_path: Path) -> None:
    seed = tmp_path / "seed.npz"
    if content is not None:
        seed.write_bytes(content)
    counting = Counting()
    SeededEmbedder(counting, seed).embed([corpus_texts()[0]])
    assert len(counting.asked) == 1


def test_another_embedder_gets_nothing_of_it(tmp_path: Path) -> None:
    seed = tmp_path / "seed.npz"
    text = "one"
    np.savez(seed, space=np.array("other"), hashes=np.array([content_hash(text)]), vectors=np.ones((1, 384)))
    counting = Counting()
    SeededEmbedder(counting, seed).embed([text])
    assert counting.asked == [text]
