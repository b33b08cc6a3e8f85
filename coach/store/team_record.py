"""Who one is to the team, and what one agreed to: a small file beside the ledger.

It stands by itself so that what was shared can still be taken back where the ledger was lost or forgotten.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from coach.domain.errors import StoreError

_FILE = "team.json"
_HEX = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """What is kept."""

    #: Random; teammates see it.
    member: str
    #: Random; stays on this machine.
    salt: str
    #: What teammates see beside it; empty for nothing.
    label: str = ""
    #: Address of the server that is shared with; empty where nothing is shared.
    server: str = ""


def read_record(home: Path) -> TeamRecord | None:
    """Return what is kept; None where nothing was ever shared.

    Raises:
        StoreError: it cannot be read.
    """
    path = home / _FILE
    try:
        found = json.loads(path.read_text("utf-8"))
        record = TeamRecord(found["member"], found["salt"], found["label"], found["server"])
        if not all(isinstance(text, str) for text in (record.label, record.server)):
            raise TypeError
        if not _HEX.fullmatch(record.member) or not _HEX.fullmatch(record.salt):
            raise ValueError
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise StoreError(
            f"{path} cannot be read: it says who you are to your team.",
            "Put it back from a backup. Without it, what you shared cannot be taken back from here; then remove it.",
        ) from e
    return record


def new_record() -> TeamRecord:
    """Return the record of somebody who shares for the first time."""
    return TeamRecord(secrets.token_hex(8), secrets.token_hex(16))


def write_record(home: Path, record: TeamRecord) -> None:
    """Keep it, for this user alone (0600); all of it or nothing.

    Raises:
        StoreError: it cannot be written.
    """
    try:
        # Private from the start: that is how temporary files are made.
        handle, name = tempfile.mkstemp(prefix=f".{_FILE}.", dir=home)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(record), file)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(home / _FILE)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as e:
        raise StoreError(f"{home / _FILE} cannot be written: {e.strerror or e}.", "Check the disk.") from e
