from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from coach.agent import upkeep
from coach.agent.upkeep import Examination
from coach.domain.errors import StoreError
from coach.domain.finding import Finding
from coach.settings import Settings
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import FORBIDDEN, HOSTILE

REPAIRED = Finding("vector index", "2 statements had no vector in the notes.", "They were embedded.")
LEFT = Finding(
    "ledger", "Some answers could not be read.", "The others are kept.", "If you have a backup, it has them."
)


@pytest.fixture
def examination(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """What the examination finds."""
    findings: list[Finding] = []

    def verify(settings: Settings, progress: Any) -> Examination:
        progress(1, 2)
        return Examination(1_234, 56_789, tuple(findings))

    monkeypatch.setattr(upkeep, "verify", verify)
    return findings


def test_rebuild(run: Run, coach: FakeCoach) -> None:
    assert run("index", "rebuild").out == "The index is built anew.\n"
    assert coach.library.calls == [("rebuild",)]


def test_where_all_agrees(run: Run, examination: list[Finding]) -> None:
    ran = run("index", "verify")

    assert (ran.code, ran.out) == (0, "All agrees: 1,234 sources, 56,789 statements.\n")


def test_what_was_repaired_is_said(run: Run, examination: list[Finding]) -> None:
    examination.append(REPAIRED)

    ran = run("index", "verify")

    assert ran.code == 0
    assert ran.out.splitlines() == [
        "vector index: 2 statements had no vector in the notes. They were embedded.",
        "All agrees now: 1,234 sources, 56,789 statements.",
    ]


def test_what_is_left_to_do_is_said_and_fails(run: Run, examination: list[Finding]) -> None:
    examination += [REPAIRED, LEFT]

    ran = run("index", "verify")

    assert ran.code == 1
    assert "The rest agrees now" in ran.out
    assert "If you have a backup" in ran.err


def test_as_json(run: Run, examination: list[Finding]) -> None:
    assert json.loads(run("index", "verify", "--json").out)["ok"] is True
    examination += [REPAIRED, LEFT]

    ran = run("index", "verify", "--json")

    told = json.loads(ran.out)
    assert ran.code == 1
    assert (told["ok"], told["sources"], told["statements"]) == (False, 1234, 56789)
    assert [f["repaired"] for f in told["findings"]] == [True, False]
    assert told["findings"][1]["hint"] == LEFT.hint


def test_hostile_names_stay_text(run: Run, examination: list[Finding]) -> None:
    examination.append(Finding("ledger", HOSTILE, HOSTILE, HOSTILE))

    ran = run("index", "verify")

    assert not any(bad in ran.out + ran.err for bad in FORBIDDEN)


def test_what_cannot_be_done_is_explained(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreError("It is in use by another process.", "Wait.")

    monkeypatch.setattr(upkeep, "verify", fail)

    ran = run("index", "verify")

    assert (ran.code, ran.out) == (1, "")
    assert "It is in use by another process." in ran.err


def test_the_real_thing(run: Run, home: Path) -> None:
    """From nothing at all to a sound index, and from a damaged one to a sound one."""
    assert "All agrees" in run("index", "verify").out
    (home / "compiled.npz").write_bytes(b"x")

    told = json.loads(run("index", "verify", "--json").out)

    assert told["ok"] is True
    assert [f["part"] for f in told["findings"]] == ["compiled corpus"]
    assert told["statements"] > 300
