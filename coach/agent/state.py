"""What one run of the graph reads and writes."""

from __future__ import annotations

from typing import Annotated, TypedDict

from langgraph.channels import UntrackedValue

from coach.agent.material import Material
from coach.domain.answer import Answer, Sentence, Status
from coach.domain.evidence import Retrieval


class State(TypedDict, total=False):
    """State of one conversation. Only `turns` is kept between turns, as plain JSON values."""

    #: The last turns, oldest first, see `coach.agent.privacy.as_state`.
    turns: list[dict[str, str]]
    # What follows lives for one run only and is never written to the checkpoint.
    #: What the person typed, and the same in English, which is looked up.
    typed: Annotated[str, UntrackedValue(str)]
    question: Annotated[str, UntrackedValue(str)]
    matter: Annotated[str, UntrackedValue(str)]
    #: What it may be, where it is not referred.
    doubt: Annotated[str, UntrackedValue(str)]
    retrieval: Annotated[Retrieval, UntrackedValue(Retrieval)]
    #: The person asks what their own notes say, rather than for advice.
    about_notes: Annotated[bool, UntrackedValue(bool)]
    #: What the person should know about how the question was read.
    remarks: Annotated[tuple[str, ...], UntrackedValue(tuple)]
    status: Annotated[Status, UntrackedValue(Status)]
    material: Annotated[Material, UntrackedValue(Material)]
    sentences: Annotated[list[Sentence], UntrackedValue(list)]
    counts: Annotated[dict[str, int], UntrackedValue(dict)]
    timings: Annotated[dict[str, float], UntrackedValue(dict)]
    answer: Annotated[Answer, UntrackedValue(Answer)]
