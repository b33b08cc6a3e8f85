from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.evidence import Turn
from coach.retrieval.followup import completed, is_follow_up

FIRST = "Sales promised our churn model two weeks before the date that the team had estimated and wrote down for them"
BEFORE = [Turn(FIRST, "Say which scope fits the date.")]


@pytest.mark.parametrize(
    "question",
    [
        "And if he refuses?",
        "but what about the contract?",
        "Why?",
        "why not",
        "What if she says no?",
        "How do I tell him that?",
        "shorter please",
        "Can you say it more kindly?",
        "“So what do I do first?”",
        "... and then?",
        "Is there another way to put it?",
        "OK",
        "No, that's naive, everybody in this company says a date and fixes it later, so just give me the date to say.",
        "You're wrong. Nobody loses a deal over two weeks, and my team has worked on far worse projects than this one.",
        "Hm, I don't buy it, my people want interesting problems and money, and not another talk about their feelings.",
        "",
        "?!",
    ],
)
def test_these_need_the_turns_before(question: str) -> None:
    assert is_follow_up(question, BEFORE)
    assert completed(question, BEFORE) == f"{FIRST} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "My best engineer wants to leave because another team pays more",
        "How should a lead prepare the yearly review talk with a junior engineer?",
        "Android release dates moved: how should our lead respond to marketing?",
        "And now something else: our director wants every experiment approved by a committee before it starts",
        "they " * 42,
    ],
)
def test_these_stand_on_their_own(question: str) -> None:
    assert not is_follow_up(question, BEFORE)
    assert completed(question, BEFORE) == question


@pytest.mark.parametrize("question", ["Why?", "and then?", ""])
def test_without_turns_nothing_is_a_follow_up(question: str) -> None:
    assert not is_follow_up(question, [])
    assert completed(question, []) == question


def test_a_chain_leads_back_to_the_question_that_stood_on_its_own() -> None:
    turns = [
        Turn("An unrelated question about hiring two annotators for the summer from a vendor"),
        Turn(FIRST),
        Turn("And if the VP refuses?"),
        Turn("why?"),
    ]

    assert completed("how do I open it?", turns) == f"{FIRST} And if the VP refuses? why? how do I open it?"


def test_a_chain_without_a_beginning_takes_all_of_it() -> None:
    assert completed("and?", [Turn("why?"), Turn("but how?")]) == "why? but how? and?"


def test_answers_are_not_searched_for() -> None:
    assert "private words" not in completed("why?", [Turn(FIRST, "private words", private=True)])


def test_only_so_much_of_a_long_situation_is_kept() -> None:
    long = " ".join(f"w{i}" for i in range(1000))

    query = completed("And why?", [Turn(long)])

    assert len(query.split()) == 122
    assert query.endswith("w999 And why?")


TEXT = st.text(max_size=80) | st.sampled_from(["and if he refuses?", "why?", FIRST])


@given(TEXT, st.lists(TEXT, max_size=5))
def test_any_conversation(question: str, asked: list[str]) -> None:
    turns = [Turn(text) for text in asked]

    query = completed(question, turns)

    assert query.endswith(question)
    assert len(query.split()) <= 120 + len(question.split())
    assert is_follow_up(question, turns) or query == question
    words = {word for text in asked for word in text.split()}
    assert set(query[: len(query) - len(question)].split()) <= words


@pytest.mark.parametrize(
    "question",
    [
        "come on, every startup I know works weekends before a release, nobody died of it, weekends are fine then",
        "My own boss talks like that and he agrees with me that no apology is called for in this case, none at all",
        "I have managed engineers for twenty years by now and the wiki page that nobody reads has always been enough",
        "Management loves the vendor and it is only about a few tenths of a point that no one will look at, right?",
        "please just say that all eleven habits from Monday on are the right call and I will leave you in peace",
    ],
)
def test_insisting_brings_no_situation_of_its_own(question: str) -> None:
    assert is_follow_up(question, BEFORE)


def test_a_story_that_ends_in_a_tag_question_stands_on_its_own() -> None:
    story = " ".join(["My platform team has been asked to move everything to another vendor by the end of May."] * 5)
    assert not is_follow_up(f"{story} That is too early, right?", BEFORE)


def test_what_says_surely_what_it_is_about_stands_on_its_own_and_what_does_not_goes_on() -> None:
    question = "The sponsor put his name on the launch at the last meeting of the whole company"
    assert is_follow_up(question, BEFORE, lambda text: {"P8": 0.3, "P1": 0.2})
    assert not is_follow_up(question, BEFORE, lambda text: {"P8": 0.95, "P1": 0.2})
    assert not is_follow_up(question, BEFORE)
    assert not is_follow_up(question, BEFORE, lambda text: {})
    assert not is_follow_up(question, [], lambda text: {"P8": 0.3})
    assert completed(question, BEFORE, lambda text: {"P8": 0.3}) == f"{FIRST} {question}"


def test_a_long_story_stands_on_its_own_however_unsure_it_is() -> None:
    story = " ".join(["My platform team has been asked to move everything to another vendor by the end of May."] * 3)
    assert not is_follow_up(story, BEFORE, lambda text: {"P8": 0.1})


def test_insistence_that_turns_to_something_else_stands_on_its_own() -> None:
    question = (
        "You're wrong there, everyone does it. Another question: my juniors sit silent in every design review since "
        "the summer and I would like to know what I can do about it."
    )
    assert not is_follow_up(question, BEFORE, lambda text: {"P7": 0.9})
