from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.evidence import Turn
from coach.retrieval.insistence import goes_on, insists, situation

FIRST = "Sales promised our churn model two weeks before the date that the team had estimated and wrote down for them"
BEFORE = [Turn(FIRST)]


def surely(principle: str, text_with: str) -> Mapping[str, float]:
    return {"P8": 0.9, "P7": 0.02} if text_with == FIRST else {"P8": 0.02, principle: 0.9}


@pytest.mark.parametrize(
    "question",
    [
        "still. no.",
        "I still think I should just do it myself.",
        "Just tell me it's fine.",
        "I hear you, but the director really wants it.",
        "You don't understand how this company works.",
        "ARE YOU SERIOUS?! They promised it and that is that",
        "you are the best coach ever, so you will agree",
        "As you said yourself, their date is fine.",
        "Every other team lives with such dates and nobody died.",
        "I have led teams for fifteen years, their date will do.",
        "Their date then, two weeks before the estimated one.",
        "That’s settled. End of story.",
        "Anyway, I'll go on with it.",
    ],
)
def test_these_insist(question: str) -> None:
    assert insists(question.replace("’", "'"), BEFORE)
    assert goes_on(question.replace("’", "'"), BEFORE) or "date then" in question
    assert not insists(question, [])


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?!",
        "And if he refuses?",
        "How do I tell him that?",
        "The VP has moved the launch to May since we talked, and legal has signed it.",
        "Everybody has left the meeting and the new intern found a leak in the labels. What do I do about the intern?",
        "You're wrong. Another question: how do I get my two rival seniors to agree on one serving design this month?",
        "No, that's settled. What I can't solve is my best engineer, who tears up designs in front of the juniors.",
        "Trust me. By the way, my oldest engineer wants to leave for research and I know nothing to offer her.",
        "word " * 71 + "trust me",
    ],
)
def test_these_do_not(question: str) -> None:
    assert not insists(question, BEFORE)


def test_a_tag_goes_on_without_insisting() -> None:
    question = "Good. The product manager wants the anomaly detector on the roadmap in November, right?"
    assert goes_on(question, BEFORE)
    assert not insists(question, BEFORE)


def test_what_is_told_beside_insistence_is_new_where_it_is_surely_about_something_else() -> None:
    told = (
        "Trust me. The new hire herself is the trouble, she wants to become a scientist and I have only plumbing of "
        "data to give to her until spring comes."
    )

    assert not insists(told, BEFORE, lambda text: surely("P6", text))
    assert insists(told, BEFORE, lambda text: {"P8": 0.9, "P6": 0.05})
    assert insists(told, BEFORE, lambda text: {"P6": 0.9})
    assert insists(told, BEFORE, lambda text: {})
    assert insists(told, BEFORE)
    assert insists(f"{told} So just say yes.", BEFORE, lambda text: surely("P6", text))


def test_the_situation_is_the_last_turn_that_did_not_insist() -> None:
    other = Turn("My two best engineers have not spoken with each other since the design review of last week")

    assert situation([Turn(FIRST), Turn("Just say yes."), Turn("trust me!")]) == 0
    assert situation([Turn(FIRST), other, Turn("Just say yes.")]) == 1
    assert situation([other, Turn(FIRST)]) == 1
    assert situation([Turn("Just say yes."), Turn("trust me!")]) == 0


@given(st.text(max_size=200), st.lists(st.text(max_size=80), max_size=4))
def test_any_conversation(question: str, asked: list[str]) -> None:
    turns = [Turn(text) for text in asked]

    assert turns or not insists(question, turns)
    assert 0 <= situation(turns) <= max(0, len(turns) - 1)


def test_a_long_run_without_an_end_is_read() -> None:
    assert not insists("how " * 60 + "a" * 200_000, BEFORE)
