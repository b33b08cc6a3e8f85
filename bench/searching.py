"""How quickly notes are searched, by how many there are: ``python -m bench.searching TIMES`` for one index.

A search is `Library.search` as a question is answered with it: the question is embedded and routed, principles,
practices and notes are searched by meaning and by words, and the best lines are read from the ledger. Everything is
warm: as many other questions are asked before the clock starts. All vectors are those of the invented notes' own
sentences.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.processes import figures, own_peak_mib, percentile
from bench.vault_notes import questions

_WARM_UP = 30
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Searched:
    """Figures of one size: seconds of each search, MiB."""

    statements: int
    seconds: list[float]
    #: In use after the searches, and the most there was; all of the process.
    resident: float
    peak: float
    #: Of the ledger with its full-text index, and of Chroma.
    ledger: float
    vectors: float

    @property
    def p50(self) -> float:
        """The median, in ms."""
        return 1000 * statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """The 95th percentile, in ms."""
        return 1000 * percentile(self.seconds, 0.95)

    @property
    def disk(self) -> float:
        """MiB on disk."""
        return self.ledger + self.vectors


def searched(home: Path, times: int) -> Searched:
    """Search what is indexed in `home` and return what that took."""
    return Searched(**figures("bench.searching", home, times))


def rows(found: Sequence[Searched]) -> list[str]:
    """Return rows of a Markdown table."""
    head = (
        "| statements | search p50 | p95 | most | resident MiB | peak MiB | ledger, MiB on disk | vectors |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    return [head] + [
        f"| {s.statements:,} | {s.p50:.1f} ms | {s.p95:.1f} ms | {1000 * max(s.seconds):.1f} ms "
        f"| {s.resident:.0f} | {s.peak:.0f} | {s.ledger:.0f} | {s.vectors:.0f} |"
        for s in found
    ]


def _search(times: int) -> None:
    from coach.agent.assembly import open_coach
    from coach.settings import load_settings

    settings = load_settings(model="none")
    coach = open_coach(settings)
    coach.library.bring_up_to_date()
    asked = questions(_WARM_UP + times)
    seconds = []
    for i, question in enumerate(asked):
        began = time.perf_counter()
        found = coach.library.search(question)
        took = time.perf_counter() - began
        if found.missing:
            raise SystemExit(f"Not everything was searched: {found.missing}")
        if i >= _WARM_UP:
            seconds.append(took)
    measured = Searched(
        statements=sum(note.statements for note in coach.vault.notes()),
        seconds=seconds,
        resident=_resident_mib(),
        peak=own_peak_mib(),
        ledger=sum(p.stat().st_size for p in settings.home.glob(settings.database_path.name + "*")) / _MIB,
        vectors=sum(p.stat().st_size for p in settings.chroma_path.rglob("*") if p.is_file()) / _MIB,
    )
    print(json.dumps(vars(measured)))


def _resident_mib() -> float:
    """Memory in use now; where the kernel does not tell (it does on Linux), the most there was."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return own_peak_mib()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


if __name__ == "__main__":
    _search(int(sys.argv[1]))
