from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from coach.domain.errors import SettingsError, StoreError
from coach.settings import Settings, config_file, load_settings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.upper().startswith("COACH_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def toml(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "my.toml"
    monkeypatch.setenv("COACH_CONFIG", str(path))
    return path


def test_defaults_and_derived_paths(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.home == tmp_path / "data" / "coach"
    assert settings.model == "auto"
    assert (settings.threads, settings.context_tokens, settings.answer_words) == (0, 4096, 200)
    assert settings.strict is False
    assert settings.practices is True
    assert settings.database_path.parent == settings.chroma_path.parent == settings.home
    assert settings.models_path.parent == settings.checkpoints_path.parent == settings.home
    assert settings.database_path != settings.checkpoints_path


def test_every_field_has_a_description() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_variables_win_over_the_file_and_options_over_both(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toml.write_text('model = "from-file"\nthreads = 3\nanswer_words = 100\nprivate_tags = ["hr", "pay"]\n')
    monkeypatch.setenv("COACH_MODEL", "from-variable")
    monkeypatch.setenv("COACH_THREADS", "4")
    settings = load_settings(model="from-option", threads=None)
    assert (settings.model, settings.threads, settings.answer_words) == ("from-option", 4, 100)
    assert settings.private_tags == ["hr", "pay"]


def test_the_file_in_the_configuration_folder_is_read(tmp_path: Path) -> None:
    assert config_file() == tmp_path / "config" / "coach" / "config.toml"
    config_file().parent.mkdir(parents=True)
    config_file().write_text("strict = true\n")
    assert load_settings().strict is True


@pytest.mark.parametrize(
    ("variable", "value", "needle"),
    [
        ("COACH_TIMEOUT_S", "0", "at least 1,"),
        ("COACH_TIMEOUT_S", "nan", "at most 3600"),
        ("COACH_THREADS", "-1", "at least 0"),
        ("COACH_THREADS", "many", "whole number"),
        ("COACH_MAX_RETRIES", "1.5", "whole number"),
        ("COACH_CONTEXT_TOKENS", "10", "at least 1024"),
        ("COACH_ANSWER_WORDS", "100000", "at most 1000"),
        ("COACH_ABILITY", "great", "auto, none, stepwise or free"),
        ("COACH_COMPOSER", "poet", "auto, quote, stepwise or free"),
        ("COACH_CHECKER", "none", "auto, lexical, local or model"),
        ("COACH_STRICT", "perhaps", "true or false"),
        ("COACH_BASE_URL", "ftp://example.org", "web address"),
        ("COACH_BASE_URL", "127.0.0.1:8080", "web address"),
        ("COACH_BASE_URL", "http://127.0.0.1:99999/v1", "web address"),
        ("COACH_HUB_URL", "http://", "web address"),
    ],
)
def test_a_value_out_of_range_is_named_with_what_it_must_be(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, needle: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.message.startswith(variable)
    assert needle in caught.value.message
    assert value in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_status == 2
    assert "pydantic" not in str(caught.value)


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(api_key=["sk-secret"])
    assert "sk-secret" not in str(caught.value)
    monkeypatch.setenv("COACH_BASE_URL", "https://me:sk-secret@example.org/v1")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "sk-secret" not in str(caught.value)
    monkeypatch.delenv("COACH_BASE_URL")
    assert "sk-secret" not in repr(load_settings(api_key="sk-secret"))


def test_an_unknown_variable_is_refused_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_MODLE", "x")
    with pytest.raises(SettingsError, match=r"Did you mean COACH_MODEL\?") as caught:
        load_settings()
    assert "COACH_MODLE" in caught.value.message


def test_an_unknown_variable_near_to_nothing_lists_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_ZZZZZZZ", "x")
    with pytest.raises(SettingsError, match=r"COACH_ABILITY, .*COACH_TIMEOUT_S"):
        load_settings()


def test_an_unknown_key_is_refused_with_the_nearest_name_and_the_file(toml: Path) -> None:
    toml.write_text('chekcer = "local"\n')
    with pytest.raises(SettingsError, match=r"Did you mean checker\?") as caught:
        load_settings()
    assert str(toml) in caught.value.message


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(SettingsError, match="There is no setting 'modle'"):
        load_settings(modle="x")


def test_a_wrong_value_in_the_file_names_the_file(toml: Path) -> None:
    toml.write_text("threads = 1000\n")
    with pytest.raises(SettingsError, match="at most 256") as caught:
        load_settings()
    assert str(toml) in caught.value.message


@pytest.mark.parametrize("content", [b"model = \n", b"[", b"\xff\xfe", b"model = 'a'\nmodel = 'b'\n"])
def test_a_file_that_is_no_toml_is_explained(toml: Path, content: bytes) -> None:
    toml.write_bytes(content)
    with pytest.raises(SettingsError, match="not valid TOML") as caught:
        load_settings()
    assert str(toml) in caught.value.message


def test_a_named_file_that_is_missing_is_explained(toml: Path) -> None:
    with pytest.raises(SettingsError, match="no settings file"):
        load_settings()


def test_hostile_text_in_a_name_does_not_reach_the_terminal(toml: Path) -> None:
    toml.write_text('"mo\\u001b]52;c;AA\\u0007del" = "x"\n')
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "\x1b" not in str(caught.value)


def test_lists_are_separated_by_commas_and_empty_variables_count_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_PRIVATE_FOLDERS", "one on ones, pay ,")
    monkeypatch.setenv("COACH_BASE_URL", "")
    settings = load_settings()
    assert settings.private_folders == ["one on ones", "pay"]
    assert settings.base_url is None


def test_addresses_lose_their_last_slash_and_paths_their_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COACH_BASE_URL", " http://127.0.0.1:8080/v1/ ")
    monkeypatch.setenv("COACH_HOME", "~/coach")
    settings = load_settings()
    assert settings.base_url == "http://127.0.0.1:8080/v1"
    assert settings.home == tmp_path / "coach"


def test_the_home_folder_is_made_for_this_user_alone(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "a" / "b")
    assert settings.ensure_home() == tmp_path / "a" / "b"
    assert settings.home.stat().st_mode & 0o777 == 0o700


def test_a_home_folder_that_exists_keeps_its_permissions(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    shared.chmod(0o755)
    load_settings(home=shared).ensure_home()
    assert shared.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("below", ["", "sub"])
def test_a_file_in_the_way_of_the_home_folder_is_explained(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="a file is in the way") as caught:
        load_settings(home=tmp_path / "file" / below).ensure_home()
    assert "COACH_HOME" in caught.value.hint


def test_a_home_folder_that_cannot_be_written_to_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write anywhere, so the system's word is replaced.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(StoreError, match="cannot be written to"):
        load_settings(home=tmp_path / "x").ensure_home()


def test_a_home_folder_that_cannot_be_made_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreError, match="Permission denied"):
        load_settings(home=tmp_path / "x").ensure_home()


def test_settings_import_nothing_heavy() -> None:
    heavy = {"openai", "langchain_core", "chromadb", "numpy", "httpx", "httpx2", "textual", "onnxruntime"}
    code = f"import sys, coach.settings; print(sorted({heavy!r} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
