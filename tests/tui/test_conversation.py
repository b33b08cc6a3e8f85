from __future__ import annotations

from dataclasses import replace

import pytest

from coach.agent.events import Drafted, Step
from coach.domain.errors import ModelError, StoreError
from tests.cli.sample import quoted_answer, written_answer
from tests.tui.driving import running
from tests.tui.fakes import Gate, ScriptedCoach, script


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
async def test_an_answer_is_laid_out_with_labels_chips_and_footer(size: tuple[int, int]) -> None:
    async with running(size=size) as tui:
        await tui.ask("what do I say?")
        await tui.press("pageup", "pageup")
        await tui.shows("what do I say?")
        await tui.shows("[P8.2]")
        await tui.press("end")
        await tui.shows("4 of 4 claims supported")
        await tui.shows("0.8 s")
        said = " ".join(p.plain for p in tui.turns[0].prose)
        assert "all quoted" in said
        assert "no model wrote" in said


async def test_sentences_stream_in_before_the_answer_is_there() -> None:
    coach, gate = ScriptedCoach(), Gate()
    coach.scripts.append(script(quoted_answer(), gate=gate))
    async with running(coach) as tui:
        tui.app.conversation.composer.put("what do I say?")
        await tui.press("enter")
        await tui.shows("We agreed to freeze on Friday. [N12.4]")
        await tui.shows("Writing …")
        assert "4 of 4" not in tui.frame
        assert tui.app.conversation.answering
        gate.open()
        await tui.shows("4 of 4 claims supported")
        assert "Writing" not in tui.frame


async def test_verdicts_arrive_with_a_word_and_what_was_mended_shows() -> None:
    coach, gate = ScriptedCoach(), Gate()
    events = script(written_answer())
    events.insert(len(events) - 2, gate)
    coach.scripts.append(events)
    async with running(coach, size=(120, 40)) as tui:
        tui.app.conversation.composer.put("what do I say?")
        await tui.press("enter")
        await tui.shows("Offer a raise. [P8.2] ✗ unsupported")
        assert "2 of 4" not in tui.frame
        gate.open()
        await tui.shows("2 of 4 claims supported · 1 mended · 2 dropped")
        said = " ".join(p.plain for p in tui.turns[0].prose)
        assert "Everybody knows this. ? uncited" in said
        assert "✓ supported, mended" in said
        assert "2 private lines were left out." in said
        assert "written by gpt (api.example.org)" in said


async def test_the_status_line_says_which_model_and_what_leaves() -> None:
    coach = ScriptedCoach()
    coach.choice = replace(
        coach.choice,
        kind="endpoint",
        name="gpt",
        base_url="https://api.example.org/v1",
        remote=True,
        leaves="Your question is sent to api.example.org.",
    )
    async with running(coach) as tui:
        assert "gpt (api.example.org) · Your question is sent to api.example.org." in tui.frame
        await tui.ask("what do I say?")
        assert tui.frame.count("Your question is sent to api.example.org.") == 2


async def test_escape_stops_and_gives_the_prompt_back() -> None:
    coach, gate = ScriptedCoach(), Gate()
    coach.scripts.append([Step("draft"), Drafted("Half of it"), gate])
    async with running(coach) as tui:
        tui.app.conversation.composer.put("what do I say?")
        await tui.press("enter")
        await tui.shows("Half of it")
        await tui.press("escape")
        await tui.shows("Stopped.")
        assert tui.prompt == "what do I say?"
        await tui.until(lambda: coach.cancelled == 1, "the turn was cancelled in the engine, too")
        assert not tui.app.conversation.answering
        await tui.press("enter")
        await tui.shows("4 of 4 claims supported")


async def test_escape_does_not_overwrite_what_was_typed_meanwhile() -> None:
    coach, gate = ScriptedCoach(), Gate()
    coach.scripts.append([Step("draft"), Drafted("Half of it"), gate])
    async with running(coach) as tui:
        tui.app.conversation.composer.put("first")
        await tui.press("enter")
        await tui.shows("Half of it")
        await tui.type("second")
        await tui.press("escape")
        assert tui.prompt == "second"
        # What was asked is one key away.
        await tui.press("up")
        assert tui.prompt == "first"


async def test_a_model_that_dies_in_mid_stream_keeps_prompt_and_draft() -> None:
    coach = ScriptedCoach()
    coach.scripts.append([Step("draft"), Drafted("Half of it"), ModelError("The model went away.", "Start it again.")])
    async with running(coach) as tui:
        await tui.ask("what do I say?")
        assert "Half of it" in tui.frame
        assert "The model went away." in tui.frame
        assert "Start it again." in tui.frame
        assert tui.prompt == "what do I say?"
        await tui.press("enter")
        await tui.shows("4 of 4 claims supported")
        assert [a["session"] for a in coach.asked] == [None, None]


async def test_a_full_disk_on_save_is_said_and_the_prompt_kept() -> None:
    coach = ScriptedCoach()
    full = StoreError("The disk is full; nothing was changed.", "Make room, then try again.")
    coach.scripts.append([*script(quoted_answer())[:-1], full])
    async with running(coach) as tui:
        await tui.ask("what do I say?")
        assert "The disk is full" in tui.frame
        assert tui.prompt == "what do I say?"


async def test_a_fault_of_ours_is_said_without_its_text() -> None:
    coach = ScriptedCoach()
    coach.scripts.append([Step("draft"), KeyError("secret /INST] internals")])
    async with running(coach) as tui:
        await tui.ask("what do I say?")
        assert "KeyError" in tui.frame
        assert "internals" not in tui.frame
        assert tui.prompt == "what do I say?"


