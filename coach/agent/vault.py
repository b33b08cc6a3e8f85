"""The person's notes where they lie: folders and files that are added once and read again whenever they change."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from coach import __version__
from coach.agent.library import Library
from coach.agent.team import Team
from coach.agent.vault_coverage import Coverage, coverage
from coach.agent.vault_files import Opener
from coach.agent.vault_lock import locked
from coach.agent.vault_report import Progress, Step, SyncReport
from coach.agent.vault_sync import Sync
from coach.domain.errors import InputError
from coach.domain.ids import is_source_id
from coach.domain.source import SourceKind
from coach.domain.text import clean_line
from coach.sources.formats import SUFFIXES
from coach.sources.globs import Globs, one_file
from coach.sources.reader import read_file
from coach.store.ledger import Ledger
from coach.store.vaults import File, Note, Outcome, Root, Vaults


@dataclass(frozen=True, slots=True)
class Removed:
    """What `Vault.remove` removed: a root with its notes, or one note."""

    #: Path of the root; empty where it was a note.
    root: str = ""
    #: How many notes the root had.
    notes: int = 0
    id: str = ""
    title: str = ""
    #: The file of the note, which stays where it is and is not read any more; empty where it lies in no root.
    path: str = ""


class Vault:
    """Roots and notes. Everything here is synchronous, and may be called while a question is answered.

    Args:
        library: what the notes go into.
        ledger: its ledger.
        vaults: the roots and files, in the same database.
        home: Coach's own folder, which holds no notes.
        private_folders: see `coach.sources.reader.read_file`.
        private_tags: see there.
        team: the team's server, or that there is none.
    """

    def __init__(
        self,
        library: Library,
        ledger: Ledger,
        vaults: Vaults,
        home: Path,
        *,
        private_folders: Sequence[str] = (),
        private_tags: Sequence[str] = (),
        team: Team,
    ) -> None:
        #: What is shared with the team; kept in step by `sync`.
        self.team = team
        self._library = library
        self._ledger = ledger
        self._vaults = vaults
        self._home = home
        self._read = partial(
            read_file, kind=SourceKind.NOTE, private_folders=private_folders, private_tags=private_tags
        )
        # Whoever makes a folder private makes what was read from it private, and a new version may read better.
        settings = repr((sorted(map(str, private_folders)), sorted(private_tags)))
        self._read_as = f"{__version__} {hashlib.sha256(settings.encode()).hexdigest()[:16]}"

    def roots(self) -> list[Root]:
        """Return the folders and files that were added, in that order."""
        return self._vaults.roots()

    def notes(self) -> list[Note]:
        """Return every note, also those that were added one by one, in the order of their numbers."""
        return self._vaults.notes()

    def coverage(self) -> Coverage:
        """Return what was read and what not, as it was when it was last looked at."""
        return coverage(self._vaults)

    def add(
        self, paths: Sequence[Path], include: Sequence[str] = (), exclude: Sequence[str] = (), *, wait: bool = True
    ) -> list[Root]:
        """Add folders and files, all of them or none; nothing is read before `sync`. Return those that are new.

        One that is known gets the patterns, where there are any. A file that `remove` took out comes back.

        Args:
            paths: of folders and files.
            include: patterns as in a ``.gitignore``, relative to each folder; only files that fit are read.
            exclude: patterns of files and folders that are left out.
            wait: wait for a sync that is at work.

        Raises:
            InputError: there is no such folder or file, it cannot hold notes, or a pattern cannot be used.
            VaultBusyError: a sync is at work, and `wait` is false.
        """
        Globs([*include, *exclude])
        wanted = [self._checked(path) for path in paths]
        before = {root.id for root in self.roots()}
        with self._locked(wait=wait), self._vaults.transaction():
            for path in wanted:
                self._add(path, include, exclude)
        return [root for root in self.roots() if root.id not in before]

    def sync(self, progress: Progress | None = None, *, wait: bool = True) -> SyncReport:
        """Read what changed since last time, bring the indexes up to date, and then the team's server.

        May be interrupted at any time: the next one goes on from there.

        Args:
            progress: told how far it is.
            wait: wait for another sync that is at work.

        Raises:
            VaultBusyError: another sync is at work, and `wait` is false.
            StoreError: the ledger or an index cannot be written.
            ModelError: the embedder is an endpoint and fails; the notes are read and will be indexed next time.
        """
        with self._locked(wait=wait):
            opener = Opener(self._read, self._read_as)
            written = self._library.foresee
            report = Sync(self._ledger, self._vaults, opener, known_format, self._home, written, progress).run()
            self._library.bring_up_to_date(_told(progress, Step.INDEXING))
            # What was deleted or has become private is known by now.
            team = self.team.sync(_told(progress, Step.SHARING))
        return replace(report, team=team)

    def remove(self, what: str, *, wait: bool = True) -> Removed:
        """Remove one source of the person's, by its id, or a root with its notes, by its path. Files stay.

        A note that lies in a root is not read again until it is added by its path.

        Args:
            what: the id or the path.
            wait: wait for a sync that is at work.

        Raises:
            InputError: there is no such root or source, or it comes with the package.
            VaultBusyError: a sync is at work, and `wait` is false.
        """
        source_id = what.strip().strip("[]").upper()
        if is_source_id(source_id.partition(".")[0]):
            source, statement = self._library.find(source_id)
            if source.kind is not SourceKind.NOTE or source.builtin or statement is not None:
                # Where that cannot be, it says why.
                self._library.remove(source_id)
                return Removed(id=source.id, title=source.title)
        with self._locked(wait=wait):
            by_id = is_source_id(source_id)
            removed = self._remove_note(source_id) if by_id else self._remove_root(what)
            self._library.bring_up_to_date()
        return removed

    def _locked(self, *, wait: bool) -> AbstractContextManager[None]:
        return locked(self._home / "vault.lock", wait=wait)

    def _checked(self, given: Path) -> Path:
        path = _absolute(given)
        name = clean_line(str(path))
        try:
            str(path).encode()
        except UnicodeEncodeError as e:
            raise InputError(f"The name of {name} is not UTF-8 text.", "Rename it, then add it.") from e
        if not path.exists():
            raise InputError(f"There is no folder or file {name}.", "Check how the path is spelt.")
        if path.is_file() and not known_format(str(path)):
            raise InputError(f"{name} is not in a format that Coach reads.", f"It reads: {_formats()}.")
        if not path.is_dir() and not path.is_file():
            raise InputError(f"{name} is neither a folder nor a file.", "Add the folder that your notes lie in.")
        if path.resolve().is_relative_to(self._home.resolve()):
            raise InputError(f"{name} is where Coach keeps its own files.", "Keep your notes in another folder.")
        return path

    def _add(self, path: Path, include: Sequence[str], exclude: Sequence[str]) -> None:
        if root := self._root_at(path):
            if include or exclude:
                self._vaults.put_root(root.path, include, exclude)
            return
        above = [root for root in self.roots() if path.is_relative_to(root.path)]
        for root in above:
            pattern = one_file(str(path.relative_to(root.path)))
            if pattern in root.exclude:
                self._vaults.put_root(root.path, root.include, [p for p in root.exclude if p != pattern])
                return
        known = self._vaults.file(str(path)) if above else None
        if known is None or known.outcome is Outcome.SKIPPED:
            self._vaults.put_root(str(path), include, exclude)

    def _root_at(self, path: Path) -> Root | None:
        wanted = _absolute(path)
        for root in self.roots():
            if str(wanted) == root.path or _same(wanted, Path(root.path)):
                return root
        return None

    def _remove_root(self, what: str) -> Removed:
        root = self._root_at(Path(what))
        if root is None:
            raise InputError(
                f"{clean_line(what)[:200]} was never added, and is not the id of a note.",
                "List what was added with: coach notes list",
            )
        with self._vaults.transaction():
            paths = [file.path for file in self._vaults.files().values() if file.root == root.id]
            ids = [i for path in paths for i in self._vaults.note_ids(path)]
            for source_id in ids:
                self._ledger.remove(source_id)
            self._vaults.remove_root(root)
        return Removed(root=root.path, notes=len(ids))

    def _remove_note(self, source_id: str) -> Removed:
        source, _ = self._library.find(source_id)
        file = self._vaults.file(source.path) if source.path else None
        with self._vaults.transaction():
            if file is not None:
                self._leave_out(file)
            self._ledger.remove(source.id)
        return Removed(id=source.id, title=source.title, path=file.path if file else "")

    def _leave_out(self, file: File) -> None:
        """Have a file not read any more."""
        root = next(root for root in self.roots() if root.id == file.root)
        if root.path == file.path:
            self._vaults.remove_root(root)
        else:
            pattern = one_file(str(Path(file.path).relative_to(root.path)))
            self._vaults.put_root(root.path, root.include, [*root.exclude, pattern])
            self._vaults.forget([file.path])


def known_format(path: str) -> bool:
    """Whether files of this name are in a format that is read."""
    return os.path.splitext(path)[1].lower() in SUFFIXES  # noqa: PTH122 - asked of thousands of paths


def _formats() -> str:
    return ", ".join(sorted(suffix for suffix in SUFFIXES if suffix))


def _absolute(path: Path) -> Path:
    # Without following links: a note keeps the path that it was named by.
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100


def _same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def _told(progress: Progress | None, step: Step) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress(step, done, total)
