"""How quickly notes are indexed, as ``coach notes add`` does it: ``python -m bench.indexing FOLDER`` for one run.

The clock runs while the folder is added and synced: files are found and read, statements written to the ledger and its
full-text index, embedded and written to Chroma. What comes with the package is indexed, and the network loaded, before.
Seconds of a processor are those of all threads together: on a machine that does something else beside they say more.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from bench.processes import figures, own_peak_mib

#: Statements of the slow ways, whose embedding costs so much that inserting into a larger index would not show.
_FEW = 1000


def rows(folder: Path, home: Path, *, sample: int, batch: int) -> list[str]:
    """Index `folder` into `home` and a sample of it by other ways; return rows of a Markdown table."""
    ours = figures("bench.indexing", home, folder)
    rate = ours["statements"] / ours["seconds"]
    found = [
        "| indexed by | statements | seconds | of a processor | statements/s | Coach against it | peak MiB |\n"
        "|---|---|---|---|---|---|---|",
        f"| Coach, all of it: files, ledger, full text, vectors | {ours['statements']:,} | {ours['seconds']:.1f} "
        f"| {ours['cpu']:.1f} | {rate:.0f} | "
        f"| {ours['peak']:.0f} |",
    ]
    few = min(sample, _FEW)
    for way, name, size, calls in (
        ("plain", f"langchain-chroma, our network called plainly, {batch} texts a call", sample, batch),
        ("ours", f"langchain-chroma, Coach's embedder, {batch} texts a call", sample, batch),
        ("ours", "langchain-chroma, Coach's embedder, one call", few, few),
        ("single", "langchain-chroma, Coach's embedder, a text at a time", few, batch),
        ("default", "langchain-chroma, Chroma's default embedder", few, batch),
    ):
        other = figures("bench.baselines", home, way, folder, size, calls)
        if why := other.get("missing"):
            found.append(f"| {name} | not measured: {why} | | | | | |")
            continue
        theirs = other["statements"] / other["seconds"]
        found.append(
            f"| {name} | {other['statements']:,} | {other['seconds']:.1f} | {other['cpu']:.1f} | {theirs:.0f} "
            f"| {rate / theirs:.1f} times | {other['peak']:.0f} |"
        )
    return found


def _index(folder: Path) -> None:
    from coach.agent.assembly import open_coach
    from coach.settings import load_settings

    coach = open_coach(load_settings(model="none"))
    coach.library.bring_up_to_date()
    coach.library.retriever.warm_up()
    began, cpu = time.perf_counter(), time.process_time()
    coach.vault.add([folder])
    report = coach.vault.sync()
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    if not report.whole:
        raise SystemExit(f"Not everything was read: {report.news[:3]}")
    statements = sum(note.statements for note in coach.vault.notes())
    print(json.dumps({"statements": statements, "seconds": took, "cpu": cpu, "peak": own_peak_mib()}))


if __name__ == "__main__":
    _index(Path(sys.argv[1]))
