"""Which kept answers cite which statements, read out of the answers themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class CitedIn:
    """One answer that cites a statement, in one wording of it."""

    session: str
    title: str
    #: 0-based place in the conversation.
    position: int
    question: str
    #: When it was asked, in UTC.
    asked: datetime
    #: Content hash that the statement had then.
    hash: str
    #: What it said then; empty where that was not kept with the answer.
    text: str


@dataclass(frozen=True, slots=True)
class TurnCitations:
    """What one answer cites: ids of statements, each with the hash that it had then."""

    session: str
    #: 0-based place in the conversation.
    position: int
    cited: frozenset[tuple[str, str]]


def citations_of(answer: str) -> frozenset[tuple[str, str]]:
    """Return what an answer, as JSON text in the form of `Answer.as_dict`, cites; nothing where it has another form."""
    return frozenset(_pairs(_loaded(answer)))


def text_of(answer: str, statement_id: str) -> str:
    """Return what a statement said according to the evidence of an answer; empty where it does not tell."""
    evidence = _loaded(answer).get("evidence")
    for row in evidence if isinstance(evidence, list) else ():
        if isinstance(row, dict) and row.get("id") == statement_id and isinstance(row.get("text"), str):
            return str(row["text"])
    return ""


def _pairs(answer: dict[str, Any]) -> Iterator[tuple[str, str]]:
    sentences = answer.get("sentences")
    # A made-up id was pinned to nothing, and stands for no statement.
    for sentence in sentences if isinstance(sentences, list) else ():
        citations = sentence.get("citations") if isinstance(sentence, dict) else None
        for c in citations if isinstance(citations, list) else ():
            if isinstance(c, dict) and isinstance(c.get("id"), str) and isinstance(c.get("hash"), str) and c["hash"]:
                yield c["id"], c["hash"]


def _loaded(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
