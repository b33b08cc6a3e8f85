from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.evaluation import rewrites

Rewrite = Callable[[str, str, Random], "str | None"]
ALL: tuple[Rewrite, ...] = (
    rewrites.negate,
    rewrites.strengthen,
    rewrites.swap_actor,
    rewrites.invent_number,
    rewrites.invent_name,
    rewrites.invent_study,
    rewrites.drop_condition,
)


def made(rewrite: Rewrite, claim: str, evidence: str = "") -> set[str | None]:
    return {rewrite(claim, evidence or claim, Random(seed)) for seed in range(30)}


@pytest.mark.parametrize(
    ("claim", "some"),
    [
        ("Ask first.", {"Do not ask first.", "Never ask first."}),
        ("Don't wait.", {"Wait."}),
        ("Leads often wait without reason.", {"Leads seldom wait without reason.", "Leads often wait with reason."}),
        ("It may help.", {"It will not help."}),
        ("His part isn't done: cut the scope.", {None}),
        ("Say 'do not wait' aloud.", {"Do not say 'do not wait' aloud.", "Never say 'do not wait' aloud."}),
        ("Two seniors at odds.", {None}),
    ],
)
def test_negations(claim: str, some: set[str | None]) -> None:
    assert made(rewrites.negate, claim) == some


@pytest.mark.parametrize(
    ("claim", "evidence", "some"),
    [
        ("It may help.", "", {"It must help."}),
        ("Many leads wait.", "", {"All leads wait."}),
        ("It may help.", "It helps.", {None}),
        ("Ask who has the most marks.", "", {None}),
        ("It may help.", "It may and must help.", {None}),
        ("Say 'it may help'.", "", {None}),
    ],
)
def test_strength(claim: str, evidence: str, some: set[str | None]) -> None:
    assert made(rewrites.strengthen, claim, evidence) == some


def test_an_actor_is_somebody_of_whom_the_statement_speaks() -> None:
    for text in made(rewrites.swap_actor, "Your team can bring it to leadership.", "Bring it to leadership."):
        assert text is not None
        assert "leadership" not in text
    assert made(rewrites.swap_actor, "Your VP is waiting.", "Somebody is waiting.") == {None}


def test_an_order_is_given_to_somebody_else() -> None:
    texts = made(rewrites.swap_actor, "Ask each of them alone.")
    assert "Have your manager ask each of them alone." in texts
    assert "HR should ask each of them alone." in texts
    assert all(t and "ask each of them alone" in t.lower() for t in texts)


def test_a_person_in_general_is_nobody_else() -> None:
    assert made(rewrites.swap_actor, "People differ.") == {None}


@pytest.mark.parametrize(
    ("claim", "evidence", "some"),
    [
        ("If the VP wants a date, then offer a test instead of it.", "", {"Offer a test instead of it."}),
        ("When a date moves over and over, write down the reason.", "", {"Write down the reason."}),
        ("Keep the old model running until the new one has proved itself.", "", {"Keep the old model running."}),
        ("Read the list aloud when the new model goes live.", "", {"Read the list aloud."}),
        ("Say when the new model goes live.", "", {None}),
        ("When marketing calls again, write down the reason.", "Write down the reason.", {None}),
        ("If it rains, go home.", "", {None}),
        ("Keep the day even when there is no news today.", "", {None}),
    ],
)
def test_conditions(claim: str, evidence: str, some: set[str | None]) -> None:
    assert made(rewrites.drop_condition, claim, evidence) == some


def test_numbers_are_changed_or_added_and_never_one_that_is_known() -> None:
    for text in made(rewrites.invent_number, "Wait five days."):
        assert text is not None
        assert "five" not in text
    assert all(t and t.startswith("Wait") and len(t) > len("Wait.") for t in made(rewrites.invent_number, "Wait."))
    assert all(t and "the two" in t for t in made(rewrites.invent_number, "See the two alone."))


def test_a_study_is_not_invented_where_the_source_has_one() -> None:
    assert made(rewrites.invent_study, "It works.", "A study says that it works.") == {None}
    assert None not in made(rewrites.invent_study, "It works.")


def test_what_is_added_stands_before_the_full_stop() -> None:
    assert all(t and t.endswith(".") and ".," not in t for t in made(rewrites.invent_name, "Ask first."))


@settings(deadline=None)
@given(st.text(max_size=120), st.text(max_size=120), st.integers(0, 5))
def test_no_text_breaks_a_rewriting_and_the_same_seed_gives_the_same(claim: str, evidence: str, seed: int) -> None:
    for rewrite in ALL:
        assert rewrite(claim or "x", evidence, Random(seed)) == rewrite(claim or "x", evidence, Random(seed))
