"""Which kept answers cite what."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from coach.domain.source import content_hash
from coach.store.citing import citations_of, text_of
from coach.store.database import Database
from coach.store.sessions import Sessions


def answer(*cited: tuple[str, str], **more: Any) -> str:
    """An answer that cites statements, given by id and text, each in a sentence of its own."""
    return json.dumps(
        {
            "sentences": [
                {"text": f"Says [{i}]", "citations": [{"id": i, "hash": content_hash(text)}]} for i, text in cited
            ],
            "evidence": [{"id": i, "text": text} for i, text in cited],
            **more,
        },
        ensure_ascii=False,
    )


@pytest.fixture
def sessions(database: Database) -> Sessions:
    moments = (datetime(2026, 9, 14, 9, tzinfo=UTC) + timedelta(hours=h) for h in range(10**6))
    return Sessions(database, lambda: next(moments))


def test_the_answers_that_cite_a_statement_newest_first(sessions: Sessions) -> None:
    first, second = sessions.create("First"), sessions.create("Second")
    sessions.append(first.id, "q1", answer(("N12.4", "We freeze on Friday."), ("P8.2", "Name the cost.")))
    sessions.append(first.id, "q2", answer(("N12.40", "Other."), question='about "N12.4"'))
    sessions.append(second.id, "q3", answer(("N12.4", "We freeze on Monday.")))
    found = sessions.citing("N12.4")
    assert [(c.session, c.title, c.position, c.question, c.text) for c in found] == [
        (second.id, "Second", 0, "q3", "We freeze on Monday."),
        (first.id, "First", 0, "q1", "We freeze on Friday."),
    ]
    assert [c.hash for c in found] == [content_hash("We freeze on Monday."), content_hash("We freeze on Friday.")]
    assert found[0].asked > found[1].asked
    assert sessions.citing("N12.5") == []
    assert sessions.citing("%") == []


def test_a_text_that_is_not_what_was_cited_is_none(sessions: Sessions) -> None:
    kept = json.loads(answer(("N1.1", "As cited.")))
    kept["evidence"][0]["text"] = "As something else had it."
    sessions.append(sessions.create("x").id, "q", json.dumps(kept))
    assert [c.text for c in sessions.citing("N1.1")] == [""]


def test_what_every_answer_cites_by_conversation(sessions: Sessions) -> None:
    first, second = sessions.create("First"), sessions.create("Second")
    sessions.append(first.id, "q1", answer(("N1.1", "a"), ("N1.2", "b")))
    sessions.append(first.id, "q2", answer())
    sessions.append(second.id, "q3", answer(("N1.1", "a")))
    pairs = {i: (i, content_hash(t)) for i, t in (("N1.1", "a"), ("N1.2", "b"))}
    assert [(t.position, set(t.cited)) for t in sessions.citations(first.id)] == [
        (0, {pairs["N1.1"], pairs["N1.2"]}),
        (1, set()),
    ]
    assert {t.session for t in sessions.citations()} == {first.id, second.id}


@pytest.mark.parametrize(
    "kept",
    ["", "no json", "[]", "null", '{"sentences": 3}', '{"sentences": [3, {"citations": 4}, {"citations": [5, {}]}]}',
     '{"sentences": [{"citations": [{"id": "N1.1", "hash": ""}]}]}', '{"sentences": [{"citations": [{"id": "N1.1"}]}]}',
     "[" * 100_000, '{"evidence": [1, {"id": "N1.1"}]}'],
)  # fmt: skip
def test_an_answer_of_another_form_cites_nothing(sessions: Sessions, kept: str) -> None:
    assert citations_of(kept) == frozenset()
    assert text_of(kept, "N1.1") == ""
    sessions.append(sessions.create("x").id, "q", kept)
    assert sessions.citing("N1.1") == []


def test_thousands_of_answers_are_looked_through_at_once(sessions: Sessions, database: Database) -> None:
    session = sessions.create("Long")
    pad = "words " * 1500
    kept = answer(*((f"P{i}.1", f"Statement {i}.") for i in range(10)), pad=pad)
    rare = answer(("N12.4", "We freeze on Friday."), pad=pad)
    rows = [(session.id, i, "q", rare if i == 2500 else kept, "2026-09-14T09:00:00+00:00") for i in range(5000)]
    with database.write() as connection:
        connection.executemany("INSERT INTO turns VALUES (?, ?, ?, ?, ?)", rows)
    began = time.process_time()
    assert [c.position for c in sessions.citing("N12.4")] == [2500]
    assert len(sessions.citations()) == 5000
    assert time.process_time() - began < 2
