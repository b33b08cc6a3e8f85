"""`coach serve`: the program in a browser, on this machine."""

from __future__ import annotations

import errno
import ipaddress
import os
import shlex
import socket
import sys
from typing import Annotated
from urllib.parse import urlsplit

import typer

from coach.cli import options
from coach.cli.console import say
from coach.cli.opening import check_session_options, settings_with
from coach.domain.errors import CoachError, InputError
from coach.domain.text import clean_line

#: Tried first, so that the address is the same every day.
USUAL_PORT = 8000
_MODULES = ("textual_serve", "aiohttp", "aiohttp_jinja2", "jinja2")
WARNING = """\
It has no login and no encryption. Everybody who reaches this port is you: they read your notes and conversations, \
read and write files as you, and spend your key. Other people with an account on this machine reach it too. \
Each visitor starts a process of its own."""
EXPOSED = "It can be reached from other machines. Put a proxy with a login and encryption before it."


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="Port; by default 8000, or a free one where that is taken."),
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option("--public-url", metavar="URL", help="Where people find it, if that is another address."),
    ] = None,
    expose: Annotated[
        bool, typer.Option("--expose", help="Let other machines reach it, though it has no login and no encryption.")
    ] = False,
    model: options.Model = None,
    composer: options.Composer = None,
    checker: options.Checker = None,
    strict: options.Strict = False,
    last: options.Continue = False,
    session: options.InSession = None,
    no_keep: options.NoKeep = False,
) -> None:
    """Open the program in a browser.

    It has no login and no encryption, so it listens on this machine alone unless --expose is given.
    """
    public = _public_url(public_url)
    if not expose and not (_is_loopback(host) and (public is None or _is_loopback(urlsplit(public).hostname or ""))):
        raise _exposing()
    check_session_options(last=last, session=session, keep=not no_keep)
    # What is wrong with the settings is said here, where somebody reads it.
    settings_with(model=model, composer=composer, checker=checker, strict=strict).ensure_home()
    try:
        from coach.cli.web import GuardedServer
    except ModuleNotFoundError as e:
        if e.name is None or e.name.partition(".")[0] not in _MODULES:
            raise
        raise CoachError(
            "What shows Coach in a browser is not installed.", "Install it: pip install 'coach[serve]'"
        ) from e
    chosen = {"--model": model, "--composer": composer, "--checker": checker, "--session": session}
    flags = {"--strict": strict, "--continue": last, "--no-keep": no_keep}
    command = child_command(
        *(f"{name}={value}" for name, value in chosen.items() if value is not None),
        *(name for name, wanted in flags.items() if wanted),
    )
    with _bound(host, port) as listening:
        address, number = listening.getsockname()[:2]
        if not expose and not _is_loopback(address):
            raise _exposing()
        shown = _shown(host)
        names = {"127.0.0.1", "localhost", "[::1]", shown}
        server = GuardedServer(
            command,
            hosts={f"{n}:{number}" for n in names} | (names if number == 80 else set()),
            any_number=expose,
            public_url=public,
        )
        say(f"Coach is at {public or f'http://{shown}:{number}'}\nCtrl-C ends it.\n\n{WARNING}")
        if expose:
            say(EXPOSED)
        server.run(listening)


def child_command(*args: str) -> str:
    """Return the line that a shell runs for each visitor: this Python's `coach chat`, every word of it quoted.

    ``-P`` keeps what lies in the folder where it is started from being imported; ``exec`` leaves no shell behind.
    """
    return "exec " + shlex.join([sys.executable, "-P", "-m", "coach.cli", "chat", *args])


def _exposing() -> InputError:
    return InputError(
        "That address lets other machines reach Coach, which has no login and no encryption.",
        "Whoever reaches it is you. Keep to 127.0.0.1 and use an SSH tunnel; if you do mean it, add --expose.",
    )


def _shown(host: str) -> str:
    """The host as it stands in an address that works on this machine."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{name}]" if ":" in name else name


def _bound(host: str, port: int | None) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        address = socket.getaddrinfo(host.encode("ascii"), None, family, socket.SOCK_STREAM)[0][4][0]
    except (OSError, ValueError) as e:
        raise _no_address(host) from e
    number = USUAL_PORT if port is None else port
    try:
        try:
            return socket.create_server((str(address), number), family=family)
        except OSError as e:
            if port is not None or e.errno != errno.EADDRINUSE:
                raise
            return socket.create_server((str(address), 0), family=family)
    except OSError as e:
        raise _cannot(host, number, e) from e


def _cannot(host: str, port: int, error: OSError) -> InputError:
    match error.errno:
        case errno.EADDRNOTAVAIL:
            return _no_address(host)
        case errno.EADDRINUSE:
            return InputError(f"Port {port} is in use.", "Give another one, or leave --port out to get a free one.")
        case errno.EACCES | errno.EPERM:
            return InputError(f"Port {port} may not be used by you.", "Give one above 1023.")
    reason = os.strerror(error.errno) if error.errno else "the system refuses"
    return InputError(f"Port {port} cannot be listened on: {reason}.", "Give another one.")


def _no_address(host: str) -> InputError:
    return InputError(f"This machine has no address {clean_line(host)[:80]!r}.", "Leave --host out.")


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _public_url(url: str | None) -> str | None:
    """Return the address without a slash at its end; raise `InputError` where it is none."""
    if url is None:
        return None
    try:
        parts = urlsplit(url.strip())
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        good = good and not set("@?#") & set(url) and url.isascii() and url.isprintable() and " " not in url.strip()
    except ValueError:
        good = False
    if not good:
        raise InputError(
            f"{clean_line(url)[:80]!r} is no web address.", "It looks like this: --public-url https://coach.example.org"
        )
    return url.strip().rstrip("/")
