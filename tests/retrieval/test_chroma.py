"""What Chroma's files must not hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from coach.retrieval.chroma import wipe_unused
from coach.retrieval.vectors import VectorStore
from tests.retrieval.vectors import fill, nearest

#: Frees many blocks of all sizes that hold a line, in as many threads as there may be heaps, and then writes an index.
UNTIDY = """
import ctypes, sys, threading
from pathlib import Path
from coach.retrieval.vectors import NOTES, VectorStore
import numpy as np

LINE = b"A line that somebody forgot. "
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
together = threading.Barrier(24)

def untidy():
    together.wait()
    for _ in range(2):
        blocks = []
        for size in [400, 2_000, 50_000, 90_000, 125_000, 200_000] * 20:
            block = libc.malloc(size)
            libc.malloc(64)  # keeps freed blocks apart
            ctypes.memmove(block, LINE * (size // len(LINE)), size // len(LINE) * len(LINE))
            blocks.append(block)
        for block in blocks:
            libc.free(block)
    together.wait()

import coach.retrieval.chroma, chromadb
threads = [threading.Thread(target=untidy) for _ in range(24)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
store = VectorStore(Path(sys.argv[1]), "axes")
rows = np.eye(400, dtype=np.float32)[: int(sys.argv[2])]
with store.writing() as writer:
    writer.upsert(NOTES, [f"N1.{n}" for n in range(len(rows))], rows, ["h"] * len(rows))
with store.reading() as reader:
    assert len(reader.nearest(NOTES, rows[0], 5)) == 5
store.close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the heaps of other systems are not known")
@pytest.mark.parametrize("rows", [5, 40])
def test_files_hold_nothing_of_the_memory_of_the_writer(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "index"
    subprocess.run([sys.executable, "-c", UNTIDY, str(path), str(rows)], check=True, timeout=120)
    files = [file for file in path.rglob("*") if file.is_file()]
    assert {"data_level0.bin", "length.bin"} <= {file.name for file in files}
    assert [file.name for file in files if b"somebody forgot" in file.read_bytes()] == []


def test_what_stands_where_a_graph_has_no_rows_is_wiped_and_rows_stay(store: VectorStore) -> None:
    # Chroma writes the files of fewer rows anew, whole.
    ids = fill(store, 50)
    assert len(nearest(store)) > 0
    store.close()
    (data,) = (f for f in store.path.glob("*/data_level0.bin") if f.stat().st_size)
    for name in ("data_level0.bin", "length.bin"):
        with data.with_name(name).open("ab") as file:
            file.write(b"forgotten" * 200_000)

    fill(store, 1, first=51)
    found = nearest(store)
    store.close()

    for name in ("data_level0.bin", "length.bin"):
        assert b"forgotten" not in data.with_name(name).read_bytes()
    assert set(ids) & {i for i, _ in found}


def test_a_graph_of_another_format_is_left_as_it_is(store: VectorStore) -> None:
    fill(store, 3)
    nearest(store)
    store.close()
    (header,) = (f for f in store.path.glob("*/header.bin") if f.with_name("data_level0.bin").stat().st_size)
    data = header.with_name("data_level0.bin")
    data.write_bytes(bytes([7]) * 5_000)
    for content in (b"", b"\x01", (2).to_bytes(4, "little") + bytes(96)):
        header.write_bytes(content)
        wipe_unused(store.path)
        assert data.read_bytes() == bytes([7]) * 5_000
    data.unlink()
    header.write_bytes((1).to_bytes(4, "little") + bytes(96))
    wipe_unused(store.path)
