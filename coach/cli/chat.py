"""`coach chat --plain`: question, answer, follow-up, line by line; what begins with a slash is a command."""

from __future__ import annotations

import asyncio
import io
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from coach.cli import options
from coach.cli.ask import deliver, show
from coach.cli.chat_talks import ChatTalks
from coach.cli.commands import Commands, going_on
from coach.cli.console import complain, plainly, say
from coach.cli.conversation import Conversation, Shelf
from coach.cli.line_editing import can_prefill, line_history, prefilled
from coach.cli.opening import chosen_session, open_indexed, settings_with, what_leaves
from coach.cli.plain import answer_text
from coach.cli.tui import has_terminal, open_tui
from coach.domain.errors import CoachError, InputError, StoreError

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.agent.events import Event
    from coach.domain.answer import Answer

#: A word, since a sign is read aloud as its name or not at all.
PROMPT = "You: "


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
    chosen = chosen_session(coach, last=last, session=session, keep=not no_keep)
    talk = Talk(coach, chosen, keep=not no_keep, plain=plainly(plain), ask_back=settings.ask_back)
    history = settings.history_path if sys.stdin.isatty() and not no_keep else None
    with line_history(history):
        failed = talk.run()
    if failed and not sys.stdin.isatty():
        raise typer.Exit(1)


