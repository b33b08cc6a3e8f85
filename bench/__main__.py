"""``python -m bench [commands|vault|kills]``: speed and memory, as Markdown tables. ``make bench`` is the first.

commands: whole commands, and the program in a terminal. vault: indexing, searching and syncing of many invented notes.
kills: syncs that are killed at random moments, and whether anything is lost.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from bench.processes import ROOT, measure
from bench.vault_notes import write_notes

#: Statements of an invented note, on the average.
_IN_A_NOTE = 20
_FULL = 100_000


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9, help="counted runs of each command")
    what = parser.add_subparsers(dest="what")
    what.add_parser("commands", help="commands and the program (the default)")
    vault = what.add_parser("vault", help="many notes: indexing, searching, syncing")
    vault.add_argument("--full", action="store_true", help="100,000 statements of 5,000 notes, and draw the picture")
    vault.add_argument("--statements", type=int, help="how many in all, instead of 2,000")
    vault.add_argument("--files", type=int, help="how many notes, instead of one for 20 statements")
    vault.add_argument("--sample", type=int, default=1000, help="statements that other ways index")
    vault.add_argument("--batch", type=int, default=100, help="texts in one call of langchain-chroma")
    vault.add_argument("--searches", type=int, default=300, help="searches of each size")
    kills = what.add_parser("kills", help="kill syncs")
    kills.add_argument("--times", type=int, default=50, help="how many")
    kills.add_argument("--files", type=int, default=100, help="notes to begin with")
    kills.add_argument("--statements", type=int, default=2000, help="statements to begin with")
    kills.add_argument("--seed", type=int, default=1, help="of notes, changes and moments")
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n", flush=True)
    with tempfile.TemporaryDirectory() as place:
        match options.what:
            case "vault":
                _vault(Path(place), options)
            case "kills":
                _kills(Path(place), options)
            case _:
                from bench import commands

                print(f"{options.runs} runs each\n")
                for line in commands.rows(Path(place) / "home", options.runs):
                    print(line, flush=True)


def _vault(place: Path, options: argparse.Namespace) -> None:
    from bench import indexing, plot, searching, syncing

    statements = options.statements or (_FULL if options.full else 2000)
    files = options.files or max(1, statements // _IN_A_NOTE)
    notes, home = place / "notes", place / "home"
    write_notes(notes, files=files, statements=statements)
    _show(indexing.rows(notes, home, sample=min(options.sample, statements), batch=options.batch))
    found = []
    for size in (1000, 10_000):
        if size < statements:
            fewer = place / f"{size}"
            write_notes(fewer / "notes", files=size // _IN_A_NOTE, statements=size)
            measure("", ["notes", "add", str(fewer / "notes")], fewer / "home", runs=1, warm_up=False)
            found.append(searching.searched(fewer / "home", options.searches))
    found.append(searching.searched(home, options.searches))
    _show(searching.rows(found))
    _show(syncing.rows(notes, home, options.runs))
    if options.full:
        picture = ROOT / "docs" / "pictures" / "vault-scale.svg"
        plot.draw(found, picture)
        print(f"Drawn: {picture.relative_to(ROOT)}")


def _kills(place: Path, options: argparse.Namespace) -> None:
    from bench import kills

    counts = kills.run(
        place, times=options.times, files=options.files, statements=options.statements, seed=options.seed
    )
    _show(counts.rows())
    print(f"{counts.ended} more syncs had ended before they were to be killed.")
    if counts.lost or counts.disagreements:
        raise SystemExit("Something was lost or in disagreement; standard error says what.")


def _show(lines: list[str]) -> None:
    print("\n".join(lines) + "\n", flush=True)


if __name__ == "__main__":
    main()
