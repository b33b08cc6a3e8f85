"""A statement in its file, read again: whether it still stands there, and between which lines."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from enum import StrEnum
from pathlib import Path

from coach.domain.errors import SourceError
from coach.domain.source import COACH_PATH, TEAM_PATH, Draft, Source, SourceKind, Statement, content_hash
from coach.domain.text import clean, clean_line

#: Endings of files that people read by their lines.
_WITH_LINES = (".md", ".markdown", ".mkd", ".txt", ".text", ".vtt", ".srt", "")
_AROUND = 3
_LONGEST_LINE = 400
#: How far behind its line a statement is looked for: hard-wrapped paragraphs begin where their first sentence does.
_AHEAD = 60
#: What is at least so alike is the same line, edited.
_ALIKE = 0.6
_CANDIDATES = 12
#: Files that are looked at for one that was moved, at most.
_MOST_FILES = 5000
_WORD = re.compile(r"\w+")


class Standing(StrEnum):
    """How a statement stands to the file that it was read from."""

    #: The file still says it.
    SAME = "same"
    #: The file is there and does not say it any more.
    CHANGED = "changed"
    #: The file is somewhere else, and says it there.
    MOVED = "moved"
    #: The file is not there.
    GONE = "gone"
    #: The file cannot be read.
    UNREADABLE = "unreadable"
    #: It was read from no file.
    NO_FILE = "no file"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file, or a statement where its format has no lines."""

    #: Counted from 1; 0 where there are no lines.
    number: int
    text: str
    #: Whether the statement stands in it.
    cited: bool


@dataclass(frozen=True, slots=True)
class OnDisk:
    """What the file says now."""

    standing: Standing
    #: Where it is now; for what comes with the package, its name there. Empty where there is no file.
    path: str = ""
    #: First line of the statement, from 1; 0 where it has none.
    line: int = 0
    #: The statement with a few lines before and after, or those around the line that was nearest to it.
    lines: tuple[Line, ...] = ()
    #: When the file was last written; None where that says nothing.
    written: datetime | None = None
    #: What the file says in place of the statement, where something is much like it.
    instead: str = ""
    #: Why the file cannot be read, in plain words.
    reason: str = ""


def reread(source: Source, text: str, line: int) -> OnDisk:
    """Return how the statement `text`, which stood at `line` of its source's file, stands there now.

    Args:
        source: as the ledger has it.
        text: of the statement.
        line: its line when it was read, from 1; 0 where that is not known.
    """
    if not source.path or source.path.startswith((COACH_PATH, TEAM_PATH)):
        return OnDisk(Standing.NO_FILE)
    path = _builtin(source.path) if source.builtin else Path(source.path)
    shown = source.path
    standing = Standing.SAME
    if not os.path.lexists(path):
        moved = None if source.builtin else _moved(path, source.kind, text)
        if moved is None:
            return OnDisk(Standing.GONE, shown)
        path, shown, standing = moved, str(moved), Standing.MOVED
    try:
        statements = _statements(path, source)
        rows = _rows(path)
    except SourceError as e:
        return OnDisk(Standing.UNREADABLE, shown, written=_written(path, source), reason=e.message)
    wanted = content_hash(text)
    same = [s for s in statements if s.hash == wanted]
    now = min(same, key=lambda s: abs(s.line - line)) if same else nearest(text, statements)
    return OnDisk(
        standing if same else Standing.CHANGED,
        shown,
        now.line if now and same else 0,
        _lines(rows, statements, now),
        _written(path, source),
        now.text if now and not same else "",
    )


def nearest(text: str, statements: Sequence[Statement]) -> Statement | None:
    """Return the statement that says nearly the same as `text`, in other words; None where none is much alike."""
    words = Counter(_WORD.findall(text.lower()))
    shared = [(sum((words & Counter(_WORD.findall(s.text[:2000].lower()))).values()), s) for s in statements]
    shared.sort(key=lambda pair: -pair[0])
    alike = [
        (SequenceMatcher(None, text[:1000], s.text[:1000], autojunk=False).ratio(), s)
        for count, s in shared[:_CANDIDATES]
        if count
    ]
    best = max(alike, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] >= _ALIKE else None


def _builtin(name: str) -> Path:
    from coach.sources.builtin import corpus_files

    return corpus_files()[1] / name.removeprefix("corpus/")


def _statements(path: Path, source: Source) -> list[Statement]:
    return [s for d in _drafts(path, source) for s in d.statements]


def _drafts(path: Path, source: Source) -> Sequence[Draft]:
    if not source.builtin:
        from coach.sources.reader import read_file

        return read_file(path, source.kind)
    from coach.sources.curated import read_curated
    from coach.sources.front_matter import split_front_matter
    from coach.sources.load import load_text

    front = split_front_matter(load_text(path), source.path)
    return [read_curated(front, source.kind, source.path, path=source.path, builtin=True)]


def _rows(path: Path) -> list[str]:
    """The lines of the file; none where its format has none."""
    if path.suffix.lower() not in _WITH_LINES:
        return []
    from coach.sources.load import load_text

    return load_text(path).split("\n")


def _written(path: Path, source: Source) -> datetime | None:
    if source.builtin:
        # When it was installed says nothing.
        return None
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return None


def _moved(path: Path, kind: SourceKind, text: str) -> Path | None:
    """A file of the same name near by that says it: in the folder that it was in, or in that one's folder."""
    from coach.sources.reader import read_file

    wanted = content_hash(text)
    for found in _named(path):
        try:
            if any(s.hash == wanted for d in read_file(found, kind) for s in d.statements):
                return found
        except SourceError:
            continue
    return None


def _named(path: Path) -> Iterator[Path]:
    around = path.parent.parent if path.parent.parent != Path(path.anchor) else path.parent
    seen = 0
    for folder, folders, files in os.walk(around):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        if path.name in files:
            yield Path(folder) / path.name
        seen += len(files) + 1
        if seen > _MOST_FILES:
            return


def _lines(rows: Sequence[str], statements: Sequence[Statement], now: Statement | None) -> tuple[Line, ...]:
    if now is None:
        return ()
    if not rows or not 0 < now.line <= len(rows):
        at = next(i for i, s in enumerate(statements) if s is now)
        first = max(0, at - _AROUND)
        near = statements[first : at + _AROUND + 1]
        return tuple(_line(0, s.text, cited=s is now) for s in near)
    cited = _cited(rows, now)
    first, last = max(0, cited[0] - _AROUND), min(len(rows), cited[-1] + _AROUND + 1)
    return tuple(_line(i + 1, rows[i], cited=i in cited) for i in range(first, last))


def _cited(rows: Sequence[str], statement: Statement) -> list[int]:
    """The places of the lines that the statement stands in, at least one: those that have the words it has left."""
    left = Counter(_WORD.findall(statement.text.lower()))
    begin = statement.line - 1
    found: list[int] = []
    for i in range(begin, min(len(rows), begin + _AHEAD)):
        words = Counter(_WORD.findall(rows[i][: 100 * _LONGEST_LINE].lower()))
        hits = sum((words & left).values())
        of_it = hits >= 0.6 * sum(words.values()) or hits >= 0.9 * sum(left.values())
        if hits and of_it:
            found.append(i)
            left -= words
        elif found or (begin == i and not words):
            break
        if not left:
            break
    return found or [begin]


def _line(number: int, text: str, *, cited: bool) -> Line:
    shown = clean(text).rstrip() if number else clean_line(text)
    return Line(number, shown if len(shown) <= _LONGEST_LINE else shown[:_LONGEST_LINE] + " …", cited)
