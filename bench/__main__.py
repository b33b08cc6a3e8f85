"""``make bench``: how long commands and the program take and how much memory they use, as medians of several runs.

Each command runs as a process of its own in a temporary data folder, after one run that is not counted. Peak memory is
the kernel's own account of the finished process (``ru_maxrss``).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import tui
from coach.domain.answer import Answer
from coach.store.database import open_database
from coach.store.sessions import Sessions

QUESTION = "Sales promised our fraud model to a client two weeks early, my team is tired. How do I handle this?"


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


def measure(name: str, arguments: Sequence[str], home: Path, *, runs: int, warm_up: bool = True) -> Measured:
    """Run ``coach ARGUMENTS`` and return what it took. Raises `SystemExit` where it fails."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("COACH_", "OPENAI_"))}
    environment["COACH_HOME"] = str(home)
    seconds: list[float] = []
    peak = 0.0
    for i in range(runs + warm_up):
        out = tempfile.TemporaryFile()  # noqa: SIM115 (closed below; a block would be timed with it)
        began = time.perf_counter()
        child = subprocess.Popen(
            [str(Path(sys.executable).with_name("coach")), *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
        )
        _, status, usage = os.wait4(child.pid, 0)
        took = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(
                f"coach {' '.join(arguments)} failed: {child.stderr.read().decode() if child.stderr else ''}"
            )
        if child.stderr:
            child.stderr.close()
        if not out.tell():
            raise SystemExit(f"coach {' '.join(arguments)} printed nothing, so nothing was measured.")
        out.close()
        if i >= warm_up:
            seconds.append(took)
            peak = max(peak, _mib(usage))
    return Measured(name, seconds, peak)


def _mib(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="counted runs of each command")
    runs = parser.parse_args().runs
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {runs} runs each\n")
    print("| command | least s | median s | most s | peak MiB |\n|---|---|---|---|---|")
    notes = Path(__file__).parent.parent / "corpus" / "sample-notes"
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        ask = ["ask", "--model", "none", "--no-keep", "--plain", QUESTION]
        first = measure("first use: `coach ask`, indexing included", ask, home, runs=1, warm_up=False)
        print(first.row())
        print(measure("`coach --help`", ["--help"], home, runs=runs).row())
        print(measure("`coach ask --model none`, warm index", ask, home, runs=runs).row())
        print(measure("`coach search`, warm index", ["search", QUESTION], home, runs=runs).row())
        print(measure("`coach sources`", ["sources"], home, runs=runs).row())
        paths = [str(p) for p in sorted(notes.glob("*.md"))]
        print(
            measure("adding 15 notes", ["sources", "add", *paths, "--kind", "note"], home, runs=1, warm_up=False).row()
        )
        print(measure("`coach ask --model none`, with notes", ask, home, runs=runs).row())
        print("\n| program | median | 95th percentile | most | aim |\n|---|---|---|---|---|")
        for row in tui.rows(home, _kept(home), runs):
            print(row)


def _kept(home: Path) -> Answer:
    """Have one answer kept, and return it: what a long conversation is made of."""
    measure("an answer", ["ask", "--model", "none", "--plain", QUESTION], home, runs=1, warm_up=False)
    with open_database(home / "coach.db") as database:
        sessions = Sessions(database)
        latest = sessions.latest()
        if latest is None:
            raise SystemExit("The answer was not kept.")
        return Answer.from_dict(json.loads(sessions.turns(latest.id)[-1].answer))


if __name__ == "__main__":
    main()
