"""A chat model behind an OpenAI-compatible endpoint, spoken to in chat completions."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from coach.domain.answer import Usage
from coach.domain.errors import ModelError
from coach.domain.ports import Message, Reply
from coach.domain.text import Cleaner, clean
from coach.models import errors
from coach.models.addresses import host_of, is_loopback
from coach.models.tracing import turn_off_tracing, untraced

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
    from langchain_openai import ChatOpenAI

#: Seconds that a connection may take to be made.
_CONNECT_S = 10.0
#: How many of the likeliest tokens are asked for; the most that OpenAI gives.
_TOP = 20
#: Log-probability that less likely tokens are taken to have.
_LEAST = -100.0
# These refuse `max_tokens` on their newer models; nearly everyone else knows nothing but it.
# Their reasoning models refuse a temperature too.
_NEW_NAME_HOSTS = ("openai.com", "azure.com")


class EndpointModel:
    """A `ChatModel` at an endpoint.

    Args:
        model: name that the endpoint knows.
        base_url: address up to and including its version.
        key: may be None on this machine only.
        label: as shown to the person; model and host by default.
        ability: ``none``, ``stepwise`` or ``free``.
        timeout_s: seconds that the endpoint may stay silent.
        max_retries: for busy, faulty and unreachable endpoints; wrong keys and unknown models are not tried again.
        remote: what is sent leaves this machine although the address is on it, since the server there passes it on.

    Raises:
        ModelError: if a remote endpoint is given without a key.
    """

    def __init__(
        self,
        model: str,
        base_url: str,
        *,
        key: str | None = None,
        label: str = "",
        ability: str = "free",
        timeout_s: float = 120.0,
        max_retries: int = 2,
        where: str = "",
        remote: bool = False,
    ) -> None:
        turn_off_tracing()
        self._elsewhere = not is_loopback(base_url)
        self.remote = remote or self._elsewhere
        if self._elsewhere and not key:
            raise ModelError(
                f"{host_of(base_url)} asks for a key, and none is set.", "Set OPENAI_API_KEY or COACH_API_KEY."
            )
        self.name = label or f"{model} ({host_of(base_url)})"
        self.ability = ability
        #: Tokens of all calls so far.
        self.usage = Usage()
        self._where = where or host_of(base_url)
        self._model, self._base_url, self._key = model, base_url, key
        self._timeout_s, self._max_retries = timeout_s, max_retries
        self._chats: dict[int, tuple[asyncio.AbstractEventLoop, ChatOpenAI]] = {}
        host = urlsplit(base_url).hostname or ""
        self._new_name = host.endswith(_NEW_NAME_HOSTS)
        self._reasons = self._new_name and re.match(r"o\d|gpt-[5-9]", model) is not None

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        schema: dict[str, Any] | None = None,
    ) -> Reply:
        """Return the whole reply; with `schema`, its text is JSON that the endpoint was told to fit to the schema.

        Raises:
            ModelError: as `coach.models.errors.explain` says, and if the reply is empty or, with `schema`, no JSON.
        """
        options = self._options(max_tokens, temperature)
        if schema is not None:
            options["response_format"] = _response_format(schema)
        reply = await self._ask(messages, options)
        text, finish = clean(reply.text), str(reply.response_metadata.get("finish_reason") or "")
        if finish == "content_filter":
            raise errors.withheld(self._where)
        if not text.strip():
            raise errors.empty(self._where)
        if schema is not None:
            try:
                json.loads(text)
            except ValueError as e:
                raise ModelError(
                    f"{self._where} did not answer in the form that was asked for.",
                    "Choose a model that knows structured output.",
                    retryable=True,
                ) from e
        return Reply(text, finish, _usage(reply))

    async def stream(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0
    ) -> AsyncIterator[str]:
        """Yield the reply's text as it comes, without terminal escapes and invisible characters.

        Raises:
            ModelError: as `coach.models.errors.explain` says, and if the stream is cut before its end or holds no text.
        """
        cleaner, finish, some = Cleaner(), "", False
        stream = self._chat().astream(_converted(messages), **self._options(max_tokens, temperature))
        # Closed at once when the reader turns away, so that the endpoint stops writing.
        async with aclosing(cast("AsyncGenerator[AIMessageChunk]", stream)) as chunks:
            while (chunk := await self._next(chunks)) is not None:
                finish = str(chunk.response_metadata.get("finish_reason") or finish)
                self._count(chunk)
                if text := cleaner.feed(chunk.text):
                    some = some or bool(text.strip())
                    yield text
        if rest := cleaner.finish():
            yield rest
        if not finish:
            raise errors.cut(self._where)
        if finish == "content_filter":
            raise errors.withheld(self._where)
        if not some:
            raise errors.empty(self._where)

    async def yes_log_odds(self, messages: Sequence[Message]) -> float:
        """Return log P(Yes) - log P(No) of the reply's first token, in nats.

        All spellings of a word count together. A word that is not among the likeliest 20 tokens is taken to be as
        likely as the last of them, which is the most that it can be; with neither among them the odds are even (0.0).

        Raises:
            ModelError: as `coach.models.errors.explain` says, and if the endpoint gives no log-probabilities.
        """
        options = {**self._options(1, 0.0), "logprobs": True, "top_logprobs": _TOP}
        reply = await self._ask(messages, options)
        return log_odds(_top_tokens(reply.response_metadata.get("logprobs"), self._where))

    async def aclose(self) -> None:
        """Close the connections that were made in this event loop."""
        held = self._chats.pop(id(asyncio.get_running_loop()), None)
        if held is not None:
            await held[1].root_async_client.close()

    async def _ask(self, messages: Sequence[Message], options: Mapping[str, Any]) -> AIMessage:
        chat, converted = self._chat(), _converted(messages)
        try:
            with untraced():
                reply = await chat.ainvoke(converted, **options)
        except Exception as e:  # The client raises what it likes on malformed answers: see errors.py.
            raise errors.explain(e, self._where) from e
        self._count(reply)
        return reply

    async def _next(self, chunks: AsyncIterator[AIMessageChunk]) -> AIMessageChunk | None:
        """The next chunk, or None at the end; never suspended inside the context, which would leak to the caller."""
        try:
            with untraced():
                return await anext(chunks, None)
        except Exception as e:  # As in _ask.
            raise errors.explain(e, self._where) from e

    def _options(self, max_tokens: int, temperature: float) -> dict[str, Any]:
        limit = {"max_tokens": max_tokens} if self._new_name else {"extra_body": {"max_tokens": max_tokens}}
        return limit if self._reasons else {"temperature": temperature, **limit}

    def _count(self, reply: AIMessage) -> None:
        more = _usage(reply)
        self.usage = Usage(
            self.usage.prompt_tokens + more.prompt_tokens, self.usage.completion_tokens + more.completion_tokens
        )

    def _chat(self) -> ChatOpenAI:
        """The client of the running event loop: connections cannot move from one loop to another."""
        loop = asyncio.get_running_loop()
        held = self._chats.get(id(loop))
        if held is not None and held[0] is loop:
            return held[1]
        self._chats = {at: pair for at, pair in self._chats.items() if not pair[0].is_closed()}
        chat = self._new_chat()
        self._chats[id(loop)] = (loop, chat)
        return chat

    def _new_chat(self) -> ChatOpenAI:
        import httpx2
        import openai
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        # What the client would log comes as a ModelError too; without a handler it would be printed across the screen.
        logging.getLogger("langchain_openai").addHandler(logging.NullHandler())
        timeout = httpx2.Timeout(self._timeout_s, connect=min(self._timeout_s, _CONNECT_S))
        # No redirect is followed: what is meant for this machine must not be sent on to another. For the same reason
        # no proxy is used for an endpoint on this machine.
        client = openai.DefaultAsyncHttpxClient(timeout=timeout, follow_redirects=False, trust_env=self._elsewhere)
        return ChatOpenAI(
            model=self._model,
            base_url=self._base_url,
            api_key=SecretStr(self._key or "none"),
            timeout=timeout,
            max_retries=self._max_retries,
            stream_usage=True,
            stream_chunk_timeout=self._timeout_s,
            use_responses_api=False,
            http_async_client=client,
            openai_proxy=None,
        )


def log_odds(top: Iterable[tuple[str, float]]) -> float:
    """Return log P(Yes) - log P(No) from tokens with their log-probabilities, in nats; see `yes_log_odds`."""
    # Minus infinity cannot be calculated with.
    tokens = [(token.strip(" \t\n\r▁Ġ\"'*.,").casefold(), max(logprob, _LEAST)) for token, logprob in top]
    yes, no = _together(tokens, "yes"), _together(tokens, "no")
    if yes is None and no is None:
        return 0.0
    floor = min(logprob for _, logprob in tokens)
    return (floor if yes is None else yes) - (floor if no is None else no)


def _together(tokens: Iterable[tuple[str, float]], word: str) -> float | None:
    found = [logprob for token, logprob in tokens if token == word]
    if not found:
        return None
    most = max(found)
    return most + math.log(sum(math.exp(logprob - most) for logprob in found))


def _top_tokens(logprobs: Any, where: str) -> list[tuple[str, float]]:
    try:
        top = [(str(t["token"]), float(t["logprob"])) for t in logprobs["content"][0]["top_logprobs"]]
    except (TypeError, KeyError, IndexError, ValueError) as e:
        raise errors.no_log_odds(where) from e
    if not top or any(math.isnan(logprob) for _, logprob in top):
        raise errors.no_log_odds(where)
    return top


def _converted(messages: Sequence[Message]) -> list[BaseMessage]:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    return [kinds[m.role](content=m.content) for m in messages]


def _response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    # OpenAI enforces a schema only if it is closed; llama.cpp and Ollama enforce any.
    strict = schema.get("additionalProperties") is False
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema), "strict": strict}}


def _usage(reply: AIMessage) -> Usage:
    told = reply.usage_metadata
    return Usage(told["input_tokens"], told["output_tokens"]) if told else Usage()
