from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from coach.agent.coach import Coach
from coach.agent.talks.origins import LAST, origin, title_of
from coach.domain.errors import InputError
from coach.domain.ids import source_of
from tests.agent.world import VP, World

STAMP = "2026-11-23T09:00:00+00:00"
LINE = {"text": "If she goes quiet, then wait.", "citations": [{"id": "C1.6", "hash": "0123456789abcdef"}]}


@pytest.fixture
def coach(world: World) -> Coach:
    return world.open()


def keep(coach: Coach, brief: Any, rehearsal: Any) -> None:
    with coach.database.write() as connection:
        connection.execute("INSERT INTO briefs VALUES ('b0b0', 1, 'Old', '{}', ?)", (STAMP,))
        connection.execute("INSERT INTO briefs VALUES ('b0b0', 2, 'New', ?, ?)", (json.dumps(brief), STAMP))
        connection.execute(
            "INSERT INTO rehearsals VALUES ('4ea1', 'b0b0', 'Rehearsed', ?, ?, ?)",
            (json.dumps(rehearsal), STAMP, STAMP),
        )


def test_the_last_conversation_offers_the_plan_of_its_answer(coach: Coach) -> None:
    answer = asyncio.run(coach.answer(VP))
    found = origin(coach)
    assert found.key == f"session:{answer.session}"
    assert found.offers[0].plan == "If the VP wants a date on the spot, then I offer a checkpoint in its place."
    assert [source_of(c.id) for c in found.offers[0].citations] == ["C1"]
    assert origin(coach, answer.session[:5]) == found
    assert origin(coach, f"session:{answer.session}") == found
    assert title_of(coach, found.key) == found.title


def test_an_answer_without_a_plan_is_passed_over(coach: Coach) -> None:
    answer = asyncio.run(coach.answer(VP))
    asyncio.run(coach.answer("what is a good recipe for bread?", session=answer.session))
    assert origin(coach).offers


def test_a_brief_offers_the_plans_of_its_last_version(coach: Coach) -> None:
    keep(coach, {"parts": [{"name": "reactions", "lines": [LINE]}]}, {})
    found = origin(coach, "Brief: b0b")
    assert (found.key, found.title) == ("brief:b0b0", "New")
    assert [o.plan for o in found.offers] == ["If she goes quiet, then I wait."]
    assert title_of(coach, "brief:b0b0") == "New"


def test_a_rehearsal_offers_the_plan_of_its_debrief_and_nothing_that_was_said(coach: Coach) -> None:
    said = {"line": "If you insist, then I leave.", "reply": "If so, then go.", "text": "If I go, then I go."}
    keep(coach, {}, {"turns": [said], "debrief": {"plan": LINE, "quotes": [said]}})
    found = origin(coach, "rehearsal:4")
    assert [o.plan for o in found.offers] == ["If she goes quiet, then I wait."]
    assert title_of(coach, "rehearsal:4ea1") == "Rehearsed"


@pytest.mark.parametrize("debrief", [None, {"plan": None}, {}])
def test_a_rehearsal_without_a_plan_offers_none(coach: Coach, debrief: Any) -> None:
    keep(coach, {}, {"debrief": debrief})
    assert origin(coach, "rehearsal:4ea1").offers == ()


@pytest.mark.parametrize("name", [LAST, "zz", "", "brief:zz", "brief:", "rehearsal:zz", "letter:1"])
def test_there_is_no_such_thing(coach: Coach, name: str) -> None:
    with pytest.raises(InputError, match="There is no"):
        origin(coach, name)


@pytest.mark.parametrize("key", ["", "session:zz", "brief:zz", "rehearsal:zz", "letter:zz"])
def test_what_is_gone_has_no_title(coach: Coach, key: str) -> None:
    assert title_of(coach, key) == ""
