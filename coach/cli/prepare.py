"""`coach prepare`: a short interview, and a brief of one page for a conversation that is not easy."""

from __future__ import annotations

import asyncio
import json as jsonlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli import options
from coach.cli.console import complain, plainly, say, whisper
from coach.cli.opening import open_indexed, settings_with, what_leaves
from coach.cli.rows import STDIN, print_json, read_text
from coach.domain.errors import CoachError, InputError, ModelError

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.agent.talks.prepare import PrepareEvent
    from coach.domain.preparation import Brief, Interview

_FIRST = "What is the talk about? Say it in your own words; an empty line ends it."
_HOW = "An empty line or skip passes over a question; enough ends them."
_REFERRED = "No more questions: this belongs to somebody else, and the page prepares the talk with them."
_FORM = '{"who": "…", "happened": "…", "wanted": "…", "feared": "…", "concede": "…", "keep": "…", "when": "…"}'


def prepare(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TEXT]",
            help="What the talk is about; - reads it, or a JSON object of answers, from standard input.",
            show_default=False,
        ),
    ] = None,
    who: Annotated[str | None, typer.Option("--who", help="With whom the talk is, in what role.")] = None,
    happened: Annotated[str | None, typer.Option("--happened", help="What happened, with dates.")] = None,
    wanted: Annotated[str | None, typer.Option("--wanted", help="What you want to come of it.")] = None,
    feared: Annotated[str | None, typer.Option("--feared", help="What you fear might happen. Private.")] = None,
    concede: Annotated[str | None, typer.Option("--concede", help="What you could give way on. Private.")] = None,
    keep: Annotated[str | None, typer.Option("--keep", help="What you cannot give up. Private.")] = None,
    when: Annotated[str | None, typer.Option("--when", help="When the talk is.")] = None,
    draft: Annotated[
        str | None,
        typer.Option("--draft", metavar="FILE", help="Review a draft message instead; - reads it from standard input."),
    ] = None,
    no_questions: Annotated[
        bool, typer.Option("--no-questions", help="Ask nothing; what was not said stays open.")
    ] = False,
    no_notes: Annotated[bool, typer.Option("--no-notes", help="Don't look into your notes.")] = False,
    model: options.Model = None,
    composer: options.Composer = None,
    checker: options.Checker = None,
    no_keep: Annotated[bool, typer.Option("--no-keep", help="Don't keep the brief.")] = False,
    json: options.Json = False,
    plain: options.Plain = False,
) -> None:
    """Prepare a conversation: what to say, what they may say, and what you don't know, on one page.

    Asks for what is missing, one question at a time; a question can be skipped. Where input is not a terminal, and with
    --json, it asks nothing.
    """
    answers = {
        name: text
        for name, text in (
            ("who", who), ("happened", happened), ("wanted", wanted), ("feared", feared), ("concede", concede),
            ("keep", keep), ("when", when),
        )
        if text is not None
    }  # fmt: skip
    text = _text(words, draft, answers)
    drafted = read_text(draft) if draft is not None else ""
    coach = open_indexed(settings_with(model=model, composer=composer, checker=checker), plain=plain)
    with asyncio.Runner() as runner:
        try:
            if leaves := what_leaves(coach):
                whisper(leaves)
            if sys.stdin.isatty() and not (text or drafted or answers or json):
                text = _told()
            interview = runner.run(_understood(coach, text, drafted, answers))
            if sys.stdin.isatty() and not (no_questions or drafted or json):
                interview = _interviewed(coach, interview, runner)
            watched = not (json or plainly(plain))
            brief = runner.run(
                _made(coach, interview, keep=not no_keep, notes=not no_notes, watched=watched, json=json)
            )
        finally:
            runner.run(coach.aclose())
    if not json and brief.id:
        whisper(f"Change it: coach briefs edit {brief.id}. Practise it: coach rehearse {brief.id}.")


def prepare_now(coach: Coach, runner: asyncio.Runner, text: str, *, ask: bool, keep: bool, plain: bool) -> Brief:
    """Prepare a talk in the middle of something else, and print the brief.

    Args:
        coach: makes it.
        runner: the loop in which everything runs.
        text: what the talk is about; with `ask` it may be empty.
        ask: whether somebody is there to be asked for what is missing.
        keep: whether the brief is kept.
        plain: whether to print without what changes in place.

    Raises:
        CoachError: see `coach.agent.talks.prepare.prepare`.
    """
    interview = runner.run(_understood(coach, text or (_told() if ask else ""), "", {}))
    if ask:
        interview = _interviewed(coach, interview, runner)
    return runner.run(_made(coach, interview, keep=keep, notes=True, watched=not plain, json=False))


