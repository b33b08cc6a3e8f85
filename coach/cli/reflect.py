"""`coach reflect`: a look back over a week, or over the time since a day."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from coach.cli import options
from coach.cli.console import plainly, say
from coach.cli.opening import opened
from coach.cli.rows import print_json
from coach.domain.errors import InputError


def reflect(
    week: Annotated[
        str | None, typer.Option("--week", metavar="WEEK", help="A week, such as 2026-W47; this one by default.")
    ] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="From this day to today.")] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", metavar="FILE", help="Write it as Markdown into a new file.")
    ] = None,
    json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """Look back: which principles came up, what was planned and kept, one pattern, one question.

    It is counted from your answers and commitments, here on this machine; no model is asked.
    """
    from coach.agent.talks.exported import note_export, things_in
    from coach.agent.talks.reflect import reflect as look_back
    from coach.agent.talks.reflect_text import reflection_markdown, reflection_text
    from coach.domain.weeks import one_week, since_day
    from coach.tui.export import write

    if week is not None and since is not None:
        raise InputError("--week and --since say two things.", "Give one of them.")
    now = datetime.now().astimezone()
    period = since_day(since, now.date()) if since is not None else one_week(week or "", now.date())
    with opened() as coach:
        seen = look_back(coach, period, now)
        if markdown is not None:
            path = markdown.expanduser()
            write(path, reflection_markdown(seen))
            if not json:
                say(f"Written to {path}.")
            note_export(coach, path, things_in(seen))
    if json:
        print_json(seen.as_dict())
    elif markdown is None:
        say(reflection_text(seen, ascii_only=plainly(plain) or bool(os.environ.get("NO_COLOR"))))
