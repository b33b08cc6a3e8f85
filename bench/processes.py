"""Running what is measured in a process of its own, and what the kernel says of it.

A process is started from one that is small: the kernel counts what its parent had in memory at the start as its own.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Measured:
    """Seconds and peak MiB of several runs of one command."""

    name: str
    seconds: list[float]
    peak_mib: float

    def row(self) -> str:
        """The figures as a row of a Markdown table."""
        s = sorted(self.seconds)
        return f"| {self.name} | {s[0]:.2f} | {statistics.median(s):.2f} | {s[-1]:.2f} | {self.peak_mib:.0f} |"


def environment(home: Path) -> dict[str, str]:
    """Return what a process sees that keeps everything in `home` and knows no settings of the person's."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COACH_", "OPENAI_"))}
    return kept | {
        "COACH_HOME": str(home),
        "XDG_CONFIG_HOME": str(home.parent / "config"),
        "PYTHONPATH": str(ROOT),
    }


def coach(*arguments: str) -> list[str]:
    """Return the command line of ``coach ARGUMENTS``."""
    return [str(Path(sys.executable).with_name("coach")), *arguments]


def measure(name: str, arguments: Sequence[str], home: Path, *, runs: int, warm_up: bool = True) -> Measured:
    """Run ``coach ARGUMENTS`` and return what it took. Raises `SystemExit` where it fails."""
    seconds: list[float] = []
    peak = 0.0
    for i in range(runs + warm_up):
        out = tempfile.TemporaryFile()  # noqa: SIM115 (closed below; a block would be timed with it)
        errors = tempfile.TemporaryFile()  # noqa: SIM115
        began = time.perf_counter()
        child = subprocess.Popen(
            coach(*arguments), env=environment(home), stdin=subprocess.DEVNULL, stdout=out, stderr=errors
        )
        _, status, usage = os.wait4(child.pid, 0)
        took = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        with out, errors:
            if child.returncode:
                errors.seek(0)
                raise SystemExit(f"coach {' '.join(arguments)} failed: {errors.read().decode()}")
            if not out.seek(0, os.SEEK_END):
                raise SystemExit(f"coach {' '.join(arguments)} printed nothing, so nothing was measured.")
        if i >= warm_up:
            seconds.append(took)
            peak = max(peak, mib(usage))
    return Measured(name, seconds, peak)


def figures(module: str, home: Path, *arguments: object) -> dict[str, Any]:
    """Run ``python -m MODULE ARGUMENTS`` and return the JSON object that it prints last.

    Raises `SystemExit` where it fails.
    """
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, env=environment(home), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{module} failed: {done.stderr or done.stdout}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def mib(usage: resource.struct_rusage) -> float:
    """Return the most memory that a process had in use."""
    return usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


def own_peak_mib() -> float:
    """Return the most memory that this process had in use so far."""
    return mib(resource.getrusage(resource.RUSAGE_SELF))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` (0 to 1) of the values do not exceed, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
