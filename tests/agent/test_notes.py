"""The team's own notes in an answer."""

from __future__ import annotations

from datetime import date

import pytest

from coach.agent.notes import asks_for_notes, notes_part, replaces
from tests.agent.evidence import found

MAY, SEPTEMBER = date(2026, 5, 6), date(2026, 9, 8)
OLD = found("N3.1", "The fraud model is retrained every week on Mondays.", on=MAY, title="Decision: weekly retraining")
NEW = found(
    "N9.1",
    "The fraud model is retrained once a month and no longer every week.",
    on=SEPTEMBER,
    title="Decision: retraining",
)


def test_newest_first_with_date_and_title_and_the_older_one_marked() -> None:
    sentences = notes_part([OLD, NEW])
    assert [s.citations[0].id for s in sentences if s.citations] == ["N9.1", "N3.1"]
    assert "2026-09-08" in sentences[0].text
    assert "the newer one counts" in sentences[2].text


def test_lines_of_one_note_share_their_lead() -> None:
    second = found("N9.2", "The platform engineer may release.", on=SEPTEMBER, title="Decision: retraining")
    assert sum(not s.citations for s in notes_part([NEW, second])) == 1


@pytest.mark.parametrize(
    ("newer", "older", "expected"),
    [
        (NEW, OLD, True),
        (OLD, NEW, False),
        (NEW, found("N4.1", "Lunch is at noon.", on=MAY, title="Kitchen"), False),
        (found("N9.2", "No date at all.", title="x"), OLD, False),
        (
            found(
                "N12.1", "On 26 August his review had 31 comments.", on=SEPTEMBER, title="One-to-one, senior engineer"
            ),
            found("N7.3", "She finds the Tuesday review fast.", on=MAY, title="One-to-one, junior engineer"),
            False,
        ),
        (
            found("N9.3", "The training budget is 15,000 euros.", on=SEPTEMBER, title="Planning"),
            found("N4.2", "Training budget stays at 12,000 euros.", on=MAY, title="Review"),
            True,
        ),
    ],
)
def test_only_a_newer_line_on_the_same_matter_replaces(newer: object, older: object, expected: bool) -> None:
    assert replaces(newer, older) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what did we decide about retraining?", True),
        ("what do our notes say on the feature store", True),
        ("since the September retro, what changed?", True),
        ("how do I tell my VP no?", False),
        ("my team is tired", False),
    ],
)
def test_looking_something_up_is_told_from_asking_for_advice(question: str, expected: bool) -> None:
    assert asks_for_notes(question) is expected
