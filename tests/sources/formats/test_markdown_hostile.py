"""Markdown that is hostile, long or deep: nothing is lost, nothing gets in, and it ends."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.sources.formats.document import Heading, Piece
from coach.sources.formats.markdown import read_markdown
from coach.sources.inline import plain_inline
from tests.sources.formats.reading import heard, note


def test_entities_cannot_bring_hidden_characters_in(tmp_path: Path) -> None:
    draft = note("A &#x202e;b &#27;[31mc &amp; d.", tmp_path)

    assert draft.statements[0].text == "A b [31mc & d."


@given(st.text(alphabet="ab #-*+>|[]()`~_=!<&;:.1x\n\t\\", max_size=120))
@settings(max_examples=300, deadline=None)
def test_blocks_have_lines_within_the_text(text: str) -> None:
    lines = text.count("\n") + 1
    for block in read_markdown(text).blocks:
        assert isinstance(block, Heading | Piece)
        assert 1 <= block.line <= lines


@pytest.mark.parametrize(
    "unit",
    [
        *("> ", "- ", "[", "<!--", "**a", "`", "![](", "|a", "<a ", "1. ", "[a]: <", "a\n", "_x", "&#1;", "[[a|", "{{"),
        *(
            "![[",
            "((",
            "[a](",
            "(x)",
            "%%",
            "%%\n",
            "#a",
            "a:: b\n",
            "> [!x] t\n\n",
            "```\n",
            "[^a]: ",
            " ^a",
            "==a",
            "::",
        ),
        *("<script>\n", "- x\n", "# h\n", "---\n", "\t- x\n", ":A:\n", "<a b='", "#[[", "&amp;", "- [ ] ", "TODO "),
    ],
)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    start = time.process_time()
    read_markdown(unit * (50_000 // len(unit)))

    assert time.process_time() - start < 10


def test_nothing_is_lost_where_it_nests_deeply() -> None:
    deep = "\n".join("  " * depth + f"- level{depth}" for depth in range(120))
    odd = "> " * 40 + "quoted\n\n" + "- " * 40 + "listed\n\n" + ">" + " " * 300 + "- far"

    said = " ".join(text for text, _ in heard(f"{deep}\n\n{odd}"))

    assert all(f"level{depth}" in said for depth in range(120))
    assert all(word in said for word in ("quoted", "listed", "far"))
    assert max(len(under) for _, under in heard(deep)) <= 6


def test_a_long_text_is_read_in_parts_with_its_lines() -> None:
    text = "# A\n\n" + "- item number one\n\n- item\n\n" * 8000 + "# B\n\n" + "Text.\n" * 40_000 + "\nThe end.\n"
    lines = text.split("\n")

    found = list(read_markdown(text).pieces())

    assert len(found) > 50_000
    assert all(piece.text.split()[-1] in lines[piece.line - 1] for piece, _ in found)
    assert found[-1][0].text == "The end."
    assert {above for _, above in found} == {("A",), ("B",)}


def test_a_long_statement_is_parted_and_not_cut() -> None:
    said = [text for text, _ in heard("word " * 1000)]

    assert " ".join(said).split() == ["word"] * 1000
    assert max(map(len, said)) <= 1000


def test_code_is_cut_and_that_is_said() -> None:
    document = read_markdown("```\n" + "x = 1\n" * 400 + "```\n")

    assert len(document.blocks) == 1
    assert "longer than 1000" in document.remarks[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[click](javascript:alert(1)) [more](<javascript:alert(2) x>) <javascript:alert(3)>", "click more"),
        ("[a](data:text/html;base64," + "A" * 5000 + ")", "a"),
        ('<a href="javascript:' + "x" * 500 + '">here</a>', "here"),
        ("[[javascript:alert(1)|page]]", "page"),
    ],
)
def test_of_a_link_only_its_text_stays(text: str, said: str) -> None:
    assert " ".join(plain_inline(text).split()) == said


def test_a_heading_that_is_long_says_something() -> None:
    long = "word " * 60

    assert heard(f"# {long}\n\nText.\n") == [
        (long.strip(), (("word " * 40)[:199].rstrip() + "…",)),
        ("Text.", (("word " * 40)[:199].rstrip() + "…",)),
    ]


def test_a_note_has_no_more_tags_than_anybody_reads(tmp_path: Path) -> None:
    draft = note("Text. " + " ".join(f"#t{n}" for n in range(500)), tmp_path)

    assert len(draft.tags) == 100
