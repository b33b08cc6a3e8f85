"""The coach in a thread of its own, so that typing never waits for it.

One thread with one event loop opens the coach, indexes and asks: connections to a model belong to the loop that they
were made in, and a step computes for up to some 100 ms at a time. The screens await what it does from theirs.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Coroutine
from concurrent.futures import Future
from contextlib import aclosing, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from coach.domain.changes import Change
from coach.domain.errors import CoachError, InputError, NotKeptError
from coach.domain.ids import source_of

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.agent.events import Event
    from coach.agent.provenance import Why
    from coach.domain.source import Source

T = TypeVar("T")
#: Called on the loop of whoever awaits, with how much is done and of how much.
Progress = Callable[[int, int], None]
#: Seconds at least between two looks at what a turn tells: 25 frames a second read as flowing.
_FRAME_SECONDS = 0.04
#: Seconds that closing may take; what is kept is kept before.
_PATIENCE = 3.0


class Engine:
    """Opens a coach and gives it work. Everything that fails here fails as a `CoachError`.

    Args:
        opener: opens the coach; called in the engine's thread, so it may import and compute.
    """

    def __init__(self, opener: Callable[[], Coach]) -> None:
        self._opener = opener
        self._coach: Coach | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="coach", daemon=True)
        self._started = False

    @property
    def coach(self) -> Coach | None:
        """The coach, or None before it is open."""
        return self._coach

    async def open(self) -> Coach:
        """Start the thread and open the coach in it.

        Raises:
            CoachError: it cannot be opened.
        """
        self._start()
        self._coach = await self._submit(self._called(self._opener))
        return self._coach

    async def index(self, progress: Progress) -> None:
        """Bring the sources up to date, telling how far it is. Questions asked meanwhile wait for it."""
        told = told_here(progress)
        await self.call(lambda coach: coach.library.bring_up_to_date(told))

    async def call(self, work: Callable[[Coach], T]) -> T:
        """Return what `work` returns, done in the engine's thread: for what indexes, embeds or writes.

        Raises:
            CoachError: the work failed.
        """
        return await self._submit(self._called(lambda: work(self._open())))

    async def wait_for(self, work: Callable[[Coach], Awaitable[T]]) -> T:
        """Like `call`, for work that is asynchronous."""

        async def awaited() -> T:
            return await work(self._open())

        return await self._submit(awaited())

    async def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Like `wait_for`, for work that needs the engine's loop and no coach."""

        async def awaited() -> T:
            return await work()

        self._start()
        return await self._submit(awaited())

    async def aside(self, work: Callable[[], T]) -> T:
        """Return what `work` returns, done in a thread that neither the coach nor whoever leaves waits for.

        Raises:
            CoachError: the work failed.
        """
        here = asyncio.get_running_loop()
        done: asyncio.Future[T] = here.create_future()

        def settle(settled: Callable[[], None]) -> None:
            if not done.done():
                settled()

        def run() -> None:
            try:
                result = work()
            except Exception as e:  # noqa: BLE001 - raised again where it is awaited
                from_thread(here, settle, partial(done.set_exception, e))
            else:
                from_thread(here, settle, partial(done.set_result, result))

        threading.Thread(target=run, name="coach-aside", daemon=True).start()
        return await _plain(done)

    async def beside(self, work: Callable[[Coach], T]) -> T:
        """Like `aside`, for what reads notes or indexes: that may take minutes, and questions are answered meanwhile.

        Raises:
            CoachError: the work failed.
        """
        coach = self._open()
        return await self.aside(lambda: work(coach))

    async def read(self, work: Callable[[Coach], T]) -> T:
        """Like `call`, for what only reads the ledger: it does not wait for what the engine is doing."""
        return await _plain(asyncio.to_thread(lambda: work(self._open())))

    async def source(self, statement_id: str) -> Source | None:
        """Return the source of a statement as it is now; None where it is gone.

        Raises:
            CoachError: the ledger cannot be read.
        """
        try:
            return (await self.read(lambda coach: coach.library.find(source_of(statement_id))))[0]
        except InputError:
            return None

    async def changes(self, cited: Collection[tuple[str, str]]) -> dict[tuple[str, str], Change]:
        """Return what became of statements since they were cited; see `coach.agent.provenance.Provenance.changes`."""
        return await self.read(lambda coach: coach.past.changes(cited)) if cited else {}

    async def why(self, statement_id: str) -> Why | None:
        """Return what is known of a statement; None where that is nothing. It reads the statement's file.

        Raises:
            CoachError: the ledger cannot be read.
        """
        try:
            return await self.read(lambda coach: coach.past.why(statement_id))
        except InputError:
            return None

    async def ask(self, question: str, *, session: str | None, keep: bool) -> AsyncIterator[list[Event]]:
        """Yield the events of a turn as they come, those that came together in one list. Leaving it stops the turn.

        An answer that could not be kept is delivered, too, with a remark; why comes as an error after it.

        Raises:
            CoachError: see `Coach.ask`.
        """
        try:
            async with aclosing(self.stream(lambda coach: coach.ask(question, session=session, keep=keep))) as batches:
                async for events in batches:
                    yield events
        except NotKeptError as e:
            yield [_unkept(e)]
            raise

    async def stream(self, work: Callable[[Coach], AsyncGenerator[T, None]]) -> AsyncGenerator[list[T], None]:
        """Yield what `work` yields as it comes, what came together in one list. Leaving it stops the work.

        Raises:
            CoachError: the work failed.
        """
        here = asyncio.get_running_loop()
        queue: asyncio.Queue[T | None] = asyncio.Queue()

        async def pump() -> None:
            async with aclosing(work(self._open())) as events:
                async for event in events:
                    from_thread(here, queue.put_nowait, event)

        running = asyncio.run_coroutine_threadsafe(pump(), self._loop)
        running.add_done_callback(lambda _: from_thread(here, queue.put_nowait, None))
        try:
            ended = False
            while not ended:
                batch = [await queue.get()]
                while not queue.empty():
                    batch.append(queue.get_nowait())
                ended = batch[-1] is None
                events = [e for e in batch if e is not None]
                if events:
                    yield events
                    # What comes meanwhile is shown with the next frame: laying out each word would keep keys waiting.
                    await asyncio.sleep(0 if ended else _FRAME_SECONDS)
            await _plain(_result(running))
        finally:
            running.cancel()

    def close(self) -> None:
        """Stop what runs, close the coach, and end the thread; gives up after some seconds."""
        if not self._started or not self._thread.is_alive():
            if not self._started:
                self._loop.close()
            return
        with suppress(TimeoutError, CoachError):
            asyncio.run_coroutine_threadsafe(self._aclose(), self._loop).result(_PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)

    async def _aclose(self) -> None:
        others = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if self._coach is not None:
            coach, self._coach = self._coach, None
            await coach.aclose()

    def _start(self) -> None:
        if not self._started:
            self._started = True
            self._thread.start()

    def _open(self) -> Coach:
        if self._coach is None:
            raise CoachError("Coach is not open yet.", "Wait a moment, then try again.")
        return self._coach

    async def _called(self, work: Callable[[], T]) -> T:
        return work()

    async def _submit(self, work: Coroutine[None, None, T]) -> T:
        return await _plain(asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop)))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()


def _unkept(error: NotKeptError) -> Event:
    from coach.agent.events import Delivered

    remark = f"Not kept: {error.message} Copy it, or write the conversation to a file with Ctrl+E."
    return Delivered(replace(error.answer, session="", remarks=(*error.answer.remarks, remark)))


async def _result(future: Future[None]) -> None:
    future.result()


async def _plain(work: Awaitable[T]) -> T:
    """Await `work`; what is not an error of ours becomes one, so that no screen ever shows a traceback."""
    try:
        return await work
    except CoachError:
        raise
    except Exception as e:
        raise CoachError(
            f"Something went wrong inside Coach ({type(e).__name__}); this is a fault of the program, not yours.",
            "Try again. If it stays so, run coach doctor.",
        ) from e


def from_thread(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *args: object) -> None:
    """Have `call` called on the loop of the program, from whatever thread; nothing where the program has ended."""
    # A loop that is closed belongs to a program that has ended: nobody listens any more.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call, *args)


def told_here(progress: Progress) -> Progress:
    """Return what tells `progress` on the loop that runs now, from whatever thread it is called in."""
    here = asyncio.get_running_loop()

    def told(done: int, total: int) -> None:
        from_thread(here, progress, done, total)

    return told
