"""What of the person's notes Coach has read, what it has not, and why: by root, by rule, by folder, by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from coach.store.vaults import File, Note, Outcome, Root, Vaults


@dataclass(frozen=True, slots=True)
class Unread:
    """A file or folder that was skipped, or could not be read."""

    path: str
    #: In plain words.
    reason: str
    #: Since when (ISO, UTC).
    since: str
    #: How many notes that stood there are still used as they were read last.
    keeps: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """How much was read of a folder."""

    files: int = 0
    statements: int = 0


@dataclass(frozen=True, slots=True)
class RootCoverage:
    """How much of a root was read."""

    root: Root
    total: Share
    #: How many files and folders each rule passed over, and how many files each reason left out; the most first.
    passed: Mapping[str, int]
    skipped: tuple[Unread, ...]
    failed: tuple[Unread, ...]
    #: By folder, relative to the root (``.`` for itself), what lies directly in it.
    folders: Mapping[str, Share]
    #: What had to be left out or guessed, by path.
    remarks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was read of everything."""

    roots: tuple[RootCoverage, ...]
    #: Notes that were added one by one and lie in no root.
    others: Share

    @property
    def total(self) -> Share:
        """How much was read in all."""
        shares = [root.total for root in self.roots] + [self.others]
        return Share(sum(s.files for s in shares), sum(s.statements for s in shares))

    @property
    def whole(self) -> bool:
        """Whether everything was read."""
        return not any(root.failed or root.root.trouble for root in self.roots)


def coverage(vaults: Vaults) -> Coverage:
    """Return the coverage, as it was when each root was last looked at.

    Raises:
        StoreError: the ledger cannot be read.
    """
    files = vaults.files()
    notes: dict[str, list[Note]] = {}
    for note in vaults.notes():
        notes.setdefault(note.path, []).append(note)
    roots = tuple(_root(root, [f for f in files.values() if f.root == root.id], notes) for root in vaults.roots())
    others = [note for path, here in notes.items() if path not in files for note in here]
    return Coverage(roots, Share(len(others), sum(note.statements for note in others)))


def _root(root: Root, files: list[File], notes: Mapping[str, list[Note]]) -> RootCoverage:
    folders: dict[str, Share] = {}
    for file in files:
        if here := notes.get(file.path):
            folder = "." if file.path == root.path else str(Path(file.path).parent.relative_to(root.path))
            before = folders.get(folder, Share())
            folders[folder] = Share(before.files + 1, before.statements + sum(note.statements for note in here))
    skipped = [_unread(f, notes) for f in files if f.outcome is Outcome.SKIPPED]
    passed = Counter(root.passed)
    passed.update(f.reason for f in skipped)
    return RootCoverage(
        root=root,
        total=Share(sum(s.files for s in folders.values()), sum(s.statements for s in folders.values())),
        passed=dict(passed.most_common()),
        skipped=tuple(skipped),
        failed=tuple(_unread(f, notes) for f in files if f.outcome is Outcome.FAILED),
        folders=dict(sorted(folders.items())),
        remarks=tuple((f.path, remark) for f in files for remark in f.remarks),
    )


def _unread(file: File, notes: Mapping[str, list[Note]]) -> Unread:
    keeps = sum(path == file.path or path.startswith(f"{file.path}/") for path in notes)
    return Unread(file.path, file.reason, file.since, keeps if file.outcome is Outcome.FAILED else 0)
