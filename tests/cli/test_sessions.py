from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from coach.store.citing import CitedIn
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import C1_1, FORBIDDEN, HOSTILE, Session


@pytest.fixture
def kept(coach: FakeCoach) -> FakeCoach:
    coach.kept = [Session("abc123", "VP wants a date"), Session("abd456", HOSTILE)]
    return coach


@pytest.mark.parametrize("args", [("sessions",), ("sessions", "list")])
def test_list(run: Run, kept: FakeCoach, args: tuple[str, ...]) -> None:
    out = run(*args).out.splitlines()
    assert out[0].startswith("abc123  2026-11-0")
    assert out[0].endswith("VP wants a date")
    assert not any(mark in "".join(out) for mark in (*FORBIDDEN, "\x1b"))


def test_list_as_json(run: Run, kept: FakeCoach) -> None:
    rows = json.loads(run("sessions", "--json").out)
    assert rows[0] == {
        "id": "abc123",
        "title": "VP wants a date",
        "created": "2026-11-01T09:00:00+00:00",
        "updated": "2026-11-02T09:00:00+00:00",
        "stale": 0,
    }


def test_stale_answers_are_counted_and_named(run: Run, kept: FakeCoach) -> None:
    assert "tale" not in run("sessions").out
    asked = datetime(2026, 11, 1, tzinfo=UTC)
    kept.citing.cited = [
        ("P8.2", CitedIn("abc123", "", 0, "", asked, "0" * 16, "")),
        ("N9.1", CitedIn("abc123", "", 1, "", asked, "0" * 16, "")),
        ("C1.1", CitedIn("abd456", "", 0, "", asked, C1_1.hash, "")),
    ]
    first, second, note = run("sessions").out.splitlines()
    assert first.endswith("VP wants a date (2 stale answers)")
    assert "(" not in second[-3:]
    assert note.startswith("Stale: ")
    assert [row["stale"] for row in json.loads(run("sessions", "list", "--json").out)] == [2, 0]
    assert run("sessions", "show", "abc").out.endswith(
        "[P8.2]\n\nStale: P8.2 changed since. The answer was checked against what was said then.\n"
    )
    turn = json.loads(run("sessions", "show", "abc", "--json").out)["turns"][0]
    assert turn["stale"] == [{"id": "P8.2", "state": "changed"}]
    assert "Stale" not in run("sessions", "show", "abd").out


def test_none_yet(run: Run, coach: FakeCoach) -> None:
    assert run("sessions").out.startswith("There are no conversations yet.")


def test_show_by_the_beginning_of_an_id(run: Run, kept: FakeCoach) -> None:
    out = run("sessions", "show", "abc").out
    assert out.startswith("VP wants a date\n\nYou: what do I say?")
    assert "Coach: Name the cost. [P8.2]" in out
    assert not any(mark in out for mark in (*FORBIDDEN, "\x1b"))
    assert json.loads(run("sessions", "show", "abc", "--json").out)["turns"][0]["answer"] == "Name the cost. [P8.2]"


@pytest.mark.parametrize(
    ("start", "problem"), [("ab", "2 conversations begin"), ("zz", "no conversation"), ("", "no conversation")]
)
def test_an_id_that_is_not_one(run: Run, kept: FakeCoach, start: str, problem: str) -> None:
    ran = run("sessions", "show", start)
    assert ran.code == 2
    assert problem in ran.err


def test_rename_and_delete(run: Run, kept: FakeCoach) -> None:
    assert run("sessions", "rename", "abc", "A", "new", "title").out == "abc123 is now called: A new title\n"
    assert kept.kept[0].title == "A new title"
    assert run("sessions", "rename", "abc", " ").code == 2
    assert run("sessions", "delete", "abc123").code == 0
    assert [s.id for s in kept.kept] == ["abd456"]
    assert run("sessions", "delete", "abc123").code == 2
