from __future__ import annotations

import pytest

from coach.domain.source import Source, SourceKind
from coach.retrieval.curated import CuratedSearch
from coach.retrieval.ranking import rank
from coach.store.fulltext import FullText
from coach.store.ledger import Ledger
from tests.retrieval.fakes import World, note, principle, small_corpus


@pytest.fixture
def search(indexed: World) -> CuratedSearch:
    return CuratedSearch(indexed.ledger, FullText(indexed.database), remote=False)


def test_sources_are_read_once_and_again_where_they_changed(
    indexed: World, search: CuratedSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    curated = Ledger.curated

    def counted(self: Ledger) -> list[Source]:
        reads.append(1)
        return list(curated(self))

    monkeypatch.setattr(Ledger, "curated", counted)

    assert list(search.sources()) == ["P1", "P2", "C1", "C2"]
    indexed.put(note(2, "Of no matter here."))
    search.sources()
    assert len(reads) == 1
    indexed.put(principle(3, "A new one."))
    assert list(search.sources()) == ["P1", "P2", "P3", "C1", "C2"]
    indexed.ledger.remove("P3")
    assert "P3" not in search.sources()
    assert len(reads) == 3


def test_the_limit_keeps_the_best(indexed: World, search: CuratedSearch) -> None:
    question = "promise a date for the model"
    ranking = rank(indexed.embedder.embed([question])[0], indexed.indexer().bring_up_to_date())

    everything = search.find(question, ranking, SourceKind, 99)

    assert len(everything) == 6
    assert [e.score for e in everything] == sorted((e.score for e in everything), reverse=True)
    assert search.find(question, ranking, SourceKind, 2) == everything[:2]
    assert search.find(question, ranking, SourceKind, 0) == []
    assert search.find(question, ranking, [SourceKind.NOTE], 9) == []
    assert len(small_corpus()) == 5
