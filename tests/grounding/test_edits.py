from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.grounding.edits import altered

DATE = "If the VP wants a date on the spot, then offer a checkpoint in its place: 'I can tell you on Friday.'"
TRUST = "The person who presses you may need something firm to report; your engineers see it too."


@pytest.mark.parametrize(
    ("claim", "evidence", "reason"),
    [
        ("If an intern wants a date on the spot, then offer a checkpoint in its place.", DATE, "somebody else"),
        ("Have HR see what your engineers may need to report.", "See what your engineers may need to report.", "hr"),
        ("Ask what they can give up this week.", "Ask what you can give up this week.", "they"),
        ("The person who presses you must need something firm to report.", TRUST, "more strongly"),
        ("The person who presses you may not need something firm to report.", TRUST, "opposite"),
        ("Offer a checkpoint in its place: 'I can tell you on Friday.'", DATE, "condition"),
        ("Keep the old model in the cupboard.", "Keep the old model in the cupboard until somebody asks.", "condition"),
        ("Read the list aloud.", "Read the list aloud as long as the team meets.", "condition"),
    ],
)
def test_what_was_altered_is_named(claim: str, evidence: str, reason: str) -> None:
    assert reason in (altered(claim, evidence) or "")


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        (DATE, DATE),
        ("Fix the checkpoints on the first day.", "Fix the checkpoints on the first day. If they ask, tell them why."),
        ("Name the owner of the chatbot.", "Name the owner of the model."),
        ("Set the expectations of the product.", "Set the expectations of the product, and do not overpromise."),
        ("A checkpoint can be offered in place of a date.", DATE),
        ("Something else is said here in other words.", DATE),
        ("Too short.", "Too long."),
    ],
)
def test_what_was_not(claim: str, evidence: str) -> None:
    assert altered(claim, evidence) is None


def test_whom_the_person_names_and_what_they_have_met() -> None:
    assert altered("Ask the director what a date is for.", "Ask the client what a date is for.", "my director") is None
    assert altered("Offer a checkpoint in its place: 'I can tell you on Friday.'", DATE, "vp wants a date now") is None


def test_hardly_a_supported_pair_of_the_calibration_set_is_refused() -> None:
    path = Path(__file__).parents[2] / "evals" / "claims" / "calibration.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert sum(bool(altered(r["claim"], r["evidence"])) for r in rows if r["label"]) <= 1


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_breaks_it_and_a_copy_passes(claim: str, evidence: str) -> None:
    altered(claim, evidence, claim)
    assert altered(evidence, evidence) is None
