from __future__ import annotations

import threading
from pathlib import Path

import pytest

from coach.domain.errors import StoreError
from coach.retrieval.locks import BusyError, lock


def test_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "home" / "x.lock"
    with lock(path):
        with pytest.raises(BusyError) as caught, lock(path, 0):
            pass
        assert caught.value.hint
        with pytest.raises(BusyError), lock(path, 0.05):
            pass
    with lock(path, 0):
        assert path.stat().st_mode & 0o777 == 0o600


def test_whoever_waits_gets_it(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    got: list[str] = []

    def wait(patience: float | None) -> None:
        with lock(path, patience):
            got.append("it")

    with lock(path):
        threads = [threading.Thread(target=wait, args=(patience,)) for patience in (None, 20.0)]
        for thread in threads:
            thread.start()
        assert got == []
    for thread in threads:
        thread.join(20)
    assert got == ["it", "it"]


def test_it_is_let_go_of_where_something_fails(tmp_path: Path) -> None:
    def fail() -> None:
        with lock(tmp_path / "x.lock"):
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with lock(tmp_path / "x.lock", 0):
        pass


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be written") as caught, lock(tmp_path / "file" / "x.lock"):
        pass
    assert caught.value.hint
