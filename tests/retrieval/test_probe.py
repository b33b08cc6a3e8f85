from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from coach.domain.errors import StoreError
from coach.retrieval import clients, probe
from coach.retrieval.vectors import NOTES, VectorStore
from tests.retrieval.vectors import fill, nearest


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that another process is asked to try; it says that they are whole."""
    folders: list[Path] = []

    def whole(path: Path) -> bool:
        folders.append(path)
        return True

    monkeypatch.setattr(clients, "survives", whole)
    return folders


def test_a_whole_index_survives(store: VectorStore) -> None:
    fill(store)
    store.close()

    assert probe.survives(store.path)
    assert len(nearest(store)) == 12


def test_what_is_no_index_does_not(store: VectorStore) -> None:
    store.path.mkdir(parents=True)
    (store.path / "chroma.sqlite3").write_bytes(b"garbage" * 1000)

    assert not probe.survives(store.path)


def test_who_takes_too_long_does_not_either(store: VectorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: Any, **__: Any) -> Any:
        raise subprocess.TimeoutExpired("python", 120.0)

    monkeypatch.setattr(subprocess, "run", late)

    assert not probe.survives(store.path)


def test_nobody_is_asked_where_the_last_writer_ended_well(store: VectorStore, asked: list[Path]) -> None:
    fill(store)
    fill(store, 2, first=6)
    nearest(store)

    assert asked == []


def test_after_a_killed_writer_somebody_is_asked_once(store: VectorStore, asked: list[Path]) -> None:
    fill(store)
    store.close()
    (store.path / "coach-writing").touch()

    nearest(store)
    fill(store, 2, first=6)

    assert asked == [store.path]


def test_a_writer_that_fails_counts_as_killed(store: VectorStore, asked: list[Path]) -> None:
    fill(store)
    with pytest.raises(KeyboardInterrupt), store.writing():
        raise KeyboardInterrupt

    fill(store, 2, first=6)

    assert asked == [store.path]


def test_a_torn_index_is_neither_read_nor_written(store: VectorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store)
    store.close()
    (store.path / "coach-writing").touch()
    monkeypatch.setattr(clients, "survives", lambda _path: False)

    for session in (store.reading, store.writing):
        with pytest.raises(StoreError, match="torn") as caught, session():
            pass
        assert "coach index rebuild" in caught.value.hint
    store.drop()
    fill(store)
    with store.reading() as reader:
        assert reader.count(NOTES) > 0
