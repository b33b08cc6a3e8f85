"""Changing single settings in the person's TOML file; every other line, comments too, stays as it is."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

from coach.domain.errors import SettingsError, StoreError
from coach.domain.text import clean_line
from coach.settings import config_file


def change_settings(changes: Mapping[str, str | None]) -> Path:
    """Set top-level keys of the settings file to these texts, take those out that are None, and return its path.

    The file is replaced as a whole (0600) or not at all; where it is a link, what it points to is replaced. It and its
    folder (0700) are made where they are missing.

    Raises:
        SettingsError: the file is not valid TOML, or says a key in a way that cannot be changed safely.
        StoreError: it cannot be read or written.
    """
    path = config_file()
    try:
        before = path.read_bytes().decode("utf-8") if path.exists() else ""
        known = tomllib.loads(before)
    except OSError as e:
        raise StoreError(
            f"The settings file {path} cannot be read: {e.strerror or e}.", "Check its permissions."
        ) from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        problem = clean_line(str(e)) if isinstance(e, tomllib.TOMLDecodeError) else "it is not UTF-8 text"
        raise SettingsError(f"The settings file {path} is not valid TOML: {problem}.", "Correct it first.") from e
    after = _changed(before, changes)
    wanted = {k: v for k, v in {**known, **changes}.items() if v is not None}
    if _meaning(after) != wanted:
        raise SettingsError(
            f"The settings file {path} is written in a way that Coach cannot change safely.",
            f"Set {', '.join(changes)} in it by hand.",
        )
    if after != before:
        _replace(path, after)
    return path


def _replace(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = path.resolve()
        # Private from the start: that is how temporary files are made.
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as e:
        raise StoreError(
            f"The settings file {path} cannot be written: {e.strerror or e}.",
            "Check the folder's permissions and the room on the disk; nothing was changed.",
        ) from e


def _changed(text: str, changes: Mapping[str, str | None]) -> str:
    ends = "\r\n" if "\r\n" in text else "\n"
    lines: list[str] = []
    left = dict(changes)
    # Where a key that is not there yet goes: after the last one before the first table.
    place, in_table = 0, False
    for statement in _statements(text):
        said = _meaning(statement) or {}
        in_table = in_table or statement.lstrip().startswith("[")
        key = next(iter(said), None)
        if not in_table and key in left:
            value = left.pop(key)
            if value is not None:
                lines.append(_line(key, value) + _comment(statement, said) + ends)
        else:
            lines.append(statement)
        if said and not in_table:
            place = len(lines)
    new = [_line(key, value) + ends for key, value in left.items() if value is not None]
    if place == 0 and not in_table:
        place = len(lines)
    if new and place and not lines[place - 1].endswith("\n"):
        lines[place - 1] += ends
    return "".join(lines[:place] + new + lines[place:])


def _statements(text: str) -> list[str]:
    """The text in its statements, each with its line end: a key with its value, a table's head, a comment, a blank."""
    statements, begun = [], ""
    # Not splitlines(), which also breaks at characters that may stand in a value.
    *lines, last = text.split("\n")
    for line in [*(f"{line}\n" for line in lines), last]:
        begun += line
        # A value may go over several lines: it ends where what has come so far can be read.
        if begun and _meaning(begun) is not None:
            statements.append(begun)
            begun = ""
    return [*statements, begun] if begun else statements


def _meaning(toml: str) -> dict[str, object] | None:
    try:
        return tomllib.loads(toml)
    except tomllib.TOMLDecodeError:
        return None


def _line(key: str, value: str) -> str:
    # What JSON escapes TOML escapes alike; the one character that only TOML does is never in clean text.
    return f"{key} = {json.dumps(value, ensure_ascii=False)}"


def _comment(statement: str, said: Mapping[str, object]) -> str:
    """The comment at the end of a statement, with the blanks before it."""
    bare = statement.rstrip()
    at = bare.find("#")
    while at >= 0:
        if _meaning(bare[:at]) == said:
            before = bare[:at]
            return before[len(before.rstrip()) :] + bare[at:]
        at = bare.find("#", at + 1)
    return ""
