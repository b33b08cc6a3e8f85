from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.text import Cleaner, clean, clean_line

HOSTILE = st.text(
    alphabet=st.sampled_from(
        [*"ab [];:mJ0?1\\\x1b\x07\x9b\x9c\x9d\r\n\t", "\u202e", "\u200d", "\u200b", "é", "👩", "\ud800"]
    )
)


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("plain text", "plain text"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]52;c;Zm9v\x1b\\after", "after"),
        ("\x9b31mred", "red"),
        ("\x1bPdata\x1b\\after", "after"),
        ("a\x00b\x08c\x7f", "abc"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("tab\tstays", "tab\tstays"),
        ("\u202egnp.exe", "gnp.exe"),
        ("in\u200bvis\u00adible\ufeff", "invisible"),
        ("tag\U000e0041s", "tags"),
        ("a\u200db", "ab"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("e\u0301", "é"),
        ("lone \ud800 surrogate", "lone ? surrogate"),
        ("cut \x1b[31", "cut "),
    ],
)
def test_clean(dirty: str, expected: str) -> None:
    assert clean(dirty) == expected


def test_clean_line_is_one_line() -> None:
    assert clean_line("  a\n\n b\t c\x1b[0m ") == "a b c"


@given(HOSTILE)
def test_nothing_dangerous_gets_through(text: str) -> None:
    result = clean(text)

    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in result)
    assert "\u202e" not in result
    assert result.encode("utf-8").decode("utf-8") == result


@given(st.one_of(HOSTILE, st.text(st.characters(max_codepoint=127))))
def test_a_text_is_cleaned_as_a_stream_of_it_is(text: str) -> None:
    cleaner = Cleaner()

    assert clean(text) == cleaner.feed(text) + cleaner.finish()


@given(st.lists(HOSTILE, max_size=6))
def test_chunks_hide_no_escape(chunks: list[str]) -> None:
    cleaner = Cleaner()
    streamed = "".join(cleaner.feed(c) for c in chunks) + cleaner.finish()

    assert "\x1b" not in streamed
    assert "\x9b" not in streamed


def test_an_escape_that_is_split_between_chunks_is_removed() -> None:
    cleaner = Cleaner()

    assert cleaner.feed("a\x1b") + cleaner.feed("[3") + cleaner.feed("1mb") + cleaner.finish() == "ab"


def test_a_line_break_that_is_split_between_chunks_is_one() -> None:
    cleaner = Cleaner()

    assert cleaner.feed("a\r") + cleaner.feed("\nb\r") + cleaner.finish() == "a\nb\n"
