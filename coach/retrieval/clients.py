"""Chroma's clients: one for each folder, kept open between searches, and never opened while another process writes.

Tried with chromadb 1.5.9: two processes that write one folder lose vectors silently; a process that opens a folder
while another writes it may read half a file and die; one that opened it before goes on undisturbed, and sees nothing
new. So whoever writes has the folder's lock, in sessions of seconds, each with a client of its own; whoever opens it to
read has the lock while its files are loaded; and a stamp beside them, made anew after each writing, tells a reader that
it has to open it again.
"""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from coach.domain.errors import StoreError
from coach.retrieval.chroma import REBUILD, TornGraphError, in_plain_words, open_client, wipe_unused
from coach.retrieval.locks import BusyError, lock
from coach.retrieval.probe import survives

#: Room that building anew needs beside what the index takes.
_SPARE_BYTES = 64 * 2**20
T = TypeVar("T")
#: Seconds that a search waits for another process that writes; its sessions are shorter.
_PATIENCE = 10.0
_STAMP = "coach-stamp"
#: There while somebody writes. Where nobody does, the one who did was killed.
_WRITING = "coach-writing"
#: Chroma counts the clients of all folders in one place, and without a lock.
_OPENING = threading.Lock()
_FOLDERS: dict[Path, Folder] = {}


