from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.talks.clauses import clauses, sorted_out
from coach.agent.talks.people import somebody

_NO = (
    "I have to tell my product director no on Thursday. On 3 November she promised the client that the model goes live "
    "on 1 December, and I'm afraid she will blame me. I could live with a shadow run. I won't accept weekend work."
)


def test_everything_said_goes_where_it_belongs() -> None:
    said = sorted_out(_NO)
    assert said.who == "my product director"
    assert said.when == "on Thursday"
    assert said.wanted == "I have to tell my product director no on Thursday."
    assert said.happened == "On 3 November she promised the client that the model goes live on 1 December"
    assert said.feared == "I'm afraid she will blame me."
    assert said.concede == "I could live with a shadow run."
    assert said.keep == "I won't accept weekend work."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "tomorrow 9am with the staff eng who humiliated the intern, help me prep",
            {"who": "the staff eng", "when": "tomorrow 9am", "asked": "help me prep"},
        ),
        (
            "I must confront my own boss because he shouted at me before the client.",
            {"wanted": "I must confront my own boss", "happened": "he shouted at me before the client."},
        ),
        (
            "How do I tell my VP that we'll miss the date on Friday?",
            {"who": "my VP", "wanted": "tell my VP that we'll miss the date on Friday", "when": ""},
        ),
        # What somebody else said is no wish of the person's.
        ("She said that I need to work harder.", {"wanted": "", "happened": "She said that I need to work harder."}),
        ("He told me I can't accept that.", {"keep": "", "happened": "He told me I can't accept that."}),
        # A date of what happened is not when the talk is.
        ("On Tuesday my peer showed our results in the meeting with her name on it.", {"when": "", "who": "my peer"}),
        ("I want to tell her that what he did on Monday hurt me.", {"when": ""}),
        ("My report Anna is late. Our 1:1 is on Friday at 3pm.", {"when": "on Friday at 3pm", "who": "My report Anna"}),
        ("hi", {"happened": ""}),
        ("", {"said": ""}),
    ],
)
def test_single_answers(text: str, found: dict[str, str]) -> None:
    said = sorted_out(text)
    for name, value in found.items():
        got = getattr(said, name)
        assert got == value or (value and name == "happened" and value in got), (name, got)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("I have to tell my strongest researcher that people are afraid of him", "my strongest researcher"),
        ("Need to tell Anna, my lead engineer, that it is over", "Anna, my lead engineer"),
        ("I want to talk to HR about it", "HR"),
        ("my director Karin said so", "my director Karin"),
        ("our head of sales wants a date", "our head of sales"),
        ("tell him", ""),
        ("my team is tired", ""),
        ("the model is late", ""),
    ],
)
def test_whom_somebody_speaks_of(text: str, who: str) -> None:
    assert somebody(text) == who


@given(
    st.lists(st.sampled_from(["I want", "peace", "and", ",", "I'm afraid", "because", "she left", ".", "on Monday"]))
)
def test_clauses_stand_in_what_was_typed_and_nothing_is_lost(words: list[str]) -> None:
    text = " ".join(words)
    folded = " ".join(text.split())
    for clause, _ in clauses(text):
        assert clause in folded
    # Only joints between clauses go.
    left = folded
    for clause, _ in clauses(text):
        left = left.replace(clause, "", 1)
    assert set(left.split()) <= {"and", ",", "because", ".", ""}


@pytest.mark.parametrize("text", ["I want " * 2500, "I'm afraid, and " * 1200, "because it was " * 1300, "my " * 6000])
def test_a_hostile_text_takes_no_time(text: str) -> None:
    began = time.perf_counter()
    sorted_out(text)
    assert time.perf_counter() - began < 6
