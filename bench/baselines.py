"""Other ways to index notes: ``python -m bench.baselines plain|ours|single|default FOLDER SAMPLE BATCH``.

langchain-chroma gets the very texts that Coach embeds, read before its clock starts, in calls of so many as
LangChain's own indexing hands over (100) or all at once; Coach's time includes reading the files, its ledger and its
full-text index. The embedder is our network called plainly (``plain``: 32 texts at a time as they come, padded to the
longest, with onnxruntime's own threads); or Coach's embedder, which sorts what a call brings by length and runs
batches side by side, a call for what comes (``ours``) or for each text (``single``); or Chroma's own (``default``),
which is measured only where its files are in Chroma's folder already: nothing is downloaded. The network is loaded
before the clock starts.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.processes import own_peak_mib

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

#: Texts at a time where nobody thinks about it: what sentence-transformers and Chroma's own embedder take.
_PLAIN_BATCH = 32
#: What Chroma looks for before it downloads.
_FILES = (
    "config.json",
    "model.onnx",
    "special_tokens_map.json",
    "tokenizer_config.json",
    "tokenizer.json",
    "vocab.txt",
)


def _texts(folder: Path, sample: int) -> list[str]:
    """What Coach embeds of the first notes: title, heading and text of each statement."""
    from coach.domain.numbering import assign
    from coach.domain.source import SourceKind
    from coach.retrieval.rows import rows_of
    from coach.sources.reader import read_file

    texts: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        for draft in read_file(path, SourceKind.NOTE):
            texts += [row.text for row in rows_of(assign(None, draft, 1, 1), remote=False)]
        if len(texts) >= sample:
            break
    return texts[:sample]


def _ours(*, single: bool) -> Embeddings:
    from langchain_core.embeddings import Embeddings

    from coach.retrieval.embedding import MiniLMEmbedder

    embedder = MiniLMEmbedder()

    class Ours(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            if single:
                return [self.embed_query(text) for text in texts]
            return [[float(x) for x in row] for row in embedder.embed(texts).tolist()]

        def embed_query(self, text: str) -> list[float]:
            return [float(x) for x in embedder.embed([text])[0].tolist()]

    return Ours()


def _plain() -> Embeddings:
    import numpy as np
    import onnxruntime
    from langchain_core.embeddings import Embeddings

    from coach.retrieval.embedding import bert_tokenizer
    from coach.retrieval.minilm import MODEL

    tokenizer = bert_tokenizer()
    tokenizer.enable_padding()
    session = onnxruntime.InferenceSession(str(MODEL), providers=["CPUExecutionProvider"])

    class Plain(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            rows: list[list[float]] = []
            for start in range(0, len(texts), _PLAIN_BATCH):
                encodings = tokenizer.encode_batch(texts[start : start + _PLAIN_BATCH])
                ids = np.array([e.ids for e in encodings], dtype=np.int64)
                mask = np.array([e.attention_mask for e in encodings], dtype=np.int64)
                hidden = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
                pooled = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1)[:, None]
                rows += (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).tolist()
            return rows

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return Plain()


def _default() -> Embeddings | None:
    """Chroma's own embedder as LangChain calls one; None where its files are not here."""
    from chromadb.utils.embedding_functions.onnx_mini_lm_l6_v2 import ONNXMiniLM_L6_V2
    from langchain_core.embeddings import Embeddings

    folder = Path(ONNXMiniLM_L6_V2.DOWNLOAD_PATH) / ONNXMiniLM_L6_V2.EXTRACTED_FOLDER_NAME
    if not all((folder / name).exists() for name in _FILES):
        return None
    function = ONNXMiniLM_L6_V2()

    class Default(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(x) for x in row] for row in function(texts)]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return Default()


def _measured(way: str, folder: Path, sample: int, batch: int) -> dict[str, Any]:
    try:
        from langchain_chroma import Chroma
    except ImportError:
        return {"missing": "langchain-chroma is not installed (pip install --group bench)"}
    embedder = _default() if way == "default" else _plain() if way == "plain" else _ours(single=way == "single")
    if embedder is None:
        return {"missing": "its files are not in Chroma's folder, and nothing is downloaded"}
    texts = _texts(folder, sample)
    embedder.embed_query("Load the network.")
    with tempfile.TemporaryDirectory() as home:
        store = Chroma("notes", embedder, persist_directory=home)
        began, cpu = time.perf_counter(), time.process_time()
        for start in range(0, len(texts), batch):
            part = texts[start : start + batch]
            store.add_texts(part, ids=[f"N{start + i}" for i in range(len(part))])
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"statements": len(texts), "seconds": took, "cpu": cpu, "peak": own_peak_mib()}


if __name__ == "__main__":
    print(json.dumps(_measured(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))
