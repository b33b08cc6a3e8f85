from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.talks.counterpart import FIELDS, counterpart_of, edited, shown, standing_of, topic_of
from coach.domain.counterpart import Counterpart, Standing, Style
from coach.domain.errors import InputError
from coach.domain.preparation import Brief, Interview, LineKind, in_order
from tests.agent.talks.stage import SECRETS, brief, counterpart, line


def test_it_is_made_from_what_the_brief_keeps_open() -> None:
    made = counterpart_of(brief())
    assert made.role == "product director"
    assert made.standing is Standing.ABOVE
    assert made.stakes == "They may have given their own word upstairs."
    assert made.topic == "the launch date"
    assert made.difficulty == 3


def test_it_knows_nothing_that_the_brief_keeps_private() -> None:
    made = str(counterpart_of(brief()).as_dict()).lower()
    assert not [secret for secret in SECRETS if secret in made]


def test_the_topic_is_not_taken_from_a_private_line() -> None:
    hidden = brief(parts=in_order({"facts": [line("On 3 March the promotion was refused.", private=True)]}))
    assert counterpart_of(hidden).topic == "this"


def test_an_empty_brief_gives_somebody_to_talk_to() -> None:
    made = counterpart_of(Brief("Untitled", Interview(), in_order({})))
    assert (made.role, made.stakes, made.topic, made.standing) == ("the other person", "", "this", Standing.BESIDE)


@pytest.mark.parametrize(
    ("role", "where"),
    [
        ("my product director", Standing.ABOVE),
        ("our VP", Standing.ABOVE),
        ("head of data", Standing.ABOVE),
        ("my manager", Standing.ABOVE),
        ("product manager", Standing.BESIDE),
        ("a client", Standing.BESIDE),
        ("sales lead", Standing.BESIDE),
        ("peer lead", Standing.BESIDE),
        ("my senior engineer", Standing.TEAM),
        ("one of my reports", Standing.BESIDE),
        ("my report", Standing.TEAM),
        ("", Standing.BESIDE),
    ],
)
def test_where_a_role_stands(role: str, where: Standing) -> None:
    assert standing_of(role) is where


@pytest.mark.parametrize(
    ("texts", "topic"),
    [
        (["The launch date was moved.", "They want the launch date back."], "the launch date"),
        (["On 3 March our fraud model failed."], "the fraud model"),
        (["He yelled at her."], "this"),
        ([], "this"),
        (["In the review his tone was sharp.", "The review was long."], "the review"),
    ],
)
def test_what_it_is_about(texts: list[str], topic: str) -> None:
    assert topic_of(texts) == topic


def test_everything_can_be_changed() -> None:
    made = counterpart()
    for field, value in {
        "role": "my senior engineer", "stakes": "their name", "topic": "the tone", "style": "Friendly Evasive",
        "difficulty": "5", "standing": "above",
    }.items():  # fmt: skip
        made = edited(made, field, value)
    assert made == Counterpart("senior engineer", "their name", "the tone", Style.FRIENDLY_EVASIVE, 5, Standing.ABOVE)


def test_who_gets_another_role_stands_where_that_role_stands() -> None:
    assert edited(counterpart(), "role", "my intern").standing is Standing.TEAM


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("style", "mean"),
        ("difficulty", "6"),
        ("difficulty", "three"),
        ("standing", "below"),
        ("role", " "),
        ("age", "4"),
    ],
)
def test_what_cannot_be_is_said(field: str, value: str) -> None:
    with pytest.raises(InputError) as e:
        edited(counterpart(), field, value)
    assert e.value.hint


@given(st.sampled_from(["role", "stakes", "topic"]), st.text(min_size=1, max_size=3000))
def test_any_text_is_cleaned_and_cut(field: str, value: str) -> None:
    try:
        made = getattr(edited(counterpart(), field, value), field)
    except InputError:
        return
    assert "\x1b" not in made
    assert "\n" not in made
    assert len(made) <= 400


def test_what_is_shown_names_every_field() -> None:
    text = shown(counterpart())
    assert [row.partition(":")[0] for row in text.split("\n")] == list(FIELDS)
    assert "(nothing said)" in shown(counterpart(stakes=""))


def test_lines_to_be_filled_in_and_questions_are_no_stakes() -> None:
    asked = brief(parts=in_order({"their view": [line("What matters to them?", LineKind.QUESTION)]}))
    assert counterpart_of(asked).stakes == ""
