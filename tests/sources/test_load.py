from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.errors import SourceError
from coach.sources.limits import MAX_OFFICE_BYTES
from coach.sources.load import decode, load_bytes, load_text

GERMAN = "Die Änderung des Modells wurde beschlossen. Für das Team heißt das: keine Arbeit am Wochenende. Schöne Grüße"
POLISH = "Zdecydowaliśmy wydać model w piątek. Zespół się zgadza, że to dobra data."
RUSSIAN = "Решили выпускать модель в пятницу. Команда согласна."
JAPANESE = "会議で金曜日に出荷することを決めました。"
CHINESE = "我们决定周五发布模型。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", [GERMAN, "Ship it.\nOn Friday.\n"])
def test_unicode_is_read_without_a_word(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "n") == (text, ())


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "cp1252"),
        (GERMAN, "mac_roman"),
        ("naïve café — we agreed “ship Friday”", "cp1252"),
        ("it’s fine", "cp1252"),
        (POLISH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (CHINESE, "gb18030"),
    ],
)
def test_what_is_guessed_is_right_and_said(text: str, encoding: str) -> None:
    read, remarks = decode(text.encode(encoding), "n")

    assert read == text
    assert "not in UTF-8" in remarks[0]
    assert "guess" in remarks[0]


def test_what_a_file_says_itself_is_no_guess() -> None:
    assert decode(POLISH.encode("cp1250"), "n", "windows-1250") == (POLISH, ())
    assert decode(POLISH.encode(), "n", "windows-1250") == (POLISH, ())
    assert decode(POLISH.encode("cp1250"), "n", "no-such-encoding")[0] == POLISH


def test_a_broken_file_is_not_guessed_at() -> None:
    for data in (GERMAN.encode()[:5] + b"\xff" + GERMAN.encode()[5:], GERMAN.encode() + b"\xc3", b"\xff\xfea"):
        with pytest.raises(SourceError, match="not UTF-8"):
            decode(data, "n")


def test_binaries_are_named() -> None:
    for data in (
        random.Random(1).randbytes(5000),
        b"\x7fELF\x02\x01\x01\0\0",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"\x01\x02" * 99,
    ):
        with pytest.raises(SourceError, match="n is not a text file"):
            decode(data, "n")


def test_files_above_the_limit_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.pdf"
    with path.open("wb") as file:
        file.truncate(MAX_OFFICE_BYTES + 1)

    with pytest.raises(SourceError, match=r"big\.pdf is larger than 50 MB"):
        load_bytes(path, MAX_OFFICE_BYTES)
    with pytest.raises(SourceError, match="larger than 5 MB"):
        load_text(path)


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_text_or_a_source_error(data: bytes) -> None:
    with suppress(SourceError):
        text, _ = decode(data, "n")
        assert text.strip()
        assert not any(c in text for c in "\0\x1b\u202e\r")
