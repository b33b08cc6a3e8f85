"""Patterns as in a ``.gitignore``. What git itself says of them was asked once, of thousands of random ones."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.errors import InputError
from coach.sources.globs import Globs, one_file


@pytest.mark.parametrize(
    ("lines", "meant", "not_meant"),
    [
        (["*.log"], ["a.log", "b/c.log"], ["a.log.md", "log"]),
        (["/a.md"], ["a.md"], ["b/a.md"]),
        (["build/"], ["build/", "x/build/"], ["build", "rebuild/"]),
        (["doc/old/"], ["doc/old/"], ["a/doc/old/"]),
        (["**/old"], ["old", "a/b/old", "old/"], ["olds"]),
        (["a/**/b"], ["a/b", "a/x/y/b"], ["b", "x/a/b"]),
        (["a/**"], ["a/x", "a/x/"], ["a/", "a"]),
        (["a/**/"], ["a/x/", "a/x/y/"], ["a/", "a/x"]),
        (["foo/*", "!foo/keep.md"], ["foo/x.md"], ["foo/", "foo/keep.md"]),
        (["*", "!*/", "!*.md"], ["x.txt", "dir/x.txt"], ["x.md", "dir/x.md", "dir/"]),
        (["a?.md", "[bc].md", "[!x]1"], ["ab.md", "b.md", "y1"], ["a.md", "d.md", "x1"]),
        (["# a.md", "", "\\#b.md", "c.md  "], ["#b.md", "c.md"], ["a.md", "# a.md", ""]),
        (["drafts/", "!drafts/"], [], ["drafts/"]),
    ],
)
def test_a_pattern_means_what_it_means_to_git(lines: list[str], meant: list[str], not_meant: list[str]) -> None:
    globs = Globs(lines)
    assert [path for path in meant if not globs.says(path)] == []
    assert [path for path in not_meant if globs.says(path)] == []


def test_taken_back_is_not_the_same_as_not_named() -> None:
    globs = Globs(["*.md", "!a.md"])
    assert (globs.says("b.md"), globs.says("a.md"), globs.says("c.txt")) == (True, False, None)


@pytest.mark.parametrize("line", ["!", "[z-a]", "\\", "*a*b*c*d*", "*/*/*/*/*/*/*/a"])
def test_what_is_no_pattern_is_named(line: str) -> None:
    with pytest.raises(InputError, match=r"Pattern 2, “"):
        Globs(["*.md", line])


def test_a_pattern_made_to_take_for_ever_does_not() -> None:
    globs = Globs(["*a*a*b", "**/*a*/**/x*x*x"])
    began = time.process_time()
    globs.says("a" * 255)
    globs.says("/".join(["a" * 100] * 10))
    assert time.process_time() - began < 2


@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_the_pattern_of_one_file_fits_it_and_nothing_else(name: str) -> None:
    globs = Globs([one_file(f"a folder/{name}")])
    assert globs.says(f"a folder/{name}")
    assert not globs.says(f"a folder/{name}x")
    assert not globs.says(f"b/a folder/{name}")
