from __future__ import annotations

import pytest

from coach.agent.talks.tracing import misattributed, untraced

_NO = "Put the no in your first sentence and the reason in the second: 'We cannot go live by then.'"
_SAID = "I have to tell my product director no on Thursday. On 3 November she promised the client 1 December."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Put the no to your product director in your first sentence.", []),
        ("Say 'We cannot go live on 1 December.'", []),
        ("Put the no in your first sentence, because she is under pressure.", ["under", "pressur"]),
        ("Offer the team a raise.", ["raise", "team", "offer"]),
    ],
)
def test_what_stands_in_neither(text: str, left: list[str]) -> None:

    assert bool(untraced(text, _NO, _SAID)) is bool(left)


@pytest.mark.parametrize(
    ("text", "swapped"),
    [
        ("Say 'You promised the client 1 December.'", False),
        ("Name the date that she promised.", False),
        ("Name the date that your product director promised.", False),
        ("Name the date that you promised the client.", True),
        ("Say 'I promised the client 1 December.'", True),
        ("Tell her what the date costs.", False),
    ],
)
def test_who_did_what_stays_as_it_was_told(text: str, swapped: bool) -> None:
    assert misattributed(text, _SAID) is swapped


def test_what_the_person_did_is_not_put_on_the_other_one() -> None:
    said = "I shouted at our data engineer yesterday."
    assert misattributed("Say 'You shouted yesterday.'", said)
    assert not misattributed("Say 'I shouted yesterday.'", said)
    assert not misattributed("Say that you shouted.", said)
