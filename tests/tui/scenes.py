"""Scenes: what is done in the program until it shows what a picture is to be taken of."""

from __future__ import annotations

from dataclasses import replace

from textual.widgets import Input, OptionList

from coach.agent.events import Checked, Delivered
from coach.domain.answer import Answer
from coach.models.errors import cut
from coach.tui.screens.endpoint import EndpointScreen
from coach.tui.screens.models import ModelsScreen
from coach.tui.widgets.evidence_panel import Line
from tests.tui import content
from tests.tui.driving import Driver
from tests.tui.fakes import ScriptedCoach, script
from tests.tui.stills import Stage

# An empty conversation.


async def welcome_without_model(stage: Stage) -> None:
    await stage.begin(content.coach_without_model())


async def welcome_with_model(stage: Stage) -> None:
    await stage.begin(content.coach_with_model())


async def welcome_indexing(stage: Stage) -> None:
    coach = content.coach_without_model()
    coach.library.indexing, coach.library.to_index = stage.gate(), 7
    told = coach.library.bring_up_to_date
    coach.library.bring_up_to_date = lambda progress=None, *, wait=True: told(  # type: ignore[method-assign]
        progress and (lambda done, total: progress(done, total) if done < 4 else None)
    )
    tui = await stage.begin(coach, ready=False)
    await tui.shows("indexing 43%")


# Answers.


async def asked(stage: Stage, answer: Answer, coach: ScriptedCoach) -> Driver:
    coach.scripts.append(script(answer))
    tui = await stage.begin(coach)
    await tui.ask(answer.question)
    await tui.until(lambda: tui.turns[-1].answer is not None)
    await tui.until(lambda: not tui.app.conversation.answering)
    return tui


async def answered(stage: Stage) -> None:
    await asked(stage, content.ANSWERED, content.coach_without_model())


async def partial(stage: Stage) -> None:
    await asked(stage, content.PARTIAL, content.coach_with_model())


async def mended(stage: Stage) -> None:
    await asked(stage, content.MENDED, content.coach_with_model())


async def silent(stage: Stage) -> None:
    await asked(stage, content.SILENT, content.coach_without_model())


async def referred(stage: Stage) -> None:
    await asked(stage, content.REFERRED, content.coach_without_model())


async def streaming(stage: Stage) -> None:
    """Three of five sentences are written, and the first two are checked."""
    answer = content.STREAMED
    coach = content.coach_with_model()
    written = replace(answer, sentences=answer.sentences[:3])
    events = [e for e in script(written) if not isinstance(e, Checked | Delivered)][:-1]
    coach.scripts.append([*events, *(Checked(i, s) for i, s in enumerate(answer.sentences[:2])), stage.gate()])
    tui = await stage.begin(coach)
    tui.app.conversation.composer.put(answer.question)
    await tui.press("enter")
    await tui.until(lambda: tui.flowing.count("✓ supported") == 2)
    await tui.shows("Checking each claim")


async def failed(stage: Stage) -> None:
    coach = content.coach_with_model()
    events = script(content.STREAMED)
    coach.scripts.append([*events[:9], cut("api.example.org")])
    tui = await stage.begin(coach)
    await tui.ask(content.QUESTION)
    await tui.shows("Your question is kept")


# Reading on.


async def cites(tui: Driver, statement: str) -> None:
    """Wait until the panel shows this statement."""
    await tui.until(
        lambda: [r._statement.id for r in tui.app.screen.query(Line) if r.has_class("-cited")] == [statement]
    )


async def evidence(stage: Stage) -> None:
    """A citation of an answer that is opened in its source, beside the answer or below it."""
    tui = await asked(stage, content.PARTIAL, content.coach_with_model())
    await tui.press("ctrl+down", "ctrl+down", "ctrl+down")
    await cites(tui, "P8.4")


async def evidence_of_a_note(stage: Stage) -> None:
    tui = await asked(stage, content.ANSWERED, content.coach_without_model())
    await tui.press("ctrl+down", "ctrl+up")
    await tui.press("ctrl+up", "ctrl+up", "ctrl+up", "ctrl+up")
    await cites(tui, "N3.2")


