from __future__ import annotations

import json

from coach.evaluation.outcome import Outcome
from coach.evaluation.report.json_report import SCHEMA, as_json
from tests.evaluation.report.conftest import SECRET, Made


def test_it_says_everything_about_open_cases_and_only_totals_of_the_others(made: Made) -> None:
    text = json.dumps(as_json(made()))
    found = json.loads(text)
    assert found["schema"] == SCHEMA
    assert (found["outcomes"], found["cached"], found["errors"], found["held_back"]) == (6, 1, 1, 2)
    assert [c["id"] for c in found["cases"]] == ["s001", "s002", "e001", "s004"]
    assert SECRET not in text
    splits = {(g["split"], g["kind"]) for g in found["groups"]}
    assert ("holdback", None) in splits
    assert ("holdback", "injection") not in splits, "one case of a kind would be told by itself"
    assert ("all", "injection") not in splits


def test_held_back_cases_are_told_where_asked_for(made: Made) -> None:
    found = as_json(made(show_holdback=True))
    assert SECRET in json.dumps(found)
    assert ("holdback", "injection") in {(g["split"], g["kind"]) for g in found["groups"]}


def test_each_outcome_says_whether_it_was_cached_and_comes_back(made: Made) -> None:
    rows = {c["id"]: c["outcomes"][0] for c in as_json(made())["cases"]}
    assert {i: o["cached"] for i, o in rows.items()} == {"s001": False, "s002": True, "e001": False, "s004": False}
    assert Outcome.from_dict(rows["s001"]).answer is not None


def test_the_gate_is_in_it(made: Made) -> None:
    gate = as_json(made())["gate"]
    assert gate["status"] == "floor"
    assert gate["exit_status"] == 4
    assert [f["held"] for f in gate["floors"]] == [True, False, None]
    assert all(c["difference"]["n"] == c["now"]["n"] for c in gate["changes"])
