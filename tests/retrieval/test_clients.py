from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from coach.domain.errors import StoreError
from coach.retrieval import clients
from coach.retrieval.chroma import open_client
from coach.retrieval.locks import BusyError, lock
from coach.retrieval.vectors import NOTES, VectorStore
from tests.retrieval.vectors import AXES, fill, nearest


def test_folders_are_private(store: VectorStore, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        fill(store)
    finally:
        os.umask(old)

    home = tmp_path / "home"
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "index").stat().st_mode & 0o777 == 0o700
    assert (home / "index.lock").stat().st_mode & 0o777 == 0o600


def test_one_writer_at_a_time(store: VectorStore, tmp_path: Path) -> None:
    def is_free() -> bool:
        with (tmp_path / "home" / "index.lock").open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    with store.writing():
        assert not is_free()
    assert is_free()

    def fail() -> None:
        with store.writing():
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert is_free()
    with store.reading():
        assert is_free()


def test_threads_read_and_write_at_once(store: VectorStore) -> None:
    fill(store)
    faults: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(6):
                assert len(nearest(store)) >= 12
        except BaseException as fault:  # noqa: BLE001 (looked at by the test's thread)
            faults.append(fault)

    def write(at: int) -> None:
        try:
            for n in range(2):
                fill(store, 12, first=1 + 12 * (1 + 2 * at + n))
        except BaseException as fault:  # noqa: BLE001 (looked at by the test's thread)
            faults.append(fault)

    threads = [threading.Thread(target=read) for _ in range(3)]
    threads += [threading.Thread(target=write, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert len(nearest(store, limit=100)) == 60


def test_settings_of_another_chroma_are_not_followed(
    store: VectorStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = {"CHROMA_API_IMPL": "chromadb.api.fastapi.FastAPI", "CHROMA_SERVER_HOST": "192.0.2.1"}
    for name, value in theirs.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".env").write_text("\n".join(f"{k}={v}" for k, v in (theirs | {"MIGRATIONS": "none"}).items()))
    monkeypatch.chdir(tmp_path)

    fill(store)

    assert len(nearest(store)) == 12
    assert store.exists()


# What stays open.


def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every folder that a client is opened for from now on."""
    paths: list[Path] = []
    original = open_client

    def noted(path: Path) -> Any:
        paths.append(path)
        return original(path)

    monkeypatch.setattr(clients, "open_client", noted)
    return paths


def test_a_reader_stays_open_until_somebody_writes(store: VectorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store, 3)
    paths = opened(monkeypatch)

    for _ in range(3):
        assert len(nearest(store)) == 3
    assert len(paths) == 1
    fill(store, 3, first=4)
    assert len(nearest(store)) == len(nearest(store)) == 6
    assert len(paths) == 3
    store.close()
    assert len(nearest(store)) == 6
    assert len(paths) == 4


WRITES = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from coach.retrieval.vectors import NOTES, VectorStore
from tests.retrieval.vectors import fill
fill(VectorStore(Path(sys.argv[1]), "words"), 3, first=4)
"""


def elsewhere(store: VectorStore, script: str = WRITES) -> None:
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", script, str(store.path), str(root)], check=True, timeout=60)


def test_a_reader_sees_what_another_process_wrote(store: VectorStore) -> None:
    fill(store, 3)
    assert len(nearest(store)) == 3

    elsewhere(store)

    assert len(nearest(store)) == 6


def test_a_writer_sees_what_another_process_wrote_though_this_one_read_before(store: VectorStore) -> None:
    fill(store, 3)
    assert len(nearest(store)) == 3
    elsewhere(store)

    with store.writing() as writer:
        writer.remove(NOTES, ["N1.1"])
        assert set(writer.hashes(NOTES)) == {f"N{i}.1" for i in range(2, 7)}

    elsewhere(store)
    # A search is approximate and may miss one of them.
    with store.reading() as reader:
        assert set(reader.hashes(NOTES)) == {f"N{i}.1" for i in range(2, 7)}


def test_while_another_writes_nothing_is_opened_and_what_is_open_serves(
    store: VectorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "_PATIENCE", 0.05)
    fill(store, 3)
    assert len(nearest(store)) == 3
    paths = opened(monkeypatch)

    with lock(store.path.with_name("index.lock")):
        # As after a first session of another process, which has begun its second.
        (store.path / "coach-stamp").write_text(f"{store.identity().split()[1]} other")
        assert len(nearest(store)) == 3
        store.close()
        with pytest.raises(BusyError, match="being written") as caught:
            nearest(store)
    assert caught.value.hint
    assert paths == []
    assert len(nearest(store)) == 3


def test_a_reader_in_another_thread_does_not_wait_for_a_writer(store: VectorStore) -> None:
    fill(store, 3)
    with store.writing() as writer, ThreadPoolExecutor(1) as other:
        writer.upsert(NOTES, ["N9.1"], AXES[:1], ["h"])
        assert len(other.submit(nearest, store).result(10)) == 4
    assert len(nearest(store)) == 4


def test_a_folder_that_is_removed_while_it_is_open(store: VectorStore) -> None:
    fill(store, 3)
    assert nearest(store)

    shutil.rmtree(store.path)

    with pytest.raises(StoreError, match="not there"):
        nearest(store)
    fill(store, 2)
    assert len(nearest(store)) == 2


def test_a_folder_that_is_replaced_while_it_is_open(store: VectorStore, tmp_path: Path) -> None:
    fill(store, 3)
    other = VectorStore(tmp_path / "other", "words")
    fill(other, 5)
    assert len(nearest(store)) == 3

    shutil.rmtree(store.path)
    shutil.copytree(other.path, store.path)

    assert len(nearest(store)) == 5


def test_an_index_has_a_name_for_as_long_as_it_lives(store: VectorStore, tmp_path: Path) -> None:
    assert store.identity() == ""
    fill(store, 1)
    name = store.identity()
    fill(store, 1, first=2)
    assert store.identity() == name != VectorStore(store.path, "other").identity()

    store.drop()
    assert store.identity() == ""
    fill(store, 1)
    assert store.identity() not in ("", name)


def test_two_embedders_take_turns(store: VectorStore) -> None:
    other = VectorStore(store.path, "other")
    fill(store, 3)
    fill(other, 5)

    for _ in range(2):
        assert len(nearest(store)) == 3
        assert len(nearest(other)) == 5


def test_files_are_private(store: VectorStore) -> None:
    old = os.umask(0)
    try:
        fill(store, 1200)
    finally:
        os.umask(old)

    modes = {p.stat().st_mode & 0o777 for p in store.path.rglob("*") if p.is_file()}
    assert modes == {0o600}
