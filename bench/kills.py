"""Syncs that are killed (SIGKILL) at random moments, and what the next start finds: see `bench.agreement`.

Before each sync some notes are changed, added, renamed and removed, few or many. The moment is drawn evenly from a
third of a sync without changes, which is when its imports end, to a little more than that sync takes. One that had
ended before its moment is looked at all the same and not counted.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.processes import coach, environment, figures, measure
from bench.vault_notes import Notes, write_notes

#: Share of the notes that is changed before a sync.
_SHARES = (0.02, 0.1, 0.3)
_KINDS = ("decision", "retro", "one-to-one", "incident", "transcript")


@dataclass
class Counts:
    """What came of the kills."""

    kills: int = 0
    #: Syncs that ended before they were killed.
    ended: int = 0
    #: Kills before anything was written; between ledger and indexes; after all that was written was indexed.
    before: int = 0
    between: int = 0
    after: int = 0
    lost: list[str] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)

    def rows(self) -> list[str]:
        """The counts as a Markdown table."""
        return [
            "| kills | nothing written yet | ledger ahead of the indexes | indexes in step with what was written "
            "| committed statements lost | disagreements |\n|---|---|---|---|---|---|",
            f"| {self.kills} | {self.before} | {self.between} | {self.after} | {len(self.lost)} "
            f"| {len(self.disagreements)} |",
        ]


def run(place: Path, *, times: int, files: int, statements: int, seed: int) -> Counts:
    """Kill `times` syncs of so many notes, kept in `place`, and return the counts.

    Nothing is hidden by a fault: every kill is looked at, and the next one starts from what was found.
    """
    home, folder, known = place / "home", place / "notes", place / "known.json"
    notes = write_notes(folder, files=files, statements=statements, seed=seed)
    chance = random.Random(seed + 1)
    measure("", ["notes", "add", str(folder)], home, runs=1, warm_up=False)
    idle = measure("", ["notes", "sync"], home, runs=1).seconds[0]
    _change(folder, notes, chance, _SHARES[-1], statements // files)
    busy = measure("", ["notes", "sync"], home, runs=1, warm_up=False).seconds[0]
    counts = Counts()
    _look(counts, folder, home, known)
    while counts.kills < times:
        share = chance.choice(_SHARES)
        _change(folder, notes, chance, share, statements // files)
        most = idle + 1.1 * max(0.0, busy - idle) * share / _SHARES[-1]
        killed = _killed(home, chance.uniform(idle / 3, most))
        found = _look(counts, folder, home, known)
        if not killed:
            counts.ended += 1
            continue
        counts.kills += 1
        counts.before += not found["written"] and not found["pending"]
        counts.between += bool(found["pending"])
        counts.after += found["written"] and not found["pending"]
        if counts.kills % 10 == 0:
            print(f"{counts.kills} kills", file=sys.stderr, flush=True)
    return counts


def _look(counts: Counts, folder: Path, home: Path, known: Path) -> dict[str, bool]:
    found = figures("bench.agreement", home, folder, known)
    counts.lost += found["lost"]
    counts.disagreements += found["disagreements"]
    for each in (*found["lost"], *found["disagreements"]):
        print(f"after {counts.kills} kills: {each}", file=sys.stderr, flush=True)
    return {"written": bool(found["written"]), "pending": bool(found["pending"])}


def _killed(home: Path, after_s: float) -> bool:
    """Start a sync and kill it after so many seconds; return whether it was still at work."""
    out = subprocess.DEVNULL
    with subprocess.Popen(coach("notes", "sync"), env=environment(home), stdin=out, stdout=out, stderr=out) as child:
        time.sleep(after_s)
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
        return child.wait() == -signal.SIGKILL


def _change(folder: Path, notes: Notes, chance: random.Random, share: float, length: int) -> None:
    """Change a share of the notes: one in five each removed, renamed and made anew, in the others a line or a few."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    chosen = chance.sample(paths, max(5, round(share * len(paths))))
    for i, path in enumerate(chosen):
        match i % 5:
            case 0:
                path.unlink()
                name, text = notes.note(chance.choice(_KINDS), length)
                fresh = path.parent / f"{chance.randrange(10**9):09}-{name}"
                fresh.write_text(text, "utf-8")
            case 1:
                path.rename(path.with_name(f"{chance.randrange(10**9):09}{path.suffix}"))
            case _:
                _edit(path, notes, chance)


def _edit(path: Path, notes: Notes, chance: random.Random) -> None:
    lines = path.read_text("utf-8").splitlines()
    said = [n for n, line in enumerate(lines) if line.startswith("- ") or (path.suffix == ".txt" and line)]
    for at in chance.sample(said, min(len(said), chance.choice((1, 3)))):
        lead = lines[at].partition(": ")[0] + ": " if path.suffix == ".txt" else "- "
        lines[at] = lead + notes.sentence()
    path.write_text("\n".join(lines) + "\n", "utf-8")
