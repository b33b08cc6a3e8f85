from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from coach.agent.coach import Coach
from coach.agent.talks.commitments import Keeper
from coach.agent.talks.forget import Forgetter
from coach.agent.talks.redact import FORGOTTEN
from coach.domain.errors import InputError, StoreError
from coach.domain.source import SourceKind
from coach.store.forgetting import Forgetting
from coach.store.ledger import Ledger
from tests.agent.talks.forgetting import PLAN, QUESTION, RARE, ask, do, held, talk, with_outcome
from tests.agent.talks.forgetting import coach as coach
from tests.agent.talks.forgetting import forgetter as forgetter
from tests.agent.talks.forgetting import kept as kept
from tests.agent.world import VP, World, remains, remembered


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
