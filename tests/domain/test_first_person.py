from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.first_person import in_first_person


@pytest.mark.parametrize(
    ("said", "mine"),
    [
        ("when you announce a migration", "when I announce a migration"),
        ("somebody says that you no longer know the code", "somebody says that I no longer know the code"),
        ("ask why you do not use it", "ask why I do not use it"),
        ("what would convince you, and the day of your answer", "what would convince me, and the day of my answer"),
        ("someone comes to you angry", "someone comes to me angry"),
        ("somebody presses you for one number", "somebody presses me for one number"),
        ("the owner brings you a decision", "the owner brings me a decision"),
        ("the part that worries you and leave the fix", "the part that worries me and leave the fix"),
        ("she wants you to answer", "she wants me to answer"),
        ("if Ana gives you time", "if Ana gives me time"),
        ("what the delay costs you", "what the delay costs me"),
        ("forces a short cut on you", "forces a short cut on me"),
        ("thank them before you ask", "thank them before I ask"),
        ("goes home before you", "goes home before me"),
        ("the person you are criticising", "the person I am criticising"),
        ("news you were told in confidence", "news I was told in confidence"),
        ("when you weren't there", "when I wasn't there"),
        ("what are you waiting for", "what am I waiting for"),
        ("the bar you set", "the bar I set"),
        ("the week in which you repay it", "the week in which I repay it"),
        ("You're late", "I'm late"),
        ("when you've heard it, you'll say", "when I've heard it, I'll say"),
        ("do it yourself with a friend of yours", "do it myself with a friend of mine"),
        ("Your VP", "My VP"),
        ("in the room or above you, asks", "in the room or above me, asks"),
    ],
)  # fmt: skip
def test_you_becomes_i_or_me(said: str, mine: str) -> None:
    assert in_first_person(said) == mine


@pytest.mark.parametrize(
    "said",
    [
        "say 'What would you do if I were away?'",
        "ask “Can you wait for your answer?” and listen",
        'ask "Do you know yourself?"',
        "say ‘You and I don’t agree’ and wait",
    ],
)
def test_quotations_stay(said: str) -> None:
    assert in_first_person(said) == said


def test_an_apostrophe_is_no_quotation() -> None:
    assert in_first_person("the team's list, which you don't know") == "the team's list, which I don't know"


@pytest.mark.parametrize("said", ["I ask how you are", "tell my team what you said", "the model is ready"])
def test_what_is_in_the_first_person_or_nobodys_stays(said: str) -> None:
    assert in_first_person(said) == said


@given(st.text(max_size=200))
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(in_first_person(text), str)


@given(st.lists(st.sampled_from("you your ask the to of that and if Ana , . 'x' code are".split()), max_size=15))  # noqa: SIM905
def test_nothing_of_you_is_left_and_nothing_else_is_lost(words: list[str]) -> None:
    said = " ".join(words)
    mine = in_first_person(said)
    assert "you" not in mine
    assert mine.count(" ") == said.count(" ")
