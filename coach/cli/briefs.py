"""`coach briefs`: preparation sheets that were kept, each with its versions."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli import options
from coach.cli.console import say
from coach.cli.opening import opened
from coach.cli.prepare import show as show_brief
from coach.cli.rows import STDIN, print_json, read_text
from coach.domain.errors import InputError

if TYPE_CHECKING:
    from coach.domain.preparation import Brief
    from coach.store.briefs import Briefs

briefs = typer.Typer(help="Briefs that were kept: list, show, edit, export and delete them.", rich_markup_mode=None)

_Id = Annotated[str, typer.Argument(metavar="ID", help="Id of a brief; its first characters are enough.")]
_Version = Annotated[
    int | None, typer.Option("--version", min=1, help="This version of it; by default the last.", show_default=False)
]
_Lines = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PART=TEXT", help="Put these lines of yours in place of a part's. May be repeated."),
]
_More = Annotated[
    list[str] | None,
    typer.Option("--add", metavar="PART=TEXT", help="Put these lines of yours behind a part's. May be repeated."),
]


@briefs.callback(invoke_without_command=True)
def default(context: typer.Context, json: options.Json = False) -> None:
    """List the briefs, or show, edit, export and delete them."""
    if context.invoked_subcommand is None:
        list_briefs(json)


@briefs.command("list")
def list_briefs(json: options.Json = False) -> None:
    """List the briefs, the last changed first."""
    with opened(indexed=False) as coach:
        kept = _store(coach).list()
    if json:
        print_json([_row(b) for b in kept])
        return
    for brief in kept:
        say(f"{brief.id}  {_day(brief)}  {brief.title}{f' (version {brief.version})' if brief.version > 1 else ''}")
    if not kept:
        say('There are no briefs yet. Make one: coach prepare "I have to tell my director no on Thursday"')


@briefs.command("show")
def show(brief_id: _Id, version: _Version = None, json: options.Json = False) -> None:
    """Show a brief."""
    with opened(indexed=False) as coach:
        kept = _store(coach)
        brief = kept.get(kept.find(brief_id), version)
    show_brief(brief, json=json)


@briefs.command("versions")
def versions(brief_id: _Id, json: options.Json = False) -> None:
    """List the versions of a brief, the first one first."""
    with opened(indexed=False) as coach:
        kept = _store(coach)
        all_of_it = kept.versions(kept.find(brief_id))
    if json:
        print_json([_row(b) for b in all_of_it])
        return
    for brief in all_of_it:
        say(f"{brief.version}  {_day(brief)}  {brief.title}")


@briefs.command("edit")
def edit(
    brief_id: _Id,
    put: _Lines = None,
    add: _More = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--file", metavar="FILE", help="Take its text, edited elsewhere, from a file; - is standard input."
        ),
    ] = None,
    json: options.Json = False,
) -> None:
    """Change a brief; what it was before stays as an earlier version.

    Without --set, --add and --file it is opened in your editor (VISUAL or EDITOR). Lines that you change count as said
    by you.
    """
    from coach.agent.talks.editing import read_back, with_text

    with opened(indexed=False) as coach:
        kept = _store(coach)
        old = kept.get(kept.find(brief_id))
        if put or add:
            if file is not None:
                raise InputError("--file has the whole text already.", "Leave --set and --add out.")
            new = old
            for given, behind in [(g, False) for g in put or ()] + [(g, True) for g in add or ()]:
                part, text = _assigned(given)
                new = with_text(new, part, text, add=behind)
        elif file is not None:
            new = read_back(old, read_text(file))
        else:
            new = _in_editor(old)
        if new != old:
            new = kept.keep(new)
    if json:
        print_json(new.as_dict())
    elif new == old:
        say("Nothing was changed.")
    else:
        say(f"Kept as version {new.version} of {new.id}. See it: coach briefs show {new.id}")


@briefs.command("export")
def export(
    brief_id: _Id,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE]", help="Where to; by default a file in this folder, - prints it.", show_default=False
        ),
    ] = None,
    version: _Version = None,
) -> None:
    """Write a brief as Markdown, one page to print."""
    from coach.agent.talks.brief_text import markdown
    from coach.tui.export import file_name, write

    with opened(indexed=False) as coach:
        kept = _store(coach)
        brief = kept.get(kept.find(brief_id), version)
    if file == STDIN:
        say(markdown(brief).rstrip("\n"))
        return
    path = Path(file or file_name(brief.title)).expanduser()
    write(path, markdown(brief))
    say(f"Written to {path}.")


@briefs.command("delete")
def delete(brief_id: _Id) -> None:
    """Forget a brief with all its versions for good."""
    with opened(indexed=False) as coach:
        kept = _store(coach)
        found = kept.find(brief_id)
        kept.delete(found)
    say(f"Deleted {found}.")


def _store(coach: Any) -> Briefs:
    from coach.store.briefs import Briefs

    return Briefs(coach.database)


def _assigned(given: str) -> tuple[str, str]:
    part, equals, text = given.partition("=")
    if not equals or not part.strip():
        raise InputError(
            f"{given[:60]!r} names no part.", 'Write it like this: --set "outcome=A checkpoint in December"'
        )
    return part.strip(), text


def _in_editor(brief: Brief) -> Brief:
    from coach.agent.talks.brief_text import editable
    from coach.agent.talks.editing import read_back
    from coach.tui.editor import edited

    if not sys.stdin.isatty() and not any(os.environ.get(v, "").strip() for v in ("VISUAL", "EDITOR")):
        raise InputError("There is no terminal to edit in.", 'Use --set "part=text", --add "part=text" or --file FILE.')
    text = edited(editable(brief))
    try:
        return read_back(brief, text)
    except InputError as e:
        # What was written must not be lost for a heading.
        raise InputError(e.message, f"{e.hint} {_saved(brief.id, text)}") from e


def _saved(brief_id: str, text: str) -> str:
    with suppress(OSError):
        # mkstemp makes it readable by this user alone.
        handle, path = tempfile.mkstemp(prefix="coach-brief-", suffix=".md")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        return f"Your text is in {path}; correct it, then: coach briefs edit {brief_id} --file {path}"
    return ""


def _day(brief: Brief) -> str:
    return f"{datetime.fromisoformat(brief.created).astimezone():%Y-%m-%d %H:%M}"


def _row(brief: Brief) -> dict[str, Any]:
    return {
        "id": brief.id,
        "version": brief.version,
        "title": brief.title,
        "created": brief.created,
        "referred": brief.referred,
    }