def show(brief: Brief, *, json: bool) -> None:
    """Print a brief, as JSON or as plain text."""
    from coach.agent.talks.brief_text import plain

    if json:
        print_json(brief.as_dict())
    else:
        say(plain(brief))


def _text(words: Sequence[str] | None, draft: str | None, answers: dict[str, str]) -> str:
    """Return the first free text: the words given, or standard input where that is meant."""
    given = " ".join(words or ()).strip()
    if given == STDIN and draft == STDIN:
        raise InputError("Both the text and the draft are to come from standard input.", "Put one of them into a file.")
    if given == STDIN or not (given or draft or answers or sys.stdin.isatty()):
        return read_text(STDIN)
    return given


def _told() -> str:
    """Read lines until an empty one."""
    say(_FIRST)
    lines: list[str] = []
    while (line := _line("")) and line.strip():
        lines.append(line)
    return "\n".join(lines)


def _line(prompt: str) -> str:
    """Return a line that was typed; nothing at the end of input."""
    try:
        return input(prompt)
    except EOFError:
        say()
        return ""


async def _understood(coach: Coach, text: str, draft: str, answers: dict[str, str]) -> Interview:
    from coach.agent.talks.interview import checked, understood, understood_by
    from coach.agent.talks.review import from_draft
    from coach.domain.preparation import Interview

    text, draft = checked(text), checked(draft)
    if text.startswith("{"):
        interview = _from_json(text)
    elif text:
        interview = understood(text)
        async with coach.lease() as equipment:
            if equipment.model is not None and equipment.model.ability == "free":
                try:
                    interview = await understood_by(equipment.model, text)
                except ModelError as e:
                    # The rules have sorted the same words.
                    complain(e)
    else:
        interview = Interview()
    if draft:
        greeted = from_draft(draft)
        interview = replace(
            interview, draft=draft, who=interview.who or greeted.who, wanted=interview.wanted or greeted.wanted
        )
    return replace(interview, **{name: checked(given) for name, given in answers.items()})


def _from_json(text: str) -> Interview:
    from coach.domain.preparation import Interview
    from coach.domain.text import clean

    try:
        data: Any = jsonlib.loads(text)
        interview = Interview.from_dict(data)
    except (ValueError, RecursionError) as e:
        raise InputError("Standard input begins like JSON and is none.", f"It looks like this: {_FORM}") from e
    except (KeyError, TypeError, AttributeError) as e:
        raise InputError("The JSON is no object of answers in text.", f"It looks like this: {_FORM}") from e
    return Interview.from_dict({name: clean(said).strip() for name, said in interview.as_dict().items()})


def _interviewed(coach: Coach, interview: Interview, runner: asyncio.Runner) -> Interview:
    """Ask for what is missing, unless what was said already belongs to somebody else than a coach."""
    from coach.agent.talks.interview import Interviewer

    asking = Interviewer(interview)
    asked = False
    seen = ""
    while (ask := asking.next()) is not None:
        said = asking.interview.said
        if said and said != seen:
            seen = said
            if runner.run(_belongs_elsewhere(coach, asking.interview)):
                say(_REFERRED)
                break
        if not asked:
            say(_HOW)
            asked = True
        say(ask.question)
        asking.answer(_line("> "))
    return asking.interview


async def _belongs_elsewhere(coach: Coach, interview: Interview) -> bool:
    from coach.agent.talks.prepare import matter_in

    try:
        return bool(await matter_in(coach, interview))
    except ModelError:
        # It is screened once more when the brief is made.
        return False


async def _made(coach: Coach, interview: Interview, *, keep: bool, notes: bool, watched: bool, json: bool) -> Brief:
    """Return the brief, having shown it; what a model writes is shown on standard error as it comes."""
    from coach.agent.talks.prepare import Prepared, prepare

    brief: Brief | None = None
    try:
        async for event in prepare(coach, interview, keep=keep, notes=notes):
            if isinstance(event, Prepared):
                brief = event.brief
            elif watched:
                _watch(event)
    finally:
        # Made and not kept, it is shown all the same.
        if brief is not None:
            show(brief, json=json)
    if brief is None:
        raise CoachError("The brief was not made.", "Try again.")
    return brief


def _watch(event: PrepareEvent) -> None:
    from coach.agent.events import Step
    from coach.agent.talks.prepare import Writing
    from coach.domain.text import clean

    if isinstance(event, Step) and event.name in _STEPS:
        whisper(_STEPS[event.name])
    elif isinstance(event, Writing):
        print(clean(event.text) if event.text else "", end="" if event.text else "\n", file=sys.stderr, flush=True)


_STEPS = {
    "retrieve": "Looking for what fits …",
    "draft": "The model writes a few lines …",
    "check": "Checking …",
}
