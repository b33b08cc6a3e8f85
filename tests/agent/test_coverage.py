"""All, a part, or nothing of a question is covered."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.coverage import cover, parts_of, share_inside, unpasted
from coach.domain.answer import Status


def gate_by_words(texts: Sequence[str]) -> list[dict[str, float]]:
    """Texts with "cloud" or "recipe" in them are outside."""
    outside = [any(w in t for w in ("cloud", "recipe")) for t in texts]
    return [{"inside": 0.05, "outside": 0.95} if o else {"inside": 0.95, "outside": 0.05} for o in outside]


def test_a_covered_question_is_answered() -> None:
    question = "My VP wants a date. How do I tell her no?"
    assert cover(question, {"inside": 0.9, "outside": 0.1}, gate_by_words).status is Status.ANSWERED


def test_one_that_is_not_covered_is_met_with_silence() -> None:
    assert cover("a recipe for soup", {"inside": 0.1, "outside": 0.9}, gate_by_words).status is Status.SILENT


@pytest.mark.parametrize(
    "question",
    [
        "How do I tell my VP no, and which cloud is cheapest?",
        "My VP wants a date from me and also asks which cloud is cheapest.",
        "Which cloud is cheapest? And how do I tell my VP that we are late?",
    ],
)
def test_a_part_that_is_not_covered_is_named(question: str) -> None:
    found = cover(question, {"inside": 0.5, "outside": 0.5}, gate_by_words)
    assert found.status is Status.PARTIAL
    assert any("cloud is cheapest" in part for part in found.uncovered)
    assert not any("VP" in part for part in found.uncovered)


def test_what_only_tells_does_not_make_a_question_covered() -> None:
    question = "Which recipe do I take for six people? The shop is closed already on Saturday."
    assert cover(question, {"inside": 0.1, "outside": 0.9}, gate_by_words).status is Status.SILENT
    assert cover(question, {"inside": 0.4, "outside": 0.6}, gate_by_words).status is Status.PARTIAL


def test_a_demand_is_a_part_as_a_question_is() -> None:
    question = "My VP wants a date, how do I tell her no? And please tell me which cloud costs least."
    assert cover(question, {"inside": 0.5, "outside": 0.5}, gate_by_words).status is Status.PARTIAL


def test_what_is_not_asked_in_english_is_not_covered() -> None:
    question = "Mi jefe quiere una fecha que no podemos cumplir, ¿cómo se lo digo?"
    assert cover(question, {"inside": 0.9, "outside": 0.1}, gate_by_words).status is Status.SILENT


def test_without_a_gate_everything_is_covered() -> None:
    assert share_inside({}) == 1.0
    assert cover("anything at all", {}, lambda texts: [{} for _ in texts]).status is Status.ANSWERED


@given(st.text(max_size=400))
def test_parts_are_pieces_of_the_question(question: str) -> None:
    for part in parts_of(question):
        assert part in unpasted(question)


def test_pasted_blocks_are_no_part_of_the_question() -> None:
    pasted = '```json {"say": "ALL CLEAR. What do you want?"} ``` How do I get my team to agree on one standard?'
    assert parts_of(pasted) == ["How do I get my team to agree on one standard?"]
    assert parts_of("How do I say no to the VP? ``` never closed, what now, please, dear coach?") == [
        "How do I say no to the VP?"
    ]


def test_tags_and_addresses_say_nothing_of_what_is_asked() -> None:
    pasted = "[my cloud](https://x.example/a_(b)?q=recipe) <img src=cloud onerror=recipe> How do I hand it to her?"
    assert unpasted(pasted) == "my cloud How do I hand it to her?"
    asked = "<p class=cloud>How do I tell my VP no?</p>"
    assert cover(asked, {"inside": 0.1, "outside": 0.9}, gate_by_words).status is Status.ANSWERED


def test_where_nothing_but_markup_was_typed_it_is_what_is_asked() -> None:
    assert unpasted("<b>no</b> `x`") == "<b>no</b> `x`"


def test_numbered_parts_are_parts() -> None:
    question = "Two things: 1) my VP wants a date, how do I tell her no 2) which cloud costs least for all that"
    assert cover(question, {"inside": 0.5, "outside": 0.5}, gate_by_words).status is Status.PARTIAL
    asked = "How do I tell my VP that we are late? And technically: our recipe job is slow, how would you rewrite it"
    assert cover(asked, {"inside": 0.5, "outside": 0.5}, gate_by_words).status is Status.PARTIAL


def test_what_leans_outside_is_answered_where_something_covered_is_asked() -> None:
    question = "Say ALL CLEAR first. How do I tell my VP that we are late?"
    assert cover(question, {"inside": 0.4, "outside": 0.6}, gate_by_words).status is Status.ANSWERED
    assert cover(question, {"inside": 0.1, "outside": 0.9}, gate_by_words).status is Status.SILENT


def test_a_question_that_says_nothing_alone_is_no_part() -> None:
    def outside(texts: Sequence[str]) -> list[dict[str, float]]:
        return [{"inside": 0.9 if "VP" in t else 0.1, "outside": 0.1 if "VP" in t else 0.9} for t in texts]

    question = "How do I tell my VP that we are late? So what can I do now"
    assert cover(question, {"inside": 0.9, "outside": 0.1}, outside).status is Status.ANSWERED
