from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from coach.agent.coach import Coach
from coach.agent.talks.commitments import Keeper, keeper
from coach.agent.talks.forget import Forgetter, Forgotten
from coach.agent.talks.forget_scope import Scope
from coach.agent.talks.redact import FORGOTTEN
from coach.domain.answer import Answer
from coach.domain.commitment import Commitment, State
from coach.domain.errors import InputError, StoreError
from coach.domain.source import SourceKind
from coach.store.forgetting import Forgetting
from coach.store.ledger import Ledger
from coach.store.vaults import Vaults
from tests.agent.world import DELEGATE, VP, World, remains, remembered
from tests.grounding.fakes import FakeChecker

#: Words that stand nowhere else.
RARE = "quagga"
QUESTION = f"the {RARE} team wants a date for the telemetry launch, how do I refuse?"
PLAN = f"If the {RARE} team wants a date, then I offer a checkpoint."
TOLD = f"They liked it, and the {RARE} lead\nasked for “slides”."
NOTE = f"""---
title: Agreement with the {RARE} team
date: 2026-11-02
---

- We agreed that the {RARE} team gets the telemetry launch in March and not before.
"""


@pytest.fixture
def coach(world: World) -> Coach:
    return world.open(checker=FakeChecker())


@pytest.fixture
def kept(coach: Coach) -> Keeper:
    return keeper(coach)


@pytest.fixture
def forgetter(coach: Coach) -> Forgetter:
    return Forgetter(coach)


def ask(coach: Coach, question: str = QUESTION, session: str | None = None) -> Answer:
    return asyncio.run(coach.answer(question, session=session))


def do(forgetter: Forgetter, scope: Scope) -> Forgotten:
    return asyncio.run(forgetter.forget(scope))


def held(world: World, text: str = RARE) -> list[str]:
    """The files that hold the text, and the full-text index where it does, on whatever pages its parts stand."""
    found = remains(world.home, text)
    with closing(sqlite3.connect(world.home / "coach.db")) as connection:
        blocks = connection.execute("SELECT block FROM statements_text_data").fetchall()
    return [*found, "the full-text index"] if text.encode() in b"".join(block for (block,) in blocks) else found


def talk(coach: Coach, table: str, its_id: str, body: dict[str, Any], of: str = "") -> None:
    """Keep a brief or a rehearsal."""
    title, stamp = f"Telling {RARE} no", datetime.now(UTC).isoformat()
    rows = {
        "briefs": ("INSERT INTO briefs VALUES (?, ?, ?, ?, ?)", (its_id, len(of) + 1, title, json.dumps(body), stamp)),
        "rehearsals": (
            "INSERT INTO rehearsals VALUES (?, ?, ?, ?, ?, ?)",
            (its_id, of, title, json.dumps(body), stamp, stamp),
        ),
    }
    with coach.database.write() as connection:
        connection.execute(*rows[table])


def with_outcome(kept: Keeper, origin: str = "") -> Commitment:
    return kept.settle(kept.commit(PLAN, origin=origin).id, State.KEPT, TOLD)


def test_a_conversation_leaves_nothing(world: World, coach: Coach, forgetter: Forgetter, kept: Keeper) -> None:
    stays = ask(coach, VP)
    gone = ask(coach)
    ask(coach, f"and if the {RARE} lead insists?", gone.session)
    made = with_outcome(kept, f"session:{gone.session}")
    (world.home / "history").write_text(f"{QUESTION}\n/sessions\n{VP}\n/find {QUESTION}\n", "utf-8")
    assert {"coach.db", "checkpoints.db", "history"} <= {name.removesuffix("-wal") for name in held(world)}
    scope = forgetter.scopes.session(gone.session[:6])
    assert len(scope.goes) == 3
    assert made.id in scope.goes[1]
    done = do(forgetter, scope)
    assert done.remains == ()
    assert done.history == 2
    assert held(world) == []
    assert remains(world.home, gone.session) == []
    assert (world.home / "history").read_text("utf-8") == f"/sessions\n{VP}\n"
    # What was not to be forgotten is as it was.
    assert [a.text for a in coach.answers(stays.session)] == [stays.text]
    assert [t["question"] for t in remembered(world, stays.session)] == [VP]
    assert coach.library.search(VP).evidence


def test_commitments_stay_where_that_is_wished(coach: Coach, forgetter: Forgetter, kept: Keeper) -> None:
    gone = ask(coach)
    made = kept.commit(PLAN, origin=f"session:{gone.session}")
    scope = forgetter.scopes.session(gone.session, keep_commitments=True)
    assert any(made.id in line for line in scope.stays)
    do(forgetter, scope)
    assert kept.find(made.id).origin == ""
    assert coach.sessions() == []


def test_a_commitment_leaves_nothing(world: World, coach: Coach, forgetter: Forgetter, kept: Keeper) -> None:
    made = with_outcome(kept)
    assert {"coach.db", "the full-text index"} <= {name.removesuffix("-wal") for name in held(world)}
    scope = forgetter.scopes.commitment(made.id)
    assert any(made.note in line for line in scope.goes)
    assert do(forgetter, scope).remains == ()
    assert held(world) == []
    assert kept.all() == ()
    assert {s.id for s in coach.library.sources(SourceKind.NOTE)} == {"N1", "N2", "N3"}
    assert coach.library.search(VP).evidence


