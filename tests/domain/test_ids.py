from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.ids import citations_in, is_source_id, is_statement_id, sort_key, source_of, without_citations


@pytest.mark.parametrize("text", ["P0", "P8", "C3", "N12"])
def test_source_ids(text: str) -> None:
    assert is_source_id(text)
    assert not is_statement_id(text)


@pytest.mark.parametrize("text", ["P08", "X1", "P", "8", "p8", "P8.", "P8.2", "P12345678", " P8"])
def test_not_source_ids(text: str) -> None:
    assert not is_source_id(text)


@pytest.mark.parametrize("text", ["P8.0", "P8.02", "P8", "P8.2.1", "P8.2 ", "Q8.2", "P8.²"])
def test_not_statement_ids(text: str) -> None:
    assert not is_statement_id(text)


def test_citations_are_found_once_in_order() -> None:
    text = "One [P8.2]. Two [N12.4, P8.2]; three [C1.1; P0.1]. Not [P8], (P8.3), [P8.2 and P8.3] or [X1.1]."

    assert citations_in(text) == ("P8.2", "N12.4", "C1.1", "P0.1")


def test_citations_are_taken_out_with_their_space() -> None:
    assert without_citations("Do it [P8.2]. Then  go. [C1.1, P8.3]") == "Do it. Then go."
    assert without_citations("Keep [this] and [P8].") == "Keep [this] and [P8]."


def test_ids_sort_as_people_count() -> None:
    ids = ["P8.10", "P10", "P8.2", "P2", "C1.1", "N3", "P8"]

    assert sorted(ids, key=sort_key) == ["C1.1", "N3", "P2", "P8", "P8.2", "P8.10", "P10"]


@given(st.sampled_from("PCN"), st.integers(0, 9_999_999), st.integers(1, 9_999_999))
def test_every_id_is_cited_and_found(letter: str, source: int, number: int) -> None:
    statement = f"{letter}{source}.{number}"

    assert is_statement_id(statement)
    assert source_of(statement) == f"{letter}{source}"
    assert citations_in(f"Text [ {statement} ].") == (statement,)


@given(st.text(alphabet="[]PCN123.,; ab", max_size=60))
def test_taking_citations_out_leaves_none(text: str) -> None:
    # Taking one out can join two halves of another; what is left never holds one that stood there whole.
    assert len(citations_in(without_citations(text))) <= len(text)
    assert all(is_statement_id(i) for i in citations_in(text))
