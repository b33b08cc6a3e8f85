from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.domain.answer import Citation, Verdict
from coach.domain.preparation import (
    BLANK,
    PARTS,
    YOU,
    Brief,
    Finding,
    Interview,
    Line,
    LineKind,
    in_order,
)

_CITED = (Citation("C1.5", "0123456789abcdef"),)
_LINES = st.builds(
    Line,
    st.text(max_size=40),
    st.sampled_from(LineKind),
    st.sampled_from(["", YOU, "N12.4"]),
    st.sampled_from([(), _CITED]),
    st.sampled_from(Verdict),
    st.booleans(),
    st.text(max_size=10),
    st.text(max_size=10),
    st.booleans(),
)
_FINDINGS = st.builds(
    Finding, st.text(max_size=20), st.text(max_size=9), st.text(max_size=20), st.none() | _LINES, st.none() | _LINES
)


def brief(**changes: Any) -> Brief:
    return Brief("A talk", Interview(who="my VP"), in_order({}), **changes)


@given(
    st.dictionaries(st.sampled_from(PARTS), st.lists(_LINES, max_size=3)),
    st.lists(_FINDINGS, max_size=2),
    st.builds(Interview, *[st.text(max_size=20)] * 3),
)
def test_what_is_written_comes_back(parts: Any, findings: list[Finding], interview: Interview) -> None:
    made = Brief(
        "t", interview, in_order(parts), tuple(findings), "conduct", "m", "c", ("r",), 1.25, "ab", 2, "2026-01-01"
    )
    assert Brief.from_dict(json.loads(json.dumps(made.as_dict()))) == made


def test_the_parts_are_all_there_and_in_order() -> None:
    line = Line("x", LineKind.FACT, YOU)
    made = brief().with_part("outcome", [line])
    assert [p.name for p in made.parts] == list(PARTS)
    assert made.part("outcome") == (line,)
    assert made.part("nothing") == ()
    assert made.lines == (line,)
    assert [p["name"] for p in made.as_dict()["parts"]] == list(PARTS)


@pytest.mark.parametrize(
    "damage",
    [
        {"parts": [{"name": "gossip", "lines": []}]},
        {"parts": [{"name": "facts", "lines": [{"text": "x", "kind": "rumour"}]}]},
        {"parts": [{"name": "facts"}]},
        {"parts": 3},
        {"interview": {"motive": "x"}},
        {"interview": {"who": 3}},
        {"review": None},
    ],
)
def test_what_has_another_form_is_refused(damage: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Brief.from_dict(brief().as_dict() | damage)


def test_a_part_that_is_missing_is_empty_and_a_line_needs_only_text_and_kind() -> None:
    data = brief().as_dict() | {"parts": [{"name": "facts", "lines": [{"text": "x", "kind": "fact"}]}]}
    assert Brief.from_dict(data).lines == (Line("x", LineKind.FACT),)


def test_only_an_open_question_with_a_gap_is_to_be_filled_in() -> None:
    assert Line(f"If they say {BLANK}", LineKind.QUESTION).blank
    assert not Line("What was it?", LineKind.QUESTION).blank
    assert not Line(f"Say 'it is {BLANK}'", LineKind.QUESTION, citations=_CITED).blank
    assert not Line(f"I said {BLANK}", LineKind.FACT, YOU).blank


def test_what_was_said_has_each_thing_once() -> None:
    said = Interview(who="my VP", wanted="I have to tell my VP no", happened="She left.", feared="She left.").said
    assert said == "She left.\n\nI have to tell my VP no"
    assert Interview().said == ""
