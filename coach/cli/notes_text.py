"""What `coach notes` prints: a sync, a list, a note, the coverage."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from coach.domain.text import clean_line

if TYPE_CHECKING:
    from coach.agent.vault import Removed
    from coach.agent.vault_coverage import Coverage, RootCoverage, Share, Unread
    from coach.agent.vault_report import Failure, SyncReport, TeamReport
    from coach.domain.source import Source
    from coach.store.vaults import Note, Root

#: Ids and failures in one list; the coverage has all of them.
_MOST = 20


def report_text(report: SyncReport) -> tuple[str, str]:
    """Return what a sync did, and what it could not do; the latter empty where it did everything."""
    lines = [
        f"{what} {_ids(ids)}."
        for what, ids in (
            ("Added", report.added),
            ("Changed", report.changed),
            ("Moved, with the same number:", report.moved),
            ("Removed", report.removed),
        )
        if ids
    ]
    skipped = f", and {_count(report.skipped, 'file')} that Coach does not read" if report.skipped else ""
    there = "There is" if report.read == 1 else "There are"
    lines.append(f"{'' if lines else 'Nothing changed. '}{there} {_count(report.read, 'note')}{skipped}.")
    remarks = [f"{_path(path)}: {remark}" for path, remark in report.remarks]
    lines += _some(remarks, "coach notes coverage --json")
    lines += team_lines(report.team)
    failed = (failures_text(report.troubles, report.failed), report.team.trouble)
    return "\n".join(lines), "\n".join(part for part in failed if part)


def team_lines(report: TeamReport) -> list[str]:
    """Return what was exchanged with the team's server, a line each; nothing where all was in step."""
    told = (
        ("Shared with your team:", report.shared),
        ("Taken off your team's server:", report.unshared),
        ("Taken over from your team:", report.taken),
        ("No longer shared by your team:", report.gone),
    )
    return [f"{what} {_count(number, 'source')}." for what, number in told if number]


def failures_text(troubles: Iterable[Failure], failed: Iterable[Failure]) -> str:
    """Return what could not be read, a line each; empty where nothing failed."""
    lines = [_trouble(f.path, f.reason) for f in troubles]
    lines += [f"Not read: {_path(f.path)}: {f.reason}{_keeps(f.keeps)}" for f in failed]
    return "\n".join(_some(lines, "coach notes coverage --failed"))


def removed_text(removed: Removed) -> str:
    """Return what was removed, and how it comes back."""
    if removed.root:
        return f"Removed {_path(removed.root)} with {_count(removed.notes, 'note')}. The files stay where they are."
    again = (
        f" It is not read any more; to have it back: coach notes add {_argument(removed.path)}" if removed.path else ""
    )
    return f"Removed {clean_line(f'{removed.id} {removed.title}')}. Its file stays where it is.{again}"


# Lists.


def list_text(roots: Sequence[Root], notes: Sequence[Note]) -> str:
    """Return what was added, then every note with id, date, title and path, in columns."""
    if not roots and not notes:
        return "There are no notes yet. Add a folder: coach notes add FOLDER"
    lines = [_path(root.path) + _patterns(root) + (f"; {root.trouble}" if root.trouble else "") for root in roots]
    if roots and notes:
        lines.append("")
    width = max((len(note.id) for note in notes), default=0)
    for note in notes:
        dated = note.date.isoformat() if note.date else " " * 10
        private = " (private)" if note.private else ""
        where = f"  {_path(note.path)}" if note.path else ""
        lines.append(f"{note.id.ljust(width)}  {dated}  {clean_line(note.title)}{private}{where}")
    return "\n".join(lines)


def root_row(root: Root) -> dict[str, Any]:
    """Return a root as JSON values."""
    return {
        "path": root.path,
        "include": list(root.include),
        "exclude": list(root.exclude),
        "trouble": root.trouble,
        "since": root.since or None,
    }


def note_row(note: Note) -> dict[str, Any]:
    """Return a note as JSON values."""
    return {
        "id": note.id,
        "date": note.date.isoformat() if note.date else None,
        "title": note.title,
        "private": note.private,
        "path": note.path,
        "statements": note.statements,
    }


