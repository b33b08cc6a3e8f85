"""`coach debrief`: a rehearsal looked back at, the person's own view first."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli import options
from coach.cli.console import say
from coach.cli.opening import open_indexed, settings_with
from coach.cli.rows import print_json
from coach.domain.answer import Citation
from coach.domain.errors import InputError
from coach.domain.text import clean_line

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.domain.answer import Sentence
    from coach.domain.debrief import Debrief
    from coach.store.rehearsals import Kept

OWN_VIEW = "First you: how did it go, in your own eyes? (Enter passes) "


def debrief(
    rehearsal: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]",
            help="Id of a rehearsal; its first characters are enough. The last one where none is given.",
            show_default=False,
        ),
    ] = None,
    own_view: Annotated[
        str | None, typer.Option("--own-view", metavar="TEXT", help="How it went, in your own eyes.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option("--export", metavar="FILE", help="Write it as Markdown, with the transcript.")
    ] = None,
    anew: Annotated[bool, typer.Option("--anew", help="Look back again, in place of what was kept.")] = False,
    model: options.Model = None,
    composer: options.Composer = None,
    json: options.Json = False,
) -> None:
    """Look back at a rehearsal: your own lines, what each did, and what was counted.

    Where it was looked back at already, that is shown again.
    """
    coach = open_indexed(settings_with(model=model, composer=composer))
    with asyncio.Runner() as runner:
        try:
            kept = _wanted(coach, rehearsal)
            ask = sys.stdin.isatty() and not json and own_view is None
            kept, made = _made(coach, kept, runner, own_view, ask=ask, anew=anew)
            if export is not None:
                from coach.agent.talks.debrief_text import markdown
                from coach.agent.talks.exported import note_export
                from coach.tui.export import write

                write(export.expanduser(), markdown(made, kept.rehearsal))
                say(f"Written to {export}.")
                note_export(coach, export.expanduser(), [f"rehearsal:{kept.rehearsal.id}"])
            elif json:
                print_json({"rehearsal": kept.rehearsal.id, "title": kept.rehearsal.title, **made.as_dict()})
            else:
                _show(coach, kept, made)
        finally:
            runner.run(coach.aclose())


def look_back_now(coach: Coach, rehearsal_id: str, runner: asyncio.Runner) -> int:
    """Look back at a rehearsal that has just ended; return the number of the line to try again, 0 for none."""
    from coach.store.rehearsals import Rehearsals

    if asked("\nLook back at it now? (Enter for yes, n for no) ").lower().startswith("n"):
        say(f"Kept. Look back at it with: coach debrief {rehearsal_id}")
        return 0
    kept = Rehearsals(coach.database).get(rehearsal_id)
    kept, made = _made(coach, kept, runner, None, ask=True, anew=True)
    _show(coach, kept, made)
    if made.retry and asked(f"\nTry line {made.retry} again now? (y for yes) ").lower().startswith("y"):
        return made.retry
    return 0


def asked(question: str) -> str:
    """Return what somebody at a terminal answers; nothing where they pass with Enter. Raises `typer.Abort`."""
    try:
        return input(question).strip()
    except (EOFError, KeyboardInterrupt) as e:
        say()
        raise typer.Abort from e


def sentences_text(sentences: Sequence[Sentence]) -> str:
    """Return sentences a line each, with their ids in brackets."""
    return "\n".join(s.text + (f" [{', '.join(c.id for c in s.citations)}]" if s.citations else "") for s in sentences)


def _wanted(coach: Coach, start: str | None) -> Kept:
    from coach.store.rehearsals import Rehearsals

    rehearsals = Rehearsals(coach.database)
    if start is not None:
        return rehearsals.get(rehearsals.find_id(start))
    every = rehearsals.list()
    if not every:
        raise InputError("There is no rehearsal to look back at yet.", "Rehearse a brief: coach rehearse BRIEF")
    return every[0]


def _made(
    coach: Coach, kept: Kept, runner: asyncio.Runner, own_view: str | None, *, ask: bool, anew: bool
) -> tuple[Kept, Debrief]:
    """Return the debrief of where a rehearsal stands: as it was kept, or made and kept now."""
    from coach.agent.talks.looking_back import looked_back
    from coach.agent.talks.rehearse import Referred

    r = kept.rehearsal
    same = kept.debrief is not None and kept.debrief.lines == tuple(t.number for t in r.path)
    if kept.debrief is not None and same and not anew and own_view is None:
        return kept, kept.debrief
    # The person speaks first: nothing that is said of their lines stands in the way of what they saw themselves.
    view = asked(OWN_VIEW) if ask and own_view is None else own_view or ""
    made = runner.run(looked_back(coach, r, view))
    if isinstance(made, Referred):
        say(sentences_text(made.sentences))
        raise typer.Exit
    return replace(kept, debrief=made), made


def _show(coach: Coach, kept: Kept, made: Debrief) -> None:
    from coach.agent.talks.debrief_text import plain
    from coach.cli.stale import stale_line

    say(plain(made, kept.rehearsal))
    if stale := stale_line(coach, [Citation(c.id, c.hash) for c in made.statements]):
        say(f"\n{stale}")
    again = f"coach rehearse --continue {kept.rehearsal.id} --from {made.retry}"
    say(f"\nTo try line {made.retry} again: {clean_line(again)}")
