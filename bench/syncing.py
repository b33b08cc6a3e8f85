"""What it takes to look at a folder of notes again: whole processes of ``coach notes sync``."""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from bench.processes import Measured, figures, measure
from bench.vault_notes import Notes


def rows(folder: Path, home: Path, runs: int) -> list[str]:
    """Sync `folder`, which is indexed in `home`, again and again; return rows of a Markdown table. It is changed."""
    files = sum(1 for p in folder.rglob("*") if p.is_file())
    unchanged = measure(f"`coach notes sync`, {files:,} files, none changed", ["notes", "sync"], home, runs=runs)
    within = figures("bench.syncing", home, runs)["seconds"]
    return [
        "| whole process | least s | median s | most s | peak MiB |\n|---|---|---|---|---|",
        unchanged.row(),
        _one_line(folder, home, runs).row(),
        f"| of which the sync itself, none changed | {min(within):.2f} | {statistics.median(within):.2f} "
        f"| {max(within):.2f} | |",
    ]


def _one_line(folder: Path, home: Path, runs: int) -> Measured:
    import random

    notes = Notes(random.Random(2))
    paths = sorted(folder.rglob("*.md"))
    seconds, peak = [], 0.0
    for i in range(runs):
        path = paths[i * len(paths) // runs]
        lines = path.read_text("utf-8").splitlines()
        at = next(n for n, line in enumerate(lines) if line.startswith("- "))
        lines[at] = f"- {notes.sentence()}"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        once = measure("", ["notes", "sync"], home, runs=1, warm_up=False)
        seconds += once.seconds
        peak = max(peak, once.peak_mib)
    return Measured("the same, one line of one file changed", seconds, peak)


def _sync(runs: int) -> None:
    from coach.agent.assembly import open_coach
    from coach.settings import load_settings

    seconds = []
    for _ in range(runs):
        coach = open_coach(load_settings(model="none"))
        began = time.perf_counter()
        report = coach.vault.sync()
        seconds.append(time.perf_counter() - began)
        if report.changes or not report.whole:
            raise SystemExit("Something changed, so what was measured is not a sync without changes.")
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    _sync(int(sys.argv[1]))
