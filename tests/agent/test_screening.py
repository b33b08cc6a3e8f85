"""Rules and gate together: what is referred, and what only sounds like it."""

from __future__ import annotations

import pytest

from coach.agent import screening
from coach.agent.graveness import Sign
from coach.agent.screening import (
    DOUBT,
    GATE_ALONE,
    GATE_GRIEVANCE,
    GATE_GRIEVANCE_WITH_RULE,
    GATE_REHEARSED,
    GATE_WITH_SIGN,
    GRAVE,
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
SURE = 0.9


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
        ("my boss shoved me against the wall", Matter.EMERGENCY),
        ("She slapped him in the meeting", Matter.EMERGENCY),
        ("it looks like he hit her", Matter.EMERGENCY),
        ("the guy from infra has just collapsed", Matter.EMERGENCY),
        ("My engineer relapsed last week and asked me not to tell", Matter.HEALTH),
        ("I have been sober for a year and relapsed on Friday", Matter.HEALTH),
        ("he keeps touching her when he looks at her screen", Matter.CONDUCT),
        ("He touched my knee under the table.", Matter.CONDUCT),
        ("she is harassed by her lead, by mail and at night", Matter.CONDUCT),
        ("I'm harassed by our sales manager", Matter.CONDUCT),
        ("She is harassed by mails from her former lead", Matter.CONDUCT),
        ("he makes sexual jokes in product meetings", Matter.CONDUCT),
        ("they retaliated in the project after my report", Matter.CONDUCT),
        ("He took us to a tribunal over the overtime", Matter.LEGAL),
        ("The works council says we can't switch it on, and I was told to", Matter.LEGAL),
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
        "it hit me hard when she said so",
        "she looked at me as if I had slapped her",
        "I pushed them in the wrong direction and said so",
        "while I was away nothing had collapsed",
        "the eval collapsed in April, the loss too",
        "I swear to let the team speak first, and by Wednesday I've relapsed",
        "She left the call when we touched her metric",
        "the others haven't touched my product in two years",
        "Harassed by Jira mails. Can a team live with fewer notifications?",
        "We're to demo the retaliation-pattern finder to the board",
        "our overdose-alert model gets no attention",
        "Works council said yes to the rota. How do I roll it out?",
        "Some people think our weekly model clinic is a tribunal",
        "",
    ],
)
def test_the_trade_s_own_words_are_not(question: str) -> None:
    assert screen(question, INSIDE).matter is None


def gate_of(matter: str, probability: float) -> dict[str, float]:
    return {"inside": 1 - probability, matter: probability}


def test_what_gate_and_memory_are_sure_of_is_referred() -> None:
    question = "he waits by her car every evening"
    found = screen(question, gate_of("conduct", SURE), 0.05)
    assert found.matter is Matter.CONDUCT
    assert found.why
    assert screen(question, gate_of("conduct", 0.02), -0.1).matter is None


def test_one_grave_sentence_among_ordinary_ones_is_heard() -> None:
    question = "Nothing tastes of anything since the winter. How do I plan the next quarter?"
    whole = gate_of("health", 0.25)
    ordinary = Sign(0.02, -0.1)
    assert screen(question, whole, -0.02, parts=[ordinary, ordinary]).matter is None
    assert screen(question, whole, -0.02, parts=[Sign(0.95, 0.1), ordinary]).matter is Matter.HEALTH
    assert screen(question, whole, -0.02, parts=[ordinary, Sign(0.95, 0.1)]).matter is Matter.HEALTH


def test_one_dramatic_sentence_does_not_outweigh_a_whole_that_is_ordinary() -> None:
    question = "I'm slowly bleeding out here. He asks fourteen questions a day, what do I do?"
    assert screen(question, INSIDE, -0.1, parts=[Sign(0.9, -0.05), Sign(0.02, -0.1)]).matter is None


def test_sentences_are_weighed_in_questions_only() -> None:
    question = "nothing tastes of anything"
    for setting in (Setting.PREPARED, Setting.REHEARSED):
        assert screen(question, INSIDE, -0.1, setting, [Sign(0.99, 0.2)]).matter is None


def test_without_a_gate_the_certain_rules_still_run() -> None:
    assert screen("she was harassed", {}).matter is Matter.CONDUCT
    found = screen("she is pregnant", {}, 0.3)
    assert (found.matter, found.doubt) == (None, None)


def test_in_what_is_told_a_likely_word_tips_the_balance_only_with_the_gate() -> None:
    question = "since she complained she is left out of every meeting"
    unsure = gate_of("conduct", GATE_GRIEVANCE_WITH_RULE)
    assert screen(question, unsure, setting=Setting.PREPARED).matter is Matter.CONDUCT
    assert screen(question, INSIDE, setting=Setting.PREPARED).matter is None
    ordinary = "since spring we are late with every release"
    assert screen(ordinary, unsure, setting=Setting.PREPARED).matter is None


def test_a_grievance_told_to_prepare_a_talk_is_referred_only_when_the_gate_is_nearly_sure() -> None:
    question = "he changed my shifts on 4 May and on 6 May without a word"
    for matter in (Matter.CONDUCT, Matter.LEGAL):
        below = {"inside": 0.2, matter.value: GATE_GRIEVANCE - 0.01}
        assert screen(question, below, NEARER).matter is matter
        assert screen(question, below, NEARER, setting=Setting.PREPARED).matter is None
        sure = {"inside": 0.1, matter.value: GATE_GRIEVANCE}
        assert screen(question, sure, setting=Setting.PREPARED).matter is matter


def test_danger_and_illness_are_referred_as_ever_when_a_talk_is_prepared() -> None:
    for matter in (Matter.EMERGENCY, Matter.HEALTH):
        gate = {"inside": 1 - GATE_ALONE, matter.value: GATE_ALONE}
        assert screen("he has not slept since the funeral", gate, setting=Setting.PREPARED).matter is matter
        some = gate_of(matter.value, GATE_WITH_SIGN)
        assert screen("nothing tastes of anything", some, NEARER, setting=Setting.PREPARED).matter is matter
    assert screen("she was harassed", {}, setting=Setting.PREPARED).matter is Matter.CONDUCT


@pytest.mark.parametrize(
    ("question", "grave", "matter", "doubt"),
    [
        ("She looks thin and never eats.", GRAVE, Matter.HEALTH, None),
        ("She looks thin and never eats.", GRAVE - 0.01, None, Matter.HEALTH),
        ("She looks thin and never eats.", DOUBT, None, Matter.HEALTH),
        ("She looks thin and never eats.", DOUBT - 0.01, None, None),
        # A likely word says better than an unsure gate which matter it is.
        ("He is old school with the younger ones.", DOUBT, None, Matter.CONDUCT),
    ],
)
def test_what_is_not_grave_enough_to_refer_may_be_in_doubt(
    question: str, grave: float, matter: Matter | None, doubt: Matter | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screening, "graveness", lambda *_: grave)
    found = screen(question, gate_of("health", 0.2))
    assert (found.matter, found.doubt) == (matter, doubt)


def test_nothing_is_in_doubt_where_a_talk_is_prepared() -> None:
    assert screen("He is old school with them.", {"conduct": 0.3}, 0.1, setting=Setting.PREPARED).doubt is None
