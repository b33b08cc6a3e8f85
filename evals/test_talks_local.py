"""Briefs that the local model has a hand in: nothing about anybody that was not told, and in time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from coach.agent.talks.interview import understood
from coach.agent.talks.prepare import prepared
from coach.agent.talks.review import from_draft
from coach.domain.preparation import Interview
from coach.evaluation.homes import NOTHING_MORE, Homes
from coach.settings import load_settings
from evals.conftest import cases
from evals.talk_checks import Made, all_lines, invented


@pytest.mark.timeout(1800)
def test_no_brief_invents_anything_about_people(
    local_home: Path, tmp_path_factory: pytest.TempPathFactory, figure: list[str]
) -> None:
    [weights] = (local_home / "models").glob("*.gguf")
    settings = load_settings(model="local", gguf=weights, composer="stepwise")
    homes = Homes(tmp_path_factory.mktemp("local"), settings)
    coaches = homes.open(NOTHING_MORE), homes.open((True, ""))
    made: list[Made] = []
    try:
        for case in cases("talks/briefs"):
            coach = coaches[bool(case.get("notes"))]
            answers: Any = case.get("answers", {})
            typed = "\n".join([str(case.get("text", "")), str(case.get("draft", "")), *answers.values()])
            if "draft" in case:
                interview = replace(from_draft(str(case["draft"])), draft=str(case["draft"]).strip())
            elif "text" in case:
                interview = understood(str(case["text"]))
            else:
                interview = Interview.from_dict(answers)
            # Remarks name the model, whose name has numbers in it.
            made.append(Made(coach, replace(asyncio.run(prepared(coach, interview)), remarks=()), typed))
        found = [what for m in made for what in invented(m)]
    finally:
        for coach in coaches:
            asyncio.run(coach.aclose())
    seconds = [m.brief.seconds for m in made]
    written = [line for m in made for line in all_lines(m.brief) if line.written]
    figure.append(
        f"briefs with the local model: {len(made)}, lines that it wrote {len(written)}, invented about people "
        f"{len(found)}, seconds: median {median(seconds):.1f}, most {max(seconds):.1f}"
    )
    assert found == []
    assert max(seconds) < 180
