from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from coach.domain.evidence import Evidence, Retrieval, Turn
from coach.domain.ids import source_of
from coach.domain.source import SourceKind
from coach.retrieval.embedding import MiniLMEmbedder
from coach.retrieval.retriever import Retriever
from coach.retrieval.router import Routing
from coach.retrieval.vectors import VectorStore
from coach.store.database import open_database
from coach.store.fulltext import FullText
from tests.retrieval.fakes import WordEmbedder, World, note, practice, principle, small_corpus

ASKED = "sales promised our model too early"


@pytest.fixture
def filled(world: World) -> World:
    world.put(*small_corpus())
    return world


def away() -> WordEmbedder:
    return WordEmbedder("away", remote=True)


def found(retrieval: Retrieval, any_id: str) -> Evidence:
    return next(e for e in retrieval.evidence if e.id == any_id)


def ids(evidence: Iterable[Evidence], letter: str = "") -> list[str]:
    return [e.id for e in evidence if e.id.startswith(letter)]


# What is found, and why.


def test_sources_and_statements_best_first(filled: World) -> None:
    retrieval = filled.retriever().retrieve(ASKED)

    assert retrieval.query == ASKED
    assert [m.source_id for m in retrieval.principles] == ["P1", "P2"]
    assert {m.source_id for m in retrieval.practices} == {"C1", "C2"}
    assert retrieval.principles[0].nearest == ASKED
    assert retrieval.principles[0].title == "Principle 1"
    scores = [e.score for e in retrieval.evidence]
    assert scores == sorted(scores, reverse=True)
    assert set(ids(retrieval.evidence)) == {"P1.1", "P1.2", "P2.1", "C1.1", "C1.2", "C2.1"}
    assert retrieval.missing == ()


def test_why_a_statement_was_found(filled: World) -> None:
    retrieval = filled.retriever().retrieve(ASKED)

    first = found(retrieval, "P1.1")
    assert first.why == f"situation 1.00 “{ASKED}”, meaning 0.15, wording"
    assert first.source_title == "Principle 1"
    assert first.source_kind is SourceKind.PRINCIPLE
    assert "wording" not in found(retrieval, "C1.2").why


def test_why_a_line_of_a_note_was_found(world: World) -> None:
    world.put(note(1, "Retrain the fraud model monthly."), note(2, "And the top of it all."))
    retriever = world.retriever()

    worded = found(retriever.retrieve("retrain the fraud model monthly"), "N1.1")
    near = found(retriever.retrieve("and the of it all"), "N2.1")  # stop words, which are not searched for

    assert worded.why == f"meaning {worded.score - 0.1:.2f}, wording"
    assert near.why == f"meaning {near.score:.2f}"


def test_a_shared_word_lifts_a_statement(world: World) -> None:
    world.put(principle(1, "Then the drift.", "Measure and the rest."))

    # Each shares two of its words with the question; "and" and "the" are not searched for.
    retrieval = world.retriever().retrieve("the drift and")

    assert ids(retrieval.evidence) == ["P1.1", "P1.2"]
    assert found(retrieval, "P1.1").score > found(retrieval, "P1.2").score + 0.1


def test_the_limit_keeps_the_best(filled: World) -> None:
    retriever = filled.retriever()
    everything = retriever.retrieve(ASKED).evidence

    assert retriever.retrieve(ASKED, limit=2).evidence == everything[:2]
    assert retriever.retrieve(ASKED, limit=0).evidence == ()
    assert len(retriever.retrieve(ASKED, limit=1).principles) == 2


def test_a_follow_up_is_understood_with_its_turns(filled: World) -> None:
    retriever = filled.retriever()
    turns = [Turn("My engineer did the work unseen and someone else took the credit in front of the whole board", "…")]

    retrieval = retriever.retrieve("and what do I say?", turns)

    assert retrieval.query == f"{turns[0].question} and what do I say?"
    assert retrieval.principles[0].source_id == "P2"
    alone = "my best engineer wants to leave because another team pays more"
    assert retriever.retrieve(alone, turns).query == alone


@pytest.mark.parametrize(
    "question", ["", "   ", '"', "NEAR(a b) AND NOT *", "text:fraud OR", "'; DROP TABLE statements; --", "🙂" * 500]
)
def test_any_question_may_be_asked(filled: World, question: str) -> None:
    retrieval = filled.retriever().retrieve(question)

    assert len(retrieval.principles) == 2
    assert np.isfinite([e.score for e in retrieval.evidence]).all()


# Notes.


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

    assert retriever.retrieve(ASKED).evidence


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

    assert retriever.retrieve(ASKED, kinds=[SourceKind.PRINCIPLE]).missing == ()


# What is private.


def test_a_private_note_is_found_by_its_words_where_the_embedder_is_elsewhere(filled: World) -> None:
    filled.put(note(2, "The salary band of the fraud team is open.", private=True))

    retrieval = filled.retriever(away()).retrieve("what is the salary band?")

    secret = found(retrieval, "N2.1")
    assert secret.why == "wording"
    assert secret.private
    assert not [e for e in filled.retriever(away()).retrieve("who gets what pay?").evidence if e.private]
    assert retrieval.missing == ()


def test_a_private_note_is_found_by_its_meaning_where_the_embedder_is_here(filled: World) -> None:
    filled.put(note(2, "The salary band of the fraud team is open.", private=True))

    assert "meaning" in found(filled.retriever().retrieve("what is the salary band?"), "N2.1").why


