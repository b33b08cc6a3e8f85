"""`coach sources`: list, read, add and remove what answers are made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli import options
from coach.cli.console import say
from coach.cli.opening import opened, patiently
from coach.cli.progress import Bar
from coach.cli.rows import print_json
from coach.domain.source import SourceKind

if TYPE_CHECKING:
    from coach.domain.source import Source, Statement

sources = typer.Typer(help="Principles, practices and your notes.", rich_markup_mode=None)

_Id = Annotated[str, typer.Argument(metavar="ID", help="Id of a source or a statement, such as P8 or P8.2.")]


@sources.callback(invoke_without_command=True)
def default(context: typer.Context, kind: options.Kind = None, json: options.Json = False) -> None:
    """List the sources, or read, add and remove them."""
    if context.invoked_subcommand is None:
        list_sources(kind, json)


@sources.command("list")
def list_sources(kind: options.Kind = None, json: options.Json = False) -> None:
    """List every source: id, kind, title, number of statements, date, and where it was read from."""
    with opened() as coach:
        found = coach.library.sources(kind)
    if json:
        print_json([_row(s) for s in found])
        return
    rows = [
        (
            s.id,
            s.kind.value,
            _count(s),
            s.date.isoformat() if s.date else "",
            s.title + (" (private)" if s.private else ""),
            "" if s.builtin else s.path,
        )
        for s in found
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(4)] if rows else []
    for row in rows:
        fixed = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        say(f"{fixed}  {row[4]}" + (f"  {row[5]}" if row[5] else ""))
    if not rows:
        say("There are no sources of this kind. Add one: coach sources add FILE --kind note")


@sources.command("show")
def show(any_id: _Id, json: options.Json = False) -> None:
    """Show a source with its statements, or one statement."""
    from coach.cli.plain import source_text, statement_text

    with opened() as coach:
        source, statement = coach.library.find(any_id)
    if json:
        print_json(_statement(statement) | {"source": _row(source)} if statement else _whole(source))
    else:
        say(statement_text(source, statement) if statement else source_text(source))


@sources.command("add")
def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Text, Markdown, PDF, DOCX, HTML, VTT, SRT.")],
    kind: Annotated[SourceKind, typer.Option("--kind", help="What the files are.")] = SourceKind.NOTE,
) -> None:
    """Add files, or read them again where they changed. All of them are added, or none."""
    with opened() as coach, Bar("Indexing the new sources") as bar:
        added = coach.library.add(files, kind, bar)
    for source in added.sources:
        private = "; private, it never leaves this machine" if source.private else ""
        say(f"{source.id} {source.title} ({_count(source)}{private})")
    if not added.sources:
        say("Nothing changed: the files are known as they are.")
    for remark in added.remarks:
        say(remark)


@sources.command("remove")
def remove(source_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a source, such as N12.")]) -> None:
    """Remove a source of your own. Its file stays where it is; its number is not used again."""
    with opened() as coach:
        removed = patiently(lambda wait: coach.vault.remove(source_id, wait=wait))
    say(f"Removed {removed.id} {removed.title}.")


def _count(source: Source) -> str:
    return f"{len(source.statements)} {'statement' if len(source.statements) == 1 else 'statements'}"


def _row(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "kind": source.kind.value,
        "title": source.title,
        "statements": len(source.statements),
        "date": source.date.isoformat() if source.date else None,
        "path": source.path,
        "private": source.private,
        "builtin": source.builtin,
    }


def _whole(source: Source) -> dict[str, Any]:
    return _row(source) | {
        "when": source.when,
        "serves": list(source.serves),
        "tags": list(source.tags),
        "draws_on": list(source.draws_on),
        "statements": [_statement(s) for s in source.statements],
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "id": statement.id,
        "text": statement.text,
        "kind": statement.kind.value,
        "heading": list(statement.heading),
        "serves": list(statement.serves),
        "line": statement.line,
        "hash": statement.hash,
    }
