"""The console entry: the commands, and what people see when one of them fails."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from coach import __version__
from coach.cli import options
from coach.cli.ask import ask
from coach.cli.briefs import briefs
from coach.cli.chat import chat
from coach.cli.check import check
from coach.cli.commitments import commit, commitments
from coach.cli.console import complain, debugging, say, whisper
from coach.cli.debrief import debrief
from coach.cli.doctor import doctor
from coach.cli.evaluation import eval_app
from coach.cli.forget import forget
from coach.cli.index import index
from coach.cli.model import model
from coach.cli.notes import notes
from coach.cli.prepare import prepare
from coach.cli.reflect import reflect
from coach.cli.rehearsals import rehearsals
from coach.cli.rehearse import rehearse
from coach.cli.search import search
from coach.cli.serve import serve
from coach.cli.sessions import sessions
from coach.cli.settings import show_settings
from coach.cli.sources import sources
from coach.cli.team import team
from coach.cli.why import why
from coach.domain.errors import CoachError, InputError

_INTERRUPTED = 130

app = typer.Typer(
    name="coach",
    # Plain help: Rich takes as long to import as all the rest.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(ask)
app.command()(chat)
app.command()(serve)
app.command()(search)
app.command()(why)
app.add_typer(sources, name="sources")
app.add_typer(notes, name="notes")
app.add_typer(team, name="team")
app.add_typer(sessions, name="sessions")
app.add_typer(model, name="model")
app.command()(prepare)
app.add_typer(briefs, name="briefs")
app.command()(rehearse)
app.add_typer(rehearsals, name="rehearsals")
app.command()(debrief)
app.command()(commit)
app.add_typer(commitments, name="commitments")
app.command()(reflect)
app.command()(forget)
app.command()(check)
app.add_typer(eval_app, name="eval")
app.add_typer(index, name="index")
app.command("settings")(show_settings)
app.command()(doctor)


def _version(wanted: bool) -> None:
    if wanted:
        say(f"coach {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
    last: options.Continue = False,
    plain: Annotated[
        bool,
        typer.Option("--plain", help="Talk in plain lines, as a screen reader needs it; COACH_PLAIN=true stays so."),
    ] = False,
) -> None:
    """A leadership coach for tech leads of machine-learning teams.

    Every claim cites a statement that you can open. Without a command it talks with you.
    """
    if context.invoked_subcommand is None:
        chat(last=last, plain=plain)
    elif last or plain:
        given = "--continue" if last else "--plain"
        raise InputError(
            f"{given} is not for the command that follows it.",
            f"Put it behind: coach {context.invoked_subcommand} {given}",
        )


def main(args: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; what went wrong is said on standard error, without a traceback.

    Args:
        args: the arguments; those of this process by default.
    """
    try:
        code = get_command(app).main(args, prog_name="coach", standalone_mode=False)
    except CoachError as e:
        _trace()
        complain(e)
        return e.exit_status
    except (typer.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except TyperException as e:
        whisper(e.format_message())
        context = getattr(e, "ctx", None)
        whisper(f"Help: {context.command_path if context else 'coach'} --help")
        return e.exit_code
    except BrokenPipeError:
        raise
    except Exception as e:  # noqa: BLE001 - the last resort: a fault of ours, said without a traceback
        _trace()
        whisper(f"Something went wrong inside Coach ({type(e).__name__}); this is a fault of the program, not yours.")
        if not debugging():
            whisper("Run the same command with COACH_DEBUG=1 and report what it prints to the project's issue tracker.")
        return 1
    return code if isinstance(code, int) else 0


def run() -> NoReturn:
    """Be the program `coach`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal of another encoding shows a question mark rather than an error.
            stream.reconfigure(errors="replace")
    try:
        code = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except BrokenPipeError:
        # Whoever read has gone; nothing may be written to that pipe any more, not even at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    # All is written and closed. Taking down what was loaded takes the interpreter a third of a second, for nothing.
    sys.stderr.flush()
    os._exit(code)


def _trace() -> None:
    if debugging():
        whisper(traceback.format_exc().rstrip())
