"""What teammates share, searched on a real server and fused with one's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from coach.domain.source import SourceKind
from coach.retrieval import team
from coach.retrieval.vectors import NOTES
from tests.retrieval.fakes import ids, note, practice, principle
from tests.retrieval.mates import Mate, Mates

FRAUD = "Retrain the fraud model monthly."
ROTA = "The fraud model has an on-call rota."


@pytest.fixture
def ann(mates: Mates) -> Mate:
    """Shares a note about the fraud model."""
    ann = mates("a")
    ann.put(note(1, FRAUD, "Annotators leave in spring.", day=date(2026, 3, 1), title="Retro"))
    ann.share()
    return ann


@pytest.fixture
def ben(mates: Mates) -> Mate:
    """Has a note of his own about it."""
    ben = mates("b")
    ben.put(note(1, ROTA, "Lunch is at noon.", day=date(2026, 5, 1)), note(2, "Buy cake."))
    return ben


def test_both_are_searched_and_fused(ann: Mate, ben: Mate) -> None:
    found = ben.ask("retrain fraud model")
    assert [e.statement.text for e in found.evidence] == [FRAUD, ROTA]
    theirs = found.evidence[0]
    assert (theirs.source_title, theirs.date, theirs.private) == ("Retro (team)", date(2026, 3, 1), False)
    assert theirs.statement.heading == ("Top",)
    assert "meaning" in theirs.why
    assert "wording" in theirs.why
    assert found.missing == ()


def blinded(mate: Mate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Chroma's searches find nothing, as where what is near was removed and written anew."""
    nothing: dict[str, list[Any]] = {name: [] for name in ("ids", "documents", "metadatas", "distances")}
    monkeypatch.setattr(mate.search._server, "nearest", lambda *_: nothing)


