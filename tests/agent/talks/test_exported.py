from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from coach.agent.coach import Coach
from coach.agent.talks.commitments import Keeper
from coach.agent.talks.exported import lying, note_export, things_in
from coach.agent.talks.forget import Forgetter
from coach.agent.talks.reflect import reflect
from coach.domain.errors import StoreError
from coach.domain.weeks import one_week
from coach.store.exports import Exports
from tests.agent.talks.forgetting import PLAN, RARE, ask, do, held, with_outcome
from tests.agent.talks.forgetting import coach as coach
from tests.agent.talks.forgetting import forgetter as forgetter
from tests.agent.talks.forgetting import kept as kept
from tests.agent.world import DECISION, World


def test_forgetting_names_the_files_that_still_lie_there(
    world: World, coach: Coach, forgetter: Forgetter, kept: Keeper, tmp_path: Path
) -> None:
    gone = ask(coach)
    made = kept.commit(PLAN, origin=f"session:{gone.session}")
    talk, calendar, other = (tmp_path / name for name in (f"coach-{RARE}.md", "plans.ics", "other.md"))
    for path in (talk, calendar, other):
        path.write_text("x")
    note_export(coach, talk, [f"session:{gone.session}"])
    note_export(coach, calendar, [f"commitment:{made.id}"])
    note_export(coach, other, ["brief:1"])
    assert forgetter.scopes.session(gone.session, keep_commitments=True).exports == (str(talk),)
    assert forgetter.scopes.commitment(made.id).exports == (str(calendar),)
    scope = forgetter.scopes.session(gone.session)
    assert scope.exports == (str(talk), str(calendar))
    done = do(forgetter, scope)
    assert done.exports == scope.exports
    assert done.remains == ()
    # Its name is not kept either, and the file is whose it was.
    assert held(world) == []
    assert talk.exists()
    assert lying(coach) == (str(other),)


def test_answers_that_cite_a_note_may_have_been_exported(coach: Coach, forgetter: Forgetter, tmp_path: Path) -> None:
    answer = ask(coach, DECISION)
    note = next(c.id for s in answer.sentences for c in s.citations if c.id.startswith("N")).partition(".")[0]
    path = tmp_path / "talk.md"
    path.write_text("x")
    note_export(coach, path, [f"session:{answer.session}"])
    scope = forgetter.scopes.note(note)
    assert scope.exports == ()
    assert do(forgetter, scope).exports == (str(path),)


def test_what_has_no_id_is_not_noted(coach: Coach, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("x")
    note_export(coach, path, ["session:", ""])
    assert lying(coach) == ()


def test_it_is_said_that_the_file_is_there_where_it_could_not_be_noted(
    coach: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full.", "Make room.")

    monkeypatch.setattr(Exports, "add", full)
    with pytest.raises(StoreError, match="The file was written") as caught:
        note_export(coach, tmp_path / "a.md", ["brief:1"])
    assert caught.value.hint == "Make room."


def test_a_look_back_tells_of_commitments_and_conversations(coach: Coach, kept: Keeper) -> None:
    settled = with_outcome(kept)
    now = datetime.now(UTC)
    seen = reflect(coach, one_week("", now.date()), now)
    assert f"commitment:{settled.id}" in list(things_in(seen))
