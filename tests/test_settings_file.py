from __future__ import annotations

import errno
import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examined
from hypothesis import strategies as st

from coach.domain.errors import SettingsError, StoreError
from coach.settings_file import change_settings


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config" / "mine.toml"
    monkeypatch.setenv("COACH_CONFIG", str(path))
    return path


def put(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode())


def test_a_file_is_made_for_this_user_alone(file: Path) -> None:
    assert change_settings({"model": "none", "base_url": None}) == file
    assert file.read_text() == 'model = "none"\n'
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_nothing_to_take_out_makes_no_file(file: Path) -> None:
    change_settings({"model": None})
    assert not file.exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# mine\nstrict = true # yes\n", '# mine\nstrict = true # yes\nmodel = "x"\n'),
        ("strict = true", 'strict = true\nmodel = "x"\n'),
        ('model = "a # b"   # why # so\nstrict = true\n', 'model = "x"   # why # so\nstrict = true\n'),
        ("'model' = 'a'\n", 'model = "x"\n'),
        ('model = """\na\n[b]\n"""\nstrict = true\n', 'model = "x"\nstrict = true\n'),
        ("# only this\n", '# only this\nmodel = "x"\n'),
        ("strict = true\r\nmodel = 'a'\r\n", 'strict = true\r\nmodel = "x"\r\n'),
        ("\n\n[table]\nmodel = 1\n", 'model = "x"\n\n\n[table]\nmodel = 1\n'),
        ("a = [\n 1, # ]\n]\n\n# of b\n[b]\n", 'a = [\n 1, # ]\n]\nmodel = "x"\n\n# of b\n[b]\n'),
    ],
)
def test_all_other_lines_stay(file: Path, before: str, after: str) -> None:
    put(file, before)
    change_settings({"model": "x"})
    assert file.read_bytes().decode() == after


def test_a_key_is_taken_out(file: Path) -> None:
    put(file, '# one\nmodel = "a"\n# two\nbase_url = "b" # three\n')
    change_settings({"base_url": None, "model": "c"})
    assert file.read_text() == '# one\nmodel = "c"\n# two\n'


def test_a_key_that_is_written_as_a_table_is_left_alone(file: Path) -> None:
    put(file, "[model]\nx = 1\n")
    with pytest.raises(SettingsError, match="cannot change safely"):
        change_settings({"model": "x"})
    assert file.read_text() == "[model]\nx = 1\n"


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("strict = true\n")
    file.parent.mkdir()
    file.symlink_to(real)
    change_settings({"model": "x"})
    assert file.is_symlink()
    assert real.read_text() == 'strict = true\nmodel = "x"\n'


@pytest.mark.parametrize("content", [b"model = ", b"\xff\xfe"])
def test_what_is_no_toml_is_not_touched(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="not valid TOML"):
        change_settings({"model": "x"})
    assert file.read_bytes() == content


def test_a_folder_in_its_place_is_told(file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be read"):
        change_settings({"model": "x"})


def test_a_full_disk_leaves_it_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(file, "strict = true\n")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        change_settings({"model": "x"})
    assert file.read_text() == "strict = true\n"
    assert [p.name for p in file.parent.iterdir()] == [file.name]


_KEYS = st.sampled_from(["model", "base_url", "strict", "other"])
_VALUES = st.sampled_from(
    ["1", '"a # b"', "'c'", '"""\nx\n[t]\nmodel = 2\n"""', "[1, # ]\n 2]", "{a = 1}", "'''\r\n#'''"]
)
_LINES = st.sampled_from(["# a comment\n", "\n", "  \n", "#\n"])


@examined(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.dictionaries(_KEYS, _VALUES),
    st.lists(_LINES, max_size=4),
    st.booleans(),
    st.dictionaries(_KEYS, st.none() | st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), max_size=3),
)
def test_it_means_what_it_should_and_comments_stay(
    file: Path, said: dict[str, str], between: list[str], ended: bool, changes: dict[str, str | None]
) -> None:
    parts = [f"{key} = {value} # kept {key}\n" for key, value in said.items()]
    text = "".join(line for pair in zip(parts, [*between, *[""] * len(parts)], strict=False) for line in pair)
    put(file, text if ended else text.removesuffix("\n"))
    before = tomllib.loads(text)
    change_settings(changes)
    after = file.read_text()
    assert tomllib.loads(after) == {k: v for k, v in {**before, **changes}.items() if v is not None}
    for key in said:
        assert (f"# kept {key}" in after) == (key not in changes or changes[key] is not None)
