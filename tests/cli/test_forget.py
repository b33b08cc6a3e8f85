from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coach.agent.talks.commitments import keeper
from coach.agent.talks.forget_scope import Scopes
from coach.domain.commitment import State
from coach.store.forgetting import Forgetting
from coach.store.ledger import Ledger
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import FORBIDDEN, HOSTILE

PLAN = "If the quagga team wants a date, then I offer a checkpoint."


@pytest.fixture
def mine(run: Run, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch) -> str:
    """Id of a commitment with what came of it, in a ledger whose removed sources the indexes forget when asked to."""

    def rewrite(progress: object = None) -> None:
        indexed = Ledger(coach.database).indexed
        indexed.mark_deleted(indexed.pending_deletions())

    monkeypatch.setattr(coach.library, "rewrite", rewrite)
    run("commit", "--plan", PLAN)
    kept = keeper(coach)  # type: ignore[arg-type]
    return kept.settle(kept.all()[0].id, State.KEPT, "The quagga lead liked it.").id


def test_it_says_what_goes_and_does_it(run: Run, coach: FakeCoach, mine: str, home: Path) -> None:
    ran = run("forget", "commitment", mine[:5], "--yes")
    assert ran.code == 0
    assert f"the commitment {mine} “{PLAN}”" in ran.out
    assert "the note N1, which keeps what came of it" in ran.out
    assert "Nothing of it was found" in ran.out
    assert "backups" in ran.out
    assert "sent to a model elsewhere" in ran.out
    assert keeper(coach).all() == ()  # type: ignore[arg-type]
    assert [p.name for p in home.rglob("*") if p.is_file() and b"quagga" in p.read_bytes()] == []


def test_nobody_is_there_to_ask(run: Run, coach: FakeCoach, mine: str) -> None:
    ran = run("forget", "commitment", mine)
    assert ran.code == 2
    assert "--yes" in ran.err
    assert run("forget", "commitment", mine, "--json").code == 2
    assert keeper(coach).all()  # type: ignore[arg-type]


@pytest.mark.parametrize("given", ["no\n", "\n", "", "yes please\n"])
def test_at_a_terminal_only_yes_means_yes(run: Run, coach: FakeCoach, mine: str, given: str) -> None:
    ran = run("forget", "commitment", mine, given=given, tty=True)
    assert "This goes for good" in ran.out
    assert "Nothing was forgotten" in ran.out
    assert keeper(coach).all()  # type: ignore[arg-type]


def test_at_a_terminal_yes_is_yes(run: Run, coach: FakeCoach, mine: str) -> None:
    assert run("forget", "commitment", mine, given="yes\n", tty=True).code == 0
    assert keeper(coach).all() == ()  # type: ignore[arg-type]


def test_as_json(run: Run, coach: FakeCoach, mine: str) -> None:
    row = json.loads(run("forget", "commitment", mine, "--yes", "--json").out)
    assert len(row["removed"]) == 2
    assert row["remains"] == []


def test_what_the_indexes_did_not_forget_remains(
    run: Run, coach: FakeCoach, mine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coach.library, "rewrite", lambda progress: None)
    ran = run("forget", "commitment", mine, "--yes")
    assert ran.code == 3
    assert "coach.db" in ran.err


def test_remains_are_told_and_are_a_failure(run: Run, coach: FakeCoach, mine: str, home: Path) -> None:
    (home / "copy.txt").write_text(PLAN, "utf-8")
    ran = run("forget", "commitment", mine, "--yes")
    assert ran.code == 3
    assert "copy.txt" in ran.err
    assert "Nothing of it was found" not in ran.out


def test_a_rehearsal_and_its_hostile_title(run: Run, coach: FakeCoach, mine: str) -> None:
    stamp = datetime.now(UTC).isoformat()
    with coach.database.write() as connection:
        connection.execute(
            "INSERT INTO rehearsals VALUES ('r1', 'b1', ?, ?, ?, ?)", (HOSTILE, json.dumps({}), stamp, stamp)
        )
    out = run("forget", "rehearsal", "r1", "--yes").out
    assert "smile" in out
    assert not any(mark in out for mark in (*FORBIDDEN, "\x1b"))
    assert Forgetting(coach.database).ids("rehearsals", "r1") == []


@pytest.mark.parametrize(
    "args",
    [
        ("session",), ("everything", "x"), ("leftovers", "x"), ("commitment", "zz"), ("session", "zz"),
        ("brief", "zz"), ("rehearsal", "zz"), ("note", "N99"), ("note", "P8"),
    ],
)  # fmt: skip
def test_what_there_is_not(run: Run, coach: FakeCoach, args: tuple[str, ...]) -> None:
    assert run("forget", *args, "--yes").code == 2


def test_an_unknown_kind(run: Run, coach: FakeCoach) -> None:
    assert run("forget", "people", "--yes").code == 2


def test_leftovers_are_finished(run: Run, coach: FakeCoach) -> None:
    run("commitments")
    Forgetting(coach.database).begin()
    assert run("forget", "leftovers", "--yes").code == 0
    assert ("rewrite",) in coach.library.calls
    assert not Forgetting(coach.database).is_unfinished()


def test_everything(run: Run, coach: FakeCoach, mine: str, home: Path) -> None:
    coach.database.close()
    (home / "models").mkdir()
    (home / "history").write_text("a question\n", "utf-8")
    assert run("forget", "everything").code == 2
    assert "Nothing was forgotten" in run("forget", "everything", given="no\n", tty=True).out
    assert (home / "coach.db").exists()
    ran = run("forget", "everything", "--yes")
    assert ran.code == 0
    assert "backups" in ran.out
    assert [p.name for p in home.iterdir()] == ["models"]
    assert "nothing to forget" in run("forget", "everything", "--yes").out


def test_commitments_that_stay_are_told(run: Run, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[bool] = []
    real = Scopes.rehearsal

    def rehearsal(self: Scopes, start: str, *, keep_commitments: bool = False) -> object:
        told.append(keep_commitments)
        return real(self, start, keep_commitments=keep_commitments)

    monkeypatch.setattr(Scopes, "rehearsal", rehearsal)
    run("forget", "rehearsal", "zz", "--keep-commitments", "--yes")
    assert told == [True]


def test_exported_files_that_still_lie_there_are_named(run: Run, coach: FakeCoach, mine: str, tmp_path: Path) -> None:
    run("commit", "--plan", PLAN)
    calendar = tmp_path / "plans.ics"
    assert run("commitments", "export", str(calendar)).code == 0
    its_id = next(c.id for c in keeper(coach).all() if c.id != mine)  # type: ignore[arg-type]
    row = json.loads(run("forget", "commitment", its_id, "--yes", "--json").out)
    assert row["exports"] == [str(calendar)]
    calendar.unlink()
    assert "Still there" not in run("forget", "commitment", mine, "--yes").out


def test_everything_names_them_too(run: Run, coach: FakeCoach, mine: str, tmp_path: Path) -> None:
    run("commit", "--plan", PLAN)
    calendar = tmp_path / "plans.ics"
    run("commitments", "export", str(calendar))
    out = run("forget", "everything", "--yes").out
    assert f"the file {calendar}, which you exported; delete it yourself" in out
