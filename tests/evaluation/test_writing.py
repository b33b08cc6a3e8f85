from __future__ import annotations

from pathlib import Path

import pytest

from coach.domain.errors import StoreError
from coach.evaluation.writing import write_whole


def test_it_is_written_whole_and_over_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "f.txt"
    write_whole(path, "one")
    write_whole(path, "zwei ✓")
    assert path.read_text("utf-8") == "zwei ✓"
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f.txt"
    write_whole(path, "one")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StoreError, match="No space left"):
        write_whole(path, "two")
    assert path.read_text("utf-8") == "one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        write_whole(tmp_path / "f", "text")
