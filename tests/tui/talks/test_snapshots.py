"""The screens of talks as they look. What they show is frozen in __snapshots__; see `tests.tui.test_snapshots`."""

from __future__ import annotations

from typing import Any, cast

import pytest
from syrupy.assertion import SnapshotAssertion

from coach.tui.screens.talks.brief import BriefScreen
from coach.tui.screens.talks.commitments import CommitmentsScreen
from coach.tui.screens.talks.counterpart import CounterpartScreen
from coach.tui.screens.talks.debrief import DebriefScreen
from coach.tui.screens.talks.happened import planned
from coach.tui.screens.talks.reflect import ReflectScreen
from coach.tui.screens.talks.rehearse import RehearseScreen
from coach.tui.widgets.due import DueQuestion
from tests.tui import content as page
from tests.tui.stills import Stage
from tests.tui.talks import content
from tests.tui.test_snapshots import SIZES, THEMES, Scene, named, played
from tests.tui.test_snapshots import _the_same_everywhere as _the_same_everywhere
from tests.tui.test_snapshots import pictures as pictures


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("commitments", "happened"):
        monkeypatch.setattr(f"coach.tui.screens.talks.{module}.clock", lambda: content.NOW)


async def shown(stage: Stage, make: Any, text: str) -> None:
    """Show the screen that `make` gives for what the pictures show."""
    tui = await stage.begin(page.coach_without_model())
    await tui.app.push_screen(make(cast("Any", content.StillTalks(tui.app.engine))))
    await tui.shows(text)


async def nothing(_: object) -> None:
    """Nothing is rehearsed in a picture."""


async def brief(stage: Stage) -> None:
    await shown(stage, lambda talks: BriefScreen(talks, nothing, content.BRIEF), "Ways to open")


async def brief_with_evidence(stage: Stage) -> None:
    await shown(stage, lambda talks: BriefScreen(talks, nothing, content.BRIEF), "Facts")
    await stage.tui.press("ctrl+down")
    await stage.tui.shows("citation 1 of 1")


async def menu(stage: Stage) -> None:
    tui = await stage.begin(page.coach_without_model())
    await tui.press("ctrl+t")
    await tui.shows("A letter or Enter opens")


async def interview(stage: Stage) -> None:
    tui = await stage.begin(page.coach_without_model())
    await tui.press("ctrl+t", "p")
    await tui.shows("Nothing is known yet.")


async def counterpart(stage: Stage) -> None:
    await shown(stage, lambda _: CounterpartScreen(content.BRIEF), "product director")


async def rehearsal(stage: Stage) -> None:
    await shown(
        stage, lambda talks: RehearseScreen(cast("Any", None), talks, content.rehearsing()), "Let us look at that"
    )


async def debrief(stage: Stage) -> None:
    await shown(stage, lambda talks: DebriefScreen(talks, content.REHEARSAL, content.DEBRIEF), "One strength")


async def commitments(stage: Stage) -> None:
    await shown(stage, lambda talks: CommitmentsScreen(talks, cast("Any", None)), "2 commitments.")


async def reflection(stage: Stage) -> None:
    await shown(stage, ReflectScreen, "2026-W48")


async def question(stage: Stage) -> None:
    tui = await stage.begin(page.coach_without_model())
    welcome = tui.app.conversation.welcome
    assert welcome is not None
    await welcome.mount(DueQuestion(planned(content.COMMITMENTS[0])))
    await tui.shows("What happened?")


SMALL: list[Scene] = [interview, brief, counterpart, rehearsal, question, menu]
LARGE: list[Scene] = [brief, rehearsal, debrief, commitments, reflection]


@pytest.mark.parametrize("scene", LARGE, ids=named)
async def test_every_screen(scene: Scene, pictures: SnapshotAssertion) -> None:
    async with played(scene) as stage:
        assert await stage.picture() == pictures


@pytest.mark.parametrize("scene", SMALL, ids=named)
async def test_in_a_small_window(scene: Scene, pictures: SnapshotAssertion) -> None:
    async with played(scene, SIZES["80x24"]) as stage:
        assert await stage.picture() == pictures


async def test_every_theme(pictures: SnapshotAssertion) -> None:
    async with played(brief_with_evidence) as stage:
        for theme in THEMES:
            assert await stage.picture(theme) == pictures(name=theme)


async def test_without_colour(pictures: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with played(brief_with_evidence) as stage:
        assert await stage.picture() == pictures
