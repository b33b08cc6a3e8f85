"""What one run of the graph reads and writes."""

from __future__ import annotations

from typing import Annotated, TypedDict

from langgraph.channels import UntrackedValue

from coach.agent.brief import Brief
from coach.domain.answer import Answer, Sentence, Status
from coach.domain.evidence import Retrieval


class State(TypedDict, total=False):
    """State of one conversation. Only `question` and `turns` are kept between turns, as plain JSON values."""

    question: str
    #: The last turns, oldest first, each ``{"question", "answer", "private"}``.
    turns: list[dict[str, str]]
    # What follows lives for one run only and is never written to the checkpoint.
    matter: Annotated[str, UntrackedValue(str)]
    retrieval: Annotated[Retrieval, UntrackedValue(Retrieval)]
    status: Annotated[Status, UntrackedValue(Status)]
    brief: Annotated[Brief, UntrackedValue(Brief)]
    sentences: Annotated[list[Sentence], UntrackedValue(list)]
    counts: Annotated[dict[str, int], UntrackedValue(dict)]
    timings: Annotated[dict[str, float], UntrackedValue(dict)]
    answer: Annotated[Answer, UntrackedValue(Answer)]
