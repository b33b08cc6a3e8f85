"""`coach commit` and `coach commitments`: one if-then plan, kept with a day, and what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli import options
from coach.cli.console import say, whisper
from coach.cli.opening import opened
from coach.cli.rows import STDIN, print_json
from coach.cli.stale import stale_line
from coach.domain.commitment import Commitment, State
from coach.domain.due import DEFAULT, said_day
from coach.domain.errors import InputError

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.agent.talks.commitments import Keeper
    from coach.agent.talks.offers import Offer
    from coach.agent.talks.origins import Origin

commitments = typer.Typer(help="What you decided to do, and what came of it.", rich_markup_mode=None)

_Id = Annotated[str, typer.Argument(metavar="ID", help="Id of a commitment; its first characters are enough.")]
_EXAMPLE = 'Say it: coach commit --plan "If a request reaches me in chat, then I reply with the day of my answer"'


def commit(
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="WHAT",
            help="What the plan comes of: last (the last conversation), the id of a conversation, brief:ID or "
            "rehearsal:ID. Its plans are offered.",
        ),
    ] = None,
    plan: Annotated[
        str | None, typer.Option("--plan", metavar="TEXT", help="The plan in your words: If …, then I …")
    ] = None,
    take: Annotated[
        int | None, typer.Option("--take", metavar="N", help="Take the offered plan of this number.")
    ] = None,
    due: Annotated[
        str,
        typer.Option(
            "--due", metavar="WHEN", help="When it comes back: in a week, in 3 days, Thursday, 3 December, 2026-12-03."
        ),
    ] = DEFAULT,
    json: options.Json = False,
) -> None:
    """Decide on one thing: an if-then plan with a day on which Coach asks what happened.

    Plans that the last answer offers are listed, to take or to rewrite. Where input is not a terminal, the plan is read
    from it, or given with --plan or --take.
    """
    from coach.agent.talks.origins import LAST, origin

    if plan is not None and take is not None:
        raise InputError("--plan and --take say two things.", "Give one of them.")
    with _kept() as (coach, keeper):
        said = plan if plan is not None else "" if sys.stdin.isatty() or take is not None else _piped()
        # A plan that is said comes of nothing else unless that is said, too.
        came_of = origin(coach, source or LAST) if source is not None or not said else None
        offers = came_of.offers if came_of else ()
        chosen: Offer | None = None
        if not said and take is not None:
            chosen = _taken(offers, take)
        elif not said and sys.stdin.isatty() and not json:
            said, chosen = _asked(came_of)
        if not said and chosen is None:
            _list(came_of, json=json)
            raise typer.Exit(InputError.exit_status)
        made = keeper.commit(
            chosen.plan if chosen else said,
            due,
            origin=came_of.key if came_of else "",
            citations=chosen.citations if chosen else _citations(said, offers),
        )
    if json:
        print_json(made.as_dict())
        return
    today = made.created.date()
    say(f"Kept as {made.id}: {made.plan}")
    say(f"It comes back on {said_day(made.due, today)}. Another plan or day: coach forget commitment {made.id}")


@commitments.callback(invoke_without_command=True)
def default(
    context: typer.Context,
    due: Annotated[bool, typer.Option("--due", help="Only those whose day has come.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Those that are settled, too.")] = False,
    json: options.Json = False,
) -> None:
    """List what you decided to do; settle it, put it off, or export it."""
    if context.invoked_subcommand is not None:
        return
    from coach.agent.talks.origins import title_of

    with _kept() as (coach, keeper):
        now = _now()
        found = keeper.due(now) if due else keeper.all()
        shown = [c for c in found if every or c.state is State.OPEN]
        titles = {c.origin: title_of(coach, c.origin) for c in shown if c.origin}
        stale = stale_line(coach, [citation for c in shown for citation in c.citations])
    if json:
        print_json([c.as_dict() | {"is_due": c.is_due(now.date())} for c in shown])
        return
    for commitment in shown:
        say(commitment_text(commitment, now, titles.get(commitment.origin, "")))
    if stale:
        say(stale)
    if not shown:
        say("Nothing is due." if due else f"There is nothing that you decided to do. {_EXAMPLE}")


@commitments.command("settle")
def settle(
    commitment_id: _Id,
    outcome: Annotated[
        str | None, typer.Option("--outcome", metavar="WORD", help="kept, partly, missed or dropped.")
    ] = None,
    what: Annotated[str | None, typer.Option("--what", metavar="TEXT", help="What happened, in your words.")] = None,
    json: options.Json = False,
) -> None:
    """Say what came of it. Coach keeps that as a private note, and later answers may cite it."""
    from coach.cli.asking_back import read_outcome, told

    with _kept() as (_, keeper):
        found = keeper.find(commitment_id)
        if outcome is None and sys.stdin.isatty():
            say(f"You planned: {found.plan}")
            answer = told(input, say, what)
            if answer is None:
                say("Nothing was kept.")
                return
            state, text = answer
        else:
            state, text = read_outcome(outcome), what if what is not None else _piped()
        settled = keeper.settle(found.id, state, text)
    if json:
        print_json(settled.as_dict())
    else:
        say(f"Kept as {settled.note}, private: {settled.id} is {settled.state.value}.")


@commitments.command("snooze")
def snooze(
    commitment_id: _Id,
    until: Annotated[str, typer.Option("--until", metavar="WHEN", help="Not before this day.")] = DEFAULT,
    json: options.Json = False,
) -> None:
    """Put it off: it does not come back before that day."""
    with _kept() as (_, keeper):
        put_off = keeper.snooze(commitment_id, until)
    if json:
        print_json(put_off.as_dict())
        return
    assert put_off.snoozed is not None
    say(f"{put_off.id} comes back on {said_day(put_off.snoozed, _now().date())}.")


@commitments.command("export")
def export(
    file: Annotated[str, typer.Argument(metavar="FILE.ics", help="A new file; - writes to standard output.")],
) -> None:
    """Write the open ones as an iCalendar file, a day with a reminder for each."""
    from coach.agent.talks.calendar import to_icalendar
    from coach.agent.talks.exported import note_export
    from coach.tui.export import write

    with _kept() as (coach, keeper):
        open_ones = [c for c in keeper.all() if c.state is State.OPEN]
        if not open_ones:
            raise InputError("Nothing is open that a calendar could hold.", _EXAMPLE)
        text = to_icalendar(open_ones, _now())
        if file == STDIN:
            sys.stdout.write(text)
            return
        path = Path(file).expanduser()
        write(path, text)
        say(f"Written to {path}. Whoever can read your calendar can read your plans.")
        note_export(coach, path, [f"commitment:{c.id}" for c in open_ones])


def commitment_text(commitment: Commitment, now: datetime, title: str) -> str:
    """Return a commitment in one or two lines.

    Args:
        commitment: the commitment.
        now: the clock.
        title: of what it came of; empty where that is not known.
    """
    today = now.date()
    if commitment.state is not State.OPEN:
        standing = commitment.state.value
    elif commitment.is_due(today):
        standing = f"due since {commitment.due.isoformat()}" if commitment.due < today else "due today"
    elif commitment.snoozed and commitment.snoozed > today:
        standing = f"put off to {commitment.snoozed.isoformat()}"
    else:
        standing = f"due {commitment.due.isoformat()}"
    lines = [f"{commitment.id}  {standing}  {commitment.plan}"]
    if commitment.outcome:
        note = f" [{commitment.note}]" if commitment.note else ""
        lines.append(f"    What happened: {' '.join(commitment.outcome.split())}{note}")
    if commitment.citations:
        lines.append(f"    Rests on [{', '.join(c.id for c in commitment.citations)}]")
    if commitment.origin:
        lines.append(f"    From {commitment.origin}" + (f", {title}" if title else ", which is gone"))
    return "\n".join(lines)


@contextmanager
def _kept() -> Iterator[tuple[Coach, Keeper]]:
    from coach.agent.talks.commitments import keeper

    with opened() as coach:
        yield coach, keeper(coach, _now)


def _now() -> datetime:
    return datetime.now().astimezone()


def _piped() -> str:
    """What stands on standard input; empty where that is a terminal."""
    if sys.stdin.isatty():
        return ""
    from coach.cli.rows import read_text

    return read_text(STDIN).strip()


def _citations(said: str, offers: Sequence[Offer]) -> Any:
    """What a plan rests on that was offered word for word; a rewritten one is the person's own."""
    from coach.domain.if_then import NotAPlanError, read_plan

    try:
        text = read_plan(said).text
    except NotAPlanError:
        return ()
    return next((o.citations for o in offers if o.plan == text), ())


