"""Keeps what is said to a model from being sent to a tracing service as well."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from typing import Any

# The older names win over the newer ones in the library, so all of them are set.
_SWITCHES = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")


def turn_off_tracing() -> None:
    """Turn LangSmith's tracing off for this process, whatever its environment says."""
    for name in _SWITCHES:
        os.environ[name] = "false"


def untraced() -> AbstractContextManager[Any]:
    """Return a context in which nothing is traced, also inside a trace that somebody else began."""
    from langsmith import tracing_context

    return tracing_context(enabled=False)
