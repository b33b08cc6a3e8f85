"""The TUI as a web page, guarded: textual-serve takes every visitor's word for where they come from.

Any page that a browser has open may open a websocket to 127.0.0.1, and a name of its own may come to stand for that
address. So a request must name this server as the one that it is for, and as where it comes from.
"""

from __future__ import annotations

import asyncio
import copy
import ipaddress
import json
import logging
import socket
import weakref
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import WSCloseCode, web
from aiohttp.typedefs import Handler, Middleware
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

from coach.cli.console import debugging

_WEBSOCKET = "/ws"
#: Seconds in which a browser may say goodbye once the server is told to stop, in which the process of a visitor who
#: has left may end before it is killed, and in which all of that must be done.
_GOODBYE = 1.0
_LAST_ORDERS = 6.0
_PATIENCE = 8.0
#: Cells; what a browser asks for beyond that is no window.
_WIDEST = 1000


class GuardedServer(Server):
    """Serves one command as a page.

    Args:
        command: started in a shell for each visitor.
        hosts: what a request may name as its host, such as ``127.0.0.1:8000``.
        any_number: whether a host may also be any number (IPv4 or IPv6): a number cannot be made to stand for another.
        public_url: where people find the page; by default wherever they asked for it.
    """

    def __init__(self, command: str, *, hosts: Iterable[str], any_number: bool, public_url: str | None) -> None:
        super().__init__(command, title="Coach", public_url=public_url)
        self._hosts = {h.lower() for h in hosts} | ({urlsplit(public_url).netloc.lower()} if public_url else set())
        self._any_number = any_number
        self._public = public_url
        self._visitors: weakref.WeakSet[web.WebSocketResponse] = weakref.WeakSet()
        # Our own words are said before it starts; what goes wrong with one visitor is not for the terminal.
        logging.getLogger("textual-serve").disabled = not debugging()

    def run(self, bound: socket.socket) -> None:
        """Serve on a bound socket until Ctrl-C or SIGTERM."""
        web.run_app(
            self._make_app(), sock=bound, print=None, access_log=None, shutdown_timeout=_PATIENCE, keepalive_timeout=15
        )

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._guard())
        app.on_response_prepare.append(self._confine)
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: the command has."""

    async def on_shutdown(self, app: web.Application) -> None:
        """Close every page, so that its process is told to end."""
        closing = [asyncio.ensure_future(visitor.close(code=WSCloseCode.GOING_AWAY)) for visitor in self._visitors]
        if closing:
            await asyncio.wait(closing, timeout=_GOODBYE)

    async def handle_index(self, request: web.Request) -> Any:
        """Return the page, with addresses that lead back to where it was asked for."""
        if self._public:
            return await super().handle_index(request)
        here = copy.copy(self)
        here.public_url = f"http://{request.headers['Host']}"
        return await Server.handle_index(here, request)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run the command for one visitor until either leaves."""
        page = web.WebSocketResponse(heartbeat=15)
        await page.prepare(request)

        async def closed() -> None:
            await page.close()

        visit = Visit(
            self.command,
            write_bytes=page.send_bytes,
            write_str=page.send_str,
            close=closed,
            download_manager=self.download_manager,
        )
        try:
            await visit.start(_cells(request, "width", 80), _cells(request, "height", 24))
            await self._process_messages(page, visit)
        except (AssertionError, AttributeError, LookupError, TypeError, ValueError):
            # What the page sent is not what the page sends.
            await page.close(code=WSCloseCode.UNSUPPORTED_DATA)
        finally:
            await visit.stop()
            await page.close()
        return page

    async def handle_download(self, request: web.Request) -> web.StreamResponse:
        """Refuse: nothing is offered for download."""
        raise web.HTTPNotFound

    def is_own(self, host: str | None) -> bool:
        """Whether `host`, as a request names it, is this server."""
        if not host:
            return False
        if host.lower() in self._hosts:
            return True
        try:
            named = urlsplit(f"//{host}")
            ipaddress.ip_address(named.hostname or "")
            _ = named.port
        except ValueError:
            return False
        # Nothing but the number and the port.
        return self._any_number and named.netloc == host and set(host) <= set("0123456789abcdefABCDEF.:[]")

    def is_from_here(self, origin: str | None, host: str) -> bool:
        """Whether a page at `origin` is this server's own page, asked for at `host`."""
        if origin is None:
            return False
        own = {f"http://{host}".lower()}
        if self._public:
            parts = urlsplit(self._public)
            own = {f"{parts.scheme}://{parts.netloc}".lower()}
        return origin.lower() in own

    def _guard(self) -> Middleware:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            host, origin = request.headers.get("Host"), request.headers.get("Origin")
            if host is None or not self.is_own(host):
                raise web.HTTPForbidden(
                    text="Coach is not served under this name. Whoever started it can allow it: "
                    "coach serve --public-url http://NAME:PORT\n"
                )
            # A browser always says where a websocket is opened from; only a program says nothing.
            if (origin is not None or request.path == _WEBSOCKET) and not self.is_from_here(origin, host):
                raise web.HTTPForbidden(text="Only Coach's own page may ask this.\n")
            return await handler(request)

        return guard

    async def _confine(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let the page load from here alone (its template asks for a font elsewhere), and be shown in no other page."""
        if isinstance(response, web.WebSocketResponse):
            self._visitors.add(response)
        host = request.headers.get("Host", "")
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
            f"img-src 'self' data:; font-src 'self' data:; connect-src 'self'{_sockets(host)}; "
            "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        )
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"


class Visit(AppService):
    """The process of one visitor. It can ask the page to close, and nothing else: no files, no addresses."""

    async def on_meta(self, data: bytes) -> None:
        """Close the page when the program has ended."""
        if json.loads(data).get("type") == "exit":
            await self.remote_close()

    async def stop(self) -> None:
        """Tell the program to end, and see to it that it does."""
        await super().stop()
        if self._process is not None:
            try:
                await asyncio.wait_for(self._process.wait(), _LAST_ORDERS)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()


def _cells(request: web.Request, name: str, default: int) -> int:
    return min(_WIDEST, max(1, to_int(request.query.get(name, ""), default)))


def _sockets(host: str) -> str:
    # Some browsers do not count a websocket of the same host as 'self'. An address in brackets cannot stand here.
    plain = host and all(c.isascii() and (c.isalnum() or c in ".-:") for c in host)
    return f" ws://{host} wss://{host}" if plain else ""
