"""`coach forget`: one thing, or everything, for good and everywhere."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import typer

from coach.cli import options
from coach.cli.console import say, whisper
from coach.cli.opening import opened, settings_with
from coach.cli.progress import Bar
from coach.cli.rows import print_json
from coach.domain.errors import CoachError, InputError
from coach.domain.text import clean_line

#: What no program on this machine can take back.
_ELSEWHERE = (
    "Not removed, since Coach cannot reach it or it is not Coach's: backups and snapshots of the disk, files that you "
    "exported (conversations, briefs, looks back, calendars), notes in their own files, the history of your shell, and "
    "what was sent to a model elsewhere while it was asked."
)
_Kind = Literal["session", "brief", "rehearsal", "commitment", "note", "everything", "leftovers"]
_WITHOUT_ID = ("everything", "leftovers")
#: Exit status where something of it was found afterwards.
_REMAINS = 3


def forget(
    kind: Annotated[_Kind, typer.Argument(help="What kind of thing; leftovers finishes what was broken off.")],
    its_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="Its id, such as N12 for a note.", show_default=False)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    keep_commitments: Annotated[
        bool, typer.Option("--keep-commitments", help="Keep the commitments that came of it.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Forget a conversation, a brief, a rehearsal, a commitment or a note: from the ledger, the indexes and the files.

    It says first what goes and what stays, and asks. Afterwards it looks through every file of the data folder.
    """
    if (kind in _WITHOUT_ID) != (its_id is None):
        raise InputError(
            f"{kind} has no id." if its_id else f"Which {kind}?",
            f"Say: coach forget {kind}" + ("" if kind in _WITHOUT_ID else " ID"),
        )
    if json and not yes:
        raise InputError("With --json nothing is asked.", "Say --yes, too.")
    if kind == "everything":
        _everything(yes=yes, json=json)
        return
    from coach.agent.talks.forget import Forgetter

    with opened(indexed=kind == "note") as coach:
        forgetter = Forgetter(coach)
        scopes, start = forgetter.scopes, its_id or ""
        scope = scopes.leftovers() if kind == "leftovers" else scopes.of(kind, start, keep_commitments=keep_commitments)
        if not _agreed(scope.goes, (*scope.stays, *map(_exported, scope.exports)), yes=yes, quiet=json):
            say("Nothing was forgotten.")
            return
        with Bar("Writing the index anew") as bar:
            done = asyncio.run(forgetter.forget(scope, bar))
    if json:
        print_json(
            {
                "removed": list(scope.goes),
                "kept": list(scope.stays),
                "remains": list(done.remains),
                "exports": list(done.exports),
            }
        )
    else:
        say(f"Forgotten: {'; '.join(scope.goes)}.")
        if done.redacted:
            say(f"Taken out of {done.redacted} answers, briefs or rehearsals.")
        if done.history:
            say(f"{done.history} {'line' if done.history == 1 else 'lines'} of the prompt's history went, too.")
        if not done.remains:
            say("Nothing of it was found in the files of the data folder afterwards.")
        for path in done.exports:
            say(f"Still there, since you exported it: {clean_line(path)}")
        say(_ELSEWHERE)
    if done.remains:
        whisper(f"Something of it still stands in: {', '.join(done.remains)}.")
        whisper("Close other windows of Coach, then run: coach forget leftovers")
        raise typer.Exit(_REMAINS)


def _everything(*, yes: bool, json: bool) -> None:
    from coach.agent.talks.forget_everything import forget_everything, own_files
    from coach.config_file import config_file

    home = settings_with().home
    there = own_files(home)
    goes = [f"all conversations, briefs, rehearsals, commitments, sources and indexes in {home}"]
    stays = [f"the settings in {config_file().parent}, keys, and the model's weights in {home / 'models'}"]
    stays += _shared(home)
    exports = _exports() if (home / "coach.db").exists() else ()
    stays += [_exported(path) for path in exports]
    if not there:
        say(f"There is nothing to forget in {home}.")
        return
    if not _agreed(goes, stays, yes=yes, quiet=json):
        say("Nothing was forgotten.")
        return
    removed = forget_everything(home)
    if json:
        remains = [str(p) for p in own_files(home)]
        print_json({"removed": [str(p) for p in removed], "kept": stays, "remains": remains, "exports": list(exports)})
        return
    say(f"Forgotten: {'; '.join(goes)}.")
    say(f"Kept: {'; '.join(stays)}.")
    say(_ELSEWHERE)


def _exports() -> tuple[str, ...]:
    """Every file that something was exported to and that still lies there, as far as that can be read."""
    from coach.agent.talks.exported import lying

    with suppress(CoachError), opened(indexed=False) as coach:
        return lying(coach)
    return ()


def _exported(path: str) -> str:
    return f"the file {clean_line(path)}, which you exported; delete it yourself"


def _shared(home: Path) -> list[str]:
    from coach.store.team_record import read_record

    record = read_record(home)
    if record is None or not record.server:
        return []
    return [f"what {record.server} has of yours; to take it off as well, first run: coach team leave"]


def _agreed(goes: Sequence[str], stays: Sequence[str], *, yes: bool, quiet: bool) -> bool:
    if not quiet:
        say("This goes for good:")
        for line in goes:
            say(f"  {line}")
        if stays:
            say("This stays:")
            for line in stays:
                say(f"  {line}")
    if yes:
        return True
    if not sys.stdin.isatty():
        raise InputError("Nobody can be asked here.", "Say --yes if it is to go.")
    try:
        return input("Forget it? Type yes: ").strip().lower() in ("yes", "y")
    except EOFError:
        return False
