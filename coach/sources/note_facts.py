"""What a note says about itself: its date, its tags, and whether it is private."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from coach.domain.errors import SourceError
from coach.domain.text import clean_line

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"\b(?P<name>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_ISO = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)([-_.]?)(?P<month>\d\d)\2(?P<day>\d\d)(?!\d)")
_DAY_FIRST = re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)? {_MONTH},? (?P<year>(?:19|20)\d\d)", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>(?:19|20)\d\d)", re.IGNORECASE)
_NO = ("false", "no", "off", "0", "")


def note_date(values: dict[str, Any], path: Path, first_heading: str, name: str) -> date | None:
    """Return the date of a note: from its front matter, else its file name, its first heading, its file's time.

    None where even the file's time cannot be had.

    Raises:
        SourceError: the front matter has a date that cannot be understood.
    """
    said = values.get("date")
    if said is not None:
        if isinstance(said, datetime):
            return said.date()
        if isinstance(said, date):
            return said
        found = date_in(str(said))
        if found is None:
            raise SourceError(
                f"{name}: “{clean_line(str(said))[:40]}” is not a date.", "Write it as year, month and day: 2026-09-14."
            )
        return found
    found = date_in(path.stem) or date_in(first_heading)
    if found:
        return found
    try:
        return date.fromtimestamp(path.stat().st_mtime)
    except (OSError, OverflowError, ValueError):
        return None


def date_in(text: str) -> date | None:
    """Return the first date in `text` that exists: 2026-09-14, 20260914, 14 September 2026, Sept 14, 2026."""
    for pattern in (_ISO, _DAY_FIRST, _MONTH_FIRST):
        for found in pattern.finditer(text[:500]):
            parts = found.groupdict()
            month = parts.get("month")
            number = int(month) if month else 1 + _MONTHS.index(parts["name"].lower())
            try:
                return date(int(parts["year"]), number, int(parts["day"]))
            except ValueError:
                continue
    return None


def tags_of(values: dict[str, Any]) -> tuple[str, ...]:
    """Return the tags of a front matter, from a list or a text with commas, without ``#``, each once."""
    said = values.get("tags", values.get("tag"))
    parts = said.split(",") if isinstance(said, str) else said if isinstance(said, list) else []
    tags = (clean_line(str(part)).lstrip("#").strip() for part in parts if not isinstance(part, list | dict))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def is_private(
    values: dict[str, Any],
    tags: Iterable[str],
    path: Path,
    *,
    folders: Sequence[str | Path],
    private_tags: Iterable[str],
) -> bool:
    """Whether a note must not leave this machine.

    `private:` with anything but a clear no counts as yes. A folder is a path, or the bare name of a folder anywhere
    above the note; links are followed, and a note is private by the path it was named by as well as by the real one.
    """
    if "private" in values and str(values["private"]).strip().lower() not in _NO:
        return True
    marked = {tag.lstrip("#").casefold() for tag in private_tags}
    if any(tag.casefold() in marked for tag in tags):
        return True
    return any(_is_under(path, Path(folder)) for folder in folders if str(folder).strip())


def _is_under(path: Path, folder: Path) -> bool:
    folder = folder.expanduser()
    for place in (path.absolute(), path.resolve()):
        bare = len(folder.parts) == 1 and not folder.is_absolute()
        # In any case of letters: some file systems do not tell them apart, and too private is the safe mistake.
        if bare and folder.name.casefold() in (part.casefold() for part in place.parent.parts):
            return True
        if place.is_relative_to(folder.absolute()) or place.is_relative_to(folder.resolve()):
            return True
    return False
