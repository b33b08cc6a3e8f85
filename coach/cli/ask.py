"""`coach ask`: one question, or a file of them, answered."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli import options
from coach.cli.console import plainly, say, whisper
from coach.cli.opening import chosen_session, open_indexed, settings_with, what_leaves
from coach.cli.rows import STDIN, dumps, print_json, read_rows, read_text, turns_of
from coach.domain.errors import CoachError, InputError, NotKeptError
from coach.domain.evidence import Turn

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.agent.events import Event
    from coach.domain.answer import Answer

_EXAMPLE = 'Ask one: coach ask "my VP wants a date and my team is tired"'


def ask(
    question: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[QUESTION]", help="What you ask or describe; - reads it from standard input.", show_default=False
        ),
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help="Read the question from a file.")] = None,
    model: options.Model = None,
    composer: options.Composer = None,
    checker: options.Checker = None,
    strict: options.Strict = False,
    last: options.Continue = False,
    session: options.InSession = None,
    no_keep: options.NoKeep = False,
    json: options.Json = False,
    plain: options.Plain = False,
    jsonl: options.Jsonl = None,
) -> None:
    """Answer a question, citing a source for each claim.

    Rows of --jsonl look like {"id": "1", "question": "…"}, with "turns": [{"question": "…", "answer": "…"}] where
    there was a conversation before it.
    """
    settings = settings_with(model=model, composer=composer, checker=checker, strict=strict)
    if jsonl is not None:
        if question or file is not None or last or session is not None:
            raise InputError(
                "--jsonl brings its own questions.", "Leave the question, --file, --continue and --session out."
            )
        rows = list(read_rows(jsonl, ["question"]))
        if asyncio.run(_answer_rows(open_indexed(settings, plain=plain), rows)):
            raise typer.Exit(1)
        return
    asked = _question(question, file)
    coach = open_indexed(settings, plain=plain)

    async def answered() -> tuple[Answer, str]:
        async with coach:
            going_on = chosen_session(coach, last=last, session=session, keep=not no_keep)
            watched = not (json or plainly(plain))
            answer = await deliver_watched(coach, asked, session=going_on, keep=not no_keep, watched=watched)
            return answer, what_leaves(coach)

    def print_it(answer: Answer, leaves: str) -> None:
        if json:
            print_json(answer.as_dict())
        else:
            show(answer, leaves, plain=plainly(plain))
            if sys.stdout.isatty() and answer.session:
                _tell_of_plan(answer)

    try:
        print_it(*asyncio.run(answered()))
    except NotKeptError as e:
        # It was made, so it is shown; the command fails all the same.
        print_it(e.answer, what_leaves(coach))
        raise


def _tell_of_plan(answer: Answer) -> None:
    """Say how the plan of an answer is kept, where it offers one."""
    from coach.agent.talks.offers import offered_by_answer

    if offered_by_answer(answer):
        whisper("Keep its plan, with a day on which Coach asks what happened: coach commit")


async def deliver(
    coach: Coach,
    question: str,
    *,
    session: str | None = None,
    keep: bool = True,
    turns: Sequence[Turn] = (),
    watch: Callable[[Event], None] = lambda event: None,
) -> Answer:
    """Return the delivered answer, having told `watch` what happened before it."""
    from coach.agent.events import Delivered

    before: dict[str, Any] = {"turns": turns} if turns else {}
    answer: Answer | None = None
    # Read to its end, and closed where it is not: what it holds open (the file of conversations) is let go of here.
    async with aclosing(coach.ask(question, session=session, keep=keep, **before)) as events:
        async for event in events:
            if isinstance(event, Delivered):
                answer = event.answer
            else:
                watch(event)
    if answer is None:
        raise CoachError("The answer was not delivered.", "Ask again.")
    return answer


def show(answer: Answer, leaves: str, *, plain: bool) -> None:
    """Print a delivered answer, plainly or for a terminal."""
    if plain:
        from coach.cli.plain import answer_text

        say(answer_text(answer, leaves))
    else:
        from coach.cli.render import print_answer

        print_answer(answer, leaves)


async def deliver_watched(
    coach: Coach,
    question: str,
    *,
    session: str | None,
    keep: bool,
    watched: bool,
    turns: Sequence[Turn] = (),
) -> Answer:
    """Return the delivered answer; `watched`, the terminal shows steps and draft until it is there."""
    if not watched:
        return await deliver(coach, question, session=session, keep=keep, turns=turns)
    from coach.cli.render import Watch

    with Watch() as watch:
        return await deliver(coach, question, session=session, keep=keep, turns=turns, watch=watch)


async def _answer_rows(coach: Coach, rows: Sequence[dict[str, Any]]) -> int:
    """Print one row for each row, as soon as it is there; return how many failed."""
    failed = 0
    async with coach:
        for row in rows:
            result: dict[str, Any] = {"id": row["id"]}
            try:
                result |= (await deliver(coach, row["question"], keep=False, turns=turns_of(row))).as_dict()
            except CoachError as e:
                failed += 1
                result |= {"error": e.message, "hint": e.hint}
            print(dumps(result), flush=True)
    return failed


def _question(words: Sequence[str] | None, file: Path | None) -> str:
    given = " ".join(words or ()).strip()
    if given and file is not None:
        raise InputError("There are two questions: one on the command line and one in a file.", "Give one of them.")
    if file is not None:
        return read_text(str(file))
    if given and given != STDIN:
        return given
    if not given and sys.stdin.isatty():
        raise InputError("There is no question.", _EXAMPLE)
    return read_text(STDIN)
