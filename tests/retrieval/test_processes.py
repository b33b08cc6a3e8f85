"""What only other processes can show: two writers at once, a full disk, and that nothing leaves this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from coach.retrieval.vectors import NOTES, VectorStore

ROOT = Path(__file__).resolve().parents[2]

WRITER = """
import sys, time
from pathlib import Path
import numpy as np
from coach.retrieval.vectors import NOTES, VectorStore

store, first = VectorStore(Path(sys.argv[1]), "words"), int(sys.argv[2])
import chromadb  # so that both begin to write at the same time
print("ready", flush=True)
sys.stdin.readline()
for n in range(first, first + 100, 20):
    with store.writing() as writer:
        began = time.monotonic()
        vectors = np.random.default_rng(n).normal(size=(20, 8)).astype(np.float32)
        writer.upsert(NOTES, [f"N{i}.1" for i in range(n, n + 20)], vectors, ["h"] * 20)
        print(began, time.monotonic())
"""

FULL_DISK = """
import resource, sys
from pathlib import Path
import numpy as np
from coach.domain.errors import StoreError
from coach.retrieval.vectors import NOTES, VectorStore

store = VectorStore(Path(sys.argv[1]), "words")
axes = np.eye(300, dtype=np.float32)
ids = [f"N{i}.1" for i in range(300)]
with store.writing() as writer:
    writer.upsert(NOTES, ids[:10], axes[:10], ids[:10])
# No file may grow beyond what the index has: what a full disk comes to.
size = (Path(sys.argv[1]) / "chroma.sqlite3").stat().st_size + 40_000
resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
try:
    with store.writing() as writer:
        writer.upsert(NOTES, ids, axes, ids)
except StoreError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with store.reading() as reader:
    print(len(reader.hashes(NOTES)))
with store.writing() as writer:
    writer.upsert(NOTES, ids, axes, ids)
    print(len(writer.hashes(NOTES)))
"""

GUARD = """
import os, sys

def guard(event, args):
    if event in ("socket.connect", "socket.sendto"):
        address = args[1]
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0]
    else:
        return
    if host not in ("127.0.0.1", "::1", "localhost", None):
        print("tried to reach", host, flush=True)
        os._exit(3)

sys.addaudithook(guard)
"""

SEARCH = """
from pathlib import Path
from coach.retrieval.embedding import MiniLMEmbedder
from coach.store.database import open_database
from tests.retrieval.fakes import World, small_corpus

with open_database(Path(sys.argv[1]) / "coach.db") as database:
    world = World(Path(sys.argv[1]), database)
    world.put(*small_corpus())
    found = world.retriever(MiniLMEmbedder(1)).retrieve("when do we train the fraud model again?")
    print(*found.missing, *[e.id for e in found.evidence if e.id[0] == "N"][:1])
"""


def run(script: str, *arguments: object, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_two_processes_that_write_at_once_take_turns_and_lose_nothing(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "index", "words")
    with store.writing() as writer:
        writer.upsert(NOTES, ["N999.1"], np.ones((1, 8), dtype=np.float32), ["mine"])
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "index"), str(first)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for first in (0, 100)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    sessions: list[list[float]] = []
    for process in processes:
        told, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        sessions += [[float(x) for x in line.split()] for line in told.splitlines()]

    assert len(sessions) == 10
    times = [time for session in sorted(sessions) for time in session]
    assert times == sorted(times)
    # A reader that opens now sees what the others wrote, and finds every row by its vector.
    with store.reading() as reader:
        assert set(reader.hashes(NOTES)) == {f"N{i}.1" for i in range(200)} | {"N999.1"}
        for n in range(0, 200, 20):
            vectors = np.random.default_rng(n).normal(size=(20, 8)).astype(np.float32)
            found = [reader.nearest(NOTES, vector, 5)[0][0] for vector in vectors]
            assert found == [f"N{i}.1" for i in range(n, n + 20)]


def test_a_full_disk_is_explained_and_nothing_is_lost(tmp_path: Path) -> None:
    told = run(FULL_DISK, tmp_path / "index", folder=tmp_path)

    assert told.returncode == 0, told.stderr
    error, kept, written = told.stdout.splitlines()
    assert "cannot be written" in error
    assert "disk" in error
    assert int(kept) >= 10
    assert int(written) == 300


def test_indexing_and_searching_reach_no_network(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CHROMA_API_IMPL=chromadb.api.fastapi.FastAPI\nCHROMA_SERVER_HOST=192.0.2.1\n")

    told = run(
        GUARD + SEARCH,
        tmp_path / "home",
        folder=tmp_path,
        CHROMA_OTEL_COLLECTION_ENDPOINT="http://192.0.2.1:4317",
        CHROMA_OTEL_GRANULARITY="all",
        ANONYMIZED_TELEMETRY="true",
    )

    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.split() == ["N1.1"]


@pytest.mark.parametrize("call", ["connect(('192.0.2.1', 9))", "connect_ex(('192.0.2.1', 9))"])
def test_the_guard_sees_a_connection(call: str, tmp_path: Path) -> None:
    told = run(f"{GUARD}\nimport socket\nsocket.socket().{call}", folder=tmp_path)

    assert told.returncode == 3
    assert "192.0.2.1" in told.stdout


def test_settings_that_chroma_refuses_are_explained(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MIGRATIONS=maybe")
    script = """
import sys
from pathlib import Path
from coach.domain.errors import StoreError
from coach.retrieval.vectors import VectorStore
try:
    with VectorStore(Path(sys.argv[1]), "words").writing():
        pass
except StoreError as error:
    print(error)
"""

    told = run(script, tmp_path / "index", folder=tmp_path)

    assert told.returncode == 0, told.stderr
    assert ".env" in told.stdout
    assert "Start coach in another folder" in told.stdout