def test_what_came_of_a_commitment_goes_from_the_answers_that_cite_it(
    world: World, coach: Coach, forgetter: Forgetter, kept: Keeper
) -> None:
    made = with_outcome(kept)
    answer = ask(coach, "my VP wants the telemetry slides on a date, how do I refuse?")
    assert any(c.id.startswith(f"{made.note}.") for s in answer.sentences for c in s.citations)
    scope = forgetter.scopes.commitment(made.id)
    done = do(forgetter, scope)
    assert (done.remains, done.redacted) == ((), 1)
    assert held(world) == []
    (again,) = coach.answers(answer.session)
    assert FORGOTTEN in again.text


def test_the_other_vectors_are_not_made_again(
    forgetter: Forgetter, kept: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = with_outcome(kept)
    coach = forgetter._coach
    embedder: Any = coach.library.retriever._embedder
    monkeypatch.setattr(embedder, "embed", lambda texts: pytest.fail(f"{texts} were embedded"))
    do(forgetter, forgetter.scopes.commitment(made.id))
    assert not Ledger(coach.database).indexed.has_pending()


def test_a_brief_takes_its_versions_rehearsals_and_commitments_along(
    world: World, coach: Coach, forgetter: Forgetter, kept: Keeper
) -> None:
    body = {"parts": [{"lines": [{"text": f"The {RARE} team asked on 3 November.", "said_by": "you"}]}]}
    talk(coach, "briefs", "b1", body)
    talk(coach, "briefs", "b1", body, of="second")
    talk(coach, "rehearsals", "r1", {"turns": [{"line": f"{RARE}, no."}]}, of="b1")
    talk(coach, "rehearsals", "r2", {"turns": []}, of="other")
    kept.commit(PLAN, origin="rehearsal:r1")
    scope = forgetter.scopes.brief("b1")
    assert [line.split(" “")[0] for line in scope.goes] == [
        "the brief",
        "the rehearsal",
        f"the commitment {kept.all()[0].id}",
    ]
    assert "2 versions" in scope.goes[0]
    # The title of the one that stays is of the same words, and not what remains.
    assert do(forgetter, scope).remains == ()
    assert kept.all() == ()
    assert Forgetting(coach.database).ids("briefs", "b") == []
    assert Forgetting(coach.database).ids("rehearsals", "r") == ["r2"]
    do(forgetter, forgetter.scopes.rehearsal("r2"))
    assert held(world) == []


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


def test_there_is_no_such_thing(forgetter: Forgetter) -> None:
    for find in (
        forgetter.scopes.session,
        forgetter.scopes.brief,
        forgetter.scopes.rehearsal,
        forgetter.scopes.commitment,
    ):
        with pytest.raises(InputError, match="no "):
            find("zz")


def test_a_commitment_that_cannot_be_read_can_go(coach: Coach, forgetter: Forgetter, kept: Keeper) -> None:
    made = kept.commit(PLAN)
    with coach.database.write() as connection:
        connection.execute("UPDATE commitments SET body = 'broken'")
    do(forgetter, forgetter.scopes.commitment(made.id))
    assert kept.all() == ()


def test_what_was_broken_off_is_finished(
    world: World, coach: Coach, forgetter: Forgetter, kept: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = with_outcome(kept)

    def fails(self: Forgetting) -> None:
        raise StoreError("The disk is full; nothing was changed.")

    with monkeypatch.context() as patch:
        patch.setattr(Forgetting, "scrub", fails)
        with pytest.raises(StoreError, match="disk is full"):
            do(forgetter, forgetter.scopes.commitment(made.id))
    assert Forgetting(coach.database).is_unfinished()
    assert kept.all() == ()
    do(forgetter, forgetter.scopes.leftovers())
    assert not Forgetting(coach.database).is_unfinished()
    assert held(world) == []


def test_another_window_keeps_the_log_from_being_emptied_and_that_is_said(
    coach: Coach, forgetter: Forgetter, kept: Keeper, world: World
) -> None:
    made = with_outcome(kept)
    with closing(sqlite3.connect(world.home / "coach.db", isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM commitments").fetchall()
        with coach.database.read() as connection:
            connection.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(StoreError) as error:
            do(forgetter, forgetter.scopes.commitment(made.id))
        assert "leftovers" in error.value.hint or "in use" in error.value.message
    assert kept.all() == ()
    assert do(forgetter, forgetter.scopes.leftovers()).remains == ()
    assert held(world) == []


def test_remains_are_named(world: World, forgetter: Forgetter, kept: Keeper) -> None:
    made = kept.commit(PLAN)
    copy = world.home / "a copy of mine.txt"
    copy.write_text(f"Remember: {PLAN}", "utf-8")
    assert do(forgetter, forgetter.scopes.commitment(made.id)).remains == (str(copy),)


def test_what_another_row_says_as_well_does_not_remain(coach: Coach, forgetter: Forgetter) -> None:
    first, second = ask(coach), ask(coach)
    assert do(forgetter, forgetter.scopes.session(first.session)).remains == ()
    assert [s.id for s in coach.sessions()] == [second.session]


def test_a_folder_of_notes_keeps_its_other_files(coach: Coach, forgetter: Forgetter, note: str) -> None:
    do(forgetter, forgetter.scopes.note(note))
    assert [r.path for r in Vaults(coach.database).roots()]
