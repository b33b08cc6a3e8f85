from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from coach.agent.events import Step
from coach.domain.errors import StoreError
from coach.store.briefs import Briefs
from coach.tui.screens.talks.brief import BriefScreen
from coach.tui.screens.talks.prepare import PrepareScreen
from tests.tui.driving import Driver
from tests.tui.talks.stage import TOLD, Opened


async def prepared(tui: Driver) -> BriefScreen:
    """Tell it, say that this is enough, and wait for the brief."""
    await tui.press("ctrl+t", "p")
    await tui.until(lambda: isinstance(tui.app.screen, PrepareScreen))
    screen = tui.app.screen
    assert isinstance(screen, PrepareScreen)
    screen.writing.put(TOLD)
    await tui.press("enter")
    await tui.shows("What do you fear might happen?")
    await tui.press("ctrl+d")
    await tui.until(lambda: isinstance(tui.app.screen, BriefScreen))
    brief = tui.app.screen
    assert isinstance(brief, BriefScreen)
    await tui.until(lambda: brief.brief is not None and brief.sheet.current is not None, "made")
    return brief


async def test_only_what_is_missing_is_asked_and_what_is_known_stands_beside_it(opened: Opened) -> None:
    async with opened.running() as tui:
        await tui.press("ctrl+t", "p")
        await tui.shows("Which talk is it?")
        await tui.type("I have to tell my product director no on Thursday")
        await tui.press("enter")
        await tui.shows("What happened, with dates?")
        await tui.shows("product director")
        # Enter on an empty line skips.
        await tui.press("enter")
        await tui.until(lambda: "What happened, with dates?" not in tui.flowing)
        # Back, with the question and what was typed.
        await tui.press("ctrl+r")
        await tui.shows("What happened, with dates?")


async def test_a_brief_says_of_each_line_what_it_is_and_opens_its_citations(opened: Opened) -> None:
    async with opened.running() as tui:
        screen = await prepared(tui)
        assert screen.brief is not None
        assert screen.brief.version == 1
        await tui.shows("Fact (you)")
        for line, row in zip(screen.brief.lines, screen.sheet.rows, strict=False):
            assert row.row.text == line.text
            assert row.row.kind
        await tui.press("ctrl+down")
        cited = next(line.citations[0].id for line in screen.brief.lines if line.citations)
        await tui.shows(f"[{cited}] citation 1 of 1")
        assert screen.has_class("-evidence")
        await tui.press("escape")
        assert not screen.has_class("-evidence")
        await tui.press("escape")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)


async def test_a_line_is_edited_added_and_deleted_and_every_version_stays(opened: Opened) -> None:
    async with opened.running() as tui:
        screen = await prepared(tui)
        await tui.press("e")
        await tui.shows("This line in your words")
        await tui.press("end")
        await tui.type(" and sign it")
        await tui.press("enter")
        await tui.until(lambda: screen.brief is not None and screen.brief.version == 2)
        await tui.shows("and sign it")
        await tui.press("a")
        await tui.shows("A line for this part: purpose")
        await tui.type("Stay friends [/x]")
        await tui.press("enter")
        await tui.shows("Stay friends [/x]")
        await tui.press("d")
        await tui.until(lambda: screen.brief is not None and screen.brief.version == 4)
        assert "and sign it" not in tui.flowing
        await tui.press("v")
        await tui.shows("4 versions.")
        await tui.press("down", "down", "enter")
        await tui.until(lambda: screen.brief is not None and screen.brief.version == 5)
        await tui.shows("and sign it")


async def test_it_is_written_to_a_file_and_listed(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened.running() as tui:
        screen = await prepared(tui)
        assert screen.brief is not None
        title = screen.brief.title
        await tui.press("x")
        await tui.shows("Write this brief as Markdown to")
        await tui.press("enter")
        await tui.until(lambda: list(tmp_path.glob("coach-talk-*.md")))
        [written] = tmp_path.glob("coach-talk-*.md")
        assert written.read_text().startswith("# Talk with")
        await tui.press("escape")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        await tui.press("ctrl+t", "b")
        await tui.shows("1 brief.")
        await tui.shows(title)
        await tui.press("d")
        await tui.shows("y forgets it")
        await tui.press("y")
        await tui.shows("There are no briefs yet.")
    assert opened.before(lambda coach: Briefs(coach.database).list()) == []


async def test_what_was_answered_is_there_again_where_no_brief_could_be_made(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> AsyncGenerator[Step, None]:
        yield Step("screen")
        raise StoreError("The disk is full.", "Make room.")

    monkeypatch.setattr("coach.agent.talks.prepare.prepare", broken)
    async with opened.running() as tui:
        await tui.press("ctrl+t", "p")
        await tui.until(lambda: isinstance(tui.app.screen, PrepareScreen))
        screen = tui.app.screen
        assert isinstance(screen, PrepareScreen)
        screen.writing.put(TOLD)
        await tui.press("ctrl+d")
        await tui.until(lambda: "The disk is full." in tui.toasts)
        await tui.until(lambda: tui.app.screen is screen)
        assert "3 November" in screen.interview.happened
        # And it is not thrown away without a question.
        await tui.press("escape")
        await tui.shows("is kept nowhere")


async def test_a_draft_is_taken_in_place_of_answers(opened: Opened) -> None:
    async with opened.running(size=(80, 24)) as tui:
        await tui.press("ctrl+t", "p")
        await tui.shows("Which talk is it?")
        await tui.press("ctrl+y")
        await tui.shows("Paste the message")
        await tui.type("You always promise dates.")
        await tui.press("enter")
        await tui.shows("With whom is the talk")
        screen = tui.app.screen
        assert isinstance(screen, PrepareScreen)
        assert screen.interview.draft == "You always promise dates."


async def test_a_matter_for_somebody_else_is_asked_nothing_more(opened: Opened) -> None:
    async with opened.running() as tui:
        await tui.press("ctrl+t", "p")
        await tui.shows("Which talk is it?")
        await tui.type("My colleague was groped at the offsite and asked me to report it")
        await tui.press("enter")
        await tui.until(lambda: isinstance(tui.app.screen, BriefScreen))
        await tui.shows("To be taken to somebody else")
