from __future__ import annotations

import pytest

from coach.agent.talks.people import roles_of
from coach.agent.talks.stories import is_story


@pytest.mark.parametrize(
    "sentence",
    [
        "It's a power game.",
        "He thinks that rules are for other people.",
        "I'm the only one who does any work here.",
        "Perhaps she's afraid of the new tool.",
        "He did it to weaken my team.",
        "She rules by fear.",
        "They all stick together up there.",
        "He must have known.",
        "The decision is an insult to the staff.",
    ],
)
def test_what_no_camera_saw_is_a_story(sentence: str) -> None:
    assert is_story(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The server was down for two hours.",
        "She is our CTO.",
        "Nobody could log in.",
        "Our report showed zero customers until noon.",
        "The client wants the facade done by 20 August.",
        'She said "you are lazy".',
        "He told the client that my team was slow.",
        "The data team did it because the client asked.",
        "The room was booked by sales.",
    ],
)
def test_what_one_could_have_seen_is_none(sentence: str) -> None:
    assert not is_story(sentence)


def test_roles_are_named_by_their_last_word_and_anybody_is_nobody() -> None:
    assert roles_of("Our product managers and the client, in a friendly voice") == {"manager", "customer"}
    assert roles_of("A customer demo for the team and a colleague") == set()
    assert roles_of("If the VP wants a date") == {"vp"}
