from __future__ import annotations

import pytest

from coach.agent.talks import debrief, guidance, measures
from coach.agent.talks.fair import CHARACTER, judges


@pytest.mark.parametrize(
    "text",
    [
        "You are confident.",
        "You’re a bit too passive here.",
        "You came across as very defensive.",
        "You sound like a natural leader.",
        "Your personality shines through.",
        "You were not assertive.",
        "You are lazy.",
    ],
)
def test_judgements_of_character_are_known(text: str) -> None:
    assert judges(text)


@pytest.mark.parametrize(
    "text",
    [
        "You asked two open questions.",
        "It names something that happened and when.",
        "After it they agreed in part and gave way a little.",
        "You are now at line 3.",
        "The evaluation was fair.",
    ],
)
def test_words_and_deeds_are_no_judgement(text: str) -> None:
    assert not judges(text)


def test_every_word_of_the_list_is_caught() -> None:
    assert [word for word in sorted(CHARACTER) if not judges(f"You are {word}.")] == []


def test_no_sentence_of_the_programs_own_judges() -> None:
    own = [f"It {text}." for text in guidance.WHAT.values()]
    own += [*debrief._MISSING.values(), debrief._EARLY, debrief.NO_STRENGTH, debrief.NO_SOURCES]
    own += [f"After it they {text}." for text in debrief._THEN.values()]
    own.append(measures._concessions((), measures.NOTHING_SAID).text)
    assert [text for text in own if judges(text)] == []
