"""`coach rehearse`: a brief, practised line by line against a counterpart that the person saw and changed first."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli import options
from coach.cli.console import complain, say, whisper
from coach.cli.debrief import asked, look_back_now, sentences_text
from coach.cli.opening import open_indexed, settings_with, what_leaves
from coach.cli.rows import print_json
from coach.domain.errors import CoachError, InputError
from coach.domain.text import clean

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.agent.talks.aside import Aside
    from coach.agent.talks.rehearse import Rehearsing
    from coach.domain.counterpart import Counterpart

HELP = """\
Say what you would say, and press Enter; an empty line is silence.
/coach       what would you say here, and why
/again       try your last line again
/rewind 3    go back to where you said line 3, and say it another way
/lines       everything that was said, with its numbers
/pause       leave, and go on another time; so does Control D
/stop        end it, and look back at it
/help        this list"""


def rehearse(
    brief: Annotated[
        str | None,
        typer.Argument(metavar="BRIEF", help="Id of a brief; its first characters are enough.", show_default=False),
    ] = None,
    role: Annotated[
        str | None, typer.Option("--role", help="Who the counterpart is, such as: product director")
    ] = None,
    stakes: Annotated[str | None, typer.Option("--stakes", help="What depends on it for them.")] = None,
    topic: Annotated[
        str | None, typer.Option("--topic", help="What the talk is about, such as: the launch date")
    ] = None,
    style: Annotated[
        str | None,
        typer.Option("--style", help="How they talk: guarded, blunt, friendly-evasive, analytical or hurried."),
    ] = None,
    difficulty: Annotated[
        str | None, typer.Option("--difficulty", help="From 1, gives way soon, to 5, hardly ever.")
    ] = None,
    standing: Annotated[str | None, typer.Option("--standing", help="Seen from you: above, beside or team.")] = None,
    go_on: Annotated[
        str | None, typer.Option("--continue", "-c", metavar="ID", help="Go on with this rehearsal.")
    ] = None,
    from_line: Annotated[
        int, typer.Option("--from", metavar="N", min=0, help="With --continue: say line N another way.")
    ] = 0,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Begin with the counterpart as it is.")] = False,
    model: options.Model = None,
    composer: options.Composer = None,
    json: options.Json = False,
) -> None:
    """Rehearse a brief against a counterpart who doesn't make it easy.

    You see the counterpart first and may change it. It does not know what your brief keeps private. Where input is not
    a terminal, each line is one that you say, or a command; the end of input pauses. With --json the rehearsal is
    printed as JSON at the end.
    """
    if (brief is None) == (go_on is None):
        raise InputError(
            "Say what to rehearse: a brief, or a rehearsal to go on with.",
            "List them with: coach briefs, coach rehearsals",
        )
    given = {
        "role": role, "stakes": stakes, "topic": topic, "style": style, "difficulty": difficulty, "standing": standing,
    }  # fmt: skip
    changes = {name: value for name, value in given.items() if value is not None}
    if go_on is not None and changes:
        raise InputError("The counterpart of a rehearsal stays as it began.", "Begin another one to change it.")
    if from_line and go_on is None:
        raise InputError("--from goes with --continue.", "Say which rehearsal: coach rehearse --continue ID --from 3")
    coach = open_indexed(settings_with(model=model, composer=composer))
    # One loop for all lines: connections to a model belong to the loop that they were made in.
    with asyncio.Runner() as runner:
        try:
            if go_on is not None:
                from coach.agent.talks.beginning import resume

                rehearsing = resume(coach, go_on, from_line)
            else:
                rehearsing = _begun(coach, brief or "", changes, ask=not (yes or json) and sys.stdin.isatty())
            Stage(coach, rehearsing, runner, quiet=json).run()
        finally:
            runner.run(coach.aclose())


def _begun(coach: Coach, brief_id: str, changes: Mapping[str, str], *, ask: bool) -> Rehearsing:
    from coach.agent.talks.beginning import begin
    from coach.agent.talks.counterpart import counterpart_of, edited
    from coach.store.briefs import Briefs

    briefs = Briefs(coach.database)
    brief = briefs.get(briefs.find(brief_id))
    counterpart = counterpart_of(brief)
    for field, value in changes.items():
        counterpart = edited(counterpart, field, value)
    return begin(coach, brief, _approved(counterpart) if ask else counterpart)


def _approved(counterpart: Counterpart) -> Counterpart:
    """Return the counterpart as the person wants it; raises `typer.Abort` where they leave."""
    from coach.agent.talks.counterpart import edited, shown

    while True:
        say(f"The counterpart:\n{shown(counterpart)}\n")
        change = asked('To change something, type it, such as "difficulty: 4". Enter begins: ')
        if not change:
            return counterpart
        field, _, value = change.partition(":")
        try:
            counterpart = edited(counterpart, field.strip().lower(), value)
        except InputError as e:
            complain(e)


class Stage:
    """One run of the loop.

    Args:
        coach: whose sources the rehearsal uses.
        rehearsing: the rehearsal, begun or gone on with.
        runner: the loop in which everything runs.
        quiet: print nothing but the rehearsal as JSON at the end.
    """

    def __init__(self, coach: Coach, rehearsing: Rehearsing, runner: asyncio.Runner, *, quiet: bool) -> None:
        self._coach = coach
        self._rehearsing = rehearsing
        self._runner = runner
        self._quiet = quiet
        self._alone = not sys.stdin.isatty()
        self._role = rehearsing.rehearsal.counterpart.role
        self._role = self._role[:1].upper() + self._role[1:]

    def run(self) -> None:
        """Take lines until the end of input, a command that leaves, or the end of the talk."""
        if isinstance(sys.stdin, io.TextIOWrapper):
            # Bytes that are no text become marks that say so, rather than an error.
            sys.stdin.reconfigure(errors="replace")
        self._introduce()
        while not self._rehearsing.over and (line := self._read()) is not None:
            if not self._did(line):
                break
        if self._quiet:
            print_json(self._rehearsing.rehearsal.as_dict())

    def _introduce(self) -> None:
        r = self._rehearsing.rehearsal
        self._tell(f"You rehearse: {r.title}\n{self._role}, {r.counterpart.style.value}, difficulty "
                   f"{r.counterpart.difficulty} of 5, about {r.counterpart.topic}.")  # fmt: skip
        stakes = f"At stake for them: {r.counterpart.stakes}" if r.counterpart.stakes else ""
        for sentence in (stakes, self._rehearsing.notice, what_leaves(self._coach)):
            if sentence:
                self._tell(sentence)
        if not self._alone:
            self._tell(HELP)
        self._tell(f"\n{self._role}: {self._rehearsing.latest[0]}")

    def _tell(self, text: str) -> None:
        if not self._quiet:
            say(text)

    def _read(self) -> str | None:
        """Return the next line; None at the end of input, which pauses."""
        try:
            if not self._alone:
                return input(f"\nYou ({len(self._rehearsing.rehearsal.turns) + 1}): ")
            if line := sys.stdin.readline():
                return line.rstrip("\n")
        except (EOFError, KeyboardInterrupt):
            if self._alone:
                raise
            say()
        self._paused()
        return None

    def _did(self, line: str) -> bool:
        """Do what a line says; return whether to go on."""
        command, _, rest = line.strip().partition(" ")
        try:
            match command.lower():
                case "/pause" | "/quit" | "/exit":
                    self._paused()
                    return False
                case "/stop":
                    return self._stop()
                case "/help":
                    self._tell(HELP)
                case "/again":
                    self._back(self._rehearsing.again().number)
                case "/rewind":
                    self._back(self._rehearsing.rewind(_number(rest)).number)
                case "/coach":
                    self._tell(_aside_text(self._rehearsing.advise()))
                case "/lines":
                    from coach.agent.talks.debrief_text import transcript

                    self._tell(transcript(self._rehearsing.rehearsal))
                case _ if command.startswith("/") and command[1:].isalpha():
                    raise InputError(f"There is no command {command}.", "/help lists them.")
                case _:
                    self._say(line)
        except CoachError as e:
            complain(e)
        return True

    def _say(self, line: str) -> None:
        try:
            self._runner.run(self._answered(line))
        except KeyboardInterrupt:
            if self._alone:
                raise
            say("\nBroken off. That line was not kept; say it again, or another one.")
        if self._rehearsing.over and self._rehearsing.rehearsal.turns and not self._rehearsing.rehearsal.matter:
            self._tell(f"\n{self._role} ended the talk.")
            self._after()

    async def _answered(self, line: str) -> None:
        from coach.agent.talks.rehearse import Referred, Spoke

        spoke = False
        async with aclosing(self._rehearsing.say(line)) as events:
            async for event in events:
                if isinstance(event, Spoke) and not self._quiet:
                    print(("" if spoke else f"\n{clean(self._role)}: ") + clean(event.text), end="", flush=True)
                    spoke = True
                elif isinstance(event, Referred):
                    self._tell(sentences_text(event.sentences))
        if spoke:
            print(flush=True)

    def _back(self, number: int) -> None:
        reply, _ = self._rehearsing.latest
        self._tell(f"Back before line {number}.\n\n{self._role}: {reply}")

    def _paused(self) -> None:
        r = self._rehearsing.rehearsal
        if r.turns:
            self._tell(f"Paused. Go on with: coach rehearse --continue {r.id}")
        elif not self._quiet:
            whisper("Nothing was said, so nothing is kept.")

    def _stop(self) -> bool:
        """End the talk; return whether it goes on all the same, from a line that is tried again."""
        if self._rehearsing.stop().turns:
            return self._after()
        self._paused()
        return False

    def _after(self) -> bool:
        """Look back, where somebody is there to answer; return whether a line is tried again."""
        r = self._rehearsing.rehearsal
        if self._quiet:
            return False
        if self._alone:
            say(f"Kept. Look back at it with: coach debrief {r.id}")
            return False
        again = look_back_now(self._coach, r.id, self._runner)
        if again:
            self._back(self._rehearsing.rewind(again).number)
        return bool(again)


def _aside_text(aside: Aside) -> str:
    lines = []
    if aside.line:
        lines.append(f"You could say: “{aside.line}” [{', '.join(c.id for c in aside.of)}]")
    if aside.why:
        lines += ["Why:", *(f"- {s.text} [{s.id}]" for s in aside.why)]
    if aside.prepared:
        lines.append(f"Your brief has ready: {aside.prepared}")
    return "\n".join(lines) or "The sources hold nothing on this."


def _number(text: str) -> int:
    if not text.isascii() or not text.strip().isdigit() or len(text) > 6:
        raise InputError("Which line?", "Say its number: /rewind 3. /lines shows them.")
    return int(text)
