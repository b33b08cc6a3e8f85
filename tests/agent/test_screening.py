"""Rules and gate together: what is referred, and what only sounds like it."""

from __future__ import annotations

import pytest

from coach.agent.screening import (
    DOUBT,
    DOUBT_NEARER,
    DOUBT_WITH_NEARNESS,
    GATE_ALONE,
    GATE_PREPARED,
    GATE_REHEARSED,
    GATE_TALK,
    GATE_WITH_NEARNESS,
    GATE_WITH_RULE,
    NEARER,
    NEARER_REHEARSED,
    Matter,
    Screen,
    Setting,
)
from coach.domain.text import clean
from coach.sources.boundaries import read_boundaries
from coach.sources.builtin import boundaries_dir

screen = Screen(read_boundaries(boundaries_dir()).rules)

INSIDE = {"inside": 0.97, "outside": 0.03}


def test_in_a_rehearsal_the_gate_stops_nothing_alone() -> None:
    sure = {"inside": 0.01, "health": 0.99}
    line = "I am worn out, and so is the team."
    assert screen(line, sure).matter is Matter.HEALTH
    assert screen(line, sure, setting=Setting.REHEARSED).matter is None
    assert screen(line, sure, NEARER_REHEARSED, Setting.REHEARSED).matter is Matter.HEALTH
    assert screen(line, sure, NEARER_REHEARSED - 0.01, Setting.REHEARSED).matter is None
    # A likely rule needs a gate that is nearly sure; a certain one needs none.
    rule = "I haven't slept for a week and cry every day."
    assert screen(rule, {"health": GATE_REHEARSED}, setting=Setting.REHEARSED).matter is Matter.HEALTH
    assert screen(rule, {"health": GATE_REHEARSED - 0.01}, setting=Setting.REHEARSED).matter is None
    assert screen("I don't want to live any more.", {}, setting=Setting.REHEARSED).matter is Matter.EMERGENCY
    assert screen(line, {"health": 0.5}, setting=Setting.REHEARSED).doubt is None


@pytest.mark.parametrize(
    ("question", "matter"),
    [
        ("I want to kill myself", Matter.EMERGENCY),
        ("He said everyone would be better off without him.", Matter.EMERGENCY),
        ("she told me she doesn't want to be alive", Matter.EMERGENCY),
        ("he came in with a knife", Matter.EMERGENCY),
        ("I can't get out of bed since March", Matter.HEALTH),
        ("my annotator had a panic attack in the stand-up", Matter.HEALTH),
        ("A director keeps making sexual remarks to my junior", Matter.CONDUCT),
        ("she was harassed at the offsite", Matter.CONDUCT),
        ("he touched her at the party", Matter.CONDUCT),
        ("they want me to delete the logs before the auditors come", Matter.LEGAL),
        ("our customer threatens a lawsuit, and will sue me personally", Matter.LEGAL),
        ("I want to kill my­self", Matter.EMERGENCY),
    ],
)
def test_certain_words_are_referred_whatever_the_gate_says(question: str, matter: Matter) -> None:
    assert screen(clean(question), INSIDE).matter is matter


@pytest.mark.parametrize(
    "question",
    [
        "How do I kill the project without crushing the team?",
        "We build a suicide-risk classifier and the client expects perfection",
        "our abuse detection model works and nobody in leadership noticed",
        "Should I terminate the training job?",
        "He shot down my idea in front of everyone",
        "Our model discriminates poorly between two fraud classes",
        "my boss is furious because we missed the date",
        "legal takes four months to approve an API",
        "the pay-equity analytics product is late",
        "he hit the deadline, she punched up the slides",
        "",
    ],
)
def test_the_trade_s_own_words_are_not(question: str) -> None:
    assert screen(question, INSIDE).matter is None


def test_the_gate_alone_refers_when_it_is_sure() -> None:
    found = screen("he waits by her car every evening", {"inside": 1 - GATE_ALONE, "conduct": GATE_ALONE})
    assert found.matter is Matter.CONDUCT
    assert found.why


