"""A message as a whole and its sentences, weighed together."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.graveness import MODEL, MOST_PIECES, UNKNOWN, Sign, features, graveness, pieces
from coach.agent.screening import GRAVE
from coach.grounding.logistic import load

signs = st.builds(Sign, st.floats(0, 1), st.floats(-2, 2))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("How do I plan the next quarter?", []),
        ("   \n ", []),
        ("He is gone. How do I plan?", ["He is gone.", "How do I plan?"]),
        ("one line\n\nand another", ["one line", "and another"]),
    ],
)
def test_a_message_is_read_by_its_sentences(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@given(st.text(max_size=400))
def test_no_message_has_more_than_so_many_pieces(text: str) -> None:
    assert len(pieces(text)) <= MOST_PIECES
    assert all(pieces(text))


def test_a_message_of_very_many_sentences_is_read_whole_all_the_same() -> None:
    text = " ".join(f"Sentence number {i} is this." for i in range(1000))
    found = pieces(text)
    assert len(found) <= MOST_PIECES
    assert " ".join(found) == text


@given(signs, st.lists(signs, max_size=4))
def test_it_is_a_probability(whole: Sign, parts: list[Sign]) -> None:
    assert 0.0 <= graveness(whole, parts) <= 1.0


@given(signs, st.lists(signs, min_size=1, max_size=4), signs)
def test_a_further_sentence_makes_nothing_less_grave(whole: Sign, parts: list[Sign], more: Sign) -> None:
    assert graveness(whole, [*parts, more]) >= graveness(whole, parts)


@given(st.floats(0, 1), st.floats(-1.9, 2))
def test_a_single_sentence_is_the_whole(gate: float, nearer: float) -> None:
    whole = Sign(gate, nearer)
    assert graveness(whole) == graveness(whole, [whole])


def test_what_is_certain_of_the_gate_is_still_a_number() -> None:
    for gate in (0.0, 1.0):
        assert all(math.isfinite(v) for v in features(Sign(gate, 0.0)).values())


def test_what_nobody_said_yet_is_grave_where_the_gate_is_nearly_sure() -> None:
    assert graveness(Sign(0.97, -0.6), [Sign(0.97, -0.6), Sign(0.02, -0.9)]) >= GRAVE
    assert graveness(Sign(0.03, 0.9)) < GRAVE


def test_an_unknown_nearness_is_neither_near_nor_far() -> None:
    assert features(Sign(0.5, UNKNOWN)) == features(Sign(0.5, 0.0))


def test_the_shipped_coefficients_weigh_just_these_and_all_towards_referring() -> None:
    shipped = load(MODEL, "coach.agent").features
    assert shipped.keys() == features(Sign(0.5)).keys()
    assert all(scale > 0 and weight > 0 for _, scale, weight in shipped.values())
