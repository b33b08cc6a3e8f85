"""Vectors of the corpus's own texts, made beforehand, so that the first use takes seconds rather than half a minute.

``data/seed.npz`` holds them by content hash. A text that it lacks, because the corpus was changed since, is embedded as
any other. Make it anew after a change of the corpus::

    python -m coach.retrieval.seed
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from coach.domain.source import content_hash

if TYPE_CHECKING:
    from coach.domain.ports import Embedder, Vectors

SEED = Path(str(resources.files("coach.retrieval") / "data" / "seed.npz"))


class SeededEmbedder:
    """An `Embedder` that looks a text up before it embeds it; for indexing.

    Args:
        embedder: makes the vectors that are not there. Seeds of another embedder are not used.
        seed: the file; a missing or damaged one counts as empty.
    """

    def __init__(self, embedder: Embedder, seed: Path = SEED) -> None:
        self.name = embedder.name
        self.remote = embedder.remote
        self._embedder = embedder
        self._seed = seed
        self._known: dict[str, Vectors] | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row per text, float32, shape ``(len(texts), dim)``."""
        import numpy as np

        if self._known is None:
            self._known = _read(self._seed, self.name)
        found = [self._known.get(content_hash(text)) for text in texts]
        unknown = [i for i, vector in enumerate(found) if vector is None]
        if len(unknown) == len(texts):
            return self._embedder.embed(texts)
        fresh = self._embedder.embed([texts[i] for i in unknown]) if unknown else ()
        for i, vector in zip(unknown, fresh, strict=True):
            found[i] = vector
        return np.stack([v for v in found if v is not None])


def _read(path: Path, space: str) -> dict[str, Vectors]:
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as file:
            if str(file["space"]) != space:
                return {}
            # Half precision halves the file; a cosine changes by less than 0.001.
            vectors = file["vectors"].astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).clip(min=1e-12)
            return dict(zip(file["hashes"].tolist(), vectors, strict=True))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}


def corpus_texts() -> list[str]:
    """Return every text of the corpus that is indexed, each once."""
    from coach.sources.boundaries import OUTSIDE, read_boundaries
    from coach.sources.builtin import boundaries_dir, read_builtin

    drafts = read_builtin()
    texts = [s.text for d in drafts for s in d.statements] + [t for d in drafts for t in d.situations]
    examples = read_boundaries(boundaries_dir()).examples.by_class
    texts += [text for name, lines in examples.items() if name != OUTSIDE for text in lines]
    return list(dict.fromkeys(texts))


def write(embedder: Embedder, path: Path = SEED) -> int:
    """Embed the corpus and write the file; returns how many texts it holds."""
    import numpy as np

    texts = corpus_texts()
    vectors = embedder.embed(texts).astype(np.float16)
    hashes = np.array([content_hash(text) for text in texts])
    np.savez_compressed(path, space=np.array(embedder.name), hashes=hashes, vectors=vectors)
    return len(texts)


if __name__ == "__main__":
    from coach.retrieval.embedding import MiniLMEmbedder

    print(f"{write(MiniLMEmbedder())} texts in {SEED.name}, {SEED.stat().st_size / 1e6:.1f} MB")
