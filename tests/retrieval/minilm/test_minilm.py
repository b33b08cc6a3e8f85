from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from coach.retrieval import minilm


def test_the_file_is_the_one_that_was_exported() -> None:
    assert minilm.digest() == hashlib.sha256(minilm.MODEL.read_bytes()).hexdigest()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}"])
def test_a_damaged_description_gives_no_digest(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.json").write_text(text, encoding="utf-8")
    monkeypatch.setattr(minilm, "ABOUT", tmp_path / "model.json")

    assert not minilm.digest()
