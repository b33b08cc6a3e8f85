"""One sync: what lies in the folders now is compared with what was read, and only what differs is read again.

A file is the same where its size and its time of change are, else where its bytes are. One that was renamed or moved is
known by its bytes and keeps its number. Files are read a hundred at a time and then written in one transaction, so a
kill costs no more than these; what is gone is removed last, so that a file on its way from one name to another is never
lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from coach.agent.vault_files import Done, Opener, Todo, match_moves
from coach.agent.vault_report import Failure, Progress, Step, SyncReport
from coach.domain.errors import InputError
from coach.domain.ids import sort_key
from coach.domain.source import Source
from coach.sources.vault import Walker
from coach.sources.walked import Found
from coach.store.ledger import Ledger
from coach.store.vaults import File, Outcome, Root, Vaults

T = TypeVar("T")
#: Files in one transaction.
_FILES_AT_ONCE = 100
_UNKNOWN = "not a format that Coach reads"


class Sync:
    """One sync. Make one, run it, and throw it away.

    Args:
        ledger: the sources.
        vaults: the roots and files.
        opener: opens files.
        known_format: whether the format of a file of this name is read.
        own: Coach's own folder.
        written: told which sources are new, as soon as they are written.
        progress: told how many files are read.
    """

    def __init__(
        self,
        ledger: Ledger,
        vaults: Vaults,
        opener: Opener,
        known_format: Callable[[str], bool],
        own: Path,
        written: Callable[[Iterable[Source]], None],
        progress: Progress | None = None,
    ) -> None:
        self._ledger = ledger
        self._vaults = vaults
        self._opener = opener
        self._known_format = known_format
        self._own = own
        self._written = written
        self._progress = progress
        self._before = vaults.files()
        #: What is true of each path after the sync.
        self._now: dict[str, File] = {}
        #: Paths that the ledger has notes of.
        self._kept = vaults.paths()
        self._added: list[str] = []
        self._changed: list[str] = []
        self._moved: list[str] = []
        self._removed: list[str] = []
        self._remarks: list[tuple[str, str]] = []

    def run(self) -> SyncReport:
        """Do it, and return what was done.

        Raises:
            StoreError: the ledger cannot be read or written; what was written until then is kept.
        """
        troubles: list[Failure] = []
        lost: set[int] = set()
        found: list[tuple[Found, int]] = []
        roots = self._vaults.roots()
        walker = Walker([root.path for root in roots], [self._own])
        for root in roots:
            if trouble := self._look(walker, root, found):
                troubles.append(Failure(root.path, trouble, new=trouble != root.trouble))
                lost.add(root.id)
        todo = [t for file, root in found if (t := self._compare(file, root)) is not None]
        self._write_new_rows()
        gone = self._gone(lost, {t.found.path for t in todo})
        match_moves((t for t in todo if t.known is None), {p: f for p, f in gone.items() if p in self._kept})
        for t in todo:
            if t.was is not None:
                del gone[t.was.path]
        self._open(todo)
        self._remove(gone)
        return self._report(troubles)

    def _look(self, walker: Walker, root: Root, found: list[tuple[Found, int]]) -> str:
        """Look at a root. Return why it must not be taken as it is; empty where it may."""
        try:
            walked = walker.walk(root.path, root.include, root.exclude)
            trouble = walked.trouble
        except InputError as e:
            self._vaults.note(root, root.passed, e.message)
            return e.message
        if not trouble and walked.empty and self._has_notes(root):
            trouble = "it is empty all of a sudden"
        self._vaults.note(root, root.passed if trouble else {r.value: n for r, n in walked.passed.items()}, trouble)
        if not trouble:
            found += [(file, root.id) for file in walked.files]
            for path, reason, failed in walked.aside:
                outcome = Outcome.FAILED if failed else Outcome.SKIPPED
                self._now[path] = File(path, root.id, outcome, reason)
        return trouble

    def _has_notes(self, root: Root) -> bool:
        return any(file.root == root.id and path in self._kept for path, file in self._before.items())

    def _compare(self, found: Found, root: int) -> Todo | None:
        """Return what to look into; None where the file is as it was, or not for reading."""
        known = self._before.get(found.path)
        if not self._known_format(found.path):
            self._now[found.path] = File(found.path, root, Outcome.SKIPPED, _UNKNOWN)
        elif (
            known
            and self._opener.is_same(found, known)
            and known.root == root
            and (known.outcome is not Outcome.READ or found.path in self._kept)
        ):
            self._now[found.path] = known
        else:
            return Todo(found, root, known)
        return None

    def _write_new_rows(self) -> None:
        """Write what was found out without opening a file, where it was not known; its notes go where there are any."""
        new = [f for f in self._now.values() if not _is_known(f, self._before.get(f.path))]
        for part in _parts(new):
            with self._vaults.transaction():
                self._drop([f.path for f in part if f.outcome is Outcome.SKIPPED])
                self._vaults.put(part)

    def _gone(self, lost: set[int], todo: set[str]) -> dict[str, File]:
        """Return the files that are no longer there. What nobody can see is not gone, and stays as it was."""
        unseen = tuple(f"{f.path}/" for f in self._now.values() if f.outcome is Outcome.FAILED)
        gone: dict[str, File] = {}
        for path, file in self._before.items():
            if path not in self._now and path not in todo:
                there = file.root in lost or path.startswith(unseen)
                (self._now if there else gone)[path] = file
        return gone

    def _open(self, todo: Sequence[Todo]) -> None:
        opened = 0
        for part in _parts(todo):
            done: list[Done] = []
            for one in part:
                done.append(self._opener.open(one, kept=one.found.path in self._kept))
                opened += 1
                if self._progress is not None:
                    self._progress(Step.READING, opened, len(todo))
            self._write(done)

    def _write(self, done: Sequence[Done]) -> None:
        with self._vaults.transaction():
            moved = [i for d in done if d.todo.was for i in self._vaults.move(d.todo.was.path, d.file.path)]
            changes = self._ledger.put_drafts([draft for d in done for draft in d.drafts])
            self._drop([d.file.path for d in done if d.file.outcome is Outcome.SKIPPED])
            self._vaults.put([d.file for d in done if not _is_known(d.file, d.todo.known)])
        added = set(changes.added)
        self._written(source for source in changes.sources if source.id in added)
        self._added += changes.added
        self._changed += [i for i in changes.changed if i not in moved]
        self._moved += moved
        self._removed += changes.removed
        for d in done:
            self._now[d.file.path] = d.file
            self._remarks += [(d.file.path, remark) for remark in d.file.remarks if d.drafts]
            if d.drafts or d.todo.was:
                self._kept.add(d.file.path)
            if d.todo.was:
                self._kept.discard(d.todo.was.path)

    def _remove(self, gone: Iterable[str]) -> None:
        for part in _parts(list(gone)):
            with self._vaults.transaction():
                self._drop(part)
                self._vaults.forget(part)

    def _drop(self, paths: Iterable[str]) -> None:
        """Remove the notes of files, within a transaction."""
        for path in self._kept.intersection(paths):
            for source_id in self._vaults.note_ids(path):
                self._ledger.remove(source_id)
                self._removed.append(source_id)
            self._kept.discard(path)

    def _report(self, troubles: Sequence[Failure]) -> SyncReport:
        outcomes = Counter(file.outcome for file in self._now.values())
        failed = (f for f in self._now.values() if f.outcome is Outcome.FAILED)
        return SyncReport(
            added=_ordered(self._added),
            changed=_ordered(self._changed),
            moved=_ordered(self._moved),
            removed=_ordered(self._removed),
            read=outcomes[Outcome.READ],
            skipped=outcomes[Outcome.SKIPPED],
            failed=tuple(self._failure(file) for file in sorted(failed, key=lambda f: f.path)),
            troubles=tuple(troubles),
            remarks=tuple(self._remarks),
        )

    def _failure(self, file: File) -> Failure:
        before = self._before.get(file.path)
        new = before is None or (before.outcome, before.reason) != (file.outcome, file.reason)
        inside = f"{file.path}/"
        keeps = sum(path == file.path or path.startswith(inside) for path in self._kept)
        return Failure(file.path, file.reason, new, keeps)


def _is_known(file: File, before: File | None) -> bool:
    return file is before or (before is not None and replace(file, since=before.since) == before)


def _ordered(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(ids, key=sort_key))


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _FILES_AT_ONCE):
        yield items[start : start + _FILES_AT_ONCE]
