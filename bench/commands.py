"""How long commands and the program take and how much memory they use, as medians of several runs.

Each command runs as a process of its own in a temporary data folder, after one run that is not counted. Peak memory is
the kernel's own account of the finished process (``ru_maxrss``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bench import tui
from bench.processes import ROOT, measure
from coach.domain.answer import Answer
from coach.store.database import open_database
from coach.store.sessions import Sessions

QUESTION = "Sales promised our fraud model to a client two weeks early, my team is tired. How do I handle this?"


def rows(home: Path, runs: int) -> Iterator[str]:
    """Measure everything and yield lines of two Markdown tables as they come."""
    yield "| command | least s | median s | most s | peak MiB |\n|---|---|---|---|---|"
    notes = ROOT / "corpus" / "sample-notes"
    ask = ["ask", "--model", "none", "--no-keep", "--plain", QUESTION]
    yield measure("first use: `coach ask`, indexing included", ask, home, runs=1, warm_up=False).row()
    yield measure("`coach --help`", ["--help"], home, runs=runs).row()
    yield measure("`coach ask --model none`, warm index", ask, home, runs=runs).row()
    yield measure("`coach search`, warm index", ["search", QUESTION], home, runs=runs).row()
    yield measure("`coach sources`", ["sources"], home, runs=runs).row()
    paths = [str(p) for p in sorted(notes.glob("*.md"))]
    yield measure("adding 15 notes", ["sources", "add", *paths, "--kind", "note"], home, runs=1, warm_up=False).row()
    yield measure("`coach ask --model none`, with notes", ask, home, runs=runs).row()
    yield "\n| program | median | 95th percentile | most | aim |\n|---|---|---|---|---|"
    yield from tui.rows(home, _kept(home), runs)


def _kept(home: Path) -> Answer:
    """Have one answer kept, and return it: what a long conversation is made of."""
    measure("an answer", ["ask", "--model", "none", "--plain", QUESTION], home, runs=1, warm_up=False)
    with open_database(home / "coach.db") as database:
        sessions = Sessions(database)
        latest = sessions.latest()
        if latest is None:
            raise SystemExit("The answer was not kept.")
        return Answer.from_dict(json.loads(sessions.turns(latest.id)[-1].answer))