async def stale_citation(stage: Stage) -> None:
    coach = content.with_conversations(content.coach_without_model())
    p8 = content.P8
    then = p8.statements[2]
    now = replace(then, text="Negotiate deadlines and resources, and put every promise into writing.")
    changed = replace(p8, statements=(*p8.statements[:2], now, *p8.statements[3:]))
    coach.library.all = [changed if s is p8 else s for s in coach.library.all]
    tui = await stage.begin(coach, session="s1")
    await tui.until(lambda: tui.turns)
    tui.app.conversation.transcript.action_top()
    await tui.shows("[P8.3·changed]")
    await tui.press("ctrl+down")
    await cites(tui, "P8.3")


async def find_bar(stage: Stage) -> None:
    tui = await asked(stage, content.ANSWERED, content.coach_without_model())
    await tui.press("ctrl+f")
    await tui.type("date")
    await tui.shows("Enter next")


# Other screens.


async def sessions(stage: Stage) -> None:
    tui = await stage.begin(content.with_conversations(content.coach_with_model()), session="s1")
    await tui.until(lambda: tui.turns)
    await tui.press("ctrl+s")
    await tui.shows("4 conversations.")
    await tui.press("d", "down")
    await tui.shows("u takes it back")


async def rename(stage: Stage) -> None:
    tui = await stage.begin(content.with_conversations(content.coach_with_model()))
    await tui.press("ctrl+s")
    await tui.shows("4 conversations.")
    await tui.press("r")
    await tui.shows("Title of this conversation")


async def sources(stage: Stage) -> None:
    tui = await stage.begin(content.coach_without_model())
    await tui.press("ctrl+l")
    await tui.shows("7 sources.")
    await tui.press("down", "down")
    await tui.shows("Buy a little time")


async def source_statements(stage: Stage) -> None:
    """A search, and one of the statements that it found, in its source."""
    tui = await stage.begin(content.coach_without_model())
    await tui.press("ctrl+l")
    await tui.shows("7 sources.")
    await tui.press("/")
    await tui.type("a date for the client")
    await tui.press("enter")
    await tui.shows("statements, best first.")
    await tui.press("down", "enter")


async def add_sources(stage: Stage) -> None:
    tui = await stage.begin(content.coach_without_model())
    await tui.press("ctrl+l")
    await tui.shows("7 sources.")
    await tui.press("a")
    await tui.shows("Add files")


async def remove_source(stage: Stage) -> None:
    tui = await stage.begin(content.coach_without_model())
    await tui.press("ctrl+l")
    await tui.shows("7 sources.")
    await tui.press("3")
    await tui.shows("2 sources.")
    await tui.press("x")
    await tui.shows("y yes")


async def export(stage: Stage) -> None:
    tui = await stage.begin(content.with_conversations(content.coach_without_model()), session="s1")
    await tui.until(lambda: tui.turns)
    await tui.press("ctrl+e")
    await tui.shows("Write this conversation as Markdown to")


async def models(stage: Stage) -> None:
    tui = await stage.begin(content.coach_without_model())
    await tui.press("ctrl+g")
    await tui.until(lambda: isinstance(tui.app.screen, ModelsScreen))
    await tui.shows("huggingface.co")


async def endpoint_form(stage: Stage) -> None:
    tui = await stage.begin(content.coach_without_model())
    await tui.press("ctrl+g")
    await tui.until(lambda: isinstance(tui.app.screen, ModelsScreen))
    await tui.until(lambda: tui.app.screen.query_one(OptionList).option_count == 3)
    await tui.press("enter")
    await tui.until(lambda: isinstance(tui.app.screen, EndpointScreen))
    tui.app.screen.query_one("#address", Input).value = content.ADDRESS
    tui.app.screen.query_one("#key", Input).value = "not-a-key"
    await tui.shows("go to api.example.org.")


async def help_screen(stage: Stage) -> None:
    tui = await stage.begin(content.coach_without_model())
    await tui.press("f1")
    await tui.shows("Three things to know")


async def help_keys(stage: Stage) -> None:
    await help_screen(stage)
    await stage.tui.press("end")


async def palette(stage: Stage) -> None:
    tui = await stage.begin(content.coach_without_model())
    await tui.press("ctrl+p")
    await tui.shows("Ask again")
