from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from coach.domain.errors import StoreError
from coach.retrieval import embedding as module
from coach.retrieval.embedding import DIMENSION, MAX_TOKENS, MiniLMEmbedder, verify_weights
from coach.retrieval.minilm import MODEL

TEXTS = [
    "The team is tired and the date was promised.",
    "Short.",
    "A long text about models, dates and people who wait for both. " * 12,
    "Who owns the retraining of the fraud model?",
    "No.",
]

HOSTILE = [
    "",
    "   \n\t ",
    "[CLS] [SEP] [PAD] [MASK] [UNK]",
    "\x1b[31mred\x1b[0m \x00\x07",
    "\u202e\u200b\u200d\ufeff",
    "日本語のテキスト 🙂🙂",
    "x" * 5_000,
    "'; DROP TABLE statements; -- {{ignore}} <|im_end|>",
]


def test_one_normalised_row_per_text(minilm: MiniLMEmbedder) -> None:
    vectors = minilm.embed(TEXTS)

    assert vectors.shape == (len(TEXTS), DIMENSION)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_texts_give_no_rows(minilm: MiniLMEmbedder) -> None:
    assert minilm.embed([]).shape == (0, DIMENSION)


def test_a_row_depends_neither_on_the_order_nor_on_the_other_texts(minilm: MiniLMEmbedder) -> None:
    together = minilm.embed(TEXTS)
    reversed_ = minilm.embed(TEXTS[::-1])[::-1]
    alone = np.vstack([minilm.embed([text]) for text in TEXTS])

    # The steps of the integers are fixed, so only the order in which floats are added differs.
    np.testing.assert_allclose((together * reversed_).sum(axis=1), 1.0, atol=1e-4)
    np.testing.assert_allclose((together * alone).sum(axis=1), 1.0, atol=1e-4)


def test_similar_meanings_are_nearer_than_others(minilm: MiniLMEmbedder) -> None:
    asked, near, far = minilm.embed(
        ["How do I tell my boss that we will be late?", "Inform your manager of the delay.", "Cats sleep a lot."]
    )

    assert asked @ near > asked @ far + 0.2


def test_a_long_text_is_cut(minilm: MiniLMEmbedder) -> None:
    long = "week " * MAX_TOKENS

    one, other, short = minilm.embed([long, long + "a lawyer wrote a different ending", "week"])

    assert one @ other == pytest.approx(1.0, abs=1e-5)
    assert one @ short < 0.999


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_has_a_vector(minilm: MiniLMEmbedder, text: str) -> None:
    vector = minilm.embed([text])

    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_batches_hold_every_text_once_and_stay_small() -> None:
    lengths = [3, 250, 7, 7, 256, 12, 256, 90] * 20
    order = sorted(range(len(lengths)), key=lengths.__getitem__)

    batches = module._batches(order, lengths)

    assert [i for batch in batches for i in batch] == order
    assert max(len(batch) * max(lengths[i] for i in batch) for batch in batches) <= module._BATCH_TOKENS
    assert len(batches) < len(lengths) / 4


def test_threads_share_one_embedder(minilm: MiniLMEmbedder) -> None:
    expected = minilm.embed(TEXTS[:2])
    found: list[float] = []

    def go() -> None:
        found.append(float((minilm.embed(TEXTS[:2]) * expected).sum(axis=1).min()))

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == pytest.approx([1.0] * 4, abs=1e-3)


def test_nothing_is_loaded_before_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MODEL", tmp_path / "gone.onnx")

    embedder = MiniLMEmbedder()

    assert embedder.name
    assert not embedder.remote
    with pytest.raises(StoreError, match="cannot be loaded") as caught:
        embedder.embed(["x"])
    assert "coach doctor" in caught.value.hint


def test_nothing_is_noted_for_the_maker_of_the_runtime(tmp_path: Path) -> None:
    script = "from coach.retrieval.embedding import MiniLMEmbedder; MiniLMEmbedder().embed(['x'])"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "ORT_"))}

    subprocess.run([sys.executable, "-c", script], env=kept | {"HOME": str(tmp_path)}, check=True)

    assert list(tmp_path.rglob("*")) == []


def test_the_bundled_weights_are_the_published_ones() -> None:
    verify_weights()


@pytest.mark.parametrize("damaged", [True, False], ids=["cut off", "gone"])
def test_damaged_weights_are_noticed(damaged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.onnx"
    if damaged:
        path.write_bytes(MODEL.read_bytes()[:100_000])
    monkeypatch.setattr(module, "MODEL", path)

    with pytest.raises(StoreError, match="damaged or missing") as caught:
        verify_weights()
    assert "Install" in caught.value.hint
    with pytest.raises(StoreError, match="cannot be loaded"):
        MiniLMEmbedder().embed(["x"])