def _taken(offers: Sequence[Offer], number: int) -> Offer:
    if not 1 <= number <= len(offers):
        offered = f"It offers {len(offers)}." if offers else "It offers none."
        raise InputError(f"There is no offered plan {number}.", f"{offered} Or say your own: --plan TEXT")
    return offers[number - 1]


def _asked(came_of: Origin | None) -> tuple[str, Offer | None]:
    """What somebody at a terminal says, or the offer that they take; nothing where they say nothing."""
    offers = came_of.offers if came_of else ()
    for line in _listed(came_of):
        say(line)
    try:
        said = input("Your plan (a number takes one, or type it as you would say it): ").strip()
    except EOFError:
        said = ""
    if said.isascii() and said.isdigit():
        return "", _taken(offers, int(said))
    return said, None


def _listed(came_of: Origin | None) -> Iterator[str]:
    if came_of is None or not came_of.offers:
        yield "No if-then plan was offered."
        return
    yield f"From {came_of.title}:"
    for number, offer in enumerate(came_of.offers, 1):
        ids = f" [{', '.join(c.id for c in offer.citations)}]" if offer.citations else ""
        yield f"{number}. {offer.plan}{ids}"


def _list(came_of: Origin | None, *, json: bool) -> None:
    offers = came_of.offers if came_of else ()
    if json:
        print_json({"origin": came_of.key if came_of else "", "offers": [o.as_dict() for o in offers]})
    else:
        for line in _listed(came_of):
            say(line)
    whisper("Nothing was kept.")
    whisper("Take one: coach commit --take 1" if offers else _EXAMPLE)
