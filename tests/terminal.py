"""A program in a terminal of its own (a pseudo-terminal): keys go in, and what it draws comes out with the time."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import resource
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

#: Seconds after which a test gives up. No test waits so long unless it fails.
_PATIENCE = 60.0
_SEQUENCE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]")


class Terminal:
    """Runs a program until it ends, or is ended on leaving the `with` block.

    Args:
        command: program and arguments.
        environment: all of its variables.
        size: columns and rows.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], *, size: tuple[int, int] = (100, 30)
    ) -> None:
        self.began = time.perf_counter()
        self.pid, self._tty = pty.fork()
        if self.pid == 0:  # pragma: no cover - the other process
            try:
                os.execve(command[0], list(command), dict(environment))
            finally:
                os._exit(127)
        self.resize(*size)
        #: All that was drawn so far.
        self.drawn = bytearray()
        self.status: int | None = None
        #: Of the program that ended.
        self.usage: resource.struct_rusage | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            self.signal(signal.SIGKILL)
            self.wait()
        self.hang_up()

    @property
    def text(self) -> str:
        """What was drawn, without the escape sequences between: in the order of drawing, not of the screen."""
        return _SEQUENCE.sub(b"", self.drawn).decode("utf-8", "replace")

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._tty, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys: str) -> float:
        """Send keys; return when."""
        at = time.perf_counter()
        os.write(self._tty, keys.encode())
        return at

    def until(self, text: str, *, since: int = 0) -> float:
        """Read until `text` was drawn after the first `since` bytes; return when that was seen."""
        wanted = text.encode()
        end = time.perf_counter() + _PATIENCE
        while True:
            new = self.drawn[since:]
            if wanted in new or wanted in _SEQUENCE.sub(b"", new):
                return time.perf_counter()
            if time.perf_counter() > end or not self._read(end):
                raise AssertionError(f"never drawn: {text!r}\n{self.text[-3000:]}")

    def until_holds(self, holds: Callable[[], object]) -> None:
        """Read until something is so that does not show on the screen."""
        end = time.perf_counter() + _PATIENCE
        while not holds():
            if time.perf_counter() > end:
                raise AssertionError(f"never: {holds}\n{self.text[-3000:]}")
            self._read(time.perf_counter() + 0.05)

    def read_for(self, seconds: float) -> None:
        """Read what is drawn in so many seconds."""
        end = time.perf_counter() + seconds
        while self._read(end):
            pass

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Close the terminal, as closing its window does."""
        if self._tty >= 0:
            os.close(self._tty)
            self._tty = -1

    def wait(self) -> int:
        """Return the exit status of the program once it has ended: negative for the signal that ended it."""
        end = time.perf_counter() + _PATIENCE
        while self.status is None:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self.status, self.usage = os.waitstatus_to_exitcode(status), usage
            elif time.perf_counter() > end:
                raise AssertionError(f"does not end\n{self.text[-3000:]}")
            # What it still draws must be read, or it would wait for that.
            elif self._tty < 0 or not self._read(time.perf_counter() + 0.01):
                time.sleep(0.005)
        return self.status

    @property
    def peak_mib(self) -> float:
        """The most memory that the program, which has ended, had in use: the kernel's own account."""
        assert self.usage is not None
        return self.usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)

    def _read(self, end: float) -> bool:
        """Read what there is, waiting for it until `end`; return whether there may be more."""
        # Not select.select, which knows no file descriptor above 1023.
        waiting = select.poll()
        waiting.register(self._tty, select.POLLIN)
        if waiting.poll(1000 * max(0.0, end - time.perf_counter())):
            try:
                new = os.read(self._tty, 65536)
            except OSError:
                return False
            self.drawn += new
            return bool(new)
        return False


def coach(*arguments: str) -> list[str]:
    """Return the command that runs ``coach`` with this Python."""
    return [str(Path(sys.executable).with_name("coach")), *arguments]


def environment(home: Path, **variables: str) -> dict[str, str]:
    """Return the variables of this process without those that are about Coach, for a data folder of its own."""
    own = ("COACH_", "OPENAI_", "LANG", "NO_COLOR", "TEXTUAL", "COLUMNS", "LINES")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(own)}
    return kept | {
        "COACH_HOME": str(home),
        "COACH_MODEL": "none",
        "COACH_OLLAMA_URL": "http://127.0.0.1:9",
        "XDG_CONFIG_HOME": str(home.parent / "config"),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LC_ALL": "C.UTF-8",
        **variables,
    }
