from __future__ import annotations

from dataclasses import replace

import pytest

from coach.agent.talks.compare import Difference, compare, summary
from coach.domain.preparation import YOU, Brief, Finding, Interview, Line, LineKind, in_order

A, B, C = (Line(text, LineKind.FACT, YOU) for text in ("One.", "Two.", "Three."))
BRIEF = Brief("A talk", Interview(), in_order({"facts": [A, B], "purpose": [C]}))


def test_the_same_and_what_only_moved_is_no_difference() -> None:
    assert compare(BRIEF, BRIEF) == ()
    assert compare(BRIEF, BRIEF.with_part("facts", [B, A])) == ()
    assert summary(()) == ""


def test_each_part_says_what_is_new_and_what_is_gone() -> None:
    finding = Finding("You never ask.", "always or never", "says “never”.")
    after = replace(BRIEF, title="Another", review=(finding,)).with_part("facts", [A, C])
    found = compare(BRIEF, after)
    assert [d.heading for d in found] == ["Title", "Review of the draft", "Facts"]
    assert found[1].after == ("“You never ask.” says “never”.",)
    assert found[2] == Difference("Facts", ("Fact (you): Two.",), ("Fact (you): Three.",))
    assert found[2].as_dict() == {
        "heading": "Facts", "before": ("Fact (you): Two.",), "after": ("Fact (you): Three.",),
    }  # fmt: skip
    assert summary(found) == "3 lines new, 2 gone"


@pytest.mark.parametrize(("lines", "told"), [([A], "1 line gone"), ([], "2 lines gone"), ([A, B, C], "1 line new")])
def test_how_much_changed_is_said_in_words(lines: list[Line], told: str) -> None:
    assert summary(compare(BRIEF, BRIEF.with_part("facts", lines))) == told


def test_a_line_that_means_something_else_now_is_another_line() -> None:
    [found] = compare(BRIEF, BRIEF.with_part("purpose", [replace(C, private=True)]))
    assert (found.before, found.after) == (("Fact (you): Three.",), ("Fact, private (you): Three.",))