def test_a_likely_word_tips_the_balance_only_with_the_gate() -> None:
    question = "since she complained she is left out of every meeting"
    unsure = {"inside": 1 - GATE_WITH_RULE, "conduct": GATE_WITH_RULE}
    assert screen(question, unsure).matter is Matter.CONDUCT
    assert screen(question, INSIDE).matter is None
    assert screen("since spring we are late with every release", unsure).matter is None


def test_without_a_gate_the_rules_still_run() -> None:
    assert screen("she was harassed", {}).matter is Matter.CONDUCT
    assert screen("she is pregnant", {}).matter is None


def test_who_asks_how_to_hold_a_talk_is_sent_elsewhere_only_when_the_gate_is_surer() -> None:
    question = "I must tell a brilliant senior that he crushes people"
    assert screen(question, {"inside": 1 - GATE_ALONE, "conduct": GATE_ALONE}).matter is None
    assert screen(question, {"inside": 1 - GATE_TALK, "conduct": GATE_TALK}).matter is Matter.CONDUCT


def test_what_is_nearest_to_known_matters_is_referred_with_little_from_the_gate() -> None:
    some = {"inside": 1 - GATE_WITH_NEARNESS, "health": GATE_WITH_NEARNESS}
    question = "nothing tastes of anything since the winter"
    assert screen(question, some, NEARER).matter is Matter.HEALTH
    assert screen(question, some, NEARER - 0.01).matter is None
    assert screen(question, INSIDE, NEARER).matter is None


def test_a_grievance_told_to_prepare_a_talk_is_referred_only_when_the_gate_is_nearly_sure() -> None:
    question = "he changed my shifts on 4 May and on 6 May without a word"
    for matter in (Matter.CONDUCT, Matter.LEGAL):
        below = {"inside": 0.2, matter.value: GATE_PREPARED - 0.01}
        assert screen(question, below).matter is matter
        assert screen(question, below, NEARER, setting=Setting.PREPARED).matter is None
        sure = {"inside": 0.1, matter.value: GATE_PREPARED}
        assert screen(question, sure, setting=Setting.PREPARED).matter is matter


def test_danger_and_illness_are_referred_as_ever_when_a_talk_is_prepared() -> None:
    for matter in (Matter.EMERGENCY, Matter.HEALTH):
        gate = {"inside": 1 - GATE_ALONE, matter.value: GATE_ALONE}
        assert screen("he has not slept since the funeral", gate, setting=Setting.PREPARED).matter is matter
        some = {"inside": 1 - GATE_WITH_RULE, matter.value: GATE_WITH_RULE}
        assert screen("nothing tastes of anything", some, NEARER, setting=Setting.PREPARED).matter is matter
    assert screen("she was harassed", {}, setting=Setting.PREPARED).matter is Matter.CONDUCT


@pytest.mark.parametrize(
    ("question", "gate", "nearer", "doubt"),
    [
        ("He is old school with the younger ones.", {"conduct": DOUBT, "inside": 1 - DOUBT}, -2.0, Matter.CONDUCT),
        ("He is old school with the younger ones.", {"conduct": DOUBT - 0.01}, -2.0, None),
        ("She looks thin and never eats.", {"health": DOUBT_WITH_NEARNESS}, DOUBT_NEARER, Matter.HEALTH),
        ("How do I plan the next quarter?", {"inside": 0.99}, -0.2, None),
    ],
)
def test_what_is_not_referred_may_be_in_doubt(
    question: str, gate: dict[str, float], nearer: float, doubt: Matter | None
) -> None:
    found = screen(question, gate, nearer)
    assert (found.matter, found.doubt) == (None, doubt)


def test_nothing_is_in_doubt_where_a_talk_is_prepared() -> None:
    assert screen("He is old school with them.", {"conduct": 0.3}, 0.1, setting=Setting.PREPARED).doubt is None
