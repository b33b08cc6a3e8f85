"""`coach chat --plain`: question, answer, follow-up; commands begin with a slash, and an id opens its statement."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from coach.cli import options
from coach.cli.ask import deliver_watched, show
from coach.cli.console import complain, plainly, say
from coach.cli.opening import chosen_session, open_indexed, settings_with, what_leaves
from coach.cli.tui import has_terminal, open_tui
from coach.domain.errors import CoachError, InputError
from coach.domain.evidence import Turn
from coach.domain.ids import is_source_id, is_statement_id

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.domain.answer import Answer

PROMPT = "> "
_HISTORY_LINES = 1000
#: Turns that a conversation which is kept nowhere goes on from.
_REMEMBERED = 6
HELP = """\
Type what is on your mind and press Enter; what follows is taken as a follow-up.
/new           begin a new conversation
P8.2           open a statement, or P8 all of its source (also: /sources P8)
/sources       list the sources
/why 2         why claim 2 of the last answer stands there; /why alone lists them
/help          this list
/quit          leave (so does Ctrl-D)
While an answer is being made, Ctrl-C stops it."""


def chat(
    model: options.Model = None,
    composer: options.Composer = None,
    checker: options.Checker = None,
    strict: options.Strict = False,
    last: options.Continue = False,
    session: options.InSession = None,
    no_keep: options.NoKeep = False,
    plain: options.Plain = False,
) -> None:
    """Talk: question, answer, follow-up.

    On a terminal this opens the program with panels; --plain talks line by line. Where input is not a terminal, each
    line is a question.
    """
    if has_terminal(plain):
        open_tui(
            last=last, session=session, keep=not no_keep, model=model, composer=composer, checker=checker, strict=strict
        )
        return
    settings = settings_with(model=model, composer=composer, checker=checker, strict=strict)
    coach = open_indexed(settings, plain=plain)
    going_on = chosen_session(coach, last=last, session=session, keep=not no_keep)
    talk = Talk(coach, going_on, keep=not no_keep, plain=plainly(plain))
    history = settings.home / "history" if sys.stdin.isatty() and not no_keep else None
    with _history(history):
        failed = talk.run()
    if failed and not sys.stdin.isatty():
        raise typer.Exit(1)


class Talk:
    """One run of the loop.

    Args:
        coach: answers.
        session: id of the conversation to go on with; None begins a new one.
        keep: whether conversations are kept.
        plain: print without colour and redrawing.
    """

    def __init__(self, coach: Coach, session: str | None, *, keep: bool, plain: bool) -> None:
        self._coach = coach
        self._session = session
        self._keep = keep
        self._plain = plain
        self._answer: Answer | None = None
        #: Where nothing is kept, the conversation lives here.
        self._turns: list[Turn] = []
        self._failed = 0
        self._alone = not sys.stdin.isatty()

    def run(self) -> int:
        """Read and answer until the end; return how many lines could not be answered."""
        choice = self._coach.choice
        say(f"Model: {choice.label}. {choice.leaves}")
        if not self._alone:
            say("Type a question, /help or /quit.")
        # One loop for all turns: connections to a model belong to the loop that they were made in.
        with asyncio.Runner() as runner:
            try:
                for line in self._lines():
                    if not self._did(line, runner):
                        break
            finally:
                runner.run(self._coach.aclose())
        return self._failed

    def _lines(self) -> Iterator[str]:
        """Yield what is typed, without empty lines, until the end of input or Ctrl-C at the prompt."""
        if self._alone:
            sys.stdin.reconfigure(errors="replace") if hasattr(sys.stdin, "reconfigure") else None
            for line in sys.stdin:
                if line.strip():
                    yield line.strip()
            return
        while True:
            try:
                line = input(PROMPT).strip()
            except (EOFError, KeyboardInterrupt):
                say()
                return
            if line:
                yield line

    def _did(self, line: str, runner: asyncio.Runner) -> bool:
        """Do what a line says; return whether to go on."""
        command, _, rest = line.partition(" ")
        try:
            if command in ("/quit", "/exit"):
                return False
            if command == "/help":
                say(HELP)
            elif command == "/new":
                self._session = self._answer = None
                self._turns = []
                say("A new conversation.")
            elif command == "/why":
                say(self._why(rest.strip()))
            elif command == "/sources":
                say(self._opened(rest.strip()) if rest.strip() else self._listed())
            elif _is_id(line):
                say(self._opened(line))
            elif command.startswith("/") and command[1:].isalpha():
                raise InputError(f"There is no command {command}.", "/help lists them.")
            else:
                self._ask(line, runner)
        except CoachError as e:
            self._failed += 1
            complain(e)
        return True

    def _ask(self, question: str, runner: asyncio.Runner) -> None:
        asking = deliver_watched(
            self._coach,
            question,
            session=self._session,
            keep=self._keep,
            watched=not (self._plain or self._alone),
            turns=self._turns,
        )
        try:
            self._answer = runner.run(asking)
        except KeyboardInterrupt:
            if self._alone:
                raise
            say("Stopped. Your question is in the history: press the up arrow.")
            return
        self._session = self._answer.session or None
        if not self._keep:
            self._turns = [*self._turns, turn_of(self._answer)][-_REMEMBERED:]
        say()
        show(self._answer, what_leaves(self._coach), plain=self._plain)
        say()

    def _opened(self, any_id: str) -> str:
        from coach.cli.plain import source_text, statement_text

        source, statement = self._coach.library.find(any_id)
        return statement_text(source, statement) if statement else source_text(source)

    def _listed(self) -> str:
        return "\n".join(f"{s.id} {s.kind.value}: {s.title}" for s in self._coach.library.sources())

    def _why(self, number: str) -> str:
        from coach.cli.plain import claims_text, why_text

        if self._answer is None or not self._answer.claims:
            raise InputError("There is no answer with claims yet.", "Ask something first.")
        claims = self._answer.claims
        if not number:
            return claims_text(claims)
        if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= len(claims):
            raise InputError(f"The last answer has claims 1 to {len(claims)}.", "/why alone lists them.")
        return why_text(self._answer, claims[int(number) - 1])


def turn_of(answer: Answer) -> Turn:
    """Return an answer as a turn to go on from; private where it says what must not leave this machine."""
    cited = {c.id for s in answer.sentences for c in s.citations}
    private = any(e.private for e in answer.evidence if e.id in cited)
    return Turn(answer.question, " ".join(s.text for s in answer.sentences), private)


def _is_id(line: str) -> bool:
    bare = line.strip("[]").upper()
    return is_source_id(bare) or is_statement_id(bare)


@contextmanager
def _history(path: Path | None) -> Iterator[None]:
    """Line editing with the lines of earlier runs, kept in a file that is private to the user; None keeps nothing."""
    if path is None:
        yield
        return
    try:
        import readline
    except ImportError:  # A Python that was built without it still reads lines.
        yield
        return
    # A history that cannot be read or written must not keep anybody from asking.
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        readline.read_history_file(path)
    readline.set_history_length(_HISTORY_LINES)
    try:
        yield
    finally:
        with suppress(OSError):
            readline.write_history_file(path)
            path.chmod(0o600)
