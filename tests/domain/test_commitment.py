from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from coach.domain.answer import Citation
from coach.domain.commitment import Commitment, State

TODAY = date(2026, 11, 23)
MADE = Commitment(
    "ab12cd34",
    "If the director asks for a date, then I name its cost first.",
    TODAY,
    datetime(2026, 11, 16, 9, tzinfo=UTC),
    origin="session:0f0f",
    citations=(Citation("C1.9", "0123456789abcdef"),),
)
SETTLED = replace(
    MADE,
    state=State.PARTLY,
    outcome="She listened.\nThen she asked again.",
    snoozed=date(2026, 11, 20),
    asked=TODAY,
    settled=datetime(2026, 11, 23, 18, tzinfo=UTC),
    note="N4",
)


@pytest.mark.parametrize("commitment", [MADE, SETTLED])
def test_comes_back_from_json_as_it_was(commitment: Commitment) -> None:
    assert Commitment.from_dict(json.loads(json.dumps(commitment.as_dict()))) == commitment


@pytest.mark.parametrize(
    "change", [{"state": "done"}, {"due": "soon"}, {"citations": [{"id": "C1.9"}]}, {"created": 5}]
)
def test_another_form_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Commitment.from_dict(MADE.as_dict() | change)


@pytest.mark.parametrize(
    ("change", "is_due"),
    [
        ({}, True),
        ({"due": date(2026, 11, 24)}, False),
        ({"due": date(2026, 11, 1)}, True),
        ({"state": State.KEPT}, False),
        ({"snoozed": date(2026, 11, 24)}, False),
        ({"snoozed": TODAY}, True),
    ],
)
def test_it_is_due_from_its_day_on(change: dict[str, Any], is_due: bool) -> None:
    assert replace(MADE, **change).is_due(TODAY) is is_due


@pytest.mark.parametrize(("asked", "comes"), [(None, True), (date(2026, 11, 22), True), (TODAY, False)])
def test_it_comes_back_once_a_day(asked: date | None, comes: bool) -> None:
    assert replace(MADE, asked=asked).comes_back(TODAY) is comes
