"""A real Chroma server on 127.0.0.1, and a proxy in front of it that asks for a token and records what passes.

A room's ``conftest.py`` brings the fixtures in: ``from tests.chroma import chroma_server as chroma_server``.
"""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

#: What `chroma run` does, without importing the rest of the package.
_RUN = "import sys, chromadb_rust_bindings as chroma; chroma.cli(['chroma', 'run', *sys.argv[1:]])"
_PATIENCE = 30.0


class ChromaServer:
    """`chroma run` over a folder."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        where = ["--path", str(folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _RUN, *where],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder.parent,
        )
        end = time.monotonic() + _PATIENCE
        while not self._answers():
            if time.monotonic() > end or self._process.poll() is not None:
                self.stop()
                raise RuntimeError("chroma run does not answer")
            threading.Event().wait(0.05)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", "/api/v2/heartbeat")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    server = ChromaServer(tmp_path_factory.mktemp("chroma") / "db")
    yield server
    server.stop()


#: Status, headers and body in place of the server's; None passes the request on.
Answer = tuple[int, dict[str, str], bytes] | None


@dataclass
class Proxy:
    """Passes requests on, where they have the token, and keeps every byte of them."""

    target: int
    token: str = ""
    sent: bytes = b""
    paths: list[str] = field(default_factory=list)
    #: Gives what is answered to a path in place of the server.
    instead: Callable[[str], Answer] = lambda _: None
    #: While it is cleared, nothing is answered.
    awake: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.awake.set()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                proxy.sent += f"{self.command} {self.path}\n{self.headers}\n".encode() + body + b"\n"
                proxy.paths.append(self.path)
                proxy.awake.wait(_PATIENCE)
                status, headers, answer = proxy.answer(self, body)
                with suppress(OSError):
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)

            do_POST = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if (told := self.instead(handler.path)) is not None:
            return told
        if self.token and handler.headers.get("Authorization") != f"Bearer {self.token}":
            return 401, {}, b"no"
        onward = http.client.HTTPConnection("127.0.0.1", self.target, timeout=_PATIENCE)
        try:
            onward.request(handler.command, handler.path, body, {"Content-Type": "application/json"})
            response = onward.getresponse()
            return response.status, {"Content-Type": "application/json"}, response.read()
        except OSError:
            return 502, {}, b"gone"
        finally:
            onward.close()

    def close(self) -> None:
        self.awake.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def proxy(chroma_server: ChromaServer) -> Iterator[Proxy]:
    made = Proxy(chroma_server.port)
    yield made
    made.close()
