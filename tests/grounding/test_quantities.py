from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.grounding.quantities import allowed_numbers, numbers


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("in 3 weeks, or twenty-one days", [3, 21]),
        ("50 % of 1,200 rows", [50, 1200]),
        ("3.5 points", [3.5]),
        ("between 10-15 people", [10, 15]),
        ("two hundred thousand", [200_000]),
        ("2026-10-05", [2026, 10, 5]),
        ("at 02:40", [2, 40]),
        ("one of them, both, half, a second time", []),
        ("choose between the two, or two more", [2]),
        ("GPT-4, S3 and P8.2", []),
        ("", []),
    ],
)
def test_numbers(text: str, stated: list[float]) -> None:
    assert numbers(text) == stated


@pytest.mark.parametrize(
    ("text", "number"), [("half of them", 50), ("both", 2), ("a dozen", 12), ("at noon", 12), ("fourteen", 14), ("", 1)]
)
def test_words_that_stand_for_numbers_allow_them(text: str, number: float) -> None:
    assert number in allowed_numbers(text)


@given(st.text(max_size=200))
def test_what_a_text_states_it_allows(text: str) -> None:
    assert set(numbers(text)) <= allowed_numbers(text)