def test_a_principle_of_ones_own_that_is_private_is_found_by_its_words(filled: World) -> None:
    filled.put(principle(10, "Layoffs are told by the lead, in person.", private=True))

    retrieval = filled.retriever(away()).retrieve("who tells the layoffs?")

    assert found(retrieval, "P10.1").why == "wording"
    assert found(retrieval, "P10.1").private
    assert "P10.1" not in ids(filled.retriever(away()).retrieve("layoffs", kinds=[SourceKind.PRACTICE]).evidence)


@pytest.mark.parametrize(
    "line", ["The budget of the salary round is open.", "Budget, among other matters of a long day."]
)
def test_what_is_found_by_words_alone_is_not_drowned_by_a_large_corpus(world: World, line: str) -> None:
    world.put(practice(1, *(f"Budget talk {n}." for n in range(60))), note(1, line, private=True))

    retrieval = world.retriever(away()).retrieve("what of the budget in the salary round?", limit=40)

    assert "N1.1" in ids(retrieval.evidence)


# Kinds.


@pytest.mark.parametrize(
    ("kinds", "letters"),
    [
        ([SourceKind.PRINCIPLE], "P"),
        ([SourceKind.PRACTICE], "C"),
        ([SourceKind.NOTE], "N"),
        ([SourceKind.PRINCIPLE, SourceKind.NOTE], "PN"),
        (iter([SourceKind.PRINCIPLE, SourceKind.PRACTICE]), "PC"),
        ([], ""),
    ],
)
def test_only_the_kinds_asked_for(filled: World, kinds: Iterable[SourceKind], letters: str) -> None:
    retrieval = filled.retriever().retrieve("retrain the fraud model, smaller scope, credit by name", kinds=kinds)

    assert {i[0] for i in ids(retrieval.evidence)} == set(letters)
    assert bool(retrieval.practices) == ("C" in letters)


# Similarity.


def test_similarity_of_statements(filled: World) -> None:
    filled.put(principle(3, "Give credit by name, always."))

    matrix = filled.retriever().similarity(["P2.1", "P3.1", "C2.1", "P99.9"])

    assert matrix.shape == (4, 4)
    np.testing.assert_allclose(matrix, matrix.T)
    np.testing.assert_allclose(np.diag(matrix), [1, 1, 1, 0], atol=1e-5)
    assert matrix[0, 1] > 0.8
    assert matrix[0, 2] == pytest.approx(0, abs=1e-5)
    assert filled.retriever().similarity([]).shape == (0, 0)


# What the router says.


def routed(world: World, *, knows_outside: bool = True) -> Retriever:
    gate = {"inside": 0.3, "outside": 0.6, "health": 0.1}

    def route(texts: Sequence[str]) -> list[Routing]:
        return [Routing({"P1": 0.01, "P2": 0.99}, {"C1": 0.5, "C2": 0.5}, gate) for _ in texts]

    compiled = world.indexer().bring_up_to_date()
    return Retriever(
        world.ledger,
        FullText(world.database),
        world.store(),
        world.embedder,
        lambda: compiled,
        route,
        knows_outside=knows_outside,
    )


def test_the_router_is_heard(filled: World) -> None:
    retrieval = routed(filled).retrieve("annotators")

    assert retrieval.principles[0].source_id == "P2"
    assert retrieval.coverage == 0.3
    assert retrieval.gate == {"inside": 0.3, "outside": 0.6, "health": 0.1}
    assert routed(filled).gate(["a", "b"]) == [retrieval.gate] * 2


def test_what_lies_outside_is_not_known_to_a_corpus_of_ones_own(filled: World) -> None:
    retrieval = routed(filled, knows_outside=False).retrieve("annotators")

    assert retrieval.gate == {"inside": pytest.approx(0.9), "health": 0.1}
    assert retrieval.coverage == pytest.approx(0.9)


def test_without_a_router_everything_is_inside(filled: World) -> None:
    retriever = filled.retriever()

    assert retriever.retrieve(ASKED).coverage == 1.0
    assert retriever.gate(["a", "b"]) == [{}, {}]


# With the real embedder.


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, minilm: MiniLMEmbedder) -> Iterable[World]:
    home: Path = tmp_path_factory.mktemp("real")
    with open_database(home / "coach.db") as database:
        world = World(home, database)
        world.put(
            *small_corpus(),
            note(2, "The classifier is refreshed on the first of every month.", title="Decisions"),
            note(3, "Lunch is at noon.", title="Office"),
        )
        world.indexer(minilm).bring_up_to_date()
        yield world


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("The commercial people announced a release day without asking us", "P1"),
        ("A junior's contribution was ignored in the presentation", "P2"),
    ],
)
def test_the_meaning_is_found_behind_other_words(
    real: World, minilm: MiniLMEmbedder, question: str, first: str
) -> None:
    retrieval = real.retriever(minilm).retrieve(question)

    assert retrieval.principles[0].source_id == first
    assert source_of(retrieval.evidence[0].id) in (first, "C1", "C2")


def test_a_note_is_found_behind_other_words(real: World, minilm: MiniLMEmbedder) -> None:
    notes = ids(real.retriever(minilm).retrieve("How often do we retrain our model?").evidence, "N")

    assert set(notes[:2]) == {"N1.1", "N2.1"}
    assert "N3.1" not in notes
