from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

import pytest

from coach.retrieval.vectors import VectorStore
from tests.retrieval.vectors import fill, nearest


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
