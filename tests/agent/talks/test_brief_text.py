from __future__ import annotations

from coach.agent.talks.brief_text import HEADINGS, bullet, editable, markdown, plain
from coach.domain.answer import Citation
from coach.domain.preparation import PARTS, YOU, Brief, Finding, Interview, Line, LineKind, in_order

_CITED = (Citation("C1.5", "0" * 16),)
_NOTE = Line(
    "Decided: no.",
    LineKind.FACT,
    "N8.9",
    (Citation("N8.9", "0" * 16),),
    private=True,
    source="note of 2026-07-02, “Review”",
)


def brief(*lines: Line, part: str = "facts", title: str = "Talk with my VP") -> Brief:
    return Brief(title, Interview(), in_order({part: lines}))


def test_each_line_says_what_it_is_and_where_it_comes_from() -> None:
    assert bullet(Line("She left.", LineKind.FACT, YOU)) == "- Fact (you): She left."
    assert bullet(_NOTE) == "- Fact, private (N8.9, note of 2026-07-02, “Review”): Decided: no."
    assert bullet(Line("He is cold.", LineKind.STORY, YOU, private=True)) == "- Story, private (you): He is cold."
    line = Line("Say no.", LineKind.SUGGESTION, citations=_CITED, label="direct", written=True)
    assert bullet(line) == "- Suggestion, direct, written by a model [C1.5]: Say no."
    assert bullet(Line("If they say …, then I …", LineKind.QUESTION)) == "- To fill in: If they say …, then I …"
    assert bullet(Line("Who heard it?", LineKind.QUESTION, citations=_CITED)) == "- Question [C1.5]: Who heard it?"


def test_every_part_has_a_heading() -> None:
    assert list(HEADINGS) == list(PARTS)


def test_markdown_leaves_empty_parts_out_and_an_editor_shows_them() -> None:
    made = brief(Line("She left.", LineKind.FACT, YOU))
    assert markdown(made) == "# Talk with my VP\n\n## Facts\n- Fact (you): She left.\n"
    assert editable(made).count("## ") == len(PARTS)
    assert plain(made) == "Talk with my VP\n\nFacts:\n- Fact (you): She left."


def test_what_was_written_is_no_markup_of_a_printed_page() -> None:
    made = brief(Line("<img src=x> [a](http://b) `c` *d* # e", LineKind.FACT, YOU), title="# <b>")
    printed = markdown(made)
    assert "\\<img src=x\\> \\[a\\](http://b) \\`c\\` \\*d\\* \\# e" in printed
    assert printed.startswith("# \\# \\<b\\>\n")


def test_a_review_stands_before_the_parts() -> None:
    better = Line("Name the day.", LineKind.SUGGESTION, citations=_CITED)
    finding = Finding("You never answer.", "always or never", "says “never”.", None, better)
    made = Brief("t", Interview(), in_order({"facts": [Line("x", LineKind.FACT, YOU)]}), review=(finding,))
    text = plain(made)
    assert (
        text.index("“You never answer.” says “never”.")
        < text.index("Better: Name the day. [C1.5]")
        < text.index("Facts:")
    )
    assert "Review" not in editable(made)


def test_the_version_and_what_should_be_known_stand_above() -> None:
    made = Brief(
        "t",
        Interview(),
        in_order({}),
        remarks=("A model wrote.",),
        id="ab12",
        version=3,
        created="2026-11-23T09:00:00+00:00",
    )
    assert markdown(made).startswith("# t\n\n> Version 3 of 23 November 2026, ")
    assert "Brief ab12.\n> A model wrote.\n" in markdown(made)
