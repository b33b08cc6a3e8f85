from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.quotations import MARK, put_aside, put_back


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("say 'Let us wait' and go", ["'Let us wait'"]),
        ("say 'I don't know what I want' twice", ["'I don't know what I want'"]),
        ('say “yes” and "no"', ["“yes”", '"no"']),
        ("say ‘It’s fine’ now", ["‘It’s fine’"]),
        ("the team's list and a colleague's code", []),
        ("don't", []),
        ("an 'open quote", []),
    ],
)
def test_quotations_are_found(text: str, found: list[str]) -> None:
    bare, quotations = put_aside(text)
    assert quotations == found
    assert bare.count(MARK) == len(found)


@given(st.text(alphabet=st.characters(exclude_characters=MARK), max_size=200))
def test_put_back_they_stand_where_they_stood(text: str) -> None:
    assert put_back(*put_aside(text)) == text
