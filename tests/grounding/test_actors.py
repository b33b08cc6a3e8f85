from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.grounding.actors import handed_over, hands_over, replaced_standing, roles, standing


def test_roles_lose_their_plural_and_a_product_manager_stands_outside() -> None:
    assert roles("The engineers' VP and sales, the boss, a person") == {"engineer", "vp", "sales", "boss"}
    assert standing(roles("our product manager")) == {"outside"}
    assert standing(roles("her manager")) == {"above"}
    assert standing(roles("two bosses and a team lead")) == {"above", "team", "leading"}


@pytest.mark.parametrize(
    ("claim", "evidence", "replaced"),
    [
        ("Take it to the clients.", "Take it to leadership.", True),
        ("Take it to the VP.", "Take it to leadership.", False),
        ("Your clients have to keep up.", "A tech lead has to keep up.", False),
        ("Clients have to keep up.", "A tech lead has to keep up.", True),
        ("Ask the VP about the team.", "Ask the team.", False),
        ("Ask marketing which item goes.", "If the team's list is full, ask which item goes.", False),
        ("Offer the CEO a test.", "Offer a test: 'One engineer, two weeks.'", False),
    ],
)
def test_people_who_stand_elsewhere(claim: str, evidence: str, replaced: bool) -> None:
    assert replaced_standing(claim, evidence) is replaced


@pytest.mark.parametrize(
    ("claim", "who"),
    [
        ("Have your manager ask each person alone.", "your manager"),
        ("Ask the product manager to bring two options.", "the product manager"),
        ("Tell her, and let the client negotiate.", "the client"),
        ("HR should ask each person alone.", "HR"),
        ("Ask the sales lead what the date is for.", ""),
        ("Let them ask.", ""),
        ("Let a second person ask.", ""),
        ("'Have your manager ask' is no plan.", ""),
    ],
)
def test_what_is_left_to_others(claim: str, who: str) -> None:
    assert handed_over(claim, "Ask each person alone.") == who


def test_a_statement_that_leaves_it_to_them_too() -> None:
    assert handed_over("Let your engineer run it.", "Let a colleague run it.") == ""
    assert hands_over("Let a colleague run it.")
    assert handed_over("Your engineer should ask.", "Asking is a habit.") == ""


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_breaks_it(claim: str, evidence: str) -> None:
    assert isinstance(handed_over(claim, evidence), str)
    assert not replaced_standing(claim, claim)
    assert replaced_standing(claim, evidence) in (True, False)
