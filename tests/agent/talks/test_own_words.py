from __future__ import annotations

import pytest

from coach.agent.talks.own_words import holds

_TOLD = "On 3 November she promised the client that the model goes live on 1 December."
_DENIED = "Since 2 June he has not sent the report to my team."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("On 3 November you promised the client that the model goes live on 1 December.", _TOLD),
        ("We need four more weeks.", "I want to tell her that we need four more weeks."),
        ("I want you to give reasons instead.", "I want to ask him to give reasons instead."),
        ("Since 2 June you have not sent the report to my team.", _DENIED),
    ],
)
def test_a_sentence_turned_to_whom_it_is_about_stands(text: str, told: str) -> None:
    assert holds(text, told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # Another doer, day, order, deed or number; something added, lost or denied; a label; no address; two sentences.
        ("On 3 November I promised the client that the model goes live on 1 December.", _TOLD),
        ("On 4 November you promised the client that the model goes live on 1 December.", _TOLD),
        ("On 1 December you promised the client that the model goes live on 3 November.", _TOLD),
        ("On 3 November you promised the client, without asking me, that the model goes live on 1 December.", _TOLD),
        ("On 3 November you promised the client a model.", _TOLD),
        ("On 3 November you never promised the client that the model goes live on 1 December.", _TOLD),
        ("On 3 November she promised the client that the model goes live on 1 December.", _TOLD),
        ("On 3 November you promised the client that the model goes live on 1 December. Why?", _TOLD),
        ("Since 2 June you have sent the report to my team.", _DENIED),
        (
            "On Thursday you have to tell our product director no.",
            "I have to tell our product director no on Thursday.",
        ),
        ("The other person: my junior analyst", _TOLD),
        ("", _TOLD),
    ],
)
def test_whatever_says_anything_else_does_not(text: str, told: str) -> None:
    assert not holds(text, told)
