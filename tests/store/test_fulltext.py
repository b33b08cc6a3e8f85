from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.domain.source import SourceKind
from coach.store import fulltext as module
from coach.store.database import Database, open_database
from coach.store.fulltext import FullText, query_words
from coach.store.ledger import Ledger
from tests.store.conftest import note, principle


@pytest.fixture(scope="module")
def fulltext() -> Iterator[FullText]:
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "x.db") as database:
        ledger = Ledger(database)
        ledger.sync_builtin([principle(8, "Negotiate deadlines and do not overpromise.", "Shield the team.")])
        ledger.put_drafts([note("The VP wants a deadline by March.", "Café at noon.", 'She said "NEAR" the NOT.')])
        yield FullText(database)


def test_finds_stems_best_first(fulltext: FullText) -> None:
    found = fulltext.notes("the VPs want deadlines at noon?", 10)

    assert [i for i, _ in found] == ["N1.1", "N1.2"]
    assert found[0][1] > found[1][1] > 0
    assert [i for i, _ in fulltext.curated("negotiating a deadline?", 10)] == ["P8.1"]


def test_accents_do_not_matter(fulltext: FullText) -> None:
    assert [i for i, _ in fulltext.notes("CAFE", 10)] == ["N1.2"]


def test_kinds_and_limits(fulltext: FullText) -> None:
    both = "shield deadlines"
    assert {i for i, _ in fulltext.curated(both, 10)} == {"P8.1", "P8.2"}
    assert {i for i, _ in fulltext.curated(both, 10, [SourceKind.PRINCIPLE, SourceKind.NOTE])} == {"P8.1", "P8.2"}
    assert fulltext.curated(both, 10, [SourceKind.PRACTICE]) == fulltext.curated(both, 10, []) == []
    assert len(fulltext.curated(both, 1)) == 1
    assert [i for i, _ in fulltext.notes("she wants a deadline", 1)] == ["N1.1"]
    assert fulltext.notes("deadline", 0) == fulltext.curated("deadline", 0) == []


def test_headings_count_less_than_text(fulltext: FullText) -> None:
    assert {i for i, _ in fulltext.notes("top", 10)} == {"N1.1", "N1.2", "N1.3"}


@pytest.mark.parametrize("query", ["", "  ", "what do I do with it?", "!!!", '"', "AND OR NOT", "***", "_", "\ud800"])
def test_nothing_to_search_for(fulltext: FullText, query: str) -> None:
    assert fulltext.notes(query, 10) == fulltext.curated(query, 10) == []


@pytest.mark.parametrize(
    "query", ['near" OR "x', "NEAR(a b)", "text:near", "near*", "^near", "{near} - +near", "near\0"]
)
def test_search_syntax_is_only_words(fulltext: FullText, query: str) -> None:
    assert "N1.3" in [i for i, _ in fulltext.notes(query, 10)]


@given(st.text(max_size=60) | st.text(alphabet="ab\"'*^():{}-+_\0 \\ANDORTxté²ª½", max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_query_is_an_error(fulltext: FullText, query: str) -> None:
    assert all(score > 0 for _, score in fulltext.notes(query, 5) + fulltext.curated(query, 5))


def test_long_queries_are_cut() -> None:
    assert len(query_words(" ".join(f"word{i}" for i in range(10_000)))) == 64
    assert query_words("The VP, the vp and THE date: snake_case") == ["vp", "date", "snake", "case"]


def test_the_index_follows_every_change(database: Database) -> None:
    ledger, fulltext = Ledger(database), FullText(database)
    ledger.put_drafts([note("apples", "pears")])
    ledger.put_drafts([note("apples", "plums")])

    assert [[i for i, _ in fulltext.notes(w, 5)] for w in ("apples", "pears", "plums")] == [["N1.1"], [], ["N1.3"]]
    with database.write() as connection:
        connection.execute("INSERT INTO statements_text (statements_text) VALUES ('integrity-check')")
        connection.execute("DELETE FROM sources")
        connection.execute("INSERT INTO statements_text (statements_text) VALUES ('integrity-check')")
    assert fulltext.notes("apples", 5) == []


def test_days(database: Database) -> None:
    days = [date(2026, 1, 5), date(2026, 6, 30), date(2026, 9, 1), None]
    Ledger(database).put_drafts([replace(note("apples", path=f"/{i}"), date=day) for i, day in enumerate(days)])
    fulltext = FullText(database)

    for share in (0.0, 1.0):  # of the notes above which their statements are not listed
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(module, "_MOST_LISTED", share)
            assert [i for i, _ in fulltext.notes("apples", 9, since=days[1])] == ["N2.1", "N3.1"]
            assert [i for i, _ in fulltext.notes("apples", 9, until=days[1])] == ["N1.1", "N2.1"]
            assert [i for i, _ in fulltext.notes("apples", 9, since=days[1], until=days[1])] == ["N2.1"]
            assert fulltext.notes("apples", 9, since=days[2], until=days[0]) == []
    assert len(fulltext.notes("apples", 9)) == 4


def test_of_many_hits_the_best_are_found_all_the_same(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only statements with the rarer words are scored, the common ones still count in their scores."""
    words = random.Random(1)
    common = [f"common{i}" for i in range(6)]
    texts = [" ".join(words.choices([*common, f"rare{i % 60}", f"odd{i % 90}"], k=8)) for i in range(600)]
    Ledger(database).put_drafts([note(*texts)])
    fulltext = FullText(database)
    queries = [f"rare{i} {common[i % 6]} odd{i} {common[(i + 1) % 6]}" for i in range(40)]
    exact = [fulltext.notes(query, 5) for query in queries]

    monkeypatch.setattr(module, "_SCORED", 40)
    quick = [fulltext.notes(query, 5) for query in queries]

    assert sum(a[0][0] == b[0][0] for a, b in zip(exact, quick, strict=True)) >= 38
    assert all(2 * b[0][1] > b[-1][1] > 0 for b in quick)
    assert fulltext.notes("common1", 3)


def test_notes_do_not_change_how_rare_a_word_is_in_principles(database: Database) -> None:
    ledger, fulltext = Ledger(database), FullText(database)
    ledger.sync_builtin([principle(1, "apples and pears", "pears", "plums")])
    before = fulltext.curated("apples pears", 5)

    ledger.put_drafts([note(*(f"apples {i}" for i in range(50)))])

    assert fulltext.curated("apples pears", 5) == before
    ledger.sync_builtin([principle(1, "apples")])
    assert [i for i, _ in fulltext.curated("apples pears", 5)] == ["P1.1"]


def test_damage_is_seen_and_made_good(database: Database) -> None:
    Ledger(database).put_drafts([note("apples", "pears")])
    fulltext = FullText(database)
    assert fulltext.damage() == ""
    with database.write() as connection:
        connection.execute("DELETE FROM statements_text_docsize WHERE id = 1")

    assert fulltext.damage() == "It has 1 of 2 statements."
    fulltext.rebuild()
    assert fulltext.damage() == ""
