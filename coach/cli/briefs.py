"""`coach briefs`: preparation sheets that were kept, each with its versions."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli import options
from coach.cli.brief_versions import BriefId, compare_versions, day, restore, row, store, versions
from coach.cli.console import say, whisper
from coach.cli.opening import open_indexed, opened, settings_with, what_leaves
from coach.cli.prepare import show as show_brief
from coach.cli.rows import STDIN, print_json, read_text
from coach.cli.stale import stale_in
from coach.domain.errors import InputError

if TYPE_CHECKING:
    from coach.domain.preparation import Brief

briefs = typer.Typer(
    help="Briefs that were kept: list, show, edit, compare, restore, review a message, export and delete them.",
    rich_markup_mode=None,
)

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
    """List the briefs; show, edit or export one, compare its versions, review a message for it."""
    if context.invoked_subcommand is None:
        list_briefs(json)


@briefs.command("list")
def list_briefs(json: options.Json = False) -> None:
    """List the briefs, the last changed first."""
    with opened(indexed=False) as coach:
        kept = store(coach).list()
    if json:
        print_json([row(b) for b in kept])
        return
    for brief in kept:
        say(f"{brief.id}  {day(brief)}  {brief.title}{f' (version {brief.version})' if brief.version > 1 else ''}")
    if not kept:
        say('There are no briefs yet. Make one: coach prepare "I have to tell my director no on Thursday"')


@briefs.command("show")
def show(brief_id: BriefId, version: _Version = None, json: options.Json = False) -> None:
    """Show a brief."""
    with opened(indexed=False) as coach:
        kept = store(coach)
        brief = kept.get(kept.find(brief_id), version)
        stale = stale_in(coach, brief)
    show_brief(brief, json=json)
    if stale and not json:
        say(f"\n{stale}")


briefs.command("versions")(versions)
briefs.command("compare")(compare_versions)
briefs.command("restore")(restore)


@briefs.command("review")
def review(
    brief_id: BriefId,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The message; - reads it from standard input.")],
    model: options.Model = None,
    composer: options.Composer = None,
    json: options.Json = False,
) -> None:
    """Review a message that you mean to send, and keep what was found with the brief."""
    from coach.agent.talks.reviewing import reviewed

    text = read_text(file)
    coach = open_indexed(settings_with(model=model, composer=composer))
    with asyncio.Runner() as runner:
        try:
            kept = store(coach)
            brief = kept.get(kept.find(brief_id))
            if leaves := what_leaves(coach):
                whisper(leaves)
            show_brief(kept.keep(runner.run(reviewed(coach, brief, text))), json=json)
        finally:
            runner.run(coach.aclose())


@briefs.command("edit")
def edit(
    brief_id: BriefId,
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
        kept = store(coach)
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
    brief_id: BriefId,
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
    from coach.agent.talks.exported import note_export
    from coach.tui.export import file_name, write

    with opened(indexed=False) as coach:
        kept = store(coach)
        brief = kept.get(kept.find(brief_id), version)
        if file == STDIN:
            say(markdown(brief).rstrip("\n"))
            return
        path = Path(file or file_name(brief.title)).expanduser()
        write(path, markdown(brief))
        say(f"Written to {path}.")
        note_export(coach, path, [f"brief:{brief.id}"])


@briefs.command("delete")
def delete(brief_id: BriefId) -> None:
    """Forget a brief with all its versions for good."""
    with opened(indexed=False) as coach:
        kept = store(coach)
        found = kept.find(brief_id)
        kept.delete(found)
    say(f"Deleted {found}.")


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
