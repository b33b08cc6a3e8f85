from __future__ import annotations

import json

import pytest

from coach.domain.evidence import Turn
from coach.domain.source import SourceKind
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import FORBIDDEN, HOSTILE


def test_statements_with_scores_and_why(run: Run, coach: FakeCoach) -> None:
    ran = run("search", "no", "time")
    assert ran.out.startswith(
        "P8.2  0.90  Name the cost of the date before you name the date.\n    principle: Promise less; meaning 0.80\n"
    )
    assert "note of 2026-10-01: Retro" in ran.out
    assert coach.library.calls == [("search", "no time", (), 12, tuple(SourceKind))]


def test_limit_and_kind(run: Run, coach: FakeCoach) -> None:
    ran = run("search", "x", "--limit", "1", "--kind", "practice", "--json")
    assert [s["id"] for s in json.loads(ran.out)["statements"]] == ["C1.1"]
    assert json.loads(ran.out)["principles"] == ["P8"]


@pytest.mark.parametrize(
    "args", [(), ("  ",), ("\x1b[31m",), ("x", "--limit", "0"), ("x", "--kind", "dream"), ("x", "--jsonl", "-")]
)
def test_what_cannot_be_searched_for(run: Run, coach: FakeCoach, args: tuple[str, ...]) -> None:
    assert run("search", *args).code == 2
    assert coach.library.calls == []


def test_nothing_found_and_what_could_not_be_searched(run: Run, coach: FakeCoach) -> None:
    coach.library.missing = ("Your notes were searched by their words alone.",)
    out = run("search", "x", "--limit", "1", "--kind", "note").out
    assert out.endswith("Your notes were searched by their words alone.\n")


def test_rows(run: Run, coach: FakeCoach) -> None:
    rows = [
        {"id": "a", "question": f"one {HOSTILE}", "turns": [{"question": "q", "answer": "a"}]},
        {"id": HOSTILE, "question": "two"},
    ]
    ran = run("search", "--jsonl", "-", "--limit", "2", given="\n".join(json.dumps(r) for r in rows))
    first, second = (json.loads(line) for line in ran.out.splitlines())
    assert set(first) == {"id", "statements", "principles"}
    assert set(first["statements"][0]) == {"id", "text", "source", "score", "why"}
    assert len(first["statements"]) == 2
    assert second["id"] == HOSTILE
    assert coach.library.calls[0][2] == (Turn("q", "a"),)
    assert not any(mark in ran.out for mark in (*FORBIDDEN, "\x1b"))
    assert "\x1b" not in coach.library.calls[0][1]
