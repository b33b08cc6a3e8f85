"""What breaks while somebody talks: the model, the ledger, the index, another process's lock, the window."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from coach.agent import assembly
from coach.domain.errors import ModelError
from coach.store.database import open_database
from coach.tui.app import CoachApp
from tests.agent.world import DECISION, VP, World, rows
from tests.cli.sample import written_answer
from tests.fakes import Broken, ScriptedModel
from tests.grounding.fakes import FakeChecker
from tests.tui.driving import Driver, running, running_app
from tests.tui.fakes import Gate, ScriptedCoach, script

GOOD = "Negotiate deadlines and resources, and do not overpromise [P8.1]."


async def test_a_model_that_dies_in_mid_stream_leaves_its_words_and_the_question(world: World) -> None:
    died = Broken("Negotiate deadlines and", ModelError("The model went away.", "Start it again.", retryable=True))
    coach = world.open(ScriptedModel("none", died, "none", GOOD), FakeChecker())
    async with running_app(CoachApp(lambda: coach)) as tui:
        await tui.ask(VP)
        assert "Negotiate deadlines and" in tui.frame
        await tui.shows("The model went away. Start it again. Your question is kept")
        assert tui.prompt == VP
        assert coach.sessions() == []
        assert rows(world) == 0
        await tui.press("enter")
        await tui.shows("1 of 1 claim supported")
        [session] = coach.sessions()
        assert [t.question for t in coach.turns(session.id)] == [VP]


@pytest.mark.parametrize("damage", ["its beginning", "all but its beginning"])
async def test_a_damaged_ledger_is_said_at_the_start_and_what_is_typed_stays(world: World, damage: str) -> None:
    path = world.home / "coach.db"
    whole = path.read_bytes()
    broken = b"x" * 4096 + whole[4096:] if damage == "its beginning" else whole[:4096] + b"\xff" * (len(whole) - 4096)
    path.write_bytes(broken)
    async with running_app(CoachApp(world.open), ready=False) as tui:
        await tui.type("hello")
        await tui.until(lambda: "is damaged, or no database. Save what can be" in tui.toasts)
        await tui.shows("not ready.")
        assert tui.prompt == "hello"
        await tui.press("enter")
        await tui.until(lambda: tui.turns and not tui.app.conversation.answering)
        await tui.shows("is damaged, or no database.")
        assert tui.prompt == "hello"
        assert "sqlite" not in tui.flowing.lower()
        assert path.read_bytes() == broken, "it is left for whoever can mend it"
        # Put back from a backup, it works without a new start.
        path.write_bytes(whole)
        await tui.press("enter")
        await tui.until(lambda: tui.turns[-1].answer is not None)


@pytest.mark.parametrize("lost", ["all of it", "its database"])
async def test_an_index_that_is_lost_while_the_program_runs(world: World, lost: str) -> None:
    coach = world.open()
    async with running_app(CoachApp(lambda: coach), size=(100, 60)) as tui:
        if lost == "all of it":
            shutil.rmtree(world.home / "chroma")
        else:
            (world.home / "chroma" / "chroma.sqlite3").unlink()
        (world.home / "compiled.npz").unlink()
        await tui.ask(DECISION)
        await tui.shows("Your notes were searched by their words alone: The vector index is not there.")
        await tui.shows("coach index rebuild")
        await tui.shows("claims supported")
        assert len(coach.sessions()) == 1
    # The next start makes it again; it is another process, which holds nothing of the old index open.
    await coach.aclose()
    again = world.open()
    async with running_app(CoachApp(lambda: again), size=(100, 60)) as tui:
        await tui.ask(DECISION)
        await tui.shows("We decided that retraining the fraud model happens monthly")
        assert "by their words alone" not in tui.flowing


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another process writes to the database within, and takes its time."""
    program = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE'); "
        "print('locked', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"locked\n"
        yield
        assert other.stdin
        other.stdin.close()


async def test_a_ledger_that_another_process_keeps_locked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # Long enough that a slow machine still sees the answer wait.
    monkeypatch.setattr(assembly, "open_database", partial(open_database, busy_seconds=3.0))
    coach = world.open()
    async with running_app(CoachApp(lambda: coach), size=(100, 60)) as tui:
        with locked(world.home / "coach.db"):
            tui.app.conversation.composer.put(VP)
            await tui.press("enter")
            await tui.shows("Offer a smaller scope for the same date.")
            # While the answer waits to be written, one can type.
            assert tui.app.conversation.answering
            await tui.type("meanwhile")
            assert tui.prompt == "meanwhile"
            await tui.shows("Not kept:")
            assert "is in use by another process." in tui.toasts
            assert tui.prompt == "meanwhile"
        assert coach.sessions() == []
        await tui.ask(VP)
        [session] = coach.sessions()
        assert [t.question for t in coach.turns(session.id)] == [VP]


async def resized(tui: Driver, *sizes: tuple[int, int]) -> None:
    for size in sizes:
        await tui.pilot.resize_terminal(*size)
        await tui.pilot.pause()
        assert tui.app.size == size
        assert tui.app.screen.size == size
        # The prompt never goes out of the window.
        assert tui.app.conversation.composer.region.bottom <= size[1]
        assert tui.app.conversation.composer.content_region.height >= 1


SIZES = [(120, 40), (72, 12), (40, 12), (20, 5), (21, 5), (20, 24), (200, 5), (20, 5), (200, 60), (80, 24), (100, 40)]


async def test_a_window_of_any_size_while_an_answer_streams() -> None:
    coach = ScriptedCoach()
    gates = [Gate() for _ in SIZES]
    events = script(written_answer(), words=1)
    began = next(i for i, e in enumerate(events) if not isinstance(e, Gate)) + 4
    for i, gate in enumerate(gates):
        events.insert(began + 2 * i, gate)
    coach.scripts.append(events)
    async with running(coach, size=(100, 40)) as tui:
        tui.app.conversation.composer.put("what do I say?")
        await tui.press("enter")
        await tui.until(lambda: coach.asked)
        await tui.type("meanwhile")
        for size, gate in zip(SIZES, gates, strict=True):
            await resized(tui, size)
            gate.open()
        await tui.until(lambda: not tui.app.conversation.answering)
        assert tui.prompt == "meanwhile"
        await tui.press("escape", "end")
        await tui.shows("Tell the VP what the date costs.")
        await tui.shows("2 of 4 claims supported")


@pytest.mark.parametrize("screen", ["f1", "ctrl+s", "ctrl+l"])
async def test_other_screens_take_a_tiny_window(screen: str) -> None:
    coach = ScriptedCoach()
    coach.keep("A talk about dates", written_answer())
    async with running(coach) as tui:
        await tui.press(screen)
        await tui.until(lambda: tui.app.screen is not tui.app.conversation)
        for size in ((20, 5), (200, 60), (20, 5), (100, 40)):
            await tui.pilot.resize_terminal(*size)
            await tui.pilot.pause()
        await tui.press("escape")
        await tui.until(lambda: tui.app.screen is tui.app.conversation)
        await tui.ask("still there?")
        await tui.shows("4 of 4 claims supported")
