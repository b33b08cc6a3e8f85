"""What is looked up: the time that a question names, and what is done where its notes are silent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from coach.agent.equipment import Equipment
from coach.agent.lookup import LookedUp, look_up
from coach.domain.evidence import Evidence, Retrieval, Turn
from coach.domain.source import Source, SourceKind, Statement, StatementKind
from coach.store.dated import DatedNote
from tests.agent.evidence import found
from tests.agent.world import DECISION, World, cited

RETRO, MINUTES = date(2026, 9, 14), date(2026, 10, 5)
PRINCIPLE = found("P8.1", "Negotiate deadlines.", score=0.6)
OLD = found("N1.1", "We decided to retrain every week.", on=date(2026, 5, 6), title="Retraining")
NEW = found("N2.1", "We decided on a page with review rules.", on=RETRO, title="Sprint retro")


def note(number: int, day: date, title: str, *lines: str, private: bool = False) -> Source:
    statements = (Statement(f"N{number}.{i}", t, StatementKind.NOTE) for i, t in enumerate(lines, 1))
    return Source(f"N{number}", SourceKind.NOTE, title, tuple(statements), date=day, private=private)


@dataclass
class FakeRetriever:
    """Gives what it holds that was written within the window, and remembers what it was asked."""

    holds: Sequence[Evidence] = (PRINCIPLE, OLD, NEW)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def is_follow_up(self, question: str, turns: Sequence[Turn]) -> bool:
        return bool(turns)

    def retrieve(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        *,
        limit: int,
        kinds: Iterable[SourceKind],
        since: date | None = None,
        until: date | None = None,
    ) -> Retrieval:
        self.asked.append({"question": question, "turns": tuple(turns), "since": since, "until": until})
        first, last = since or date.min, until or date.max
        return Retrieval(
            question,
            evidence=tuple(
                e for e in self.holds if e.source_kind is not SourceKind.NOTE or first <= (e.date or date.min) <= last
            ),
        )


def equipment(retriever: FakeRetriever, *notes: Source) -> Equipment:
    dated = [DatedNote(n.id, n.title, n.date, n.tags) for n in notes if n.date]
    made = SimpleNamespace(
        retriever=retriever,
        model=None,
        practices=True,
        today=lambda: date(2026, 10, 8),
        dated_notes=lambda: sorted(dated, key=lambda n: n.date, reverse=True),
        source=lambda i: next((n for n in notes if n.id == i), None),
    )
    return cast("Equipment", made)


async def asked(
    question: str, *notes: Source, retriever: FakeRetriever | None = None, turns: Sequence[Turn] = ()
) -> tuple[LookedUp, FakeRetriever]:
    retriever = retriever or FakeRetriever()
    return await look_up(equipment(retriever, *notes), question, turns, 40), retriever


def ids(found: LookedUp) -> list[str]:
    return [e.id for e in found.retrieval.evidence]


async def test_only_notes_of_the_time_are_searched_and_it_is_told() -> None:
    found, retriever = await asked(
        "What did we decide about reviews since the September retro?", note(2, RETRO, "Sprint retro", "x")
    )
    assert retriever.asked == [
        {"question": "What did we decide about reviews?", "turns": (), "since": RETRO, "until": None}
    ]
    assert ids(found) == ["P8.1", "N2.1"]
    assert found.remarks == ("Notes since 14 September 2026 (Sprint retro).",)
    assert found.about_notes


async def test_without_a_time_everything_is_searched_as_asked() -> None:
    question = "What did we decide about reviews?"
    found, retriever = await asked(question, turns=[Turn("Before.")])
    assert retriever.asked == [{"question": question, "turns": (Turn("Before."),), "since": None, "until": None}]
    assert (found.remarks, found.about_notes) == ((), True)


async def test_a_gathering_that_is_not_found_leaves_nothing_out() -> None:
    found, retriever = await asked("What did we decide about reviews since the offsite?")
    assert (retriever.asked[0]["since"], ids(found)) == (None, ["P8.1", "N1.1", "N2.1"])
    assert found.remarks == ("No note was found for “the offsite”, so the notes of all times were searched.",)


async def test_where_nothing_of_that_time_fits_all_is_searched_and_that_is_told() -> None:
    found, retriever = await asked("What did we decide about reviews since 3 October?")
    assert [a["since"] for a in retriever.asked] == [date(2026, 10, 3), None]
    assert ids(found) == ["P8.1", "N1.1", "N2.1"]
    assert found.remarks == ("Notes since 3 October 2026. None of them fits, so the notes of all times were searched.",)
    empty = FakeRetriever(holds=(PRINCIPLE,))
    found, _ = await asked("What did we decide about reviews since 3 October?", retriever=empty)
    assert found.remarks == ("Notes since 3 October 2026. None of them fits.",)


async def test_without_a_subject_the_decisions_of_that_time_are_listed_newest_first() -> None:
    retro = note(2, RETRO, "Sprint retro", "Seven were there.", "We decided on review rules.", "Open: cake (me)")
    minutes = note(3, MINUTES, "Minutes", "Agreed: 2 November.", private=True)
    found, _ = await asked("What did we decide since the September retro?", retro, minutes, note(1, date.min, "x", "y"))
    assert ids(found) == ["N3.1", "N2.2", "N2.3", "P8.1"]
    assert [e.private for e in found.retrieval.evidence] == [True, False, False, False]
    assert found.remarks == ("Notes since 14 September 2026 (Sprint retro).",)


async def test_what_happened_begins_with_what_each_note_is_about() -> None:
    retro = note(2, RETRO, "Sprint retro", "Seven were there.", "It rained.", "We decided on review rules.")
    found, _ = await asked("What happened last month?", retro)
    assert ids(found)[:2] == ["N2.1", "N2.3"]


async def test_a_long_transcript_takes_no_more_room_than_a_short_decision() -> None:
    talk = note(4, MINUTES, "Transcript", *(f"Speaker {i}: we decided thing {i}." for i in range(500)))
    short = note(5, RETRO, "Decision", "Decided: we stop.")
    found, _ = await asked("What did we decide since September?", talk, short)
    assert [i.partition(".")[0] for i in ids(found)] == ["N4", "N4", "N4", "N5", "P8"]


async def test_many_notes_are_said_to_be_many() -> None:
    many = [note(i, date(2026, 9, i), f"Note {i}", "Decided.") for i in range(1, 21)]
    found, _ = await asked("What did we decide in September?", *many)
    assert "There are 20; the newest were looked at." in found.remarks[0]
    assert ids(found)[0] == "N20.1"
    found, _ = await asked("What did we decide in August?", *many)
    assert found.remarks == ("Notes from 1 to 31 August 2026. There are none.",)


async def test_the_question_before_is_asked_again_of_another_time() -> None:
    turns = [Turn("What did we decide about reviews in August?", "Nothing.")]
    found, retriever = await asked("And since 1 September?", turns=turns)
    assert retriever.asked[0] == {
        "question": "What did we decide about reviews?", "turns": (), "since": date(2026, 9, 1), "until": None,
    }  # fmt: skip
    assert found.about_notes


async def test_a_note_that_was_removed_meanwhile_is_passed_over() -> None:
    gone = note(2, RETRO, "Sprint retro", "Decided.")
    made = replace_source(equipment(FakeRetriever(), gone))
    assert ids(await look_up(made, "What did we decide since September?", (), 40)) == ["P8.1"]


def replace_source(made: Equipment) -> Equipment:
    cast("Any", made).source = lambda _: None
    return made


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("since 1 September 2026", {"N1.1"}),
        ("in May 2026", {"N2.1"}),
        ("between May 2026 and 8 September 2026", {"N1.1", "N2.1"}),
    ],
)
async def test_an_answer_quotes_the_notes_of_that_time(world: World, words: str, expected: set[str]) -> None:
    answer = await world.open().answer(f"{DECISION[:-1]} {words}?")
    assert {i for i in cited(answer) if i[0] == "N"} == expected
    assert answer.remarks[0].startswith("Notes ")


async def test_an_answer_says_what_replaced_what(world: World) -> None:
    answer = await world.open().answer(DECISION)
    frames = [s.text for s in answer.sentences if not s.citations]
    assert frames[-1].startswith("N1.1 of 2026-09-08 replaces this line of your older note of 2026-05-06")


async def test_today_is_the_clock_s(world: World) -> None:
    coach = world.open()
    made = replace(coach.equipment(), today=lambda: date(2026, 5, 20))
    found = await look_up(made, "What did we decide this month?", (), 40)
    assert [e.id for e in found.retrieval.evidence if e.id[0] == "N"] == ["N2.1"]
