"""JSON in and out: rows of a JSON Lines file, questions from files and standard input."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from coach.domain.errors import InputError
from coach.domain.evidence import Turn
from coach.domain.text import clean

#: Standard input, where a file is asked for.
STDIN = "-"
#: Largest file that is read, in bytes.
_MOST = 64 << 20
# What a terminal would obey or a reader would not see, and what cannot be encoded. Within JSON it can only stand in a
# string, where its escape means the same.
_UNSAFE = re.compile(
    "[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def dumps(value: Any, *, indent: bool = False) -> str:
    """Return `value` as JSON that is safe to print: unsafe characters are escaped, so nothing of it is lost."""
    text = json.dumps(value, ensure_ascii=False, indent=2 if indent else None)
    return _UNSAFE.sub(lambda m: json.dumps(m.group())[1:-1], text)


def print_json(value: Any) -> None:
    """Print a value: indented where a person reads it, on one line in a pipe."""
    print(dumps(value, indent=sys.stdout.isatty()), flush=True)


def read_text(name: str) -> str:
    """Return the text of a file, or of standard input where `name` is ``-``, as it stands.

    Raises:
        InputError: it cannot be read, is too large or is not UTF-8.
    """
    shown = "standard input" if name == STDIN else name
    try:
        if name == STDIN:
            data = sys.stdin.buffer.read(_MOST + 1)
        else:
            with Path(name).expanduser().open("rb") as file:
                data = file.read(_MOST + 1)
    except FileNotFoundError as e:
        raise InputError(f"There is no file {shown}.", "Check the name and the folder.") from e
    except IsADirectoryError as e:
        raise InputError(f"{shown} is a folder.", "Name one file.") from e
    except (OSError, ValueError) as e:
        reason = (e.strerror if isinstance(e, OSError) else "") or "its name is not one that a file can have"
        raise InputError(f"{shown} cannot be read: {reason}.", "Check its name and permissions.") from e
    if len(data) > _MOST:
        raise InputError(f"{shown} is larger than {_MOST >> 20} MB.", "Split it into smaller files.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise InputError(f"{shown} is not UTF-8 text.", "Save it as UTF-8.") from e


def read_rows(name: str, needed: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSON Lines file, each an object whose `needed` keys hold text. Empty lines are passed over.

    Every row also has an ``id``, text or a number, that no other row has.

    Raises:
        InputError: naming the line, before the first row is yielded if any row is malformed.
    """
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    shown = "standard input" if name == STDIN else name
    for number, line in enumerate(read_text(name).split("\n"), 1):
        if line.strip():
            rows.append(_row(line, needed, f"Line {number} of {shown}"))
            if repr(rows[-1]["id"]) in seen:
                raise InputError(
                    f"Line {number} of {shown} has an id that an earlier line has.", "Give each row its own."
                )
            seen.add(repr(rows[-1]["id"]))
    if not rows:
        raise InputError(f"There are no rows in {shown}.", "Write one JSON object on each line.")
    yield from rows


def _row(line: str, needed: Sequence[str], where: str) -> dict[str, Any]:
    form = "A row looks like this: " + json.dumps({"id": "1", **dict.fromkeys(needed, "…")}, ensure_ascii=False)
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as e:
        raise InputError(f"{where} is not JSON.", form) from e
    if not isinstance(row, dict):
        raise InputError(f"{where} is not a JSON object.", form)
    if not isinstance(row.get("id"), str | int) or isinstance(row.get("id"), bool):
        raise InputError(f'{where} has no "id" (text or a whole number).', form)
    for key in needed:
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise InputError(f'{where} has no "{key}" (text).', form)
    turns = row.get("turns")
    if turns is not None and not (isinstance(turns, list) and all(_is_turn(t) for t in turns)):
        raise InputError(f'{where} has "turns" that are no list of {{"question": …, "answer": …}}.', form)
    return row


def _is_turn(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(k), str) for k in ("question", "answer"))


def turns_of(row: Mapping[str, Any]) -> tuple[Turn, ...]:
    """Return the conversation before a row's question, oldest first, cleaned."""
    return tuple(Turn(clean(t["question"]), clean(t["answer"])) for t in row.get("turns") or ())
