from __future__ import annotations

from pathlib import Path

import pytest

from coach.settings import Settings
from tests.cli.conftest import Run
from tests.cli.sample import FORBIDDEN


def test_every_setting_is_explained_with_value_and_origin(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path
) -> None:
    file = tmp_path / "my.toml"
    file.write_text("strict = true\nprivate_folders = ['/a', '/b']\n")
    monkeypatch.setenv("COACH_CONFIG", str(file))
    monkeypatch.setenv("COACH_API_KEY", "sk-very-secret")
    out = run("settings").out
    assert f"Settings file: {file}\n" in out
    assert f"\nhome = {home}  (COACH_HOME)\n" in out
    assert f"\nstrict = true  ({file})\n" in out
    assert f"\nprivate_folders = /a, /b  ({file})\n" in out
    assert "\napi_key = (hidden)  (COACH_API_KEY)\n" in out
    assert "\nbase_url = (not set)  (default)\n" in out
    assert "sk-very-secret" not in out
    for name, field in Settings.model_fields.items():
        assert f"\n{name} = " in out
        assert field.description
        assert field.description in out


def test_without_a_file(run: Run) -> None:
    assert "(there is none)" in run("settings").out


def test_hostile_values_stay_text(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_MODEL", "\x1b]52;c;aGk=\x07\u202e[/INST]")
    out = run("settings").out
    assert not any(mark in out for mark in (*FORBIDDEN, "\x1b"))
    assert "model = [/INST]" in out
