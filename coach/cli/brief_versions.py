"""The versions of a brief: listed with what each changed, compared, and made the newest again."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli import options
from coach.cli.console import say, whisper
from coach.cli.opening import opened
from coach.cli.rows import print_json

if TYPE_CHECKING:
    from coach.domain.preparation import Brief
    from coach.store.briefs import Briefs

BriefId = Annotated[str, typer.Argument(metavar="ID", help="Id of a brief; its first characters are enough.")]
VersionNumber = Annotated[int, typer.Argument(metavar="VERSION", min=1, help="Number of one of its versions.")]


def versions(brief_id: BriefId, json: options.Json = False) -> None:
    """List the versions of a brief, the first one first, and how much each changed."""
    from coach.agent.talks.compare import compare, summary

    with opened(indexed=False) as coach:
        kept = store(coach)
        all_of_it = kept.versions(kept.find(brief_id))
    changed = ["as it was made", *(summary(compare(a, b)) or "nothing changed" for a, b in pairwise(all_of_it))]
    if json:
        print_json([row(b) | {"changed": how} for b, how in zip(all_of_it, changed, strict=False)])
        return
    for brief, how in zip(all_of_it, changed, strict=False):
        say(f"{brief.version}  {day(brief)}  {brief.title}, {how}")
    if len(all_of_it) > 1:
        its_id = all_of_it[0].id
        whisper(f"Compare: coach briefs compare {its_id} 1. Go back to one: coach briefs restore {its_id} 1")


def compare_versions(
    brief_id: BriefId,
    version: VersionNumber,
    other: Annotated[
        int | None, typer.Option("--with", min=1, help="With this one; by default the last.", show_default=False)
    ] = None,
    json: options.Json = False,
) -> None:
    """Show what two versions of a brief say differently, part by part; - is only in the first, + only in the other."""
    from coach.agent.talks.compare import compare

    with opened(indexed=False) as coach:
        kept = store(coach)
        found = kept.find(brief_id)
        before, after = kept.get(found, version), kept.get(found, other)
    differences = compare(before, after)
    if json:
        told = [d.as_dict() for d in differences]
        print_json({"id": found, "before": before.version, "after": after.version, "differences": told})
        return
    say(f"Version {before.version} (-) and version {after.version} (+) of {found}")
    for d in differences:
        say(f"\n{d.heading}:")
        for mark, lines in (("-", d.before), ("+", d.after)):
            for line in lines:
                say(f"{mark} {line}")
    if not differences:
        say("They say the same.")


def restore(brief_id: BriefId, version: VersionNumber, json: options.Json = False) -> None:
    """Make a version of a brief the newest again; those after it stay."""
    with opened(indexed=False) as coach:
        kept = store(coach)
        new = kept.keep(kept.get(kept.find(brief_id), version))
    if json:
        print_json(new.as_dict())
    else:
        say(f"Kept as version {new.version} of {new.id}, which says what version {version} said.")


def store(coach: Any) -> Briefs:
    """Return where a coach keeps briefs."""
    from coach.store.briefs import Briefs

    return Briefs(coach.database)


def day(brief: Brief) -> str:
    """Return when a version was made, in the person's zone."""
    return f"{datetime.fromisoformat(brief.created).astimezone():%Y-%m-%d %H:%M}"


def row(brief: Brief) -> dict[str, Any]:
    """Return what a list says of a brief, as plain JSON values."""
    return {
        "id": brief.id,
        "version": brief.version,
        "title": brief.title,
        "created": brief.created,
        "referred": brief.referred,
    }
