from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.talks.stories import is_story
from coach.agent.talks.wording import marks, quotations, unquoted


@pytest.mark.parametrize(
    ("sentence", "what", "words"),
    [
        ("Your notebook is careless.", "trait word", "careless"),
        ("She is so difficult.", "trait word", "difficult"),
        ("My director is a genius.", "trait word", "a genius"),
        ("He always comes late.", "always or never", "always"),
        ("You interrupt me every single time.", "always or never", "every single time"),
        ("She thinks I am weak.", "mind-reading", "thinks"),
        ("Anna doesn’t care about quality.", "mind-reading", "doesn’t care"),
        ("They want to push me out.", "mind-reading", "want to push me out"),
        ("He did it on purpose.", "mind-reading", "on purpose"),
        ("I think the plan failed.", "no fact", "I think"),
        ("Everyone agrees with me.", "no fact", "Everyone agrees"),
        ("It is your fault.", "no fact", "your fault"),
        ("As I already said, send it.", "sharp tone", "As I already said"),
        ("This is unacceptable.", "sharp tone", "unacceptable"),
        ("Answer me!!", "sharp tone", "!!"),
        ("THIS IS NOT WHAT I ASKED", "sharp tone", "THIS IS NOT WHAT"),
    ],
)
def test_what_goes_beyond_what_happened(sentence: str, what: str, words: str) -> None:
    found = {m.what: m.words for m in marks(sentence)}
    assert found[what].startswith(words)
    assert is_story(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "On 26 August his review had 31 comments.",
        "The cold start took three minutes and the weak baseline won.",
        "Our deadline is aggressive and negative samples are missing.",
        "My VP wants a date by Friday.",
        "He said 'you always lie' on Tuesday.",
        'One comment read "Did you even run this?".',
        "She asked me for another reviewer.",
        "We use LLM and GPU nodes.",
    ],
)
def test_what_a_camera_would_have_recorded(sentence: str) -> None:
    assert marks(sentence) == []


@given(st.text(alphabet="ab '’\"“”!? always he is", max_size=60))
def test_marks_are_words_of_the_sentence(sentence: str) -> None:
    assert all(m.words in sentence for m in marks(sentence))
    assert len(unquoted(sentence)) == len(sentence)


def test_quotations() -> None:
    assert quotations("say 'We can't go' and then “ask”") == ["We can't go", "ask"]


@pytest.mark.parametrize("text", ["he is so " * 3000, "the my " * 4000, "'" * 20_000, "very really " * 2000])
def test_a_hostile_text_takes_no_time(text: str) -> None:
    began = time.perf_counter()
    marks(text)
    assert time.perf_counter() - began < 3
