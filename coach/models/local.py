"""The local model: llama.cpp in this process, on a loopback port with a random key, loaded when it is first asked."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import secrets
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from coach.domain.answer import Usage
from coach.domain.errors import ModelError
from coach.domain.ports import Message, Reply
from coach.models.choice import ModelChoice
from coach.models.endpoint import EndpointModel
from coach.models.weights import verified, weights_path
from coach.settings import Settings

WHERE = "The local model"
_MAGIC = b"GGUF"
#: Bytes beyond the weights that are kept free: the context's cache, buffers, and the rest of the program.
_ROOM = 400 << 20
#: Reading a full context takes minutes on two cores, and nothing is sent meanwhile.
_LEAST_TIMEOUT_S = 600.0
#: Most that earlier prompts, kept to be read faster when they come again, may take up, in MiB.
_PROMPT_CACHE_MIB = 512


class LocalModel:
    """A `ChatModel` on this machine. Its server, and with it what it remembers of prompts, is kept between calls.

    A context manager; `close` frees the memory, and the next call loads the weights again.

    Args:
        choice: of kind ``local``, with the path of the weights.
        settings: give threads and context size.

    Raises:
        ModelError: if the package that runs it is missing.
    """

    remote = False

    def __init__(self, choice: ModelChoice, settings: Settings) -> None:
        if importlib.util.find_spec("xllamacpp") is None:
            raise ModelError("What runs the local model is not installed.", "Install it: pip install 'coach[local]'.")
        self.name = choice.label
        self.ability: str = choice.ability
        self._path = choice.path or weights_path(settings.models_path)
        self._own = self._path == weights_path(settings.models_path)
        self._settings = settings
        self._lock = threading.Lock()
        self._server: Any = None
        self._endpoint: EndpointModel | None = None
        self._used = Usage()

    @property
    def usage(self) -> Usage:
        """Tokens of all calls so far."""
        now = self._endpoint.usage if self._endpoint else Usage()
        return Usage(self._used.prompt_tokens + now.prompt_tokens, self._used.completion_tokens + now.completion_tokens)

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        schema: dict[str, Any] | None = None,
    ) -> Reply:
        """Return the whole reply; with `schema`, JSON that a grammar holds to the schema. Raises `ModelError`."""
        model = await asyncio.to_thread(self.start)
        return await model.complete(messages, max_tokens=max_tokens, temperature=temperature, schema=schema)

    async def stream(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0
    ) -> AsyncIterator[str]:
        """Yield the reply's text as it comes. Raises `ModelError`."""
        model = await asyncio.to_thread(self.start)
        parts = model.stream(messages, max_tokens=max_tokens, temperature=temperature)
        async with aclosing(cast("Any", parts)):
            async for part in parts:
                yield part

    async def yes_log_odds(self, messages: Sequence[Message]) -> float:
        """Return log P(Yes) - log P(No) of the reply's first token, in nats. Raises `ModelError`."""
        model = await asyncio.to_thread(self.start)
        return await model.yes_log_odds(messages)

    def start(self) -> EndpointModel:
        """Load the weights if they are not loaded, and return the model as an endpoint. May be called by any thread.

        Raises:
            ModelError: if the file is missing, is not the right one or cannot be loaded, or memory is short.
        """
        with self._lock:
            if self._endpoint is None:
                _check_file(self._path, own=self._own)
                _check_memory(self._path)
                key = secrets.token_urlsafe(32)
                self._server = _serve(self._path, key, self._settings)
                self._endpoint = EndpointModel(
                    "local",
                    f"{self._server.listening_address}/v1",
                    key=key,
                    label=self.name,
                    ability=self.ability,
                    timeout_s=max(self._settings.timeout_s, _LEAST_TIMEOUT_S),
                    max_retries=0,
                    where=WHERE,
                )
            return self._endpoint

    def close(self) -> None:
        """Stop the server and free its memory; a stream that is being written is cut. Harmless when it does not run."""
        with self._lock:
            self._used, self._endpoint = self.usage, None
            # The server stops when nothing refers to it any more.
            self._server = None

    def __enter__(self) -> LocalModel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _check_file(path: Path, *, own: bool) -> None:
    pull = "Get it with `coach model pull`." if own else "Check the path in COACH_MODEL or COACH_GGUF."
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
        right = magic == _MAGIC and (not own or verified(path))
    except FileNotFoundError as e:
        raise ModelError(f"The local model is not there: {path}.", pull) from e
    except OSError as e:
        raise ModelError(f"The local model {path} cannot be read: {e.strerror or e}.", pull) from e
    if not right:
        message = "is not the file that it should be" if own else "is not a GGUF file"
        raise ModelError(f"The local model {path} {message}.", pull)


def _check_memory(path: Path) -> None:
    needed, free = path.stat().st_size + _ROOM, available_memory()
    if free is not None and free < needed:
        raise ModelError(
            f"The local model needs {needed / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free.",
            "Close other programs, lower COACH_CONTEXT_TOKENS, or set COACH_MODEL=none.",
            retryable=True,
        )


def available_memory() -> int | None:
    """Return the bytes of memory that can be had without swapping, or None where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, IndexError, StopIteration):
        return None


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _serve(path: Path, key: str, settings: Settings) -> Any:
    # Read when the library is loaded: without it, waiting threads spin, and beside any other busy process the model
    # becomes hundreds of times slower.
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = settings.context_tokens
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = settings.threads or cores()
    params.api_keys = [key]
    params.model_alias = {"local"}
    params.hostnames = ["127.0.0.1"]
    # Its page, and what it tells of running requests, have no place here; the page would even open without the key.
    params.ui = False
    params.endpoint_slots = False
    params.cache_ram_mib = _PROMPT_CACHE_MIB
    params.verbosity = -1
    try:
        return xllamacpp.Server(params)
    except (RuntimeError, MemoryError, ValueError) as e:
        raise ModelError(
            f"The local model {path} cannot be loaded.",
            "It may be damaged, of a kind that is not supported, or too big for this machine's memory with "
            f"{settings.context_tokens} tokens of context; lower COACH_CONTEXT_TOKENS or pull it again.",
        ) from e
