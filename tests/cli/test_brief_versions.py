from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.sample import FORBIDDEN, HOSTILE
from tests.cli.test_prepare import _TALK, lines, made
from tests.cli.test_prepare import _use_it as _use_it
from tests.cli.test_prepare import indexed as indexed


@pytest.fixture
def brief_id(run: Run) -> str:
    """A brief whose second version has one line more, and another outcome."""
    brief_id = str(made(run, _TALK)["id"])
    assert run("briefs", "edit", brief_id, "--add", "facts=I left.", "--set", "outcome=A date").code == 0
    return brief_id


def test_versions_say_what_each_changed_and_what_can_be_done_with_them(run: Run, brief_id: str) -> None:
    ran = run("briefs", "versions", brief_id[:8])
    first, second = ran.out.splitlines()
    assert first.endswith(", as it was made")
    assert " new, " in second
    assert f"coach briefs compare {brief_id} 1" in ran.err
    assert f"coach briefs restore {brief_id} 1" in ran.err
    rows = json.loads(run("briefs", "versions", brief_id, "--json").out)
    assert rows[0]["changed"] == "as it was made"


def test_two_are_compared(run: Run, brief_id: str) -> None:
    out = run("briefs", "compare", brief_id, "1").out
    assert out.startswith(f"Version 1 (-) and version 2 (+) of {brief_id}\n")
    assert "\nFacts:\n+ Fact (you): I left.\n" in out
    assert "- To fill in: What I can give way on: …\n" in out
    told = json.loads(run("briefs", "compare", brief_id, "2", "--with", "1", "--json").out)
    assert (told["before"], told["after"]) == (2, 1)
    assert {"heading": "Facts", "before": ["Fact (you): I left."], "after": []} in told["differences"]
    assert "They say the same." in run("briefs", "compare", brief_id, "2").out


def test_one_is_made_the_newest_again_and_those_after_it_stay(run: Run, brief_id: str) -> None:
    before = json.loads(run("briefs", "show", brief_id, "--version", "1", "--json").out)
    assert run("briefs", "restore", brief_id, "1").out.startswith(f"Kept as version 3 of {brief_id}")
    now = json.loads(run("briefs", "show", brief_id, "--json").out)
    assert (now["version"], now["parts"]) == (3, before["parts"])
    assert lines(json.loads(run("briefs", "show", brief_id, "--version", "2", "--json").out), "outcome") == ["A date"]
    assert json.loads(run("briefs", "restore", brief_id, "2", "--json").out)["version"] == 4


@pytest.mark.parametrize("args", [("compare", "1"), ("compare", "9"), ("restore", "9"), ("restore", "zz")])
def test_what_there_is_not(run: Run, brief_id: str, args: tuple[str, str]) -> None:
    command, number = args
    found = "nothing" if number == "1" else brief_id
    assert run("briefs", command, found, number).code == 2


def test_a_message_is_reviewed_for_a_brief_that_is_there(run: Run, brief_id: str, tmp_path: Path) -> None:
    draft = tmp_path / "mail.txt"
    draft.write_text(f"You never answer.\n\n{HOSTILE}\n", "utf-8")
    ran = run("briefs", "review", brief_id, str(draft))
    assert ran.code == 0, ran.err
    assert "Review of the draft:\n- “You never answer.” says “never”." in ran.out
    assert not any(mark in ran.out for mark in (*FORBIDDEN, "\x1b"))
    now = json.loads(run("briefs", "review", brief_id, "-", "--json", given="Could you call me on 3 December?").out)
    assert (now["version"], now["review"]) == (4, [])
    assert "Nothing that is looked for was found" in run("briefs", "show", brief_id).out
    assert run("briefs", "review", brief_id, "-", given=" ").code == 2
    assert json.loads(run("briefs", "show", brief_id, "--json").out)["version"] == 4


def test_forgetting_names_the_file_that_it_was_exported_to(run: Run, brief_id: str, tmp_path: Path) -> None:
    path = tmp_path / "coach-talk.md"
    assert run("briefs", "export", brief_id, str(path)).code == 0
    ran = run("forget", "brief", brief_id, "--yes")
    assert ran.code == 0, ran.err
    assert f"This stays:\n  the file {path}, which you exported; delete it yourself" in ran.out
    assert f"Still there, since you exported it: {path}" in ran.out
    assert path.exists()


def test_what_changed_since_it_was_cited_is_said(run: Run, brief_id: str, indexed: Path) -> None:
    import sqlite3
    from contextlib import closing

    assert "Stale" not in run("briefs", "show", brief_id).out
    cited = json.loads(run("briefs", "show", brief_id, "--json").out)
    citation = next(c for p in cited["parts"] for line in p["lines"] for c in line["citations"])
    with closing(sqlite3.connect(indexed / "coach.db")) as connection:
        connection.execute("UPDATE briefs SET body = replace(body, ?, '0000000000000000')", (citation["hash"],))
        connection.commit()
    assert f"Stale: {citation['id']} changed since." in run("briefs", "show", brief_id).out
