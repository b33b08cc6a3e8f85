"""A scripted OpenAI-compatible server on 127.0.0.1. Tests enqueue what it answers and read what it was asked.

    def test_something(openai_server: OpenAIServer) -> None:
        openai_server.enqueue(say("Hello there."), status(503), stall("Hel"))

A room's ``conftest.py`` brings the fixture in: ``from tests.servers import openai_server as openai_server``.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import pytest

from tests.scripts import Script, say, status

#: Status that says that a test asked for more than it had enqueued; a client does not try again after it.
UNSCRIPTED = 418


@dataclass(frozen=True)
class Asked:
    """One request that the server got."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)
    #: The body as it came.
    raw: bytes = b""

    @property
    def text(self) -> str:
        """Everything that the messages of a chat request say, to look for what must not have been sent."""
        return "\n".join(str(m.get("content", "")) for m in self.body.get("messages", []))


class OpenAIServer:
    """Answers chats with what was enqueued, in order; ``/v1/models``, ``/api/tags`` and embeddings from its fields."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.models: list[str] = []
        #: Entries of Ollama's list of models; None: this is not an Ollama.
        self.tags: list[dict[str, Any]] | None = None
        #: The only key that chats and the list of models take; None: any, or none.
        self.key: str | None = None
        #: Answers GET /v1/models in place of `models`.
        self.listing: Script | None = None
        #: Answers POST /v1/embeddings; dimension 3 by default.
        self.embed: Callable[[str], list[float]] = lambda text: [float(len(text)), 1.0, 0.0]
        self._scripts: deque[Script] = deque()
        self._lock = threading.Lock()
        self.closing = threading.Event()
        outer = self

        class Handler(_Handler):
            server_of = outer

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    @property
    def root(self) -> str:
        """``http://127.0.0.1:PORT``."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def url(self) -> str:
        """Base address of the endpoint, ending in ``/v1``."""
        return f"{self.root}/v1"

    @property
    def chats(self) -> list[Asked]:
        """The chat requests among what was asked."""
        return [a for a in self.asked if a.path.endswith("/chat/completions")]

    def enqueue(self, *scripts: Script | str) -> None:
        """Add answers; a string is said."""
        with self._lock:
            self._scripts.extend(say(s) if isinstance(s, str) else s for s in scripts)

    def next(self) -> Script:
        """Take the next answer; used by the handler."""
        with self._lock:
            return self._scripts.popleft() if self._scripts else status(UNSCRIPTED, "nothing is enqueued")


class _Handler(BaseHTTPRequestHandler):
    server_of: OpenAIServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        outer = self.server_of
        outer.asked.append(Asked("GET", self.path, dict(self.headers)))
        if self.path == "/v1/models" and self._refused():
            return
        if self.path == "/v1/models" and outer.listing is not None:
            with suppress(BrokenPipeError, ConnectionResetError):
                self._answer(outer.listing, {})
        elif self.path == "/v1/models":
            self._json({"object": "list", "data": [{"id": name, "object": "model"} for name in outer.models]})
        elif self.path == "/api/tags" and outer.tags is not None:
            self._json({"models": outer.tags})
        else:
            self._send(404, b'{"error": {"message": "no such page"}}', "application/json", {})

    def do_POST(self) -> None:
        outer = self.server_of
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.loads(raw or b"{}")
        outer.asked.append(Asked("POST", self.path, dict(self.headers), body, raw))
        with suppress(BrokenPipeError, ConnectionResetError):
            if self.path.endswith("/embeddings") and not outer._scripts:
                rows = [
                    {"object": "embedding", "index": i, "embedding": outer.embed(t)}
                    for i, t in enumerate(body["input"])
                ]
                self._json(
                    {
                        "object": "list",
                        "model": body["model"],
                        "data": rows,
                        "usage": {"prompt_tokens": 1, "total_tokens": 1},
                    }
                )
                return
            if not self._refused():
                self._answer(outer.next(), body)

    def _refused(self) -> bool:
        given = next((v for k, v in self.headers.items() if k.lower() == "authorization"), "")
        if self.server_of.key is None or given == f"Bearer {self.server_of.key}":
            return False
        self._send(401, b'{"error": {"message": "no such key"}}', "application/json", {})
        return True

    def _answer(self, script: Script, body: Mapping[str, Any]) -> None:
        if script.raw is not None:
            streamed_json = (
                bool(body.get("stream")) and script.status == 200 and script.content_type == "application/json"
            )
            kind = "text/event-stream" if streamed_json else script.content_type
            raw = b"data: " + script.raw + b"\n\n" if streamed_json and script.raw.startswith(b"{") else script.raw
            self._send(script.status, raw, kind, script.headers)
        elif body.get("stream"):
            self._stream(script)
        elif script.stall:
            self.server_of.closing.wait()
        elif script.drop:
            self.close_connection = True
        elif script.error is not None:
            self._send(500, json.dumps({"error": script.error}).encode(), "application/json", {})
        else:
            choice = {
                "index": 0,
                "message": {"role": "assistant", "content": script.text},
                "finish_reason": script.finish,
                "logprobs": _logprobs(script),
            }
            self._json(_envelope("chat.completion", [choice], script.usage))

    def _stream(self, script: Script) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for word in script.text.splitlines(keepends=True):
            for part in word.replace(" ", " \0").split("\0"):
                self._event(_piece({"content": part}, None, _logprobs(script)))
        if script.error is not None:
            self._event({"error": script.error})
        if script.stall:
            self.server_of.closing.wait()
        if script.drop or script.stall:
            self.close_connection = True
            return
        if script.finish is not None:
            self._event(_piece({}, script.finish, None))
            self._event(_envelope("chat.completion.chunk", [], script.usage))
            self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _event(self, value: Mapping[str, Any]) -> None:
        self._chunk(b"data: " + json.dumps(value).encode() + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _json(self, value: Any) -> None:
        self._send(200, json.dumps(value).encode(), "application/json", {})

    def _send(self, code: int, body: bytes, kind: str, headers: Mapping[str, str]) -> None:
        self.send_response(code)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _envelope(kind: str, choices: list[Any], usage: tuple[int, int] | None) -> dict[str, Any]:
    told = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)} if usage else None
    return {"id": "x", "object": kind, "created": 1, "model": "m", "choices": choices, "usage": told}


def _piece(delta: dict[str, str], finish: str | None, logprobs: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": logprobs}
    return _envelope("chat.completion.chunk", [choice], None)


def _logprobs(script: Script) -> dict[str, Any] | None:
    if script.logprobs is None:
        return None
    top = [{"token": t, "logprob": p, "bytes": list(t.encode())} for t, p in script.logprobs.items()]
    return {"content": [{**top[0], "top_logprobs": top}], "refusal": None}


@pytest.fixture
def openai_server() -> Iterator[OpenAIServer]:
    """A running server with nothing enqueued."""
    with OpenAIServer() as server:
        yield server
