from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coach.domain.if_then import MOST_CHARACTERS, NotAPlanError, is_plan, read_plan
from coach.domain.source import StatementKind
from coach.sources.builtin import read_builtin


@pytest.mark.parametrize(
    ("said", "plan"),
    [
        (
            "If the VP wants a date on the spot, then offer a checkpoint in its place.",
            "If the VP wants a date on the spot, then I offer a checkpoint in its place.",
        ),
        ("if she asks then i say no", "If she asks, then I say no."),
        ("When stand-up ends, I'll post the list", "When stand-up ends, then I'll post the list."),
        ("When the VP, who is new, asks, I wait", "When the VP, who is new, asks, then I wait."),
        ("When it rings: answer it", "When it rings, then I answer it."),
        ("After lunch, I walk once round the block.", "After lunch, then I walk once round the block."),
        ("If Ana gives you time, then take it", "If Ana gives me time, then I take it."),
        ("- *If a job fails, then do not blame anybody.*", "If a job fails, then I do not blame anybody."),
        ("As soon as the build is green, I merge", "As soon as the build is green, then I merge."),
        (
            "If my no is met with 'then work harder', then ask 'Which project may stop?'",
            "If my no is met with 'then work harder', then I ask 'Which project may stop?'",
        ),
        ("If I hear 'no', I ask why", "If I hear 'no', then I ask why."),
        ("If they say 'i know', then i nod", "If they say 'i know', then I nod."),
    ],
)
def test_a_plan_is_read_in_the_first_person(said: str, plan: str) -> None:
    assert read_plan(said).text == plan
    assert read_plan(plan).text == plan


@pytest.mark.parametrize(
    ("said", "statement"),
    [
        ("", "C15.3"),
        ("I ask Ana", "C15.3"),
        ("When I have time, I write the summary", "C15.3"),
        ("When I find a little time, I write", "C15.3"),
        ("If possible, I write", "C15.3"),
        ("If I remember to, then I write", "C15.3"),
        ("once a week, I call", "C15.3"),
        ("When things calm down a bit, I call", "C15.3"),
        ("If, then I ask", "C15.3"),
        ("If Ana asks", "C15.4"),
        ("If Ana asks, then", "C15.4"),
        ("If Ana asks, then I", "C15.4"),
        ("If Ana asks, then Maria calls", "C15.4"),
        ("If they want a date, then we say no", "C15.4"),
        ("If they want a date, then the team decides", "C15.4"),
        ("If they want a date, then let's talk", "C15.4"),
        ("If they want a date, then talking to Ana", "C15.4"),
        ("If Ana asks, I call. If Bob asks, I wait.", "C15.1"),
        ("If Ana asks, then I call, and if Bob asks, then I wait", "C15.1"),
        ("If Ana asks, then I " + "wait " * MOST_CHARACTERS, "C15.1"),
    ],
)
def test_what_is_no_plan_is_sent_back_with_the_statement_that_helps(said: str, statement: str) -> None:
    with pytest.raises(NotAPlanError) as error:
        read_plan(said)
    assert error.value.statement == statement
    assert error.value.message
    assert error.value.hint
    assert not is_plan(said)


def test_the_statements_that_help_say_so() -> None:
    texts = {
        f"C15.{n}": s.text
        for d in read_builtin()
        if (d.kind.letter, d.number) == ("C", 15)
        for n, s in enumerate(d.statements, 1)
    }
    assert "cue" in texts["C15.3"]
    assert "one sentence with an action" in texts["C15.4"]
    assert "Pick one" in texts["C15.1"]


def test_every_if_then_line_of_the_practices_is_a_plan_of_the_persons_own() -> None:
    lines = [s.text for d in read_builtin() for s in d.statements if s.kind is StatementKind.IF_THEN]
    assert len(lines) > 40
    for line in lines:
        plan = read_plan(line).text
        outside = re.sub(r"(?<!\w)'.*?'(?!\w)", "", plan)
        assert ", then I " in plan
        assert not re.search(r"(?i)\byou(r|rs|rself)?\b", outside), plan
        assert not re.search(r"\b(to|for|with|on|that worries|convince|asking) I\b", outside), plan
        # What is quoted is said to somebody else, and stays as it is.
        assert re.findall(r"(?<!\w)'.*?'(?!\w)", plan) == re.findall(r"(?<!\w)'.*?'(?!\w)", line)


@given(st.text(max_size=300))
def test_any_text_is_a_plan_or_an_error(text: str) -> None:
    try:
        plan = read_plan(text)
    except NotAPlanError:
        return
    assert ", then I" in plan.text


@example(["if", "if", ",", "if", ".", "you", "if"])
@given(st.lists(st.sampled_from("if when then I you ask the VP , : . 'no' my time".split()), max_size=14))  # noqa: SIM905
def test_what_was_read_is_read_again_as_itself(words: list[str]) -> None:
    try:
        plan = read_plan(" ".join(["If", *words])).text
    except NotAPlanError:
        return
    assert read_plan(plan).text == plan
