"""What a note says about itself: its date, its tags, and whether it is private."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
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
#: A month or a week alone: 2026-09, September 2026, 2026-W37.
_YEAR_MONTH = re.compile(r"(?<![\d.-])(?P<year>(?:19|20)\d\d)[-_.](?P<month>0[1-9]|1[0-2])(?![\d.]|[-_]\d)")
_MONTH_YEAR = re.compile(rf"{_MONTH},? (?P<year>(?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_WEEK = re.compile(r"(?<!\d)((?:19|20)\d\d)-?W(\d\d)(?!\d)")
#: Front matter that says when a note was begun, where it has no `date`.
_CREATED = ("created", "date created", "date_created", "created_at")
_NO = ("false", "no", "off", "0", "")


def note_date(
    values: dict[str, Any], path: Path, first_heading: str, name: str, *, metadata: date | None = None
) -> date | None:
    """Return the date of a note, from the first of these that says one.

    Its front matter, its file name (``2026-09-14 Retro``, and Logseq's ``2026_09_14``), its first heading, the
    metadata of its format, a month or a week in its name or heading (the first day of it), its file's time. None where
    even that cannot be had.

    Raises:
        SourceError: the front matter has a date that cannot be understood.
    """
    said = _first(values.get("date"))
    if said is not None:
        found = _as_date(said)
        if found is None:
            raise SourceError(
                f"{name}: “{clean_line(str(said))[:40]}” is not a date.", "Write it as year, month and day: 2026-09-14."
            )
        return found
    created = (_as_date(_first(values[key])) for key in _CREATED if values.get(key) is not None)
    found = next((day for day in created if day), None)
    found = found or date_in(path.stem) or date_in(first_heading) or metadata
    found = found or _period_in(path.stem) or _period_in(first_heading)
    if found:
        return found
    try:
        return date.fromtimestamp(path.stat().st_mtime)
    except (OSError, OverflowError, ValueError):
        return None


def _first(value: Any) -> Any:
    """Return a value, or what a link around it (``[[2026-09-14]]``) holds, which is a list of lists to YAML."""
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value


def _as_date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date_in(str(value))


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


def _period_in(text: str) -> date | None:
    """Return the first day of the first month or week that `text` names without a day."""
    text = text[:500]
    if found := _WEEK.search(text):
        with suppress(ValueError):
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    if found := _YEAR_MONTH.search(text):
        return date(int(found["year"]), int(found["month"]), 1)
    if found := _MONTH_YEAR.search(text):
        return date(int(found["year"]), 1 + _MONTHS.index(found["name"].lower()), 1)
    return None


def tags_of(values: dict[str, Any]) -> tuple[str, ...]:
    """Return the tags of a front matter, from a list or a text with commas, without ``#``, each once.

    Texts without commas whose words all begin with ``#`` are as many tags as words.
    """
    said = values.get("tags", values.get("tag"))
    parts: list[Any] = said if isinstance(said, list) else [said] if isinstance(said, str) else []
    if isinstance(said, str):
        words = said.replace(",", " ").split()
        parts = words if all(word.startswith("#") for word in words) else said.split(",")
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
    if any(_is_marked(tag.casefold(), marked) for tag in tags):
        return True
    return any(_is_under(path, Path(folder)) for folder in folders if str(folder).strip())


def _is_marked(tag: str, marked: set[str]) -> bool:
    """Whether a tag, a tag that it lies under (``hr`` of ``hr/reviews``), or a word of it is among the marked ones."""
    parts = tag.split("/")
    above = {"/".join(parts[:end]) for end in range(1, len(parts) + 1)}
    return bool(marked & (above | {word.lstrip("#") for word in tag.split()}))


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
