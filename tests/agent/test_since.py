"""Which notes a question asks by their time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.gatherings import find_gathering
from coach.agent.since import window
from coach.grounding.words import word_set
from coach.store.dated import DatedNote

TODAY = date(2026, 10, 8)
NOTES = [
    DatedNote("N1", "Incident review: blocked payments on 16 May", date(2026, 5, 20), ("incident", "review")),
    DatedNote("N2", "One-to-one with the junior engineer", date(2026, 6, 24), ("one-to-one",)),
    DatedNote("N3", "Quarterly review with the VP, second quarter", date(2026, 7, 2), ("vp", "review")),
    DatedNote("N4", "One-to-one with the senior engineer", date(2026, 9, 2), ("one-to-one", "reviews")),
    DatedNote("N5", "Sprint retro, sprint 18", date(2026, 9, 14), ("retro", "team")),
    DatedNote("N6", "Sprint retro, sprint 9", date(2025, 9, 15), ("retro", "team")),
    DatedNote("N7", "Notes", date(2026, 8, 3), (), "/vault/work/all-hands/2026-08-03.md"),
    DatedNote("N8", "Sprint retro, sprint 20", date(2026, 10, 12), ("retro",)),
]


def asked(question: str, before: str = "") -> tuple[str, str, str, str]:
    found = window(question, TODAY, lambda: NOTES, before)
    return (
        found.since.isoformat() if found.since else "",
        found.until.isoformat() if found.until else "",
        found.told,
        found.rest,
    )


RETRO = "Notes since 14 September 2026 (Sprint retro, sprint 18)."


@pytest.mark.parametrize(
    ("question", "since", "until", "told", "rest"),
    [
        ("What did we decide since the September retro?", "2026-09-14", "", RETRO, "What did we decide?"),
        ("Since the last retro, what did we agree about cake?", "2026-09-14", "", RETRO,
         "what did we agree about cake?"),
        ("what have we decided since September's retro about the rota", "2026-09-14", "", RETRO,
         "what have we decided about the rota"),
        ("My team is tired. What changed since the retro of 14 September?", "2026-09-14", "", RETRO,
         "My team is tired. What changed?"),
        ("What did we agree since the one-to-one with the junior engineer on reviews?", "2026-06-24", "",
         "Notes since 24 June 2026 (One-to-one with the junior engineer).", "What did we agree on reviews?"),
        ("What did we agree since the last 1:1?", "2026-09-02", "",
         "Notes since 2 September 2026 (One-to-one with the senior engineer).", "What did we agree?"),
        ("What did we write down since the all-hands?", "2026-08-03", "",
         "Notes since 3 August 2026 (Notes).", "What did we write down?"),
        ("What did we decide since 3 October?", "2026-10-03", "", "Notes since 3 October 2026.",
         "What did we decide?"),
        ("what did we decide last week", "2026-09-28", "2026-10-04",
         "Notes from 28 September to 4 October 2026 (“last week”).", "what did we decide"),
        ("What did we decide in Q3 about hiring?", "2026-07-01", "2026-09-30",
         "Notes from 1 July to 30 September 2026.", "What did we decide about hiring?"),
        ("What did we note in September?", "2026-09-01", "2026-09-30", "Notes from 1 to 30 September 2026.",
         "What did we note?"),
        ("What did we decide between June and August?", "2026-06-01", "2026-08-31",
         "Notes from 1 June to 31 August 2026.", "What did we decide?"),
        ("What did we say from 3 to 10 August?", "2026-08-03", "2026-08-10", "Notes from 3 to 10 August 2026.",
         "What did we say?"),
        ("What did we agree between the incident review and the September retro?", "2026-05-20", "2026-09-14",
         "Notes from 20 May to 14 September 2026 (Incident review: blocked payments on 16 May and Sprint retro).",
         "What did we agree?"),
        ("What did we decide this year about sales?", "2026-01-01", "2026-12-31",
         "Notes since 1 January 2026 (“this year”).", "What did we decide about sales?"),
        ("What did our notes say about the VP before the September retro?", "", "2026-09-13",
         "Notes up to 13 September 2026 (Sprint retro, sprint 18).", "What did our notes say about the VP?"),
        ("what did we decide after the incident review?", "2026-05-21", "",
         "Notes since 21 May 2026 (Incident review: blocked payments on 16 May).", "what did we decide?"),
    ],
)  # fmt: skip
def test_the_time_that_a_question_names(question: str, since: str, until: str, told: str, rest: str) -> None:
    found = asked(question)
    assert found[:2] == (since, until)
    assert found[3] == rest
    assert found[2].startswith(told[:-1] if "and Sprint retro" in told else told)


@pytest.mark.parametrize(
    "question",
    [
        # Of what was decided, not when.
        "What did we decide about the launch in November?",
        "What did we decide about last week's incident?",
        "What did we plan for Q4?",
        "What did we say in the Q3 roadmap?",
        "What did we agree to do before the September retro?",
        "What did we promise sales by Friday?",
        "what did we decide about the launch this quarter?",
        "What did we decide about what happens after the retro?",
        # Because.
        "What did we decide, since the vendor is late?",
        "What did we decide, since the review was so harsh?",
        "since when did we decide that reviews are done in pairs?",
        # Not sure when.
        "what do our notes say about night alarms this summer",
        "What did we decide since 3/10?",
        "what did we decide since then",
        "What did we decide since June and between July and August?",
        "What did we decide since the one who left us",
        # Nothing is looked up in that sentence, or at all.
        "We are tired since June. What did we decide about weekends?",
        "My team went quiet since the retro.",
        "Sales have pressed us since the launch, how do I refuse?",
    ],
)
def test_no_time_where_it_is_not_sure(question: str) -> None:
    assert asked(question) == ("", "", "", question)


@pytest.mark.parametrize("words", ["before the launch review", "since the offsite", "since the August retro"])
def test_a_gathering_that_no_note_tells_of_is_named_and_nothing_left_out(words: str) -> None:
    since, until, told, rest = asked(f"What did we decide {words}?")
    assert (since, until, rest) == ("", "", "What did we decide?")
    name = words.partition(" ")[2]
    assert told == f"No note was found for “{name}”, so the notes of all times were searched."


def test_the_question_before_is_asked_again_of_another_time() -> None:
    before = "What did we decide about reviews since June?"
    assert asked("And since the September retro?", before) == (
        "2026-09-14", "", RETRO, "What did we decide about reviews?",
    )  # fmt: skip
    assert asked("And since the September retro?", "How do I say no?")[0] == ""
    assert asked("And since the September retro my team is quiet", before)[0] == ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("the September retro", "N5"),
        ("the September 2025 retro", "N6"),
        ("the sprint 9 retro", "N6"),
        # N8 has not happened yet.
        ("the last retro", "N5"),
        # Titles before tags: a one-to-one about reviews is no review.
        ("the review", "N3"),
        ("last month's retrospective", "N5"),
        ("the July retro", None),
        ("the", None),
        ("September", None),
        ("31 June retro", None),
    ],
)
def test_which_note_a_gathering_is(words: str, expected: str | None) -> None:
    found = find_gathering(words, TODAY, NOTES)
    assert (found.id if found else None) == expected


def test_notes_are_read_only_where_a_gathering_is_named() -> None:
    def none() -> Sequence[DatedNote]:
        raise AssertionError

    assert window("What did we decide since 3 October?", TODAY, none)
    assert not window("How do I say no since you ask?", TODAY, none)


_WORDS = st.sampled_from(
    sorted(
        word_set(
            "what did we decide agree since before after between and from to in the last this "
            "september retro review 3 october "
            "week month Q3 about is was , ? . \u202e [x] with of 1:1"
        )
    )
)


@given(st.lists(_WORDS, max_size=25))
def test_whatever_is_asked_a_window_is_in_order_and_told(words: list[str]) -> None:
    found = window(" ".join(words), TODAY, lambda: NOTES)
    if found:
        assert found.told.startswith("Notes ")
        assert found.since is None or found.since <= TODAY
        assert found.until is None or found.since is None or found.since <= found.until


def test_a_very_long_question_is_read_at_once() -> None:
    began = time.process_time()
    for words in ("since the retro ", "in the last ", "what did we decide since the retro with of "):
        window("what did we decide " + words * 1500, TODAY, lambda: NOTES)
    assert time.process_time() - began < 2
