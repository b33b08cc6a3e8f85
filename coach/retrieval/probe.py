"""Whether a Chroma folder can be opened, tried in a process of its own: ``python -m coach.retrieval.probe FOLDER``.

A writer that is killed may leave a graph half written, and whoever loads one may get an error or a segmentation fault
(tried with chromadb 1.5.9: files that end too early). So the first one who opens a folder after that sends another.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from coach.retrieval.chroma import open_client

#: Loading 100,000 rows takes less than a second.
_MOST_SECONDS = 120.0
#: Rows at the beginning, in the middle and at the end that are searched for, and how many near ones of each.
_ROWS = 100
_NEAR = 10


def survives(path: Path) -> bool:
    """Return whether a process of its own could search all collections of the folder, and write to them."""
    try:
        child = subprocess.run(
            [sys.executable, "-m", "coach.retrieval.probe", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return child.returncode == 0


def try_all(path: Path) -> None:
    """Search for rows of every collection, and write the last ones as they are.

    The last ones are those that a killed writer was at, and what is written goes along their neighbours. Raises
    whatever Chroma raises, where it does not take the process with it.
    """
    client = open_client(path)
    for collection in client.list_collections():
        count = collection.count()
        for offset in (0, count // 2, max(0, count - _ROWS)):
            rows = collection.get(limit=_ROWS, offset=offset, include=["embeddings", "metadatas"])
            if rows["ids"]:
                collection.query(query_embeddings=rows["embeddings"], n_results=_NEAR, include=["distances"])
        if rows["ids"]:
            collection.upsert(ids=rows["ids"], embeddings=rows["embeddings"], metadatas=rows["metadatas"])
            collection.query(query_embeddings=rows["embeddings"], n_results=_NEAR, include=["distances"])
    client.close()


if __name__ == "__main__":
    try_all(Path(sys.argv[1]))
