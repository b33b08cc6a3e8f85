from __future__ import annotations

import json
from pathlib import Path

import pytest

from coach.domain.errors import StoreError
from coach.evaluation.cache import Cache
from tests.evaluation.making import failed, outcome


def test_what_is_kept_comes_back_marked(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "deep" / "cache")
    assert cache.get("k") is None
    cache.put("k", outcome("d001"))
    found = Cache(tmp_path / "deep" / "cache").get("k")
    assert found is not None
    assert found.cached
    assert found.as_dict() == outcome("d001").as_dict()
    assert cache.get("other") is None


def test_an_error_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    cache.put("k", failed("s001"))
    assert cache.get("k") is None
    assert not (tmp_path / "cache").exists()


def test_without_a_folder_nothing_is_kept() -> None:
    cache = Cache(None)
    cache.put("k", outcome())
    assert cache.get("k") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"case": "s001"}', "\x00"])
def test_what_cannot_be_read_is_asked_anew_and_written_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "k.json").write_text(text)
    cache = Cache(tmp_path)
    assert cache.get("k") is None
    cache.put("k", outcome())
    assert cache.get("k") is not None


def test_an_answer_of_another_version_is_asked_anew(tmp_path: Path) -> None:
    row = outcome().as_dict()
    row["answer"]["sentences"][0]["verdict"] = "splendid"
    (tmp_path / "k.json").write_text(json.dumps(row))
    assert Cache(tmp_path).get("k") is None


def test_it_is_the_person_s_alone_and_whole_or_not_there(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    cache.put("k", outcome())
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    assert [p.name for p in (tmp_path / "cache").iterdir()] == ["k.json"]
    assert (tmp_path / "cache" / "k.json").stat().st_mode & 0o777 == 0o600


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    with pytest.raises(StoreError) as caught:
        Cache(tmp_path / "cache").put("k", outcome())
    assert "--no-cache" in caught.value.hint


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path)
    cache.put("k", outcome())

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(json, "dump", full)
    with pytest.raises(StoreError, match="No space left"):
        cache.put("k", outcome("d001"))
    found = cache.get("k")
    assert found is not None
    assert found.case == "s001"
    assert [p.name for p in tmp_path.iterdir()] == ["k.json"]