async def test_what_is_sent_while_an_answer_is_made_stays_in_the_prompt() -> None:
    coach, gate = ScriptedCoach(), Gate()
    coach.scripts.append([gate, *script(quoted_answer())])
    async with running(coach) as tui:
        tui.app.conversation.composer.put("first")
        await tui.press("enter")
        await tui.until(lambda: coach.asked)
        await tui.type("second")
        await tui.press("enter")
        assert tui.prompt == "second"
        assert "still being made" in tui.toasts
        gate.open()
        await tui.shows("4 of 4")
        assert len(coach.asked) == 1


async def test_a_second_question_goes_on_with_the_conversation() -> None:
    coach = ScriptedCoach()
    async with running(coach) as tui:
        await tui.ask("first")
        await tui.ask("second")
        assert [a["session"] for a in coach.asked] == [None, "s1"]
        await tui.press("ctrl+n")
        await tui.shows("Advice that shows what it rests on.")
        await tui.ask("third")
        assert coach.asked[-1]["session"] is None


async def test_without_keeping_nothing_is_kept() -> None:
    coach = ScriptedCoach()
    async with running(coach, keep=False) as tui:
        await tui.ask("first")
        await tui.ask("second")
        assert [(a["session"], a["keep"]) for a in coach.asked] == [(None, False), (None, False)]
        assert coach.conversations == []


async def test_retry_and_edit() -> None:
    coach = ScriptedCoach()
    async with running(coach) as tui:
        await tui.ask("first")
        await tui.press("ctrl+r")
        await tui.until(lambda: len(tui.turns) == 2 and not tui.app.conversation.answering)
        assert [a["question"] for a in coach.asked] == ["first", "first"]
        await tui.press("shift+tab", "e")
        assert tui.prompt == "first"
        assert tui.app.conversation.composer.has_focus


async def test_several_lines_history_and_paste() -> None:
    async with running() as tui:
        await tui.type("one")
        await tui.press("ctrl+j")
        await tui.type("two")
        assert tui.prompt == "one\ntwo"
        await tui.press("up")
        assert tui.prompt == "one\ntwo"
        await tui.press("down", "enter")
        await tui.until(lambda: tui.turns and not tui.app.conversation.answering)
        await tui.ask("three")
        await tui.type("draft")
        await tui.press("up")
        assert tui.prompt == "three"
        await tui.press("up")
        assert tui.prompt == "one\ntwo"
        await tui.press("down", "down")
        assert tui.prompt == "draft"


async def test_questions_of_earlier_conversations_are_in_the_history() -> None:
    coach = ScriptedCoach()
    coach.keep("Old", quoted_answer(question="asked long ago"))
    async with running(coach) as tui:
        await tui.until(lambda: tui.app.conversation.composer.earlier.back("") == "asked long ago")


async def test_a_window_resized_while_an_answer_streams() -> None:
    coach, gate = ScriptedCoach(), Gate()
    coach.scripts.append(script(written_answer(), gate=gate))
    async with running(coach, size=(120, 40)) as tui:
        tui.app.conversation.composer.put("what do I say?")
        await tui.press("enter")
        await tui.shows("Offer a raise.")
        for size in ((40, 12), (200, 60), (20, 6), (80, 24)):
            await tui.pilot.resize_terminal(*size)
            await tui.pilot.pause()
        gate.open()
        await tui.until(lambda: not tui.app.conversation.answering)
        await tui.press("end")
        await tui.shows("2 of 4 claims supported")


async def test_the_view_stays_where_somebody_reads_and_end_follows_again() -> None:
    coach, gate = ScriptedCoach(), Gate()
    for _ in range(3):
        coach.scripts.append(script(quoted_answer()))
    coach.scripts.append(script(written_answer(), gate=gate))
    async with running(coach, size=(80, 24)) as tui:
        for question in ("first", "second", "third"):
            await tui.ask(question)
        tui.app.conversation.composer.put("fourth")
        await tui.press("enter")
        await tui.shows("Tell the VP")
        tui.app.conversation.transcript.scroll_to(y=0, animate=False)
        await tui.shows("first")
        gate.open()
        await tui.until(lambda: not tui.app.conversation.answering)
        assert tui.app.conversation.transcript.scroll_y == 0
        await tui.shows("↓ new text · End")
        await tui.press("end")
        await tui.shows("3.0 s")
        assert "↓ new text" not in tui.frame


async def test_a_long_answer_is_shown_from_its_question_on() -> None:
    coach = ScriptedCoach()
    long = quoted_answer()
    coach.scripts.append(script(replace(long, sentences=long.sentences * 4)))
    async with running(coach, size=(80, 24)) as tui:
        await tui.ask("what do I say?")
        await tui.shows("You             what do I say?")
        await tui.shows("↓ new text · End")


async def test_finding_in_the_conversation() -> None:
    async with running() as tui:
        await tui.ask("what do I say?")
        await tui.press("ctrl+f")
        await tui.type("DATE")
        await tui.shows("3 of 3")
        await tui.press("enter")
        await tui.shows("1 of 3")
        await tui.press("up")
        await tui.shows("3 of 3")
        await tui.type("zzz")
        await tui.shows("not in this conversation")
        await tui.press("escape")
        assert "Find" not in tui.frame
        assert tui.app.conversation.composer.has_focus
