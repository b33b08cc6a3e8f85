from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from coach.domain.errors import StoreError
from coach.retrieval import compiled as module
from coach.retrieval.compiled import Compiled, load, remove, save

FULL_DEVICE = Path("/dev/full")


def sample(key: str = "key") -> Compiled:
    return Compiled(
        key=key,
        space="words",
        statement_ids=("P1.1", "C1.1"),
        statements=np.eye(2, 5, dtype=np.float32),
        situation_texts=("“they” want it\nnow", "no"),
        situation_sources=("P1", "boundary:outside"),
        situations=np.eye(2, 5, k=1, dtype=np.float32),
    )


def assert_same(one: Compiled, other: Compiled) -> None:
    assert (one.key, one.space, one.statement_ids) == (other.key, other.space, other.statement_ids)
    assert (one.situation_texts, one.situation_sources) == (other.situation_texts, other.situation_sources)
    np.testing.assert_array_equal(one.statements, other.statements)
    np.testing.assert_array_equal(one.situations, other.situations)
    assert one.statements.dtype == other.statements.dtype == np.float32


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    save(sample("old"), tmp_path / "c.npz")
    save(sample(), tmp_path / "c.npz")

    loaded = load(tmp_path / "c.npz")

    assert loaded is not None
    assert_same(loaded, sample())
    assert [p.name for p in tmp_path.iterdir()] == ["c.npz"]


def test_an_empty_corpus(tmp_path: Path) -> None:
    empty = np.zeros((0, 0), dtype=np.float32)
    save(Compiled("k", "words", (), empty, (), (), empty), tmp_path / "c.npz")

    loaded = load(tmp_path / "c.npz")

    assert loaded is not None
    assert loaded.statements.shape == (0, 0)


def test_the_file_is_private(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        save(sample(), tmp_path / "c.npz")
    finally:
        os.umask(old)

    assert (tmp_path / "c.npz").stat().st_mode & 0o777 == 0o600


def test_a_file_of_another_version_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(sample(), tmp_path / "c.npz")
    monkeypatch.setattr(module, "_VERSION", -1)

    assert load(tmp_path / "c.npz") is None


def test_what_is_not_there_or_something_else(tmp_path: Path) -> None:
    assert load(tmp_path / "none.npz") is None
    assert load(tmp_path) is None
    np.save(tmp_path / "array.npy", np.eye(2))
    assert load(tmp_path / "array.npy") is None
    np.savez(tmp_path / "names.npz", names=np.frombuffer(b"[1]", dtype=np.uint8))
    assert load(tmp_path / "names.npz") is None


def test_a_damaged_file_is_never_half_used(tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    save(sample(), path)
    whole = path.read_bytes()
    damaged = [whole[:length] for length in range(0, len(whole), 50)]
    damaged += [whole[:i] + bytes([whole[i] ^ 255]) + whole[i + 1 :] for i in range(0, len(whole), 2)]

    refused = 0
    for data in damaged:
        path.write_bytes(data)
        loaded = load(path)
        refused += loaded is None
        if loaded is not None:  # a byte that says nothing, such as one of the time of day
            assert_same(loaded, sample())

    assert refused > len(damaged) / 2


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file" / "c.npz", tmp_path / "none" / "c.npz"):
        with pytest.raises(StoreError, match="cannot be written") as caught:
            save(sample(), path)
        assert "rights" in caught.value.hint


@pytest.mark.skipif(not FULL_DEVICE.exists(), reason="this system has no device that is always full")
def test_a_full_disk_leaves_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    save(sample("old"), path)
    # What is written to the new file's name goes to a device that is always full.
    path.with_name(f"{path.name}.{os.getpid()}.part").symlink_to(FULL_DEVICE)

    with pytest.raises(StoreError, match="No space left") as caught:
        save(sample("new"), path)

    assert "free some space" in caught.value.hint
    loaded = load(path)
    assert loaded is not None
    assert loaded.key == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["c.npz"]
    save(sample("new"), path)


def test_removing(tmp_path: Path) -> None:
    save(sample(), tmp_path / "c.npz")
    for _ in range(2):
        remove(tmp_path / "c.npz")
    assert list(tmp_path.iterdir()) == []

    with pytest.raises(StoreError, match="cannot be removed"):
        remove(tmp_path)