class Folder:
    """What this process has open of one of Chroma's folders. Get it from `folder`; threads may share it.

    A thread that reads must not begin to write before it has done.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # What follows is looked at and changed with this held. Who wants the folder's lock takes the turn first, so
        # that no two threads of this process wait for each other.
        self._changed = threading.Condition()
        self._client: Any = None
        #: What was loaded when it was opened, and for which space; None for a writer's.
        self._loaded: tuple[str, Any] | None = None
        #: Stamp and inode that the client was opened at; None where it has to be opened again.
        self._seen: tuple[str, int] | None = None
        self._readers = 0
        #: A thread writes or is about to; what is open is then its client, or still the one from before.
        self._is_taken = False
        #: Somebody waits for the readers to leave, so no more may come in.
        self._is_closing = False

    def exists(self) -> bool:
        """Whether anything was ever written, and not lost since."""
        return (self.path / "chroma.sqlite3").is_file()

    def identity(self) -> str:
        """Return a name that the folder has as long as it lives, also in a copy; empty where it has none."""
        return self._stamp().partition(" ")[0]

    @contextmanager
    def reading(self, space: str, load: Callable[[Any], T]) -> Iterator[tuple[Any, T | None]]:
        """Give a client that sees what was written before now, or, while another process writes, before that.

        With it comes what `load` returned when it was opened; None where a thread of this process writes.

        Args:
            space: of the embedder.
            load: called with a client that was just opened for this space; reads the files that searches need, since
                they must not be read later.

        Raises:
            StoreError: there is nothing to read, or it cannot be opened.
        """
        with self._changed:
            self._changed.wait_for(lambda: not self._is_closing and (self._client is not None or not self._is_taken))
            if not self._is_taken:
                self._open_where_changed(space, load)
            client = self._client
            loaded = self._loaded[1] if self._loaded is not None and self._loaded[0] == space else None
            self._readers += 1
        try:
            yield client, loaded
        except StoreError:
            with self._changed:
                if client is self._client:
                    # Perhaps it was opened too long ago; the next one finds out.
                    self._seen = None
            raise
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """Give the one client that writes. Waits for others that write, in this process and in others.

        Raises:
            StoreError: the folder cannot be written or opened.
        """
        with self._turn(), self._locked():
            with self._changed:
                self._close_when_unread()
                if not self.exists():
                    # Its database is gone: what is made now is another index, though the folder is still there.
                    self._forget_stamp()
                self._open()
            is_whole = False
            try:
                if not self.identity():
                    self._renew_stamp()
                with suppress(OSError):
                    (self.path / _WRITING).touch(mode=0o600)
                yield self._client
                # What failed may have failed half way, so the mark stays then.
                is_whole = True
            finally:
                with self._changed:
                    self._close_when_unread()
                wipe_unused(self.path)
                if is_whole:
                    self._forget_mark()
                # With a full disk, readers elsewhere see it after the next session.
                with suppress(StoreError):
                    self._renew_stamp()

    def drop(self) -> None:
        """Remove the folder.

        Raises:
            StoreError: it cannot be removed.
        """
        with self._turn(), self._locked(), self._changed:
            self._close_when_unread()
            try:
                if self.path.is_dir():
                    shutil.rmtree(self.path)
                else:
                    self.path.unlink(missing_ok=True)
            except OSError as exc:
                raise StoreError(f"The index {self.path} cannot be removed.", "Check its rights.") from exc

    def has_room(self) -> bool:
        """Whether the disk has room for as much again as the folder holds."""
        try:
            size = sum(file.stat().st_size for file in self.path.glob("**/*"))
            return shutil.disk_usage(self.path).free > size + _SPARE_BYTES
        except OSError:
            return False

    def close(self) -> None:
        """Let go of what is kept open; it is opened again when it is needed."""
        with self._changed:
            if not self._is_taken:
                self._close_when_unread()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Be the one thread of this process that may write."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_taken)
            self._is_taken = True
        try:
            yield
        finally:
            with self._changed:
                self._is_taken = False
                self._changed.notify_all()

    def _locked(self, patience: float | None = None) -> AbstractContextManager[None]:
        return lock(self.path.with_name(self.path.name + ".lock"), patience)

    def _open_where_changed(self, space: str, load: Callable[[Any], object]) -> None:
        now = self._look()
        if now is None:
            self._close_when_unread()
            raise StoreError("The vector index is not there.", REBUILD)
        if now == self._seen and self._loaded is not None and self._loaded[0] == space:
            return
        try:
            # What is open is better than waiting, unless it failed.
            with self._locked(0 if self._loaded is not None and self._seen and self._loaded[0] == space else _PATIENCE):
                self._close_when_unread()
                self._open()
                try:
                    self._loaded = space, load(self._client)
                    # Loading makes the files of a graph that has none yet.
                    wipe_unused(self.path)
                except BaseException:
                    self._close_when_unread()
                    raise
                self._seen = now
        except BusyError:
            if self._client is None:
                raise

    def _look(self) -> tuple[str, int] | None:
        try:
            return self._stamp(), (self.path / "chroma.sqlite3").stat().st_ino
        except OSError:
            return None

    def _open(self) -> None:
        """Open it, with its lock held. Where a writer was killed another process tries it first."""
        if self.exists() and (self.path / _WRITING).exists():
            if not survives(self.path):
                raise TornGraphError("The vector index was torn when a process that wrote it was killed.", REBUILD)
            self._forget_mark()
        with _OPENING, in_plain_words("opened"):
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._client = open_client(self.path)

    def _forget_mark(self) -> None:
        with suppress(OSError):
            (self.path / _WRITING).unlink(missing_ok=True)

    def _close_when_unread(self) -> None:
        self._is_closing = True
        try:
            self._changed.wait_for(lambda: self._readers == 0)
        finally:
            self._is_closing = False
            self._changed.notify_all()
        client, self._client, self._loaded, self._seen = self._client, None, None, None
        if client is not None:
            with _OPENING:
                client.close()

    def _stamp(self) -> str:
        try:
            return (self.path / _STAMP).read_text("utf-8")
        except (OSError, ValueError):
            return ""

    def _forget_stamp(self) -> None:
        try:
            (self.path / _STAMP).unlink(missing_ok=True)
        except OSError as exc:
            raise StoreError("The vector index cannot be written.", REBUILD) from exc

    def _renew_stamp(self) -> None:
        name = self.identity() or uuid.uuid4().hex
        part = self.path / f"{_STAMP}.part"
        try:
            for file in self.path.glob("**/*"):
                # Chroma leaves it to the system who may read what it writes.
                file.chmod(0o700 if file.is_dir() else 0o600)
            part.write_text(f"{name} {uuid.uuid4().hex}", "utf-8")
            part.chmod(0o600)
            part.replace(self.path / _STAMP)
        except OSError as exc:
            raise StoreError("The vector index cannot be written.", REBUILD) from exc


def folder(path: Path) -> Folder:
    """Return what this process has open of the folder at `path`: always the same."""
    with _OPENING:
        return _FOLDERS.setdefault(path.absolute(), Folder(path.absolute()))
