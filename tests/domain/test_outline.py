from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.outline import PARAGRAPH, openings, outline
from coach.domain.sentences import split_sentences

TEXT = """Two things apply.
They pull apart.

1. Name the cost. [P8.2]
   Then wait.
2. Write it down.
- Ask
* Listen

## Next
What do you fear?
---
We had
42. Then came more."""


def shown(text: str) -> list[tuple[str, str]]:
    return [(p.opens, text[p.start : p.end]) for p in outline(text)]


def test_paragraphs_items_and_headings() -> None:
    assert shown(TEXT) == [
        (PARAGRAPH, "Two things apply.\nThey pull apart."),
        ("1.", "Name the cost. [P8.2]\n   Then wait."),
        ("2.", "Write it down."),
        ("-", "Ask"),
        ("-", "Listen"),
        (PARAGRAPH, "## Next"),
        (PARAGRAPH, "What do you fear?"),
        (PARAGRAPH, "We had\n42. Then came more."),
    ]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("Two:\n-", (PARAGRAPH, "Two:")),
        ("Two:\n- ", (PARAGRAPH, "Two:")),
        ("Two:\n- a", ("-", "a")),
        ("Two:\n1", (PARAGRAPH, "Two:")),
        ("Two:\n1.", (PARAGRAPH, "Two:")),
        ("Two:\n**", (PARAGRAPH, "Two:\n**")),
        ("Two:\n-\nthree", (PARAGRAPH, "Two:\n-\nthree")),
        ("-5 degrees", (PARAGRAPH, "-5 degrees")),
    ],
)
def test_a_marker_at_the_end_waits_until_it_is_clear_what_it_is(text: str, last: tuple[str, str]) -> None:
    assert shown(text)[-1] == last


def test_sentences_open_what_they_begin() -> None:
    sentences = split_sentences(TEXT)
    assert dict(zip(sentences, openings(TEXT, sentences), strict=True)) == {
        "Two things apply.": "",
        "They pull apart.": "",
        "Name the cost. [P8.2]": "1.",
        "Then wait.": "",
        "Write it down.": "2.",
        "Ask": "-",
        "Listen": "-",
        "## Next": PARAGRAPH,
        "What do you fear?": PARAGRAPH,
        "We had 42.": PARAGRAPH,
        "Then came more.": "",
    }


@given(st.text(st.sampled_from("a.*-#1) \n[]`>|"), max_size=60))
def test_whatever_is_written_nothing_said_gets_lost(text: str) -> None:
    pieces = outline(text)
    assert all(a.end <= b.start for a, b in pairwise(pieces))
    assert all(p.start <= p.end for p in pieces)
    assert "".join(text[p.start : p.end] for p in pieces).count("a") == text.count("a")
    assert len(openings(text, split_sentences(text))) == len(split_sentences(text))


@pytest.mark.parametrize("text", ["- a. b\n" * 20_000, "*" * 200_000, "\n" * 200_000, " " * 200_000, "1. " * 60_000])
def test_linear(text: str) -> None:
    began = time.perf_counter()
    openings(text, ["a.", "b"] * 20_000)
    assert time.perf_counter() - began < 5
