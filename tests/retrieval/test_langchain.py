from __future__ import annotations

import asyncio

import pytest

from coach.retrieval.langchain import StatementRetriever
from tests.retrieval.fakes import World, note, small_corpus


@pytest.fixture
def retriever(world: World) -> StatementRetriever:
    world.put(*small_corpus(), note(2, "The salary band of the fraud team is open.", private=True))
    return StatementRetriever(retriever=world.retriever(), limit=4)


def test_statements_as_documents(retriever: StatementRetriever) -> None:
    documents = retriever.invoke("retrain the fraud model monthly")

    assert len(documents) == 4
    first = documents[0]
    assert first.id == "N1.1"
    assert first.page_content == "Retrain the fraud model monthly."
    assert {k: v for k, v in first.metadata.items() if k not in ("score", "why")} == {
        "source": "N1",
        "title": "Note 1",
        "kind": "note",
        "date": "2026-03-01",
        "private": False,
    }
    assert "wording" in first.metadata["why"]
    scores = [d.metadata["score"] for d in documents]
    assert scores == sorted(scores, reverse=True)
    assert all(d.metadata["date"] == "" for d in documents if d.metadata["source"] != "N1")


def test_private_notes_are_marked(retriever: StatementRetriever) -> None:
    marked = {d.id: d.metadata["private"] for d in retriever.invoke("salary band of the fraud team")}

    assert marked["N2.1"] is True
    assert sum(marked.values()) == 1


async def test_asked_at_once_from_a_loop(retriever: StatementRetriever) -> None:
    one, many = await asyncio.gather(
        retriever.ainvoke("retrain the fraud model monthly"),
        retriever.abatch(["give credit by name", "smaller scope for the same date"] * 3),
    )

    assert one[0].id == "N1.1"
    assert [documents[0].id for documents in many] == ["P2.1", "C1.1"] * 3


def test_text_from_outside_is_cleaned(retriever: StatementRetriever, world: World) -> None:
    documents = retriever.invoke("re\u200btrain the \x1b[31mfraud\x1b[0m model monthly \ud800")

    assert documents[0].id == "N1.1"
    assert world.embedder.texts[-1] == "retrain the fraud model monthly ?"
