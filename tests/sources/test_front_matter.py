from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.errors import SourceError
from coach.sources.front_matter import split_front_matter


def test_splits_and_counts_lines() -> None:
    front = split_front_matter("---\nTitle: 'A: b'\ntags: [x, y]\n---\nText.\n", "a.md")

    assert front.values == {"title": "A: b", "tags": ["x", "y"]}
    assert front.body == "Text.\n"
    assert front.first_line == 5


@pytest.mark.parametrize(
    "text", ["Text.", "", "---\n\nA rule above.", "---\nJust text\n---\nMore", "----\na: b\n---\n"]
)
def test_text_without_front_matter_is_all_body(text: str) -> None:
    front = split_front_matter(text, "a.md")

    assert front.values == {}
    assert front.body == text
    assert front.first_line == 1


def test_blank_lines_before_it_do_not_hide_it() -> None:
    front = split_front_matter("\n\n---\nprivate: true\n---\nText", "a.md")

    assert front.values == {"private": True}
    assert front.first_line == 6


def test_empty_front_matter() -> None:
    assert split_front_matter("---\n---\nText", "a.md").body == "Text"


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ("title: In short: a craft", "a.md, line 2"),
        ("a: b\ntags: [x", "a.md, line"),
        ("a: 1\na: 2", "line 3"),
        ("when: 2026-02-31", "a.md"),
        ("? [a, b]\n: c", "a.md"),
        ("a: !!python/object/apply:os.system ['true']", "line 2"),
        ("private:true\nother: x", "a.md"),
        ("private:true", "a.md"),
        ("x: &a {b: c}\ny:\n  <<: *a", "line 4"),
        ("a: " + "[" * 60_000, "line 2"),
        ("- " * 30_000 + "x", "line 2"),
        ("? " * 30_000 + "x", "line 2"),
        ("a: " + "x" * 70_000, "line 2"),
    ],
)
def test_broken_or_hostile_yaml_names_the_place(block: str, place: str) -> None:
    with pytest.raises(SourceError) as caught:
        split_front_matter(f"---\n{block}\n---\nText", "a.md")

    assert place in caught.value.message
    assert caught.value.hint


def test_an_unclosed_front_matter_is_not_read_as_text() -> None:
    with pytest.raises(SourceError, match="second line of ---"):
        split_front_matter("---\nprivate: true\n\nText", "a.md")


def test_aliases_do_not_grow() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [{'*a, ' * 4}*a]\n" for i in range(20))

    assert len(split_front_matter(f"---\n{bomb}---\nText", "a.md").values) == 21


@given(st.text(alphabet="ab:-[]{}&*<>!?|'\"# \n\t%@`0123", max_size=80))
@settings(max_examples=300)
def test_never_anything_but_a_source_error(block: str) -> None:
    with suppress(SourceError):
        assert split_front_matter(f"---\n{block}\n---\nText", "a.md").body.endswith("Text")
