from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from coach.agent.talks.commitments import keeper
from coach.config_file import config_file
from coach.domain.commitment import Commitment, State
from coach.domain.errors import StoreError
from coach.settings import load_settings
from coach.tui.screens.talks.commit import CommitScreen
from coach.tui.screens.talks.happened import HappenedScreen
from coach.tui.widgets.due import DueQuestion
from coach.tui.widgets.writing import Writing
from tests.agent.world import VP
from tests.tui.talks.stage import Opened


def kept(opened: Opened) -> tuple[Commitment, ...]:
    return opened.before(lambda coach: keeper(coach).all())


async def test_one_question_once_a_day_and_the_prompt_keeps_the_focus(opened: Opened, due: Commitment) -> None:
    async with opened.running() as tui:
        await tui.shows("then I name its cost first")
        await tui.shows("What happened?")
        assert tui.app.conversation.composer.has_focus
        await tui.until(lambda: tui.app.conversation.query(DueQuestion))
        await tui.press("ctrl+t", "w")
        await tui.until(lambda: isinstance(tui.app.screen, HappenedScreen))
        await tui.type("She took it well.")
        await tui.press("enter", "enter")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        await tui.until(lambda: not tui.app.conversation.query(DueQuestion))
        assert "Kept, private, as N" in tui.toasts
    [settled] = kept(opened)
    assert (settled.state, settled.outcome) == (State.KEPT, "She took it well.")


async def test_not_answered_it_comes_back_no_more_on_the_same_day(opened: Opened, due: Commitment) -> None:
    async with opened.running() as tui:
        await tui.until(lambda: tui.app.conversation.query(DueQuestion))
        await tui.press("ctrl+n")
        await tui.until(lambda: not tui.app.conversation.query(DueQuestion))
    async with opened.running() as tui:
        assert not tui.app.conversation.query(DueQuestion)
    assert kept(opened)[0].asked == datetime.now().astimezone().date()


async def test_it_is_turned_off(opened: Opened, due: Commitment, tmp_path: Path) -> None:
    async with opened.running() as tui:
        await tui.until(lambda: tui.app.conversation.query(DueQuestion))
        await tui.press("ctrl+t", "w")
        await tui.until(lambda: isinstance(tui.app.screen, HappenedScreen))
        await tui.press("enter", "up", "enter")
        await tui.until(lambda: "Nothing is asked at the start any more." in tui.toasts)
    assert config_file().is_relative_to(tmp_path)
    assert load_settings().ask_back is False
    assert kept(opened)[0].state is State.OPEN


async def test_what_was_told_stays_where_it_could_not_be_kept(
    opened: Opened, due: Commitment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise StoreError("The disk is full.", "Make room.")

    monkeypatch.setattr("coach.agent.talks.commitments.Keeper.settle", broken)
    async with opened.running(size=(80, 24)) as tui:
        await tui.until(lambda: tui.app.conversation.query(DueQuestion))
        await tui.press("ctrl+t", "w")
        await tui.until(lambda: isinstance(tui.app.screen, HappenedScreen))
        await tui.type("It went well")
        await tui.press("enter", "enter")
        await tui.until(lambda: "The disk is full." in tui.toasts)
        assert tui.app.screen.query_one(Writing).text == "It went well"


async def test_the_plan_of_an_answer_is_kept_with_one_key(opened: Opened) -> None:
    async with opened.running() as tui:
        await tui.ask(VP)
        await tui.press("ctrl+t", "k")
        await tui.until(lambda: isinstance(tui.app.screen, CommitScreen))
        await tui.shows("offer a checkpoint in its place")
        await tui.press("enter", "enter")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        assert "Kept: it comes back on" in tui.toasts
    [made] = kept(opened)
    assert made.origin.startswith("session:")
    assert [c.id for c in made.citations] == ["C1.6"]


async def test_what_is_no_plan_stays_to_be_mended(opened: Opened) -> None:
    async with opened.running(size=(80, 24)) as tui:
        await tui.press("ctrl+t", "c")
        await tui.shows("Nothing is open.")
        await tui.press("n")
        await tui.until(lambda: isinstance(tui.app.screen, CommitScreen))
        await tui.type("be braver")
        await tui.press("enter", "enter")
        await tui.shows("✗")
        assert tui.app.screen.query_one(Writing).text == "be braver"


async def test_the_list_snoozes_filters_and_exports(
    opened: Opened, due: Commitment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened.running() as tui:
        await tui.press("ctrl+t", "c")
        await tui.shows("● due")
        await tui.press("s", "enter")
        await tui.shows("○ put off to")
        await tui.press("e", "enter")
        await tui.until(lambda: (tmp_path / "coach-commitments.ics").exists())
        await tui.press("slash")
        await tui.type("nothing like it")
        await tui.shows("Nothing fits.")
