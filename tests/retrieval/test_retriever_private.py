"""What is private, where the embedder is on another machine."""

from __future__ import annotations

import pytest

from coach.domain.source import SourceKind
from tests.retrieval.fakes import World, away, found, ids, note, practice, principle


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
