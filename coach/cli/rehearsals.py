"""`coach rehearsals`: rehearsals that were kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli import options
from coach.cli.console import say
from coach.cli.opening import opened
from coach.cli.rows import print_json

if TYPE_CHECKING:
    from coach.store.rehearsals import Kept

rehearsals = typer.Typer(help="Rehearsals that were kept, and their debriefs.", rich_markup_mode=None)

_Id = Annotated[str, typer.Argument(metavar="ID", help="Id of a rehearsal; its first characters are enough.")]


@rehearsals.callback(invoke_without_command=True)
def default(context: typer.Context, json: options.Json = False) -> None:
    """List the rehearsals, or show and delete them."""
    if context.invoked_subcommand is None:
        list_rehearsals(json=json)


@rehearsals.command("list")
def list_rehearsals(
    brief: Annotated[str | None, typer.Argument(metavar="[BRIEF]", help="Only those of this brief.")] = None,
    json: options.Json = False,
) -> None:
    """List the rehearsals, last used first."""
    from coach.store.briefs import Briefs
    from coach.store.rehearsals import Rehearsals

    with opened(indexed=False) as coach:
        brief_id = Briefs(coach.database).find(brief) if brief else ""
        kept = Rehearsals(coach.database).list(brief_id)
    if json:
        print_json([_row(k) for k in kept])
        return
    for k in kept:
        lines = len(k.rehearsal.turns)
        looked = ", looked back at" if k.debrief else ""
        say(
            f"{k.rehearsal.id}  {k.updated.astimezone():%Y-%m-%d %H:%M}  {k.rehearsal.title} "
            f"({k.rehearsal.counterpart.role}, {lines} {'line' if lines == 1 else 'lines'}, "
            f"{k.rehearsal.state.value}{looked})"
        )
    if not kept:
        say("There are no rehearsals yet. Begin one: coach rehearse BRIEF")


@rehearsals.command("show")
def show(rehearsal_id: _Id, json: options.Json = False) -> None:
    """Show everything that was said in a rehearsal, branches included, and its debrief."""
    from coach.agent.talks.counterpart import shown
    from coach.agent.talks.debrief_text import branches, plain, transcript
    from coach.store.rehearsals import Rehearsals

    with opened(indexed=False) as coach:
        found = Rehearsals(coach.database)
        kept = found.get(found.find_id(rehearsal_id))
    if json:
        print_json({**kept.as_dict(), "updated": kept.updated.isoformat()})
        return
    say(f"{kept.rehearsal.title}\n\nThe counterpart:\n{shown(kept.rehearsal.counterpart)}\n")
    say(transcript(kept.rehearsal))
    if len(kept.rehearsal.branches) > 1:
        say(f"\nWays through it:\n{branches(kept.rehearsal)}")
    if kept.debrief:
        say(f"\n{plain(kept.debrief, kept.rehearsal)}")


@rehearsals.command("delete")
def delete(rehearsal_id: _Id) -> None:
    """Delete a rehearsal and its debrief for good."""
    from coach.store.rehearsals import Rehearsals

    with opened(indexed=False) as coach:
        found = Rehearsals(coach.database)
        wanted = found.find_id(rehearsal_id)
        found.delete(wanted)
    say(f"Deleted {wanted}.")


def _row(kept: Kept) -> dict[str, Any]:
    r = kept.rehearsal
    return {
        "id": r.id,
        "brief_id": r.brief_id,
        "title": r.title,
        "role": r.counterpart.role,
        "lines": len(r.turns),
        "state": r.state.value,
        "debriefed": kept.debrief is not None,
        "created": r.created.isoformat(),
        "updated": kept.updated.isoformat(),
    }
