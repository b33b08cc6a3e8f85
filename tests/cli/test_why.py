from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from coach.agent.reread import Line, OnDisk, Standing
from coach.domain.source import content_hash
from coach.store.citing import CitedIn
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import FORBIDDEN, HOSTILE, N12_4

THEN = "We agreed to freeze on Monday."


def cited(hash: str, text: str = "", *, session: str = "abc123", title: str = "VP wants a date") -> CitedIn:
    return CitedIn(session, title, 1, "what do I say?", datetime(2026, 11, 2, 9, tzinfo=UTC), hash, text)


@pytest.fixture
def kept(coach: FakeCoach, monkeypatch: pytest.MonkeyPatch) -> FakeCoach:
    lines = (Line(6, "## Decisions", False), Line(7, "- We agreed to freeze on Friday.", True), Line(8, HOSTILE, False))
    disk = OnDisk(Standing.SAME, "/notes/retro.md", 7, lines, datetime(2026, 10, 1, tzinfo=UTC))
    monkeypatch.setattr(coach, "read", lambda *_: disk)
    coach.citing.cited = [
        ("N12.4", cited(N12_4.hash, N12_4.text)),
        ("N12.4", cited(content_hash(THEN), THEN, title=HOSTILE)),
        ("N9.9", cited("0" * 16, "Gone since.")),
    ]
    return coach


def test_the_statement_in_its_file_and_the_answers(run: Run, kept: FakeCoach) -> None:
    ran = run("why", "n12.4")
    assert ran.code == 0
    out = ran.out.split("\n")
    assert out[0] == "N12.4 We agreed to freeze on Friday."
    assert "note of 2026-10-01 N12: Retro; private, it never leaves this machine" in out
    assert "Under: Retro" in out
    assert "/notes/retro.md, line 7: it still says so." in out
    assert "> 7  - We agreed to freeze on Friday." in out
    assert "  6  ## Decisions" in out
    assert "2 past answers cite it; 1 of them cited what it said before." in out
    assert any(line.endswith("abc123, question 2, VP wants a date; as it is now") for line in out)
    assert any(line.endswith("stale, changed since: “We agreed to freeze on Monday.”") for line in out)
    assert not any(mark in ran.out for mark in (*FORBIDDEN, "\x1b"))


def test_as_json(run: Run, kept: FakeCoach) -> None:
    row = json.loads(run("why", "N12.4", "--json").out)
    assert (row["id"], row["state"], row["hash"], row["heading"]) == ("N12.4", "same", N12_4.hash, ["Retro"])
    assert row["source"]["path"] == "/notes/retro.md"
    assert row["file"]["lines"][1] == {"number": 7, "text": "- We agreed to freeze on Friday.", "cited": True}
    assert [(a["session"], a["turn"], a["state"]) for a in row["answers"]] == [
        ("abc123", 2, "same"),
        ("abc123", 2, "changed"),
    ]


def test_one_that_is_gone(run: Run, kept: FakeCoach) -> None:
    out = run("why", "N9.9").out
    assert out.startswith("N9.9 Gone since.\n\nN9.9 is gone with its source.\n")
    assert "stale, gone since: “Gone since.”" in out
    assert json.loads(run("why", "N9.9", "--json").out)["state"] == "gone"


@pytest.mark.parametrize("wanted", ["N99.1", "N12", "nonsense"])
def test_what_is_unknown(run: Run, kept: FakeCoach, wanted: str) -> None:
    ran = run("why", wanted)
    assert (ran.code, ran.out) == (2, "")
    assert wanted in ran.err


def test_many_answers_are_cut(run: Run, kept: FakeCoach) -> None:
    kept.citing.cited = [("P8.2", cited("0" * 16, session=f"s{i}")) for i in range(25)]
    out = run("why", "P8.2").out
    assert out.count("question 2") == 20
    assert "… and 5 more; --json lists all of them." in out
