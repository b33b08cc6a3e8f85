"""The person's own editor: for a long prompt, and for the file of a note."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from coach.domain.errors import CoachError, InputError
from coach.domain.text import clean, clean_line

_FALLBACKS = ("nano", "vim", "vi")
#: Editors that take the line as ``+12`` in front of the file.
_TAKES_LINE = {"vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "joe", "kak"}
_HINT = "Set EDITOR to the command of your editor, such as EDITOR=nano."


def edited(text: str) -> str:
    """Return `text` as the person left it in their editor, cleaned. To be called while the program is suspended.

    Raises:
        CoachError: there is no editor, it failed, or what it left cannot be read.
    """
    # mkstemp makes it readable by this user alone.
    handle, name = tempfile.mkstemp(prefix="coach-", suffix=".md")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        _run([*_editor(), str(path)])
        return clean(path.read_text(encoding="utf-8", errors="replace")).rstrip("\n")
    except OSError as e:
        raise CoachError(f"The text could not be passed to the editor: {e.strerror or e}.", _HINT) from e
    finally:
        path.unlink(missing_ok=True)


def open_file(path: str, line: int) -> None:
    """Open a file in the person's editor, at a line (from 1) if it is known and the editor can be told.

    Raises:
        CoachError: there is no such file or no editor, or it failed.
    """
    if not Path(path).is_file():
        raise InputError(f"{clean_line(path)} is not there any more.", "Add it again from where it is now.")
    command = _editor()
    at = [f"+{line}"] if line > 0 and Path(command[0]).name in _TAKES_LINE else []
    _run([*command, *at, path])


def _editor() -> list[str]:
    for variable in ("VISUAL", "EDITOR"):
        if value := os.environ.get(variable, "").strip():
            try:
                return shlex.split(value)
            except ValueError as e:
                raise CoachError(f"{variable} cannot be read as a command.", _HINT) from e
    for name in _FALLBACKS:
        if shutil.which(name):
            return [name]
    raise CoachError("There is no editor.", _HINT)


def _run(command: list[str]) -> None:
    try:
        status = subprocess.run(command, check=False).returncode
    except OSError as e:
        raise CoachError(f"The editor {clean_line(command[0])} could not be started: {e.strerror or e}.", _HINT) from e
    if status:
        raise CoachError(f"The editor {clean_line(command[0])} ended with status {status}.", "What you had stays.")
