"""`coach notes`: the folders that notes lie in, what was read of them, and keeping in step with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli import options
from coach.cli.console import say, whisper
from coach.cli.opening import opened, patiently
from coach.cli.progress import Bar
from coach.cli.rows import print_json
from coach.domain.errors import InputError

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.agent.vault_report import Step, SyncReport

notes = typer.Typer(
    help="Your notes where they lie: folders that are read again when they change.", rich_markup_mode=None
)

#: Exit status of a command that could not read everything.
_SOME_FAILED = 3
_STEPS = {"reading": "Reading the notes", "indexing": "Indexing what is new", "sharing": "Sharing with your team"}

_Include = Annotated[
    list[str] | None,
    typer.Option("--include", metavar="GLOB", help="Read only files that fit, such as '*.md'; may be given again."),
]
_Exclude = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="GLOB", help="Leave out what fits, such as 'archive/'; may be given again."),
]


@notes.callback(invoke_without_command=True)
def default(context: typer.Context, json: options.Json = False) -> None:
    """List the folders and the notes in them, or add, read and remove them."""
    if context.invoked_subcommand is None:
        list_notes(json)


@notes.command("add")
def add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Folders, and files.")],
    include: _Include = None,
    exclude: _Exclude = None,
) -> None:
    """Add folders and files, and read them. From then on `coach notes sync` reads what has changed in them.

    A file named .coachignore says, in any folder, what is not to be read there, as a .gitignore does.
    """
    from coach.cli.notes_text import report_text

    with opened(indexed=False) as coach:
        patiently(lambda wait: coach.vault.add(paths, include or (), exclude or (), wait=wait))
        report = synced(coach)
    _tell(report_text(report), report)


@notes.command("sync")
def sync(
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and read whatever changes as soon as it does. Ctrl+C ends that.")
    ] = False,
) -> None:
    """Read what changed since last time. It may be interrupted at any time; the next one goes on from there."""
    from coach.cli.notes_text import report_text

    with opened(indexed=False) as coach:
        if not coach.vault.roots() and coach.settings.chroma_url is None:
            raise InputError("No folder of notes was added yet.", "Add one: coach notes add FOLDER")
        if watch:
            from coach.cli.notes_watch import keep_in_step

            keep_in_step(coach, synced)
            return
        report = synced(coach)
    _tell(report_text(report), report)


@notes.command("list")
def list_notes(json: options.Json = False) -> None:
    """List what was added, and every note: id, date, title, and where it lies."""
    from coach.cli.notes_text import list_text, note_row, root_row

    with opened(indexed=False) as coach:
        roots, found = coach.vault.roots(), coach.vault.notes()
    if json:
        print_json({"roots": [root_row(r) for r in roots], "notes": [note_row(n) for n in found]})
    else:
        say(list_text(roots, found))


@notes.command("show")
def show(
    any_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a note or a line of it: N12 or N12.4.")],
) -> None:
    """Show a note, its lines under their headings, or one line."""
    from coach.cli.notes_text import note_text
    from coach.cli.plain import statement_text
    from coach.domain.source import SourceKind

    with opened(indexed=False) as coach:
        source, statement = coach.library.find(any_id)
    if source.kind is not SourceKind.NOTE:
        raise InputError(f"{source.id} is not a note.", f"Read it with: coach sources show {source.id}")
    say(statement_text(source, statement) if statement else note_text(source))


@notes.command("remove")
def remove(what: Annotated[str, typer.Argument(metavar="PATH|ID", help="What was added, or a note's id.")]) -> None:
    """Remove what was added with all its notes, by its path, or one note, by its id. Files stay where they are."""
    from coach.cli.notes_text import removed_text

    with opened(indexed=False) as coach:
        removed = patiently(lambda wait: coach.vault.remove(what, wait=wait))
    say(removed_text(removed))


@notes.command("coverage")
def show_coverage(
    json: options.Json = False,
    failed: Annotated[bool, typer.Option("--failed", help="Only what could not be read.")] = False,
) -> None:
    """Say what was read and what was not, and why: by folder, by rule, by file."""
    from coach.cli.notes_text import coverage_row, coverage_text

    with opened(indexed=False) as coach:
        found = coach.vault.coverage()
    if json:
        print_json(coverage_row(found, failed=failed))
    else:
        say(coverage_text(found, failed=failed))
    if not found.whole:
        raise typer.Exit(_SOME_FAILED)


def synced(coach: Coach) -> SyncReport:
    """Sync, showing how far it is; wait for another sync that is at work, and say so."""
    with Bar(_STEPS["reading"], rate=True) as bar:

        def told(step: Step, done: int, total: int) -> None:
            bar.name(_STEPS[step])
            bar(done, total)

        return patiently(lambda wait: coach.vault.sync(told, wait=wait))


def _tell(text: tuple[str, str], report: SyncReport) -> None:
    """Print what a sync did, and on standard error what it could not do."""
    done, failed = text
    say(done)
    if failed:
        whisper(failed)
    if not report.whole:
        raise typer.Exit(_SOME_FAILED)
