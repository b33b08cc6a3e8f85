"""A note is forgotten, also where answers and briefs cite it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.agent.coach import Coach
from coach.agent.talks.commitments import Keeper
from coach.agent.talks.forget import Forgetter
from coach.agent.talks.redact import FORGOTTEN
from coach.domain.errors import InputError
from coach.store.vaults import Vaults
from tests.agent.talks.forgetting import RARE, ask, do, held, talk, with_outcome
from tests.agent.talks.forgetting import coach as coach
from tests.agent.talks.forgetting import forgetter as forgetter
from tests.agent.talks.forgetting import kept as kept
from tests.agent.world import DELEGATE, World, remembered

NOTE = f"""---
title: Agreement with the {RARE} team
date: 2026-11-02
---

- We agreed that the {RARE} team gets the telemetry launch in March and not before.
"""


@pytest.fixture
def note(tmp_path: Path, coach: Coach) -> Iterator[str]:
    path = tmp_path / "notes" / "agreement.md"
    path.parent.mkdir()
    path.write_text(NOTE, "utf-8")
    coach.vault.add([path.parent])
    (added,) = coach.vault.sync().added
    yield added
    assert path.read_text("utf-8") == NOTE


def test_a_note_goes_from_the_answers_that_cite_it_too(
    world: World, coach: Coach, forgetter: Forgetter, note: str
) -> None:
    answer = ask(coach, "what did we agree about the telemetry launch?")
    assert any(c.id.startswith(f"{note}.") for s in answer.sentences for c in s.citations)
    other = ask(coach, DELEGATE)
    talk(
        coach,
        "briefs",
        "b1",
        {"parts": [{"lines": [{"text": f"{RARE} gets it in March.", "said_by": f"{note}.1", "kind": "fact"}]}]},
    )
    with coach.database.write() as connection:
        connection.execute("UPDATE briefs SET title = 'Saying no'")
    scope = forgetter.scopes.note(note)
    assert "agreement.md" in scope.stays[0]
    done = do(forgetter, scope)
    assert (done.remains, done.redacted) == ((), 2)
    assert held(world) == []
    (again,) = coach.answers(answer.session)
    assert FORGOTTEN in again.text
    assert again.question == answer.question
    assert not any(c.id.startswith(f"{note}.") for s in again.sentences for c in s.citations)
    assert [a.text for a in coach.answers(other.session)] == [other.text]
    # The file lies where it lay, and is not read again.
    assert coach.vault.sync().added == ()
    assert held(world) == []


def test_a_conversation_goes_on_from_what_is_left(world: World, coach: Coach, forgetter: Forgetter, note: str) -> None:
    answer = ask(coach, "what did we agree about the telemetry launch?")
    do(forgetter, forgetter.scopes.note(note))
    after = ask(coach, "and for my VP?", answer.session)
    assert after.session == answer.session
    first, second = remembered(world, answer.session)
    assert (first["question"], second["question"]) == (answer.question, after.question)
    assert FORGOTTEN in first["answer"]
    assert held(world) == []


@pytest.mark.parametrize(
    ("note_id", "why"), [("P8", "not a note"), ("N1.1", "one line of N1"), ("N99", "no source"), ("x", "no source")]
)
def test_only_a_note_is_forgotten_as_one(forgetter: Forgetter, note_id: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        forgetter.scopes.note(note_id)


def test_what_came_of_a_commitment_goes_with_it(forgetter: Forgetter, kept: Keeper) -> None:
    made = with_outcome(kept)
    with pytest.raises(InputError) as error:
        forgetter.scopes.note(made.note)
    assert f"coach forget commitment {made.id}" in error.value.hint


def test_a_folder_of_notes_keeps_its_other_files(coach: Coach, forgetter: Forgetter, note: str) -> None:
    do(forgetter, forgetter.scopes.note(note))
    assert [r.path for r in Vaults(coach.database).roots()]
