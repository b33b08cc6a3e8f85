"""Writing the vectors into files made anew.

Chroma marks a removed vector as gone; its numbers stay in the files, and from numbers a text can be guessed. It also
writes memory that it did not fill (tried with chromadb 1.5.9: room for 100 vectors, whatever stood there), so the new
files are written by a process that never saw what was removed. Run as a module, this is that process.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from coach.domain.errors import StoreError
from coach.retrieval.chroma import REBUILD
from coach.retrieval.vectors import COLLECTIONS, VectorStore

if TYPE_CHECKING:
    from coach.domain.ports import Vectors

#: By collection: ids, vectors of shape ``(n, dim)``, and the content hash that each was made from.
_Rows = dict[str, tuple[list[str], "Vectors", list[str]]]


def rewrite(path: Path, space: str) -> None:
    """Write what the index at `path` has into a new folder in its place. Nothing is embedded.

    Whoever calls it sees to it that nobody else writes meanwhile. Vectors of other embedders than `space` go. After a
    kill on the way the index lacks rows, which the next `Indexer.bring_up_to_date` notices.

    Raises:
        StoreError: the folder cannot be read, removed or written.
    """
    vectors = VectorStore(path, space)
    if not vectors.exists():
        return
    rows: _Rows = {}
    # A writer sees all that was written, also where another process did it.
    with vectors.writing() as writer:
        for name in COLLECTIONS:
            ids, found = writer.all(name)
            hashes = writer.hashes(name)
            rows[name] = (ids, found, [hashes[i] for i in ids])
    sent = _packed(rows)
    vectors.drop()
    command = [sys.executable, "-m", __spec__.name, str(path.absolute()), space]
    try:
        done = subprocess.run(command, input=sent, capture_output=True, check=False)
    except OSError as exc:
        raise StoreError("The vector index cannot be written.", REBUILD) from exc
    if done.returncode:
        raise StoreError("The vector index cannot be written.", REBUILD)


def main(path: str, space: str) -> None:
    """Write the rows that standard input brings."""
    with VectorStore(Path(path), space).writing() as writer:
        for name, (ids, rows, hashes) in _unpacked(sys.stdin.buffer.read()).items():
            writer.upsert(name, ids, rows, hashes)


def _packed(rows: _Rows) -> bytes:
    import numpy as np

    names = {name: [ids, hashes] for name, (ids, _, hashes) in rows.items()}
    file = io.BytesIO()
    arrays = {name: found for name, (_, found, _) in rows.items()}
    np.savez(file, names=np.frombuffer(json.dumps(names).encode(), dtype=np.uint8), **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def _unpacked(sent: bytes) -> _Rows:
    import numpy as np

    with np.load(io.BytesIO(sent), allow_pickle=False) as file:
        names = json.loads(file["names"].tobytes())
        return {name: (ids, file[name], hashes) for name, (ids, hashes) in names.items()}


if __name__ == "__main__":
    main(*sys.argv[1:])
