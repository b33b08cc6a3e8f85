"""What a scripted server answers: a whole answer, a stream that breaks, an error with its status, a web page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Script:
    """One answer of the server to a POST."""

    text: str = ""
    finish: str | None = "stop"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Sent as it is, in place of an answer.
    raw: bytes | None = None
    content_type: str = "application/json"
    #: Top log-probabilities of the first token.
    logprobs: Mapping[str, float] | None = None
    #: Sent inside the stream after the text.
    error: Mapping[str, Any] | None = None
    #: After the text, nothing more is sent until the server is closed.
    stall: bool = False
    #: After the text, the connection is dropped without the end of the HTTP body.
    drop: bool = False
    usage: tuple[int, int] = (7, 3)


def say(text: str, *, finish: str = "stop", usage: tuple[int, int] = (7, 3)) -> Script:
    """A whole answer, streamed in words where a stream is asked for."""
    return Script(text, finish=finish, usage=usage)


def cut(text: str = "") -> Script:
    """A stream that ends without a finish reason."""
    return Script(text, finish=None)


def drop(text: str = "") -> Script:
    """A stream whose connection breaks after `text`."""
    return Script(text, finish=None, drop=True)


def stall(text: str = "") -> Script:
    """A stream that stays open after `text` and says nothing more."""
    return Script(text, finish=None, stall=True)


def status(http: int, message: str = "no", /, *, headers: Mapping[str, str] | None = None, **error: Any) -> Script:
    """An error with its status; `error` adds fields such as `code` and `type` to it."""
    body = json.dumps({"error": {"message": message, **error}}).encode()
    return Script(status=http, headers=headers or {}, raw=body)


def too_long(*, llama: bool = False) -> Script:
    """More context than the model takes, as OpenAI or llama.cpp puts it."""
    if llama:
        return status(
            400, "request (6030 tokens) exceeds the available size", code=400, type="exceed_context_size_error"
        )
    return status(400, "too many tokens", code="context_length_exceeded", type="invalid_request_error")


def html() -> Script:
    """A web page with status 200, as a wrong address or a captive portal sends."""
    return Script(raw=b"<html><body>Sign in</body></html>", content_type="text/html")


def bad_json() -> Script:
    """JSON that breaks off, plain and in a stream."""
    return Script(raw=b'data: {"choices": [{"del\n\n')


def no_choices() -> Script:
    """JSON without an answer in it."""
    return Script(raw=b'{"id": "x", "object": "chat.completion", "model": "m", "created": 1, "choices": []}')


def error_in_stream(text: str = "", message: str = "the model crashed") -> Script:
    """A stream that has begun well and then tells of an error."""
    return Script(text, finish=None, error={"message": message, "type": "server_error"})


def odds(top: Mapping[str, float]) -> Script:
    """One token with the log-probabilities of the likeliest ones."""
    return Script(next(iter(top)).strip() or "?", finish="length", logprobs=top)
