from __future__ import annotations

import os
from typing import Any

import pytest

from coach.models.endpoint import EndpointModel
from tests.models.conftest import NOBODY
from tests.models.talking import HELLO, whole
from tests.models.talking import model as model
from tests.servers import OpenAIServer


async def test_nothing_is_traced(openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from langsmith import Client
    from langsmith.run_helpers import tracing_context

    sent: list[Any] = []
    monkeypatch.setattr(Client, "create_run", lambda *a, **k: sent.append(a))
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "x")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", NOBODY)
    openai_server.enqueue("a", "b", "c d")
    model = EndpointModel("m", openai_server.url, max_retries=0)
    assert os.environ["LANGCHAIN_TRACING_V2"] == os.environ["LANGSMITH_TRACING"] == "false"
    await model.complete(HELLO, max_tokens=9)
    # Not even where somebody turned it on around us.
    with tracing_context(enabled=True):
        await model.complete(HELLO, max_tokens=9)
        assert await whole(model) == "c d"
    assert sent == []
