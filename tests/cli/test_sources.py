from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from coach.domain.source import SourceKind
from tests.cli.conftest import Run
from tests.cli.fakes import FakeCoach
from tests.cli.sample import FORBIDDEN, HOSTILE, NOTE


@pytest.mark.parametrize("args", [("sources",), ("sources", "list")])
def test_the_list_names_what_each_source_is(run: Run, coach: FakeCoach, args: tuple[str, ...]) -> None:
    out = run(*args).out.splitlines()
    assert out[0].split() == ["P8", "principle", "1", "statement", "Promise", "less"]
    assert out[2].startswith("N12  note       1 statement")
    assert out[2].endswith("2026-10-01  Retro (private)  /notes/retro.md")


def test_only_one_kind(run: Run, coach: FakeCoach) -> None:
    assert [s["id"] for s in json.loads(run("sources", "--kind", "note", "--json").out)] == ["N12"]
    coach.library.all = []
    assert "There are no sources of this kind" in run("sources", "list", "--kind", "note").out


def test_a_source_and_a_statement_are_shown(run: Run, coach: FakeCoach) -> None:
    assert "C1.2 Write the offer down." in run("sources", "show", "C1").out
    assert run("sources", "show", "P8.2").out.startswith("P8.2 Name the cost")
    whole = json.loads(run("sources", "show", "c1", "--json").out)
    assert [s["id"] for s in whole["statements"]] == ["C1.1", "C1.2"]
    one = json.loads(run("sources", "show", "P8.2", "--json").out)
    assert (one["id"], one["source"]["id"], len(one["hash"])) == ("P8.2", "P8", 16)
    assert run("sources", "show", "P99").code == 2


def test_add(run: Run, coach: FakeCoach) -> None:
    ran = run("sources", "add", "a.md", "b.md", "--kind", "principle")
    assert coach.library.calls == [("add", (Path("a.md"), Path("b.md")), SourceKind.PRINCIPLE)]
    assert ran.out == ("N12 Retro (1 statement; private, it never leaves this machine)\nOne statement was cut.\n")
    run("sources", "add", "a.md")
    assert coach.library.calls[-1][2] is SourceKind.NOTE
    assert run("sources", "add").code == 2


def test_remove_and_rebuild(run: Run, coach: FakeCoach) -> None:
    assert run("sources", "remove", "N12").out == "Removed N12 Retro.\n"
    assert run("index", "rebuild").code == 0
    assert coach.library.calls == [("remove", "N12"), ("rebuild",)]


def test_hostile_titles_and_paths_stay_text(run: Run, coach: FakeCoach) -> None:
    coach.library.all = [
        replace(NOTE, title=HOSTILE, path=HOSTILE, statements=(replace(NOTE.statements[0], text=HOSTILE),))
    ]
    for args in (
        ("list",),
        ("list", "--json"),
        ("show", "N12"),
        ("show", "N12.4"),
        ("show", "N12", "--json"),
        ("remove", "N12"),
    ):
        ran = run("sources", *args)
        assert ran.code == 0
        assert not any(mark in ran.out + ran.err for mark in (*FORBIDDEN, "\x1b")), args