class Talk:
    """One run of the loop.

    Args:
        coach: answers.
        session: id of the conversation to go on with; None begins a new one.
        keep: whether conversations are kept.
        plain: print without colour.
        ask_back: ask at the start what came of a commitment that is due, where somebody is there and things are kept.
    """

    def __init__(self, coach: Coach, session: str | None, *, keep: bool, plain: bool, ask_back: bool = False) -> None:
        self._coach = coach
        self._begin_with = session
        self._conversation = Conversation(coach, keep=keep)
        self._shelf = Shelf(coach)
        self._commands = Commands(coach, self._conversation, self._shelf, what_leaves(coach))
        self._plain = plain
        self._failed = 0
        self._alone = not sys.stdin.isatty()
        self._talks = ChatTalks(coach, self._conversation, self._put_line, alone=self._alone, plain=plain)
        self._ask_back = ask_back and keep and not self._alone
        #: What stands in the prompt already when it comes next.
        self._put = ""

    def run(self) -> int:
        """Read and answer until the end; return how many lines could not be answered."""
        if isinstance(sys.stdin, io.TextIOWrapper):
            # Bytes that are no text become marks that say so, rather than an error.
            sys.stdin.reconfigure(errors="replace")
        choice = self._coach.choice
        say(f"Model: {choice.label}. {choice.leaves}")
        # One loop for all turns: connections to a model belong to the loop that they were made in.
        with asyncio.Runner() as runner:
            try:
                self._begin()
                while (line := self._read()) is not None:
                    if line and not self._did(line, runner):
                        break
            finally:
                try:
                    runner.run(self._shelf.forget())
                except CoachError as e:
                    self._failed += 1
                    complain(e)
                runner.run(self._coach.aclose())
        return self._failed

    def _begin(self) -> None:
        if self._ask_back:
            self._ask_what_happened()
        if self._begin_with is not None:
            session = self._shelf.find(self._begin_with, None)
            try:
                self._conversation.go_on(session.id)
            except StoreError as e:
                # It goes on all the same: the agent remembers it, only reading it again is not possible.
                complain(e)
                self._conversation.session = session.id
            if not self._alone:
                say(going_on(session.title, self._conversation))
        if not self._alone:
            say("Type a question, /help or /quit.")

    def _ask_what_happened(self) -> None:
        from coach.agent.talks.commitments import keeper
        from coach.cli.asking_back import ask_back

        try:
            ask_back(keeper(self._coach), datetime.now().astimezone(), self._line, say)
        except KeyboardInterrupt:
            say()
        except CoachError as e:
            # It comes back another day; what the person came for goes on.
            complain(e)

    def _read(self) -> str | None:
        """Return the next line, without white space around it; None at the end of input or Ctrl-C at the prompt."""
        try:
            with prefilled(self._put):
                return self._line(PROMPT)
        except EOFError:
            if not self._alone:
                say()
            return None
        except KeyboardInterrupt:
            if self._alone:
                raise
            say()
            return None
        finally:
            self._put = ""

    def _put_line(self, prompt: str, put: str) -> str:
        with prefilled(put):
            return self._line(prompt)

    def _line(self, prompt: str) -> str:
        if not self._alone:
            return input(prompt).strip()
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.strip()

    def _did(self, line: str, runner: asyncio.Runner) -> bool:
        """Do what a line says; return whether to go on."""
        name, _, rest = line.partition(" ")
        try:
            match line.lower():
                case "/quit" | "/exit":
                    return False
                case "/again":
                    self._ask(self._last(), runner)
                case "/edit":
                    self._put = " ".join(self._last().split())
                    say(f"The last question was: {self._last()}")
                    say("It stands in the prompt: change it and press Enter." if can_prefill() else "Type it anew.")
                case "/long":
                    self._ask(self._several(), runner)
                case _ if name.lower() == "/commit":
                    say(self._talks.commit(rest.strip()))
                case "/commitments":
                    say(self._talks.commitments())
                case _ if name.lower() == "/prepare":
                    say(self._talks.prepare(rest.strip(), runner))
                case _:
                    said = self._commands.said(line)
                    if said is None:
                        self._ask(line, runner)
                    else:
                        say(said)
        except CoachError as e:
            self._failed += 1
            complain(e)
        return True

    def _last(self) -> str:
        if not self._conversation.question:
            raise InputError("Nothing was asked yet.", "Type a question.")
        return self._conversation.question

    def _several(self) -> str:
        if not self._alone:
            say("Type your question. A line with only a full stop ends it, Control C drops it.")
        lines = []
        try:
            while (line := self._line("")) != ".":
                lines.append(line)
        except EOFError:
            pass
        except KeyboardInterrupt:
            if self._alone:
                raise
            lines.clear()
        if not any(lines):
            raise InputError("Nothing was asked.", "Type a question.")
        return "\n".join(lines)

    def _ask(self, question: str, runner: asyncio.Runner) -> None:
        self._conversation.question = question
        try:
            answer = runner.run(self._answer(question))
        except KeyboardInterrupt:
            if self._alone:
                raise
            say("Stopped. /edit puts your question back into the prompt, /again asks it again.")
            return
        self._conversation.add(answer)
        say()
        if self._plain:
            say(answer_text(answer, what_leaves(self._coach), numbered=True))
        else:
            show(answer, what_leaves(self._coach), plain=False)
        say()

    async def _answer(self, question: str) -> Answer:
        going_on_from = self._conversation
        asking = deliver(
            self._coach,
            question,
            session=going_on_from.session,
            keep=going_on_from.keep,
            turns=going_on_from.turns,
            watch=(announcer := Announcer()),
        )
        if self._alone:
            return await asking
        speaking = asyncio.create_task(announcer.speak())
        try:
            return await asking
        finally:
            speaking.cancel()


class Announcer:
    """Says a line on what is going on, once for each step, where it takes long. Nothing is redrawn.

    Args:
        patience: seconds of silence that need no explanation.
    """

    def __init__(self, patience: float = 3.0) -> None:
        self._patience = patience
        self._step = ""

    def __call__(self, event: Event) -> None:
        """Take in what happens."""
        from coach.agent.events import Step

        if isinstance(event, Step):
            self._step = event.name

    async def speak(self) -> None:
        """Speak until cancelled."""
        from coach.tui.wording import step

        said = None
        while True:
            await asyncio.sleep(self._patience)
            if self._step != said:
                said = self._step
                say(f"{step(said)}.")
