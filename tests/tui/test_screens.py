"""Conversations, sources, help and the palette."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input

from coach.domain.errors import StoreError
from coach.tui.app import CoachApp
from tests.cli.sample import quoted_answer, written_answer
from tests.tui.driving import running
from tests.tui.fakes import ScriptedCoach


def with_conversations() -> ScriptedCoach:
    coach = ScriptedCoach()
    coach.keep("A talk about dates", quoted_answer(question="asked first"))
    coach.keep("Feedback for somebody quiet", written_answer(question="asked second"))
    coach.keep("Dates again", quoted_answer(question="asked third"))
    return coach


async def test_conversations_are_listed_filtered_and_opened() -> None:
    coach = with_conversations()
    async with running(coach) as tui:
        await tui.press("ctrl+s")
        await tui.shows("3 conversations.")
        await tui.press("/")
        await tui.type("feed")
        await tui.shows("1 conversation.")
        assert "Dates again" not in tui.frame
        await tui.press("enter", "enter")
        await tui.shows("asked second")
        await tui.ask("and now?")
        assert coach.asked[0]["session"] == "s2"


async def test_a_conversation_is_renamed() -> None:
    coach = with_conversations()
    async with running(coach) as tui:
        await tui.press("ctrl+s")
        await tui.shows("3 conversations.")
        await tui.press("r")
        await tui.shows("Title of this conversation")
        tui.app.screen.query_one(Input).value = "Better"
        await tui.press("enter")
        await tui.shows("Better")
        assert coach.conversations[0].title == "Better"


async def test_a_deleted_conversation_can_be_taken_back_until_the_screen_is_left() -> None:
    coach = with_conversations()
    async with running(coach) as tui:
        await tui.press("ctrl+s")
        await tui.shows("3 conversations.")
        await tui.press("d")
        await tui.shows("2 conversations. 1 conversation deleted; u takes it back.")
        assert len(coach.conversations) == 3
        await tui.press("u")
        await tui.shows("3 conversations.")
        await tui.press("d", "d", "escape")
        await tui.until(lambda: [c.id for c in coach.conversations] == ["s3"])
        await tui.until(lambda: tui.app.screen is tui.app.conversation)


async def test_deleting_the_open_conversation_begins_a_new_one() -> None:
    coach = with_conversations()
    async with running(coach, session="s1") as tui:
        await tui.shows("asked first")
        await tui.press("ctrl+s")
        await tui.shows("(open)")
        await tui.press("d", "escape")
        await tui.shows("Advice that shows what it rests on.")
        assert tui.app.conversation.session is None


async def test_what_cannot_be_deleted_is_shown_again() -> None:
    coach = with_conversations()

    async def refuse(session: str) -> None:
        raise StoreError("The disk is full; nothing was changed.", "Make room.")

    async with running(coach) as tui:
        await tui.press("ctrl+s")
        await tui.shows("3 conversations.")
        coach.delete_session = refuse  # type: ignore[method-assign]
        await tui.press("d", "escape")
        await tui.until(lambda: "The disk is full" in tui.toasts)
        await tui.shows("3 conversations.")
        await tui.press("escape")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)


async def test_a_conversation_is_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with running(with_conversations()) as tui:
        await tui.press("ctrl+s")
        await tui.shows("3 conversations.")
        await tui.press("e")
        await tui.shows("coach-a-talk-about-dates.md")
        await tui.press("enter")
        await tui.until(lambda: "Written to" in tui.toasts)
        text = (tmp_path / "coach-a-talk-about-dates.md").read_text()
        assert text.startswith("# A talk about dates\n\n## asked first\n")
        # It is there now: that is said, and another name is asked for.
        await tui.press("e")
        await tui.shows("coach-a-talk-about-dates.md")
        await tui.press("enter")
        await tui.until(lambda: "exists already" in tui.toasts)
        await tui.shows("coach-a-talk-about-dates.md")


async def test_a_long_conversation_opens_with_its_end_and_brings_the_rest() -> None:
    coach = ScriptedCoach()
    coach.keep("Long", *(quoted_answer(question=f"question {i}") for i in range(1, 51)))
    async with running(coach, session="s1") as tui:
        await tui.shows("question 50")
        assert len(tui.turns) == 10
        tui.app.conversation.transcript.action_top()
        await tui.shows("There are earlier turns.")
        await tui.pilot.click("Earlier")
        await tui.until(lambda: len(tui.turns) == 30)
        await tui.pilot.pause()
        tui.app.conversation.transcript.action_top()
        await tui.shows("There are earlier turns.")
        await tui.pilot.click("Earlier")
        await tui.until(lambda: len(tui.turns) == 50)
        assert [t.question for t in tui.turns] == [f"question {i}" for i in range(1, 51)]


async def test_sources_are_browsed_by_kind_searched_and_read() -> None:
    coach = ScriptedCoach()
    async with running(coach, size=(120, 40)) as tui:
        await tui.press("ctrl+l")
        await tui.shows("3 sources.")
        await tui.shows("Name the cost of the date before you name the date.")
        await tui.press("3")
        await tui.shows("1 source.")
        await tui.shows("We agreed to freeze on Friday.")
        await tui.press("0", "/")
        await tui.type("a date")
        await tui.press("enter")
        await tui.shows("4 statements, best first.")
        assert coach.library.calls[-1][:2] == ("search", "a date")
        await tui.press("escape")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)


async def test_files_are_added_with_progress(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("# One")
    (tmp_path / "two.txt").write_text("Two")
    (tmp_path / "three.png").write_bytes(b"")
    coach = ScriptedCoach()
    async with running(coach) as tui:
        await tui.press("ctrl+l")
        await tui.shows("3 sources.")
        await tui.press("a")
        await tui.shows("Add files")
        tui.app.screen.query_one(Input).value = f"'{tmp_path}'"
        await tui.press("ctrl+t", "ctrl+t", "enter")
        await tui.until(lambda: "Added N12. One statement was cut." in tui.toasts)
        name, paths, kind = coach.library.calls[-1]
        assert (name, [p.name for p in paths], kind.value) == ("add", ["one.md", "two.txt"], "principle")


async def test_what_cannot_be_added_is_said_and_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("# One")
    coach = ScriptedCoach()
    async with running(coach) as tui:
        await tui.press("ctrl+l", "a")
        await tui.shows("Add files")
        tui.app.screen.query_one(Input).value = str(tmp_path / "none.md")
        await tui.press("enter")
        await tui.until(lambda: "There is no file" in tui.toasts)
        coach.library.failure = StoreError("The disk is full; nothing was changed.", "Make room.")
        tui.app.screen.query_one(Input).value = str(tmp_path / "one.md")
        await tui.press("enter")
        await tui.until(lambda: "The disk is full" in tui.toasts)
        await tui.shows("Nothing was added.")


async def test_only_ones_own_sources_are_removed_and_only_after_yes() -> None:
    coach = ScriptedCoach()
    async with running(coach) as tui:
        await tui.press("ctrl+l")
        await tui.shows("3 sources.")
        await tui.press("3")
        await tui.shows("1 source.")
        await tui.press("x")
        await tui.shows("Remove N12 Retro?")
        await tui.press("n")
        assert len(coach.library.all) == 3
        await tui.press("x")
        await tui.shows("Remove N12 Retro?")
        await tui.press("y")
        await tui.until(lambda: "Removed N12 Retro." in tui.toasts)
        assert [s.id for s in coach.library.all] == ["P8", "C1"]


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_help_teaches_three_things(size: tuple[int, int]) -> None:
    async with running(size=size) as tui:
        await tui.press("f1")
        await tui.shows("Three things to know")
        await tui.shows("Check what you are told.")
        await tui.press("escape")
        assert tui.app.screen is tui.app.conversation


async def test_every_command_of_the_palette_can_be_run() -> None:
    async with running(size=(120, 40)) as tui:
        commands = list(tui.app.get_system_commands(tui.app.screen))
        assert len({c.title for c in commands}) == len(commands) >= 15
        for command in commands:
            if command.title == "Quit":
                continue
            result = command.callback()
            assert await result, command.title
            await tui.pilot.pause()
            if tui.app.screen is not tui.app.conversation:
                await tui.press("escape")
                await tui.until(lambda: tui.app.screen is tui.app.conversation)


@pytest.mark.parametrize("theme", ["coach-dark", "coach-light", "coach-contrast", "coach-ansi", "coach-ansi-light"])
async def test_themes(theme: str, tmp_path: Path) -> None:
    path = tmp_path / "config" / "tui.json"
    async with running(preferences_path=path, size=(120, 40)) as tui:
        tui.app.theme = theme
        await tui.ask("what do I say?")
        await tui.press("ctrl+down")
        await tui.shows("citation 1 of 4")
        await tui.press("ctrl+s")
        await tui.shows("1 conversation.")
    kept = json.loads(path.read_text())["theme"] if path.exists() else "coach-dark"
    assert kept == theme
    async with running(preferences_path=path) as tui:
        assert tui.app.theme == theme


async def test_keys_from_the_preferences(tmp_path: Path) -> None:
    path = tmp_path / "tui.json"
    path.write_text(json.dumps({"keymap": {"app.sessions": "f7"}}))
    async with running(with_conversations(), preferences_path=path) as tui:
        await tui.press("f7")
        await tui.shows("3 conversations.")


def test_every_key_of_the_program_has_an_id() -> None:
    bindings = [b for b in CoachApp.BINDINGS if not isinstance(b, tuple)]
    assert all(b.id for b in bindings)


async def test_copying_says_what_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    async with running() as tui:
        await tui.ask("what do I say?")
        await tui.press("shift+tab", "y")
        await tui.until(lambda: "Sent the answer to the terminal" in tui.toasts)
        assert "Copied" not in tui.toasts
        assert tui.app.clipboard.startswith("This is about a moment")
        assert "[P8.2]" not in tui.app.clipboard

        def copy(text: str) -> bool:
            copied.append(text)
            return True

        monkeypatch.setattr("coach.tui.app.clipboard.copy_by_program", copy)
        await tui.press("Y")
        await tui.until(lambda: "Copied the answer and its sources." in tui.toasts)
        assert "[P8.2]" in copied[0]
        assert "Sources:" in copied[0]
