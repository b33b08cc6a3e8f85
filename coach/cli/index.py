"""`coach index`: the search index over the sources, built again or examined."""

from __future__ import annotations

import typer

from coach.cli import options
from coach.cli.console import say, whisper
from coach.cli.opening import opened, settings_with
from coach.cli.progress import Bar
from coach.cli.rows import print_json

index = typer.Typer(help="The search index over the sources.", rich_markup_mode=None)


@index.callback()
def index_group() -> None:
    """The search index over the sources."""


@index.command("rebuild")
def rebuild() -> None:
    """Throw the search index away and build it again from the ledger. Sources and conversations stay."""
    with opened(indexed=False) as coach, Bar("Building the index") as bar:
        coach.library.rebuild(bar)
    say("The index is built anew.")


@index.command("verify")
def verify(json: options.Json = False) -> None:
    """Find every disagreement between the ledger and what is derived from it, and repair it.

    A damaged ledger is saved as far as it can be read; a copy of it stays. Exits with 1 where something is left to do.
    """
    from coach.agent.upkeep import verify as examine

    with Bar("Repairing the index") as bar:
        examination = examine(settings_with(), bar)
    if json:
        print_json(
            {
                "ok": examination.repaired,
                "sources": examination.sources,
                "statements": examination.statements,
                "findings": [
                    {"part": f.part, "found": f.found, "done": f.done, "repaired": f.repaired, "hint": f.hint}
                    for f in examination.findings
                ],
            }
        )
    else:
        for f in examination.findings:
            say(f"{f.part}: {f.found} {f.done}".rstrip())
            if f.hint:
                whisper(f"  {f.hint}")
        agrees = "All agrees" if examination.repaired else "The rest agrees"
        agrees += " now" if examination.findings else ""
        say(f"{agrees}: {examination.sources:,} sources, {examination.statements:,} statements.")
    if not examination.repaired:
        raise typer.Exit(1)
