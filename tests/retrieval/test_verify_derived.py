"""The full-text index and the compiled file, where they differ."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from coach.retrieval.compiled import Compiled, load, save
from coach.retrieval.vectors import CURATED
from coach.store.fulltext import FullText
from tests.retrieval.fakes import World, principle
from tests.retrieval.verifying import told, verify

# The full-text index.


def _execute(*statements: str) -> Callable[[World], None]:
    def spoil(world: World) -> None:
        with closing(sqlite3.connect(world.database.path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return spoil


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (_execute("DELETE FROM statements_text_docsize WHERE id = 3"), "It has 7 of 8 statements."),
        (
            _execute(
                "DROP TRIGGER statements_changed", "UPDATE statements SET text = 'Retrain it weekly.' WHERE id = 'N1.1'"
            ),
            "It does not say what the statements say.",
        ),
        (
            _execute("UPDATE statements_text_data SET block = zeroblob(60) WHERE id > 100"),
            "It does not say what the statements say.",
        ),
        (_execute("DELETE FROM statements_text_data"), "It does not say what the statements say."),
    ],
)
def test_a_full_text_index_that_differs_is_built_anew(
    indexed: World, spoil: Callable[[World], None], found: str
) -> None:
    spoil(indexed)

    [finding] = [f for f in verify(indexed) if f.part == "full-text index"]

    assert finding.found == found
    assert finding.repaired
    assert FullText(indexed.database).damage() == ""
    assert FullText(indexed.database).notes("annotators", 5)


# The compiled file.


def test_a_damaged_compiled_file_is_made_anew(indexed: World) -> None:
    indexed.compiled_path.write_bytes(b"x" * 5000)

    assert told(verify(indexed)) == ["compiled corpus: The file is damaged or of another version."]
    assert load(indexed.compiled_path) is not None


@pytest.mark.parametrize("part", ["statements", "situations", "statement_ids", "situation_texts"])
def test_a_compiled_file_that_says_something_else_is_made_anew(indexed: World, part: str) -> None:
    compiled = load(indexed.compiled_path)
    assert compiled is not None
    value = getattr(compiled, part)
    other = np.roll(value * 1.5, 1, axis=0) if isinstance(value, np.ndarray) else ("P1.9", *value[1:])
    save(replace_in(compiled, part, other), indexed.compiled_path)

    [finding] = verify(indexed)

    assert finding.part == "compiled corpus"
    assert finding.found.startswith("It ")
    assert verify(indexed) == []


def replace_in(compiled: Compiled, part: str, value: Any) -> Compiled:
    return replace(compiled, **{part: value})


def test_own_principles_are_looked_at_too(indexed: World) -> None:
    indexed.put(principle(10, "Layoffs are told by the lead."))
    indexed.indexer().bring_up_to_date()
    with indexed.store().writing() as writer:
        writer.remove(CURATED, ["P10.1"])

    assert told(verify(indexed)) == ["vector index: 1 statement had no vector in the curated."]
