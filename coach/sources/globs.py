"""Patterns that say which files are meant, as ``.gitignore`` writes them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from coach.domain.errors import InputError
from coach.domain.text import clean_line

#: In any folder: patterns of what is not to be read, as in a ``.gitignore``.
IGNORE_FILE = ".coachignore"
_MOST_BYTES = 1_000_000
#: A pattern becomes a regular expression, and one with many stars takes for ever on a name that is made for it.
_MOST_STARS_IN_A_NAME = 3
_MOST_STARS = 6
_STARS = re.compile(r"\*+")
#: What pathspec makes of patterns that fit everything (``*``), and every folder (``*/``).
_EVERYTHING, _EVERY_FOLDER = ".", "(?P<ps_d>/)"


class Globs:
    """Patterns relative to one folder; the last that fits a path decides, and ``!`` takes back.

    A pattern is asked about the file or folder itself: whoever walks leaves out all that is in a folder which is meant.

    Args:
        lines: the patterns, one each; empty lines and comments (``#``) say nothing.

    Raises:
        InputError: one of them is no pattern, or has too many stars.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        found = (_compiled(line, number) for number, line in enumerate(lines, 1))
        self._patterns = [pattern for pattern in found if pattern is not None]
        self._patterns.reverse()

    def says(self, path: str) -> bool | None:
        """Return True where `path` is meant, False where ``!`` takes it back, None where no pattern fits.

        Args:
            path: relative to the folder, with ``/``; that of a folder ends with one.
        """
        for meant, fits in self._patterns:
            if fits(path):
                return meant
        return None


class Ignores:
    """The patterns of the ``.coachignore`` files of a folder and of those above it; those further in decide."""

    def __init__(self, files: Sequence[tuple[int, Globs]] = ()) -> None:
        # Each with the length of the path of its folder, the innermost first.
        self._files = tuple(files)

    def __bool__(self) -> bool:
        return bool(self._files)

    def with_those_of(self, folder: str) -> Ignores:
        """Return these and those of the folder at `folder`, which lies further in and has such a file.

        Raises:
            OSError: the file cannot be read.
            InputError: a pattern in it cannot be used.
        """
        with Path(folder, IGNORE_FILE).open("rb") as file:
            lines = file.read(_MOST_BYTES).decode("utf-8-sig", errors="surrogateescape").split("\n")
        globs = Globs(line.rstrip("\r") for line in lines)
        return Ignores([(len(folder.rstrip("/")) + 1, globs), *self._files])

    def mean(self, path: str) -> bool:
        """Whether the patterns mean the file or folder at `path`, absolute; that of a folder ends with ``/``."""
        for base, globs in self._files:
            if (verdict := globs.says(path[base:])) is not None:
                return verdict
        return False


def one_file(path: str) -> str:
    """Return the pattern that fits `path`, relative to the folder, and nothing else."""
    escaped = "".join(f"\\{c}" if c in "\\[]!*#?" else c for c in path)
    # White space at the end is no part of a pattern, unless it is in brackets.
    return f"/{escaped[:-1]}[{path[-1]}]" if path[-1:].isspace() else f"/{escaped}"


def globs_or_none(patterns: Sequence[str]) -> Globs | None:
    """Return the patterns; None where there are none."""
    return Globs(patterns) if patterns else None


def _compiled(line: str, number: int) -> tuple[bool, Callable[[str], bool]] | None:
    """Return whether what fits is meant, and what tells whether a path fits; None where the line says nothing."""
    # It takes a twentieth of a second to import, and most vaults have no patterns.
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    stars = [len(_STARS.findall(part)) for part in line.split("/")]
    if max(stars) > _MOST_STARS_IN_A_NAME or sum(stars) > _MOST_STARS:
        raise _unusable(line, number, "has too many stars")
    # For git the folders in a folder, for pathspec the folder itself.
    spelt = re.sub(r"(?<=[^/!])/\*\*/$", "/**/*/", line.rstrip())
    try:
        with warnings.catch_warnings():
            # Of sets of characters that will mean something else in a later Python.
            warnings.simplefilter("ignore")
            pattern = GitIgnoreSpecPattern(spelt if spelt != line.rstrip() else line)
    except (ValueError, re.error) as e:
        raise _unusable(line, number, "is not a pattern") from e
    if pattern.include is None or pattern.regex is None:
        return None
    return pattern.include, _fits(pattern.regex, inside=spelt.endswith("/**"))


def _fits(regex: re.Pattern[str], *, inside: bool) -> Callable[[str], bool]:
    """Return what tells whether a path fits by itself, and not only because it is in a folder that does."""
    if regex.pattern == _EVERYTHING:
        return lambda path: True
    if regex.pattern == _EVERY_FOLDER:
        return lambda path: path.endswith("/")

    def fits(path: str) -> bool:
        match = regex.match(path)
        # ``folder/**`` is what is in the folder, which its regular expression is about.
        return match is not None and (match.end() < len(path)) == inside

    return fits


def _unusable(line: str, number: int, why: str) -> InputError:
    return InputError(
        f"Pattern {number}, “{clean_line(line)[:60]}”, {why}.",
        "Patterns are written as in .gitignore: *.txt, archive/, drafts/**/old-*.md",
    )
