"""Briefs that the local model has a hand in: nothing about anybody that was not told, and how long they take."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest

from coach.evaluation.homes import NOTHING_MORE, Homes
from coach.settings import load_settings
from evals.conftest import cases
from evals.talk_checks import all_lines, invented, made


@pytest.mark.timeout(1800)
def test_no_brief_invents_anything_about_people(
    local_home: Path, tmp_path_factory: pytest.TempPathFactory, figure: list[str]
) -> None:
    settings = load_settings(home=local_home, model="local", composer="stepwise")
    homes = Homes(tmp_path_factory.mktemp("local"), settings)
    coaches = homes.open(NOTHING_MORE), homes.open((True, ""))
    try:
        found = [made(coaches[bool(case.get("notes"))], case) for case in cases("talks/briefs")]
        # Remarks name the model, whose name has numbers in it.
        wrong = [what for m in found for what in invented(replace(m, brief=replace(m.brief, remarks=())))]
    finally:
        for coach in coaches:
            asyncio.run(coach.aclose())
    seconds = [m.brief.seconds for m in found]
    written = [line for m in found for line in all_lines(m.brief) if line.written]
    figure.append(
        f"briefs with the local model: {len(found)}, lines that it wrote {len(written)}, invented about people "
        f"{len(wrong)}, seconds: median {median(seconds):.1f}, most {max(seconds):.1f}"
    )
    assert written, "the model wrote nothing, so nothing was tried"
    assert wrong == []
