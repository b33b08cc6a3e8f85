"""The real local model, preparing three talks: in time, with the page there at once, and nothing invented."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from coach.agent.assembly import open_coach
from coach.agent.talks.interview import understood
from coach.agent.talks.prepare import PartReady, Prepared, prepare
from coach.agent.talks.tracing import untraced
from coach.domain.answer import Verdict
from coach.domain.preparation import YOU, Brief
from coach.settings import load_settings
from tests.corpus_home import bare
from tests.corpus_home import real_home as real_home
from tests.weights import pulled_weights

pytestmark = [pytest.mark.local_model, pytest.mark.timeout(900)]

TALKS = (
    "I have to tell my product director no on Thursday. On 3 November she promised the client that the sequence model "
    "goes live on 1 December. I'm afraid she will blame me.",
    "I want to ask my VP for a second platform engineer. On 2 July he refused it until January.",
    "I need to tell my senior engineer that his reviews hurt. On 26 August his review had 31 comments.",
)


async def test_a_page_in_under_three_minutes_that_begins_at_once_and_invents_nothing(
    real_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    weights = pulled_weights()
    bare(monkeypatch)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settings = load_settings(home=real_home, model="local", gguf=weights, composer="stepwise")
    async with open_coach(settings) as coach:
        for text in TALKS:
            said = understood(text)
            began, first = time.perf_counter(), 0.0
            brief: Brief | None = None
            async for event in prepare(coach, said, keep=False):
                if isinstance(event, PartReady) and not first:
                    first = time.perf_counter() - began
                elif isinstance(event, Prepared):
                    brief = event.brief
            assert brief is not None
            assert first < 10
            assert brief.seconds < 180
            for line in (line for line in brief.lines if line.written):
                # The person's own words, turned to whom they are about: nobody else asserts anything there.
                assert (line.said_by, line.verdict) == (YOU, Verdict.NOT_A_CLAIM)
                assert untraced(line.text, said.said) == []
