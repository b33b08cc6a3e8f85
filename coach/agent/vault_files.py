"""Looking into the files of a vault: telling them apart by their bytes, and reading them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from coach.domain.errors import NothingSaidError, SourceError
from coach.domain.source import Draft
from coach.domain.text import clean, clean_line
from coach.sources.walked import Found
from coach.store.vaults import File, Outcome

#: Larger files are told apart by size and time alone: their bytes are not read, here or anywhere.
_MOST_BYTES = 256_000_000
#: A file that was changed so shortly before it is read may be changed once more without its time showing it:
#: the clocks of some file systems go in steps of two seconds. In nanoseconds.
_SETTLED = 2_000_000_000


@dataclass(slots=True)
class Todo:
    """A file that has to be looked into."""

    found: Found
    root: int
    #: What is known of its path; None for a new one.
    known: File | None
    #: The file that it was before it was renamed or moved.
    was: File | None = None
    #: SHA-256 of its bytes, where that is known already.
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it."""

    todo: Todo
    file: File
    #: What it says now; empty where that is as it was, or could not be read.
    drafts: list[Draft] = field(default_factory=list)


class Opener:
    """Opens files.

    Args:
        read: reads one.
        read_as: what decides, besides a file's bytes, what is read from it.
        at: what is asked for now, in nanoseconds since 1970.
    """

    def __init__(self, read: Callable[[str], list[Draft]], read_as: str, at: int | None = None) -> None:
        self._read = read
        self._read_as = read_as
        self._at = time.time_ns() if at is None else at

    def read_as(self, found: Found) -> str:
        """Return what decides, besides its bytes, what a file is read as: where it really lies can make it private."""
        return f"{self._read_as}:{found.via}" if found.via else self._read_as

    def is_same(self, found: Found, known: File) -> bool:
        """Whether nothing tells that the file has changed, so that it is not opened. One that could not be is."""
        return (
            bool(known.hash)
            and known.size == found.size
            and known.mtime_ns == found.mtime_ns
            and known.read_as == self.read_as(found)
        )

    def open(self, todo: Todo, *, kept: bool) -> Done:
        """Look into a file.

        Args:
            todo: the file.
            kept: whether the ledger has what its path was read as.
        """
        found, known = todo.found, todo.known
        mtime_ns = found.mtime_ns if found.mtime_ns < self._at - _SETTLED else -1
        file = File(found.path, todo.root, Outcome.READ, "", found.size, mtime_ns, "", self.read_as(found))
        try:
            file = replace(file, hash=todo.hash or digest(found))
        except OSError as e:
            return Done(todo, _failed(file, _why(e)))
        same = known is not None and (known.hash, known.read_as) == (file.hash, file.read_as)
        if known is not None and same and (kept or known.outcome is not Outcome.READ):
            return Done(todo, replace(known, root=file.root, size=file.size, mtime_ns=file.mtime_ns))
        try:
            drafts = self._read(found.path)
        except NothingSaidError as e:
            if known is not None and kept and mtime_ns < 0:
                # Who saves a file may empty it first, and is about to write: what it said is not gone yet.
                return Done(todo, known)
            return Done(todo, replace(file, outcome=Outcome.SKIPPED, reason=_without_name(e.message, Path(found.path))))
        except SourceError as e:
            return Done(todo, _failed(file, _without_name(e.message, Path(found.path))))
        except OSError as e:
            return Done(todo, _failed(file, _why(e)))
        except Exception as e:  # noqa: BLE001 - whatever a file does to a parser, the other files are read
            return Done(todo, _failed(file, f"no sense could be made of it ({type(e).__name__})"))
        return Done(todo, replace(file, remarks=tuple(r for d in drafts for r in d.remarks)), drafts)


def digest(found: Found) -> str:
    """Return what tells the bytes of a file apart from others: their SHA-256 in hex.

    Raises:
        OSError: it cannot be read.
    """
    if found.size > _MOST_BYTES:
        return f"{found.size} bytes, {found.mtime_ns}"
    with Path(found.path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def match_moves(fresh: Iterable[Todo], gone: Mapping[str, File]) -> None:
    """Find out which of the files that are new are ones that are gone, by their bytes; the likeliest first."""
    sizes = {file.size for file in gone.values()}
    by_hash: dict[str, list[File]] = {}
    for file in gone.values():
        by_hash.setdefault(file.hash, []).append(file)
    alike: list[Todo] = []
    for todo in fresh:
        if todo.found.size in sizes:
            try:
                todo.hash = digest(todo.found)
            except OSError:
                continue
            if todo.hash in by_hash:
                alike.append(todo)
    # Neither a new name nor a new place changes the time; a copy has another one.
    for likeness in (_same_time_and_name, _same_time, _same_name, _same_bytes):
        for todo in alike:
            left = by_hash[todo.hash]
            was = next((file for file in left if likeness(todo.found, file)), None)
            if todo.was is None and was is not None:
                todo.was = was
                left.remove(was)


def _same_time_and_name(found: Found, file: File) -> bool:
    return _same_time(found, file) and _same_name(found, file)


def _same_time(found: Found, file: File) -> bool:
    return found.mtime_ns == file.mtime_ns


def _same_name(found: Found, file: File) -> bool:
    return Path(found.path).name == Path(file.path).name


def _same_bytes(found: Found, file: File) -> bool:
    return True


def _failed(file: File, reason: str) -> File:
    return replace(file, outcome=Outcome.FAILED, reason=reason)


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "it was gone before it could be read"
    return f"it cannot be read: {error.strerror or 'the system refuses'}"


def _without_name(message: str, path: Path) -> str:
    """Return an error's message as it reads behind the name of the file: ``notes.md is empty.`` as ``it is empty``."""
    for name in (clean(str(path)), clean_line(str(path)), clean_line(path.name)):
        if message.startswith(f"{name} "):
            return "it " + message[len(name) + 1 :].rstrip(".")
        if message.startswith((f"{name}, ", f"{name}: ")):
            return message[len(name) + 2 :].rstrip(".")
    return message.rstrip(".")
