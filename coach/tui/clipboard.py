"""Copying text, and saying truthfully whether that was done."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping

#: Programs that copy what they read, and the variable that says that they can reach a clipboard.
_PROGRAMS = (
    (("wl-copy",), "WAYLAND_DISPLAY"),
    (("xclip", "-selection", "clipboard"), "DISPLAY"),
    (("xsel", "--clipboard", "--input"), "DISPLAY"),
    (("pbcopy",), ""),
)
_SECONDS = 2


def copy_by_program(text: str, environment: Mapping[str, str] | None = None) -> bool:
    """Copy `text` with a program of this machine; return whether one did.

    Over SSH this machine's clipboard is not the person's: then none is asked.
    """
    environment = os.environ if environment is None else environment
    if environment.get("SSH_CONNECTION"):
        return False
    for command, needs in _PROGRAMS:
        if (needs and not environment.get(needs)) or shutil.which(command[0]) is None:
            continue
        try:
            # Its output is let go: xclip stays in the background, and would keep a pipe open.
            done = subprocess.run(
                command,
                input=text.encode(),
                timeout=_SECONDS,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return True
    return False
