"""`coach team`: the team's server, what one shares there, and what teammates share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli import options
from coach.cli.console import say, whisper
from coach.cli.opening import opened
from coach.cli.progress import Bar
from coach.cli.rows import print_json
from coach.domain.errors import InputError

if TYPE_CHECKING:
    from coach.agent.team import Offer, Share, TeamStatus

team = typer.Typer(help="What you and your team share on a Chroma server of yours.", rich_markup_mode=None)

_Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


@team.callback(invoke_without_command=True)
def default(context: typer.Context, json: options.Json = False) -> None:
    """Say how things stand: the server, who shares how much, and what is there of yours."""
    if context.invoked_subcommand is not None:
        return
    with opened(indexed=False) as coach:
        status = coach.vault.team.status()
    if json:
        print_json(_status_row(status))
    else:
        say("\n".join(_status_lines(status)))
    if status.trouble:
        raise typer.Exit(1)


@team.command("share")
def share(
    yes: _Yes = False,
    label: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="What your team sees with your notes; nothing by default."),
    ] = None,
    json: options.Json = False,
) -> None:
    """Share your notes and principles that are not private. From then on `coach notes sync` keeps that in step."""
    from coach.cli.notes import synced
    from coach.cli.notes_text import team_lines

    with opened(indexed=False) as coach:
        shared = coach.vault.team
        status = shared.status()
        if not status.url:
            raise InputError(
                "No server of your team's is set.",
                "Set COACH_CHROMA_URL to its address, such as http://team-server:8000",
            )
        # What has become private, or is gone, is known only when the files were looked at.
        synced(coach)
        offer = shared.offer()
        if not json:
            say("\n".join(_offer_lines(offer, status)))
        if not yes and not _agreed("Share this? [y/N] "):
            say("Nothing is shared.")
            return
        with Bar("Sharing with your team") as bar:
            report = shared.share(label, bar)
    if json:
        print_json({"server": status.url, "offer": _offer_row(offer), "shared": report.shared, "taken": report.taken})
        return
    for line in team_lines(report) or ["Everything was there already."]:
        say(line)
    say("To take it back: coach team leave")


@team.command("leave")
def leave(yes: _Yes = False, json: options.Json = False) -> None:
    """Share nothing any more, and take off the server what you shared. What others copied for an answer, they have."""
    with opened(indexed=False) as coach:
        left = coach.vault.team
        if not yes and not _agreed("Take everything of yours off your team's server? [y/N] "):
            say("Nothing was changed.")
            return
        count = left.leave()
    if json:
        print_json({"removed": count})
    else:
        say(f"Taken off your team's server: {_count(count, 'source')}. You share nothing any more.")
        say("While COACH_CHROMA_URL is set, what your team shares is searched. Unset it to end that as well.")


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise InputError("Nobody can be asked here.", "Say --yes if that is what you want.")
    whisper(question)
    try:
        return input().strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _status_lines(status: TeamStatus) -> Iterator[str]:
    if not status.url:
        yield "No server of your team's is set, and nothing is shared."
        yield "To set one: COACH_CHROMA_URL=http://team-server:8000"
        return
    if status.trouble:
        yield f"Server: {status.url}. {status.trouble} {status.hint}".strip()
    else:
        yield f"Server: {status.url}, which answers (Chroma {status.version or 'of an unknown version'})."
        names = f" ({', '.join(status.labels)})" if status.labels else ""
        yield f"Your team shares {_share_text(status.theirs)} by {_count(status.members, 'member')}{names}."
    if status.sharing:
        known = f" as {status.label}" if status.label else ""
        there = f"; there are {_share_text(status.mine)} of yours" if not status.trouble else ""
        yield f"You share{known}, under the id {status.member}{there}. To end that: coach team leave"
    else:
        yield "You share nothing. To begin: coach team share"
    if status.elsewhere:
        yield f"You shared with {status.elsewhere}. To take that back, set COACH_CHROMA_URL to it: coach team leave"
    yield f"Shared by whoever shares: {_share_text(status.offer.shared)}. {_private_text(status.offer)}"
    yield from _leaving(status)


def _leaving(status: TeamStatus) -> Iterator[str]:
    if not status.remote:
        yield "The server is on this machine: nothing leaves it."
        return
    told = "To that server goes a vector of each question, from which its words can be guessed"
    yield f"{told}{', and what you share' if status.sharing else ''}."
    if not status.encrypted:
        yield "The connection is not encrypted: others on the network can read along."


def _offer_lines(offer: Offer, status: TeamStatus) -> Iterator[str]:
    shared = offer.shared
    yield f"To {status.url} go {_share_text(shared)}, with {_count(shared.statements, 'statement')}:"
    yield "texts, titles, headings, dates and tags, and the vectors of them; no folders' names, and no name of yours."
    yield "Whoever reaches that server can read and change them."
    yield _private_text(offer)
    if offer.cut:
        yield f"Of {_count(offer.cut, 'long source')} only the first {offer.most:,} statements are shared."
    if status.remote and not status.encrypted:
        yield "The connection is not encrypted: others on the network can read along."


def _private_text(offer: Offer) -> str:
    if not offer.private.notes + offer.private.principles:
        return "None of yours are private."
    return f"Private, and staying here: {_share_text(offer.private)}."


def _share_text(share: Share) -> str:
    return f"{_count(share.notes, 'note')} and {_count(share.principles, 'principle')}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _offer_row(offer: Offer) -> dict[str, Any]:
    return {"shared": _share_row(offer.shared), "private": _share_row(offer.private), "cut": offer.cut}


def _share_row(share: Share) -> dict[str, int]:
    return {"notes": share.notes, "principles": share.principles, "statements": share.statements}


def _status_row(status: TeamStatus) -> dict[str, Any]:
    def there(share: Share) -> dict[str, int]:
        return {"notes": share.notes, "principles": share.principles}

    return {
        "server": status.url or None,
        "reachable": bool(status.url) and not status.trouble,
        "trouble": status.trouble,
        "hint": status.hint,
        "version": status.version,
        "remote": status.remote,
        "encrypted": status.encrypted,
        "team": there(status.theirs) | {"members": status.members, "labels": list(status.labels)},
        "mine": there(status.mine),
        "sharing": status.sharing,
        "member": status.member or None,
        "label": status.label,
        "elsewhere": status.elsewhere or None,
        "offer": _offer_row(status.offer),
    }
