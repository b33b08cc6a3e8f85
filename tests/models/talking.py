"""What the tests of endpoints say and how they read a stream."""

from __future__ import annotations

import pytest

from coach.domain.ports import ChatModel, Message
from coach.models.endpoint import EndpointModel
from tests.servers import OpenAIServer

HELLO = [
    Message("system", "Be brief."),
    Message("user", "Hello?"),
    Message("assistant", "Yes?"),
    Message("user", "Go."),
]
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}


@pytest.fixture
def model(openai_server: OpenAIServer) -> EndpointModel:
    return EndpointModel("m", openai_server.url, timeout_s=20, max_retries=0)


async def collect(model: ChatModel, got: list[str]) -> None:
    async for part in model.stream(HELLO, max_tokens=9):
        got.append(part)


async def whole(model: ChatModel) -> str:
    got: list[str] = []
    await collect(model, got)
    return "".join(got)
