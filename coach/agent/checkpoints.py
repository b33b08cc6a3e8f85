"""The file in which LangGraph keeps what a conversation needs for its next turn: opening, forgetting, taking back."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from coach.domain.errors import StoreError

if TYPE_CHECKING:
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

_TABLES = ("checkpoints", "writes")
#: Seconds between two tries.
_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[AsyncSqliteSaver]:
    """Give the file at `path` as LangGraph wants it; made, readable by its owner alone, where it is missing.

    Raises:
        StoreError: it cannot be opened, read or written.
    """
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    try:
        path.touch(mode=0o600)
        async with AsyncSqliteSaver.from_conn_string(str(path)) as saver:
            await _set_up(saver)
            # What is forgotten is overwritten, not only marked as free.
            await saver.conn.execute("PRAGMA secure_delete = ON")
            yield saver
    except (sqlite3.Error, OSError) as exc:
        raise StoreError(
            f"The conversation could not be kept in {path}: {exc}.",
            "Check the disk's space and the file's rights, or ask with --no-keep.",
        ) from exc


async def _set_up(saver: AsyncSqliteSaver) -> None:
    """Make the tables. While another connection makes them SQLite refuses at once, however long it was told to wait."""
    for pause in (*_PAUSES, None):
        try:
            await saver.setup()
            return
        except sqlite3.OperationalError as exc:
            if pause is None or "locked" not in str(exc):
                raise
            await asyncio.sleep(pause)


@asynccontextmanager
async def unchanged_on_error(saver: AsyncSqliteSaver, thread: str) -> AsyncIterator[None]:
    """Take back what is written of the conversation `thread` within, if it ends with an error or is cancelled.

    LangGraph writes a checkpoint when a run fails, too, with the question and what went wrong in it.
    """
    before = await saver.aget_tuple({"configurable": {"thread_id": thread}})
    try:
        yield
    except BaseException:
        last = before.config["configurable"]["checkpoint_id"] if before else ""
        # The error that ended the turn is the one to tell of.
        with suppress(sqlite3.Error):
            for table in _TABLES:
                await saver.conn.execute(
                    f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id > ?", (thread, last)
                )
            await saver.conn.commit()
        raise


@asynccontextmanager
async def remembering(
    path: Path | None, thread: str
) -> AsyncIterator[tuple[AsyncSqliteSaver | None, StoreError | None]]:
    """Give what keeps the conversation `thread`, `unchanged_on_error`, in the file at `path`.

    Where there is none, or it cannot be opened (then with why), nothing is given: a question can be answered without.

    Raises:
        StoreError: it was opened, but then cannot be written.
    """
    trouble, begun = None, False
    if path is not None:
        try:
            async with opened(path) as saver, unchanged_on_error(saver, thread):
                begun = True
                yield saver, None
        except StoreError as e:
            if begun:
                raise
            trouble = e
    if not begun:
        yield None, trouble


async def forget(path: Path, thread: str) -> None:
    """Remove what is kept of the conversation `thread`. Raises `StoreError` where the file cannot be written."""
    if not path.exists():
        return
    async with opened(path) as saver:
        await saver.adelete_thread(thread)
        # The log that SQLite writes ahead holds it as well, until it is emptied.
        await saver.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
