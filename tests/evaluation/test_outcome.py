from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from coach.domain.answer import Verdict
from coach.evaluation.outcome import Outcome
from tests.evaluation.making import HOSTILE, answer, failed, outcome, sentence


@pytest.mark.parametrize(
    "made",
    [
        outcome(),
        outcome("d002", answer(sentence("A claim.", "P8.1", "N1.1"), sentence("A question?")), repeat=3),
        outcome(given=answer(sentence(HOSTILE.replace("\x00", ""), "P8.1", verdict=Verdict.UNSUPPORTED))),
        failed("s001"),
    ],
)
def test_what_is_written_comes_back(made: Outcome) -> None:
    back = Outcome.from_dict(json.loads(json.dumps(made.as_dict())))
    assert back.as_dict() == made.as_dict()
    assert back.supported == made.supported
    assert back.alone == made.alone


def test_whether_it_was_cached_is_not_kept_and_makes_no_difference() -> None:
    made = replace(outcome(), cached=True)
    assert "cached" not in made.as_dict()
    assert not Outcome.from_dict(made.as_dict()).cached
    assert made == outcome()


@pytest.mark.parametrize("change", [{"answer": 3}, {"supported": "x"}, {"alone": [1]}, {"repeat": "one"}])
def test_another_form_is_an_error(change: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Outcome.from_dict({**outcome().as_dict(), **change})


def test_a_field_that_is_missing_is_an_error() -> None:
    row = outcome().as_dict()
    del row["judges"]
    with pytest.raises(KeyError):
        Outcome.from_dict(row)
