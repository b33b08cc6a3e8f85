"""The team's own notes in an answer."""

from __future__ import annotations

from datetime import date

import pytest

from coach.agent.notes import asks_for_decisions, asks_for_notes, notes_part, with_newer
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
    assert sentences[2].text == (
        "N9.1 of 2026-09-08 replaces this line of your older note of 2026-05-06, “Decision: weekly retraining”; "
        "the newer one counts:"
    )


def test_only_the_line_that_is_replaced_is_said_to_be() -> None:
    other = found("N3.2", "Lunch is at noon.", on=MAY, title="Decision: weekly retraining")
    leads: dict[str, list[str]] = {s.text: [] for s in notes_part([other, OLD, NEW]) if not s.citations}
    lead = ""
    for sentence in notes_part([other, OLD, NEW]):
        lead = lead if sentence.citations else sentence.text
        leads[lead] += [c.id for c in sentence.citations]
    assert list(leads.values()) == [["N9.1"], ["N3.2"], ["N3.1"]]
    assert "replaces" not in list(leads)[1]


def test_a_replaced_line_brings_the_newest_one_that_replaces_it() -> None:
    june = found("N5.1", "The fraud model is retrained every day and no longer every week.", on=date(2026, 6, 1))
    other = found("N7.1", "Lunch is at noon.", on=SEPTEMBER)
    assert [e.id for e in with_newer([OLD], [other, june, NEW, OLD])] == ["N3.1", "N9.1"]
    assert [e.id for e in with_newer([OLD, june], [june, NEW, OLD])][:2] == ["N3.1", "N5.1"]
    assert with_newer([other], [NEW, OLD]) == (other,)


def test_lines_of_one_note_share_their_lead() -> None:
    second = found("N9.2", "The platform engineer may release.", on=SEPTEMBER, title="Decision: retraining")
    assert sum(not s.citations for s in notes_part([NEW, second])) == 1


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what did we decide about retraining?", True),
        ("what do our notes say on the feature store", True),
        ("since the September retro, what changed?", True),
        ("how do I tell my VP no?", False),
        ("my team is tired", False),
        ("my team is quiet since the retro", False),
        ("what happened last week?", True),
        ("anything new since 3 October?", True),
        ("what happened is that she left", False),
    ],
)
def test_looking_something_up_is_told_from_asking_for_advice(question: str, expected: bool) -> None:
    assert asks_for_notes(question) is expected


def test_asking_for_a_decision() -> None:
    assert asks_for_decisions("what did we decide about retraining?")
    assert not asks_for_decisions("what did we write about retraining?")