def note_text(source: Source) -> str:
    """Return a note: what is known of it, and its statements under their headings."""
    lines = [f"{source.id} {source.title}"]
    lines += [f"Date: {source.date.isoformat()}"] if source.date else []
    lines += [f"Tags: {', '.join(source.tags)}"] if source.tags else []
    lines += [f"From: {_path(source.path)}"] if source.path else []
    lines += ["Private: it never leaves this machine."] if source.private else []
    above: tuple[str, ...] | None = None
    for statement in source.statements:
        heading = statement.heading[1:] if statement.heading[:1] == (source.title,) else statement.heading
        if heading != above:
            lines += ["", " > ".join(heading)] if heading else [""]
            above = heading
        lines.append(f"{statement.id} {statement.text}")
    return "\n".join(lines)


# Coverage.


def coverage_text(found: Coverage, *, failed: bool) -> str:
    """Return the coverage: each root with its folders, what was passed over and what failed; and the total."""
    if failed:
        lines = [line for root in found.roots for line in _failed_lines(root)]
        return "\n".join(lines) or "Everything was read."
    paragraphs = ["\n".join(_root_lines(root)) for root in found.roots]
    if found.others.files:
        paragraphs.append(f"Added one by one: {_share(found.others)}.")
    return "\n\n".join([*paragraphs, f"In all: {_share(found.total)}."])


def _root_lines(root: RootCoverage) -> list[str]:
    lines = [f"{_path(root.root.path)}{_patterns(root.root)}: {_share(root.total)}."]
    if root.passed:
        lines.append("Not for reading: " + ", ".join(f"{n:,} {rule}" for rule, n in root.passed.items()) + ".")
    lines += _failed_lines(root)
    if set(root.folders) - {"."}:
        width = max(len(folder) for folder in root.folders)
        lines += [f"  {clean_line(folder).ljust(width)}  {_share(share)}" for folder, share in root.folders.items()]
    return lines


def _failed_lines(root: RootCoverage) -> list[str]:
    lines = (
        [f"{_trouble(root.root.path, root.root.trouble)} Since {root.root.since[:10]}."] if root.root.trouble else []
    )
    return lines + [
        f"Not read: {_path(f.path)}: {f.reason}{_keeps(f.keeps)}, since {f.since[:10]}" for f in root.failed
    ]


def coverage_row(found: Coverage, *, failed: bool) -> dict[str, Any]:
    """Return the coverage as JSON values; of what was read nothing where only what `failed` is wanted."""
    roots = []
    for root in found.roots:
        row = root_row(root.root) | {"failed": [_unread_row(f) for f in root.failed]}
        if not failed:
            row |= _share_row(root.total) | {
                "passed": dict(root.passed),
                "skipped": [_unread_row(f) for f in root.skipped],
                "folders": {folder: _share_row(share) for folder, share in root.folders.items()},
                "remarks": [{"path": path, "remark": remark} for path, remark in root.remarks],
            }
        roots.append(row)
    whole: dict[str, Any] = {"roots": roots}
    return whole if failed else whole | {"others": _share_row(found.others), "total": _share_row(found.total)}


def _unread_row(unread: Unread) -> dict[str, Any]:
    return {"path": unread.path, "reason": unread.reason, "since": unread.since, "keeps": unread.keeps}


def _share_row(share: Share) -> dict[str, int]:
    return {"notes": share.files, "statements": share.statements}


# Pieces.


def _trouble(path: str, reason: str) -> str:
    keep = f"Nothing of it was removed; if it is to go: coach notes remove {_argument(path)}"
    return f"{_path(path)}: {reason.rstrip('.')}. {keep}"


def _keeps(notes: int) -> str:
    if not notes:
        return ""
    return "; what it said before is still used" if notes == 1 else f"; {notes} notes are used as they were read before"


def _patterns(root: Root) -> str:
    said = [f"only {clean_line(p)}" for p in root.include] + [f"without {clean_line(p)}" for p in root.exclude]
    return f" ({', '.join(said[:_MOST])})" if said else ""


def _share(share: Share) -> str:
    return f"{_count(share.files, 'note')}, {_count(share.statements, 'statement')}"


def _ids(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _MOST:,} more" if len(ids) > _MOST else ""
    return f"{', '.join(ids[:_MOST])}{more}"


def _some(lines: list[str], rest: str) -> list[str]:
    more = [f"And {len(lines) - _MOST:,} more: {rest}"] if len(lines) > _MOST else []
    return lines[:_MOST] + more


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _argument(path: str) -> str:
    return shlex.quote(clean_line(path))


def _path(path: str) -> str:
    return clean_line(path)
