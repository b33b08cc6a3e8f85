"""Lines of notes among the evidence."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from coach.domain.errors import StoreError
from coach.domain.source import SourceKind
from coach.retrieval import clients, notes
from coach.retrieval.vectors import Reader, VectorStore
from tests.retrieval.fakes import World, found, ids, note, small_corpus


def test_a_few_lines_of_one_note_at_most(world: World) -> None:
    world.put(note(1, *(f"fraud model line {w}" for w in "abcdef")), note(2, "The fraud model drifts."))

    retrieval = world.retriever().retrieve("fraud model line")

    assert len(ids(retrieval.evidence, "N1")) == 3
    assert ids(retrieval.evidence, "N2") == ["N2.1"]


def test_a_few_lines_of_all_notes_at_most(world: World) -> None:
    world.put(*(note(n, "The fraud model drifts.", "Fraud model again.") for n in range(1, 12)))

    evidence = world.retriever().retrieve("fraud model").evidence

    assert len(evidence) == 8


def test_newer_notes_come_first_among_equals(world: World) -> None:
    days = [date(2026, 1, 5), date(2026, 9, 1), None, date(2026, 3, 2)]
    world.put(*(note(n, "Retrain monthly.", day=day, title="Standup") for n, day in enumerate(days, 1)))

    evidence = world.retriever().retrieve("retrain monthly").evidence

    assert ids(evidence) == ["N2.1", "N4.1", "N1.1", "N3.1"]
    assert len({e.score for e in evidence}) == 1


def test_notes_about_something_else_are_left_out(filled: World) -> None:
    filled.put(note(2, "fraud and ten more words about lunch, cakes, tea, hats, boats, ducks, maps"))

    retrieval = filled.retriever().retrieve("fraud model retrain")

    assert ids(retrieval.evidence, "N") == ["N1.1"]


def test_without_notes_the_index_is_not_opened(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put(*small_corpus()[:4])
    retriever = world.retriever()
    monkeypatch.setattr(VectorStore, "reading", lambda _: pytest.fail("the index was opened"))

    assert retriever.retrieve("sales promised our model too early").evidence


def test_notes_alone_are_enough(world: World) -> None:
    world.put(note(1, "Retrain the fraud model monthly."))

    retrieval = world.retriever().retrieve("retrain the fraud model")

    assert ids(retrieval.evidence) == ["N1.1"]
    assert retrieval.principles == retrieval.practices == ()
    assert world.retriever().similarity(["P1.1"]).tolist() == [[0.0]]


def test_a_note_that_was_removed_is_not_found_even_before_it_is_forgotten(filled: World) -> None:
    filled.put(note(2, "Retrain the churn model monthly."))
    retriever = filled.retriever()
    filled.ledger.remove("N1")

    assert ids(retriever.retrieve("retrain model monthly").evidence, "N") == ["N2.1"]


# When the index fails.


@pytest.mark.parametrize("fault", ["gone", "damaged"])
def test_a_failing_index_leaves_the_words(filled: World, fault: str) -> None:
    retriever = filled.retriever()
    sound = retriever.retrieve("when do we retrain the fraud model")
    if fault == "gone":
        filled.store().drop()
    else:
        (filled.index_path / "chroma.sqlite3").write_bytes(b"garbage" * 1000)

    retrieval = retriever.retrieve("when do we retrain the fraud model")

    (missing,) = retrieval.missing
    assert missing.startswith("Your notes were searched by their words alone: The vector index")
    assert ids(retrieval.evidence, "N") == ["N1.1"]
    assert found(retrieval, "N1.1").why == "wording"
    assert ids(retrieval.evidence, "P") == ids(sound.evidence, "P")
    assert retriever.retrieve("annotators").missing == (missing,)


def test_without_notes_among_what_is_asked_for_nothing_is_missing(filled: World) -> None:
    retriever = filled.retriever()
    filled.store().drop()

    assert retriever.retrieve("sales", kinds=[SourceKind.PRINCIPLE]).missing == ()


def test_notes_that_are_not_indexed_yet_are_found_by_their_words(filled: World) -> None:
    retriever = filled.retriever()
    filled.put(note(2, "The churn model is retrained weekly."))

    retrieval = retriever.retrieve("when is the churn model retrained?")

    assert found(retrieval, "N2.1").why == "wording"
    assert retrieval.missing == ()


def test_what_another_process_wrote_is_found_by_the_next_search(filled: World) -> None:
    retriever = filled.retriever()
    assert retriever.retrieve("churn model").missing == ()
    filled.put(note(2, "The churn model is retrained weekly."))
    filled.indexer().bring_up_to_date()

    assert "meaning" in found(retriever.retrieve("the churn model is retrained"), "N2.1").why


def test_the_index_is_opened_once_for_many_searches(filled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    retriever = filled.retriever()
    retriever.retrieve("fraud model")
    monkeypatch.setattr(clients, "open_client", lambda _: pytest.fail("it was opened again"))

    assert ids(retriever.retrieve("retrain the fraud model").evidence, "N") == ["N1.1"]


def test_an_index_that_fails_once_is_opened_again(filled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    retriever = filled.retriever()
    retriever.retrieve("fraud model")
    faults = iter([StoreError("It was opened too long ago.")])
    nearest = Reader.nearest

    def failing(*arguments: Any) -> Any:
        for fault in faults:
            raise fault
        return nearest(*arguments)

    monkeypatch.setattr(Reader, "nearest", failing)

    retrieval = retriever.retrieve("retrain the fraud model")

    assert retrieval.missing == ()
    assert "meaning" in found(retrieval, "N1.1").why


# Long notes and many notes.


def test_a_long_transcript_does_not_drown_a_short_decision(world: World) -> None:
    """Though hundreds of its lines are nearer to the question than the decision is."""
    words = random.Random(1)
    said = (" ".join(f"w{words.randrange(400)}" for _ in range(3)) for _ in range(500))
    world.put(
        note(1, *(f"fraud model retrain {line}" for line in said), title="fraud model retrain"),
        note(2, "fraud model retrain: we said monthly, at last, in the end.", title="Decision"),
    )

    evidence = world.retriever().retrieve("fraud model retrain").evidence

    assert ids(evidence, "N2") == ["N2.1"]
    assert len(ids(evidence, "N1")) == 3


def test_a_line_that_its_words_found_counts_with_what_it_is_like_too(world: World) -> None:
    """Though it is not among the nearest."""
    world.put(*(note(n, "The then and.") for n in range(1, 100)), note(100, "Zebrafish, the then so."))

    first = world.retriever().retrieve("the then zebrafish and").evidence[0]

    assert first.id == "N100.1"
    assert first.why == "meaning 0.57, wording"


# Dates.

DAYS = {1: date(2026, 1, 5), 2: date(2026, 6, 30), 3: date(2026, 7, 1), 4: date(2026, 9, 30), 5: None}


@pytest.fixture
def dated(world: World) -> World:
    world.put(*small_corpus()[:4])
    world.put(*(note(n, "Retrain monthly.", day=day, title="Standup") for n, day in DAYS.items()))
    return world


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, {1, 2, 3, 4, 5}),
        (date(2026, 7, 1), None, {3, 4}),
        (None, date(2026, 6, 30), {1, 2}),
        (date(2026, 6, 30), date(2026, 7, 1), {2, 3}),
        (date(2026, 7, 2), date(2026, 9, 29), set()),
        (date(2026, 9, 1), date(2026, 1, 1), set()),
    ],
)
@pytest.mark.parametrize("most", [0, 1000])
def test_only_notes_of_the_days_asked_for(
    dated: World,
    monkeypatch: pytest.MonkeyPatch,
    since: date | None,
    until: date | None,
    expected: set[int],
    most: int,
) -> None:
    monkeypatch.setattr(notes, "_FEW", most)  # few are searched by themselves; of many, the nearest are
    retriever = dated.retriever()

    for question in ("retrain monthly", "monthly"):
        found = retriever.retrieve(question, since=since, until=until).evidence
        assert {int(i[1:-2]) for i in ids(found, "N")} == expected
        assert ids(found, "P")


def test_few_notes_of_a_time_are_found_among_many_that_are_nearer(world: World) -> None:
    world.put(
        *(note(n, "fraud model retrain", day=date(2025, 1, 1)) for n in range(1, 200)),
        note(200, "fraud model, and how we retrain it from now on", day=date(2026, 9, 1)),
    )

    found = world.retriever().retrieve("fraud model retrain", since=date(2026, 8, 1)).evidence

    assert ids(found, "N") == ["N200.1"]


@pytest.mark.parametrize("fault", ["gone", "damaged"])
def test_a_failing_index_leaves_the_words_of_the_days_asked_for(dated: World, fault: str) -> None:
    retriever = dated.retriever()
    if fault == "gone":
        dated.store().drop()
    else:
        (dated.index_path / "chroma.sqlite3").write_bytes(b"garbage" * 1000)

    retrieval = retriever.retrieve("retrain monthly", since=date(2026, 7, 1))

    assert retrieval.missing
    assert ids(retrieval.evidence, "N") == ["N4.1", "N3.1"]
