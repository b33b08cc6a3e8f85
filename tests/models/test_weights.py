from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from coach.models import weights as module
from coach.models.weights import DEFAULT_WEIGHTS, looks_pulled, verified, weights_path

CONTENT = b"GGUF" + bytes(1000)
SMALL = replace(DEFAULT_WEIGHTS, size=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = weights_path(tmp_path, SMALL)
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files that were hashed, in order."""
    seen: list[Path] = []
    real = module.sha256_of

    def spy(path: Path, tell: object = None) -> str:
        seen.append(path)
        return real(path)

    monkeypatch.setattr(module, "sha256_of", spy)
    return seen


def test_a_right_file_is_hashed_once_and_remembered(file: Path, hashed: list[Path]) -> None:
    assert verified(file, SMALL)
    assert verified(file, SMALL)
    assert hashed == [file]
    record = file.with_name(file.name + ".verified.json")
    assert record.stat().st_mode & 0o777 == 0o600


def test_a_changed_file_is_hashed_again_and_refused(file: Path, hashed: list[Path]) -> None:
    assert verified(file, SMALL)
    file.write_bytes(b"GGUX" + CONTENT[4:])
    os.utime(file, ns=(1, 1))
    assert not verified(file, SMALL)
    assert len(hashed) == 2


def test_a_file_of_another_size_is_refused_unread(file: Path, hashed: list[Path]) -> None:
    file.write_bytes(CONTENT + b"x")
    assert not verified(file, SMALL)
    assert not looks_pulled(file.parent, SMALL)
    assert hashed == []


@pytest.mark.parametrize("record", [b"", b"{", b"[]", b"\xff", b'{"sha256": "x"}'])
def test_a_broken_record_means_hashing(file: Path, hashed: list[Path], record: bytes) -> None:
    file.with_name(file.name + ".verified.json").write_bytes(record)
    assert verified(file, SMALL)
    assert hashed == [file]


def test_a_missing_file_does_not_look_pulled(tmp_path: Path) -> None:
    assert not looks_pulled(tmp_path)
    with pytest.raises(FileNotFoundError):
        verified(tmp_path / "no.gguf", SMALL)
