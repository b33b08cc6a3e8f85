"""What all pages of talks do alike: keys that go from line to line, and marks for what changed since it was cited."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from coach.agent.talks.commitments import keeper
from coach.domain.answer import Citation
from coach.store.briefs import Briefs
from coach.tui.screens.talks.brief import BriefScreen
from coach.tui.screens.talks.commitments import CommitmentsScreen
from coach.tui.screens.talks.debrief import DebriefScreen, ReferredScreen
from coach.tui.screens.talks.versions import CompareScreen
from tests.agent.world import VP
from tests.tui.driving import Driver
from tests.tui.talks.stage import Opened
from tests.tui.talks.test_prepare import prepared
from tests.tui.talks.test_rehearse import begun, said

DRAFT = "Hi Anna,\n\nyou always promise dates.\n\nCould you please call me?"


def outdated(opened: Opened, table: str, statement_id: str) -> None:
    """Have everything in a table that cites a statement cite another wording of it."""

    def work(_: object) -> None:
        with closing(sqlite3.connect(opened.world.home / "coach.db")) as connection:
            [row] = connection.execute(
                f"SELECT body FROM {table} WHERE instr(body, ?)", (f'"{statement_id}"',)
            ).fetchmany(1)
            was = row[0].split(f'"id": "{statement_id}", "hash": "')[1][:16]
            connection.execute(f"UPDATE {table} SET body = replace(body, ?, '0000000000000000')", (was,))
            connection.commit()

    opened.before(work)


async def brief_again(tui: Driver) -> BriefScreen:
    await tui.press("ctrl+t", "b")
    await tui.shows("1 brief.")
    await tui.press("enter")
    await tui.until(lambda: isinstance(tui.app.screen, BriefScreen))
    await tui.shows("Ways to open")
    screen = tui.app.screen
    assert isinstance(screen, BriefScreen)
    return screen


async def test_every_key_that_moves_moves_the_line_that_other_keys_are_about(opened: Opened) -> None:
    async with opened.running(size=(80, 24)) as tui:
        screen = await prepared(tui)
        rows = screen.sheet.rows
        assert screen.sheet.current is rows[0]
        for _ in range(3):
            await tui.press("down")
        assert screen.sheet.current is rows[3]
        await tui.press("up")
        assert screen.sheet.current is rows[2]
        await tui.press("end")
        assert screen.sheet.current is rows[-1]
        assert rows[-1].region.bottom <= screen.sheet.region.bottom
        await tui.press("home")
        assert screen.sheet.current is rows[0]
        await tui.press("pagedown")
        further = screen.sheet.current
        assert further is not None
        assert rows.index(further) > 2
        await tui.press("pageup", "G", "g")
        assert screen.sheet.current is rows[0]


async def test_a_brief_marks_what_changed_since(opened: Opened) -> None:
    async with opened.running() as tui:
        screen = await prepared(tui)
        assert screen.brief is not None
        its_id = next(line.citations[0].id for line in screen.brief.lines if line.citations)
        await tui.press("escape")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        outdated(opened, "briefs", its_id)
        screen = await brief_again(tui)
        await tui.shows(f"[{its_id}·changed]")
        row = next(r for r in screen.sheet.rows if r.row.citations and r.row.citations[0].id == its_id)
        row.focus()
        await tui.press("enter")
        await tui.shows("Then: not kept.")
        # A line that is added keeps the marks of the others.
        await tui.press("escape", "home", "a")
        await tui.shows("A line for this part")
        await tui.type("And this.")
        await tui.press("enter")
        await tui.shows("And this.")
        await tui.shows(f"[{its_id}·changed]")


async def test_a_debrief_marks_it_and_says_what_it_was(opened: Opened) -> None:
    async with opened.running() as tui:
        screen = await begun(tui)
        await said(tui, screen, "On 3 November you promised 1 December. What is that date for?")
        await tui.press("ctrl+d")
        await tui.shows("in your own eyes?")
        await tui.press("enter")
        await tui.until(lambda: isinstance(tui.app.screen, DebriefScreen))
        page = tui.app.screen
        assert isinstance(page, DebriefScreen)
        cited = [row.row.citations[0] for row in page.sheet.rows if row.row.citations]
        assert "·changed" not in tui.flowing
        while tui.app.screen is not tui.app.conversation:
            await tui.press("escape")
        if cited:
            outdated(opened, "rehearsals", cited[0].id)
            await tui.press("ctrl+t", "r")
            await tui.shows("1 rehearsal.")
            await tui.press("l")
            await tui.shows(f"[{cited[0].id}·changed]")


async def test_an_own_view_that_belongs_to_somebody_else_is_referred(opened: Opened) -> None:
    async with opened.running() as tui:
        screen = await begun(tui)
        await said(tui, screen, "On 3 November you promised 1 December.")
        await tui.press("ctrl+d")
        await tui.shows("in your own eyes?")
        await tui.type("He waits by her car, and he touched her.")
        await tui.press("enter")
        await tui.until(lambda: isinstance(tui.app.screen, ReferredScreen))
        await tui.shows("This belongs to somebody else")
        await tui.shows("[C16.")
        await tui.press("escape")
        await tui.until(lambda: not isinstance(tui.app.screen, ReferredScreen))


async def test_a_commitment_says_what_it_came_of_and_leads_there(opened: Opened) -> None:
    async with opened.running() as tui:
        await tui.ask(VP)
        session = tui.app.conversation.session
        await tui.press("ctrl+t", "k")
        await tui.shows("Keep one plan")
        await tui.press("enter", "enter")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        await tui.press("ctrl+n")
        outdated(opened, "commitments", "C1.6")
        opened.before(lambda coach: keeper(coach).commit("If she asks, then I wait.", "in 3 weeks"))
        await tui.press("ctrl+t", "c")
        await tui.shows("From the conversation “the VP wants a date")
        await tui.shows("[C1.6·changed]")
        await tui.press("enter")
        await tui.shows("From the conversation “the VP wants a date")
        await tui.press("escape", "down", "o")
        await tui.until(lambda: "It came of nothing that is kept." in tui.toasts)
        assert isinstance(tui.app.screen, CommitmentsScreen)
        await tui.press("up", "o")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        await tui.until(lambda: tui.app.conversation.session == session)


async def test_a_commitment_leads_to_its_brief(opened: Opened) -> None:
    async with opened.running() as tui:
        screen = await prepared(tui)
        assert screen.brief is not None
        its_id = screen.brief.id
        await tui.press("escape")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        cited = [Citation("C9.9", "0" * 16)]
        opened.before(
            lambda coach: keeper(coach).commit(
                "If she asks, then I wait.", "in a week", origin=f"brief:{its_id}", citations=cited
            )
        )
        await tui.press("ctrl+t", "c")
        await tui.shows("From the brief “Talk with")
        await tui.shows("[C9.9·gone]")
        await tui.press("o")
        await tui.until(lambda: isinstance(tui.app.screen, BriefScreen))
        await tui.press("escape")
        await tui.until(lambda: isinstance(tui.app.screen, CommitmentsScreen))


async def test_versions_say_what_changed_and_are_compared_and_restored(opened: Opened) -> None:
    async with opened.running() as tui:
        screen = await prepared(tui)
        await tui.press("a")
        await tui.shows("A line for this part")
        await tui.type("Stay friends.")
        await tui.press("enter")
        await tui.until(lambda: screen.brief is not None and screen.brief.version == 2)
        await tui.press("v")
        await tui.shows("version 2, 1 line new")
        await tui.shows("version 1, as it was made")
        await tui.press("c")
        await tui.until(lambda: "This is the newest version." in tui.toasts)
        await tui.press("down", "c")
        await tui.until(lambda: isinstance(tui.app.screen, CompareScreen))
        await tui.shows("Version 1 and version 2, the newest")
        await tui.shows("Fact (you): Stay friends.")
        await tui.press("escape")
        await tui.shows("2 versions.")
        await tui.press("c")
        await tui.until(lambda: isinstance(tui.app.screen, CompareScreen))
        await tui.press("r")
        await tui.until(lambda: screen.brief is not None and screen.brief.version == 3)
        assert "Stay friends." not in tui.flowing


async def test_a_draft_is_reviewed_first_thing_on_the_page(opened: Opened) -> None:
    async with opened.running() as tui:
        await tui.press("ctrl+t", "p")
        await tui.shows("Which talk is it?")
        await tui.press("ctrl+y")
        await tui.shows("Paste the message")
        tui.app.screen.query_one("Writing").put(DRAFT)  # type: ignore[attr-defined]
        # Whoever is quick need not wait for the answer to be read.
        await tui.press("enter", "ctrl+d")
        await tui.until(lambda: isinstance(tui.app.screen, BriefScreen))
        screen = tui.app.screen
        assert isinstance(screen, BriefScreen)
        await tui.until(lambda: screen.brief is not None and screen.sheet.current is not None)
        await tui.shows("Talk with Anna")
        assert [r.row.kind for r in screen.sheet.rows[:2]] == ["Your draft", "Always or never"]
        assert screen.brief is not None
        assert screen.brief.interview.wanted == "Could you please call me?"
        # It is no line of the page.
        await tui.press("e")
        await tui.until(lambda: "m reviews another message." in tui.toasts)


async def test_a_brief_that_is_there_gets_a_message_reviewed(opened: Opened) -> None:
    async with opened.running(size=(80, 24)) as tui:
        screen = await prepared(tui)
        await tui.press("m")
        await tui.shows("Paste the message that you mean to send")
        await tui.type("He waits by her car, and he touched her.")
        await tui.press("enter")
        await tui.until(lambda: "is a matter for" in tui.toasts)
        # What was pasted is there to be changed.
        await tui.shows("he touched her.")
        await tui.press("ctrl+a", "ctrl+k")
        await tui.type("You never answer.")
        await tui.press("enter")
        await tui.until(lambda: screen.brief is not None and screen.brief.version == 2)
        await tui.shows("says “never”.")
    assert len(opened.before(lambda coach: Briefs(coach.database).list()[0].review)) > 0


async def test_enter_fills_a_field_in(opened: Opened) -> None:
    async with opened.running() as tui:
        screen = await prepared(tui)
        await tui.press("end", "enter")
        await tui.shows("This line in your words")
        await tui.press("escape")
        await tui.until(lambda: tui.app.screen is screen)
