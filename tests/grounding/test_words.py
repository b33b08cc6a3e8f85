from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.grounding.words import clauses, content, stem


@pytest.mark.parametrize(
    "forms",
    [
        ("negotiate", "negotiating", "negotiated", "negotiates"),
        ("deadline", "deadlines"),
        ("plan", "planned", "planning", "plans"),
        ("told", "tell", "tells", "telling"),
        ("criticise", "criticize", "criticising"),
        ("try", "tries", "tried"),
        ("person", "people"),
    ],
)
def test_forms_of_a_word_share_a_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(f) for f in forms}) == 1


def test_different_words_do_not() -> None:
    assert len({stem(w) for w in ("deadline", "date", "resource", "promise", "team")}) == 5


def test_content_leaves_grammar_out() -> None:
    assert content("You should tell it to the team") == ["tell", "team"]


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "Z")), max_size=200))
def test_clauses_keep_every_content_word(text: str) -> None:
    assert set(content(" ".join(clauses(text)))) <= set(content(text))
