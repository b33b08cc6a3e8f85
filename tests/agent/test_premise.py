"""What a person says that the sources say."""

from __future__ import annotations

import pytest

from coach.agent.premise import stated_premise


@pytest.mark.parametrize(
    ("question", "premise"),
    [
        (
            "since the principles say leads must stop coding entirely, should I give up my side project?",
            "leads must stop coding entirely",
        ),
        ("The essay says that every deadline can be refused. How do I refuse mine?", "every deadline can be refused"),
        ("You said that leads must work at weekends, why?", "leads must work at weekends"),
        ("P8.3 tells us to promise whatever sales wants, right?", "promise whatever sales wants"),
    ],
)
def test_is_found(question: str, premise: str) -> None:
    assert stated_premise(question) == premise


@pytest.mark.parametrize(
    "question",
    [
        "What do the principles say about deadlines?",
        "my VP says we must ship in March, what do I say?",
        "you said no",
        "So, as you said yourself a minute ago, April is fine",
        "in B2B you say the date that they want and fix it later",
        "You say nothing until it is settled, that is how it is done",
        "Do the sources say anything on hiring?",
        "",
    ],
)
def test_is_not_seen_where_there_is_none(question: str) -> None:
    assert stated_premise(question) == ""