def test_what_chromas_graph_does_not_lead_to_is_found_row_by_row(
    ann: Mate, ben: Mate, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = ben.ask("retrain fraud model").evidence
    day = date(2026, 3, 1)
    dated = ben.ask("retrain fraud model", since=day, until=day).evidence
    blinded(ben, monkeypatch)
    found = ben.ask("retrain fraud model")
    assert [(e.statement, e.why) for e in found.evidence] == [(e.statement, e.why) for e in seen]
    assert [e.score for e in found.evidence] == pytest.approx([e.score for e in seen], abs=1e-5)
    assert found.missing == ()
    again = ben.ask("retrain fraud model", since=day, until=day).evidence
    assert [e.statement for e in again] == [e.statement for e in dated] != []


def test_too_many_rows_to_compare_are_said_to_be_missing(ann: Mate, ben: Mate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "_COMPARED", 1)
    blinded(ben, monkeypatch)
    found = ben.ask("retrain fraud model")
    assert [e.statement.text for e in found.evidence] == [ROTA]
    assert "hardly any of the lines" in found.missing[0]


@pytest.mark.parametrize(
    "broken",
    [
        {"embeddings": None},
        {"embeddings": [["a"]]},
        {"embeddings": [[1.0]]},
        {"embeddings": "x"},
        {"documents": []},
        {"metadatas": 3},
    ],
)
def test_rows_that_cannot_be_compared_are_said_to_be_missing(
    ann: Mate, ben: Mate, monkeypatch: pytest.MonkeyPatch, broken: dict[str, Any]
) -> None:
    blinded(ben, monkeypatch)
    honest = ben.search._server.rows
    monkeypatch.setattr(ben.search._server, "rows", lambda *a, **k: honest(*a, **k) | broken)
    found = ben.ask("retrain fraud model")
    assert [e.statement.text for e in found.evidence] == [ROTA]
    assert "rows that cannot be read" in found.missing[0]


def test_without_notes_of_ones_own_the_teams_are_found(ann: Mate, mates: Mates) -> None:
    assert mates("c").finds("retrain fraud model") == [FRAUD]


def test_ones_own_lines_come_from_the_local_index_alone(ann: Mate) -> None:
    assert ann.numbers("retrain fraud model") == ["N1.1"]
    assert ann.copies == {}


def test_a_line_of_the_team_can_be_opened_and_is_not_indexed_here(ann: Mate, ben: Mate) -> None:
    (number,) = [i for i in ben.numbers("retrain fraud model") if i.startswith("N3.")]
    source = ben.world.ledger.source("N3")
    assert source is not None
    assert source.path.startswith(f"team:{ann.member.id}/")
    assert [s.text for s in source.statements] == [FRAUD, "Annotators leave in spring."]
    assert number == "N3.1"
    assert not ben.world.ledger.indexed.has_pending()
    assert ben.world.rows(NOTES) == {"N1.1", "N1.2", "N2.1"}
    # Nor does it count as one's own, or go back to the server.
    assert ben.share().written == 2
    assert ben.sources.own()[0].id == "N1"
    assert len(ben.sharing.census()) == 3


def test_the_same_copy_serves_the_next_question(ann: Mate, ben: Mate) -> None:
    first = ben.numbers("retrain fraud model")
    before = ben.world.ledger.generation()
    assert ben.numbers("retrain fraud model") == first
    assert ben.world.ledger.generation() == before


def test_an_edited_note_keeps_the_numbers_of_what_it_still_says(ann: Mate, ben: Mate) -> None:
    ben.ask("retrain fraud model")
    ann.put(
        note(1, "Retrain the fraud model weekly.", "Annotators leave in spring.", day=date(2026, 3, 1), title="Retro")
    )
    ann.share()
    assert ben.finds("retrain fraud model")[0] == "Retrain the fraud model weekly."
    source = ben.world.ledger.source("N3")
    assert source is not None
    assert [s.text for s in source.statements] == ["Retrain the fraud model weekly.", "Annotators leave in spring."]
    # Its own file says P8.2 of a changed line; from outside a changed line is another one.
    assert [s.id for s in source.statements] == ["N3.3", "N3.2"]


def test_what_was_taken_back_is_no_evidence_though_its_copy_is_there(ann: Mate, ben: Mate) -> None:
    assert FRAUD in ben.finds("retrain fraud model")
    ann.sharing.withdraw(ann.member.id)
    assert ben.finds("retrain fraud model") == [ROTA]
    assert ben.copies == {"N3": "Retro (team)"}
    assert ben.pull().removed == 1
    assert ben.copies == {}


def test_what_turned_private_or_was_deleted_goes(ann: Mate, ben: Mate) -> None:
    ann.put(note(2, "The fraud model budget is secret.", title="Budget"), note(3, "Fraud model cake.", title="Cake"))
    ann.share()
    assert len(ben.finds("fraud model")) == 4
    ann.put(note(2, "The fraud model budget is secret.", title="Budget", private=True))
    ann.world.ledger.remove("N3")
    done = ann.share()
    assert (done.written, done.removed) == (0, 2)
    assert sorted(ben.finds("fraud model")) == sorted([FRAUD, ROTA])


def test_dates_limit_what_is_searched_there(ann: Mate, ben: Mate) -> None:
    ann.put(note(2, "Fraud model without a day.", title="Undated"))
    ann.share()
    question = "fraud model"
    assert FRAUD in ben.finds(question, until=date(2026, 3, 1))
    assert ben.finds(question, since=date(2026, 3, 2)) == [ROTA]
    assert ben.finds(question, since=date(2026, 3, 1), until=date(2026, 3, 1)) == [FRAUD]


def test_a_copy_is_neither_dated_nor_searched_as_ones_own(ann: Mate, ben: Mate) -> None:
    ben.ask("retrain fraud model")
    ledger = ben.world.ledger
    assert [n.id for n in ledger.dated_notes()] == ["N1"]
    assert ledger.note_statements(date(2026, 1, 1), None, 100) == ["N1.1", "N1.2"]
    ann.sharing.withdraw(ann.member.id)
    assert ben.finds("annotators leave in spring") == []
    assert ben.finds("annotators leave in spring", since=date(2026, 1, 1)) == []


def test_a_long_transcript_of_a_teammate_does_not_drown_the_others(ann: Mate, ben: Mate) -> None:
    ann.put(note(2, *(f"Fraud model talk a{n} b{n} c{n}." for n in range(150)), title="Transcript"))
    ann.share()
    found = ben.finds("fraud model")
    assert sum(" talk " in text for text in found) == 3
    assert {FRAUD, ROTA} <= set(found)


def test_the_caps_hold_over_both(mates: Mates) -> None:
    ann, ben = mates("a"), mates("b")
    for mate, word in ((ann, "queue"), (ben, "cache")):
        mate.put(*(note(n, f"The {word} is full again, case {n}.") for n in range(1, 8)))
    ann.share()
    found = ben.finds("is full again")
    assert len(found) == 8
    assert any("queue" in text for text in found)
    assert any("cache" in text for text in found)


def test_ones_own_many_rows_do_not_hide_the_others(mates: Mates) -> None:
    ann, ben = mates("a"), mates("b")
    ben.put(*(note(n, f"The pager rang, night {n}.", f"The pager rang, morning {n}.") for n in range(1, 81)))
    ben.share()
    ann.put(note(1, "The pager rang at the other team's desk for an hour."))
    ann.share()
    vector = ben.world.embedder.embed(["the pager rang"])[0]
    lines, _ = ben.search.fused([], ben.search.ask(vector, "the pager rang"))
    assert [e.statement.text for e in lines] == ["The pager rang at the other team's desk for an hour."]


def test_principles_are_taken_over_at_sync_and_searched_here(ann: Mate, ben: Mate) -> None:
    ann.put(principle(12, "Publish every postmortem within a week.", situations=("an outage was hushed up",)))
    ann.share()
    assert ben.finds("publish postmortem") == []
    assert ben.pull().principles
    found = [e for e in ben.ask("publish every postmortem").evidence if e.source_kind is SourceKind.PRINCIPLE]
    assert found[0].source_title == "Principle 12 (team)"
    (taken,) = ben.world.ledger.sources(SourceKind.PRINCIPLE)
    assert taken.situations == ("an outage was hushed up",)
    assert taken.path.startswith("team:")
    assert ben.share().written == 2
    ann.world.ledger.remove("P12")
    ann.share()
    done = ben.pull()
    assert (done.removed, done.principles) == (1, True)
    assert ben.world.ledger.sources(SourceKind.PRINCIPLE) == []
    assert not ben.pull().principles


def test_practices_and_what_comes_with_the_package_are_not_shared(ann: Mate) -> None:
    ann.put(practice(101, "Thank people."), replace(principle(3, "Be kind."), builtin=True))
    ann.put(replace(note(7, "It went well."), path="coach:commitment/x"))
    assert ann.share().written == 0
    assert len(ann.sharing.census()) == 1


def test_nothing_is_written_again_that_is_there(ann: Mate) -> None:
    assert (ann.share().written, ann.share().removed) == (0, 0)


def test_a_label_is_shown_with_the_title(mates: Mates) -> None:
    mates_ann = mates("a", label="Ann")
    mates_ann.put(note(1, FRAUD, title="Retro"))
    mates_ann.share()
    assert ids(mates("b").ask("retrain fraud model").evidence)
    ben = mates("c")
    assert ben.ask("retrain fraud model").evidence[0].source_title == "Retro (team: Ann)"


def test_what_another_embedder_made_is_not_seen_and_goes_with_a_change_of_embedder(ann: Mate, mates: Mates) -> None:
    from coach.retrieval.team_server import TeamServer

    other = TeamServer(ann.server.url, ann.server.collection + "-other")
    rows: dict[str, list[Any]] = {
        "ids": ["x"],
        "embeddings": [[1.0, 0.0]],
        "documents": ["old"],
        "metadatas": [{"member": ann.member.id}],
    }
    other.write(rows)
    assert ann.share().written == 0
    assert other.rows({"member": ann.member.id}, 10)["ids"] == []
