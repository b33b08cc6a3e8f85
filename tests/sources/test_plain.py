from __future__ import annotations

from pathlib import Path

import pytest

from coach.domain.source import Draft, SourceKind, StatementKind
from coach.sources.plain import is_heading, read_plain

LONG = (
    "This paragraph stands on one line that is long enough to show that nothing here is wrapped, and it ends. Truly. "
)
ESSAY = f"""{LONG}
What comes next matters, e.g. here.
Drive the vision
{LONG}
Embrace the shift from coding to leading
Leads delegate. Leads review.
Summary
It grows with time. “Care.” Then more.
"""


#: The essay that the principles restate is not ours to keep; where it lies beside the checkout, it is read for real.
REAL = Path(__file__).parents[3] / "shared" / "essay.txt"


def read(text: str, kind: SourceKind = SourceKind.PRINCIPLE) -> list[Draft]:
    return read_plain(text, kind, "/x/essay.txt")


def test_short_lines_without_a_full_stop_are_headings() -> None:
    drafts = read(ESSAY)

    assert [(d.number, d.title) for d in drafts] == [
        (0, "Introduction"),
        (1, "Drive the vision"),
        (2, "Embrace the shift from coding to leading"),
        (3, "Summary"),
    ]
    assert [s.text for s in drafts[2].statements] == ["Leads delegate.", "Leads review."]
    assert [s.text for s in drafts[3].statements] == ["It grows with time.", "“Care.”", "Then more."]
    assert drafts[0].statements[-1].line == 2
    assert drafts[2].statements[0].line == 6
    assert {s.kind for d in drafts for s in d.statements} == {StatementKind.PRINCIPLE}
    assert not any(s.id for d in drafts for s in d.statements)


def test_an_essay_of_the_expected_shape() -> None:
    sections = [
        f"Section number {i}\n" + " ".join(["A sentence (with 3.5 things) stands here."] * i) for i in range(1, 9)
    ]

    drafts = read("\n".join(["Opening words come first. " * 6, *sections, "Summary", "It ends here. " * 10]))

    assert [d.number for d in drafts] == list(range(10))
    assert [len(d.statements) for d in drafts] == [6, 1, 2, 3, 4, 5, 6, 7, 8, 10]


def test_without_text_before_the_first_heading_numbers_begin_at_one() -> None:
    assert [(d.number, d.title) for d in read("My principles\nBe kind\nBe kind to all.\nBe clear\nSay it.")] == [
        (1, "Be kind"),
        (2, "Be clear"),
    ]


def test_hard_wrapped_text_has_paragraphs_between_blank_lines() -> None:
    drafts = read(
        "Be kind\n\nKindness is what people\nremember of you when\nyou left. It costs little\n\nBe clear:\n\nSay it.\n"
    )

    assert [d.title for d in drafts] == ["Be kind", "Be clear"]
    assert [s.text for s in drafts[0].statements] == [
        "Kindness is what people remember of you when you left.",
        "It costs little",
    ]
    assert drafts[1].statements[0].line == 9


def test_practices_have_kinds_by_their_form() -> None:
    (draft,) = read("Saying no\nOffer a date. If they insist, then wait. What do they need?", SourceKind.PRACTICE)

    assert [s.kind for s in draft.statements] == [StatementKind.ADVICE, StatementKind.IF_THEN, StatementKind.QUESTION]
    assert draft.when == "Saying no"


def test_a_very_long_sentence_is_cut_and_remarked() -> None:
    (draft,) = read("word " * 500)

    assert len(draft.statements[0].text) <= 1000
    assert draft.statements[0].text.endswith("word…")
    assert "longer than 1000" in draft.remarks[0]


@pytest.mark.parametrize(
    "line", ["Summary", "Drive vision and stay at the forefront", "Was it worth it, then (or not)", "“Care”"]
)
def test_headings(line: str) -> None:
    assert is_heading(line)


@pytest.mark.parametrize(
    "line", ["", "It ends.", "Really?", "first,", "- an item", "2. an item", "* * *", "word " * 13, "x" * 81]
)
def test_no_headings(line: str) -> None:
    assert not is_heading(line)


@pytest.mark.skipif(not REAL.is_file(), reason="the source essay does not lie beside this checkout")
def test_the_source_essay_is_an_introduction_eight_principles_and_a_summary() -> None:
    drafts = read(REAL.read_text(encoding="utf-8"))
    assert [d.number for d in drafts] == list(range(10))
    assert (drafts[0].title, drafts[9].title) == ("Introduction", "Summary")
    assert sum(len(d.statements) for d in drafts[1:9]) == 47
