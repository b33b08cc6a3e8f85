from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.ids import citations_in
from coach.grounding.claims import DraftSentence, is_claim, parse_draft, said_back

SITUATION = "sales promised our model two weeks early, the team is tired, what do I say to the VP?"


def test_citations_belong_to_their_sentence_before_or_after_the_full_stop() -> None:
    drafts = parse_draft("Negotiate the date [P8.3]. Name them. [P8.1, N2.4] Then stop (C1.2).")
    assert drafts == [
        DraftSentence("Negotiate the date.", ("P8.3",)),
        DraftSentence("Name them.", ("P8.1", "N2.4")),
        DraftSentence("Then stop.", ("C1.2",)),
    ]


def test_a_citation_alone_on_a_line_belongs_to_the_sentence_before() -> None:
    assert parse_draft("Negotiate the date.\n\n[P8.3]")[0].ids == ("P8.3",)


def test_a_citation_with_nothing_before_it_is_left_out() -> None:
    assert parse_draft("[P8.3]") == []


def test_parts() -> None:
    drafts = parse_draft(
        "## Plan\nIf the VP asks, then offer a checkpoint [C1.9].\n\nWhat will you keep? [C1.11]\n\nSay no [P8.3]."
    )
    assert [d.part for d in drafts] == ["frame", "plan", "question", "point"]


@given(st.text(max_size=300))
def test_any_text_parses_and_no_id_stays_in_a_sentence(text: str) -> None:
    for draft in parse_draft(text):
        assert draft.text.strip()
        assert not citations_in(draft.text)
        is_claim(draft.text, SITUATION)


@given(st.lists(st.sampled_from(["P8.3", "N12.4", "C1.1"]), min_size=1, max_size=3, unique=True), st.booleans())
def test_ids_survive_wherever_they_stand(ids: list[str], inside: bool) -> None:
    mark = f"[{', '.join(ids)}]"
    text = f"Negotiate the date {mark}." if inside else f"Negotiate the date. {mark}"
    assert parse_draft(text) == [DraftSentence("Negotiate the date.", tuple(ids))]


@pytest.mark.parametrize(
    "sentence",
    [
        "Hello!",
        "Thanks for asking.",
        "That sounds hard.",
        "# Plan",
        "**The plan**",
        "This is about a moment when somebody wants a date.",
        "Here is what to do:",
        "Your note of 2026-10-05, “Minutes”:",
        "What could your team deliver by then?",
        "The sources say nothing on this part: “salaries”.",
        "Sales promised your model two weeks early, and the team is tired.",
        "Your team is tired.",
        "---",
    ],
)
def test_not_a_claim(sentence: str) -> None:
    assert not is_claim(sentence, SITUATION)


@pytest.mark.parametrize(
    "sentence",
    [
        "Negotiate the date.",
        "Tell the client no:",
        "Why not offer the team a raise?",
        "Have you considered firing him?",
        "Isn't it time to let them go?",
        "This is about to fail.",
        "That is illegal.",
        "Sure offer a raise.",
        "Teams grow when they are trusted.",
        # The person's words, but turned round, made an order, explained, or with another number.
        "Promise the model two weeks early.",
        "Sales did not promise your model two weeks early.",
        "Your team is tired because sales promised early.",
        "Your team should say sorry to the VP.",
        "Sales promised your model three weeks early.",
        "Your team is lazy and tired and slow.",
    ],
)
def test_a_claim(sentence: str) -> None:
    assert is_claim(sentence, SITUATION)


def test_nothing_is_said_back_without_a_situation() -> None:
    assert not said_back("Your team is tired.", "")
