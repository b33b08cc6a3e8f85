from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.talks.brief_text import editable
from coach.agent.talks.editing import read_back, with_text
from coach.domain.answer import Citation, Verdict
from coach.domain.errors import InputError
from coach.domain.preparation import PARTS, YOU, Brief, Finding, Interview, Line, LineKind, in_order
from coach.domain.text import clean_line

_CITED = (Citation("C1.5", "0" * 16),)
_ADVICE = Line(
    "Put the no first: 'No.'", LineKind.SUGGESTION, citations=_CITED, verdict=Verdict.SUPPORTED, label="direct"
)
_FACT = Line("On 3 March she left.", LineKind.FACT, YOU)
_FIELD = Line("If they say …, then I …", LineKind.QUESTION)
_CONCEDE = Line("What I can give way on: …", LineKind.QUESTION)

_TEXTS = st.text(min_size=1, max_size=40).map(clean_line).filter(bool)
_LINES = st.builds(
    Line, _TEXTS, st.sampled_from(LineKind), st.sampled_from(["", YOU, "N12.4"]), st.sampled_from([(), _CITED]),
    st.sampled_from(Verdict), st.booleans(), st.sampled_from(["", "gentle", "must stay"]),
    st.sampled_from(["", "note: a"]),
)  # fmt: skip


def brief(**parts: Any) -> Brief:
    return Brief(
        "Talk with my VP", Interview(who="my VP"), in_order({k.replace("_", " "): v for k, v in parts.items()})
    )


@given(
    st.dictionaries(
        st.sampled_from([p for p in PARTS if p != "outcome"]), st.lists(_LINES, max_size=3, unique_by=lambda x: x.text)
    )
)
def test_what_was_not_changed_stays_what_it_was(parts: Any) -> None:
    made = Brief("A talk", Interview(), in_order(parts))
    again = read_back(made, editable(made))
    assert [[line.text for line in p.lines] for p in again.parts] == [
        [line.text for line in p.lines] for p in made.parts
    ]
    # Two lines that look alike in print are alike in whatever matters to the reader.
    assert editable(again) == editable(made)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    made = brief(facts=[_FACT])
    with suppress(InputError):
        assert [p.name for p in read_back(made, text).parts] == list(PARTS)


def test_a_changed_line_is_said_by_the_person() -> None:
    made = brief(facts=[_FACT], openings=[_ADVICE])
    text = editable(made).replace("she left", "she left early").replace("Put the no first", "Say the no first")
    again = read_back(made, text)
    assert again.part("facts") == (Line("On 3 March she left early.", LineKind.FACT, YOU),)
    [line] = again.part("openings")
    assert (line.text, line.kind, line.said_by) == ("Say the no first: 'No.'", LineKind.SUGGESTION, YOU)
    assert (line.citations, line.verdict, line.label) == ((), Verdict.NOT_A_CLAIM, "direct")


def test_a_field_that_was_filled_in_is_a_fact_and_one_half_filled_stays_a_field() -> None:
    made = brief(reactions=[_FIELD])
    full = read_back(made, editable(made).replace("say …, then I …", "say no, then I ask why"))
    assert full.part("reactions") == (Line("If they say no, then I ask why", LineKind.FACT, YOU),)
    half = read_back(made, editable(made).replace("say …", "say no"))
    assert half.part("reactions")[0].blank


def test_what_can_be_conceded_is_private_and_counts_in_the_interview() -> None:
    made = brief(outcome=[_CONCEDE])
    again = read_back(made, editable(made).replace("way on: …", "way on: a month"))
    assert again.part("outcome") == (Line("a month", LineKind.FACT, YOU, private=True, label="can be conceded"),)
    assert again.interview.concede == "a month"
    gone = read_back(again, editable(again).replace("a month", "two weeks"))
    assert gone.interview.concede == "two weeks"
    assert gone.part("outcome")[0].private


def test_lines_are_added_moved_and_removed() -> None:
    made = brief(facts=[_FACT], openings=[_ADVICE])
    text = "# Another title\n\n## Facts\n* He is always late\n\n## stories\n- Direct [C1.5]: hm\n## Ways to open\n"
    text += "- " + editable(made).split("- ")[1]
    again = read_back(made, text)
    assert again.title == "Another title"
    # It moved, and is still what it was.
    assert again.part("openings") == (_FACT,)
    [added] = again.part("facts")
    assert (added.kind, added.said_by) == (LineKind.STORY, YOU)
    assert again.part("stories")[0].private


def test_a_line_that_the_editor_broke_is_one_line() -> None:
    made = brief(facts=[_FACT])
    again = read_back(made, editable(made).replace("On 3 March she", "On 3 March\n  she"))
    assert again.part("facts") == (_FACT,)


def test_private_can_be_set_by_hand() -> None:
    made = brief(facts=[_FACT])
    again = read_back(made, editable(made).replace("Fact (you)", "Fact, private (you)"))
    assert again.part("facts")[0].private


def test_terminal_escapes_do_not_get_in() -> None:
    again = read_back(brief(), "## Facts\n- x\x1b[31m\u202ey")
    assert again.part("facts")[0].text == "xy"


def test_a_part_that_there_is_not_is_named() -> None:
    with pytest.raises(InputError, match="Line 3 begins a part that a brief has not: Gossip") as caught:
        read_back(brief(), "# t\n\n## Gossip\n- x")
    assert "facts" in caught.value.hint


def test_a_part_is_set_or_added_to() -> None:
    made = brief(facts=[_FACT])
    assert [line.text for line in with_text(made, "facts", "a\n\n b ").part("facts")] == ["a", "b"]
    assert with_text(made, "Facts", "a", add=True).part("facts")[0] == _FACT
    assert with_text(made, "outcome", "What I cannot give up: the weekend").interview.keep == "the weekend"
    assert with_text(made, "facts", "").part("facts") == ()
    for name in ("gossip", "Review of the draft", ""):
        with pytest.raises(InputError):
            with_text(made, name, "x")


def test_the_review_stays_with_an_edited_brief() -> None:
    finding = Finding("You never answer.", "always or never", "says “never”.")
    made = Brief("t", Interview(), in_order({}), review=(finding,))
    assert read_back(made, editable(made)).review == (finding,)
