"""The last look at an answer: how it stands to its question, and what should be known about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coach.agent.composers.free import usable
from coach.agent.equipment import Equipment
from coach.domain.answer import Answer, Sentence, Status, Usage, Verdict
from coach.domain.evidence import Retrieval


def final_status(status: Status, sentences: Sequence[Sentence]) -> Status:
    """Return how the answer stands to its question, now that its sentences are checked.

    Args:
        status: how far the sources cover the question.
        sentences: what is left of the draft.
    """
    if status in (Status.SILENT, Status.REFERRED):
        return status
    if not any(s.verdict is not Verdict.NOT_A_CLAIM for s in sentences):
        # The coach may ask for the one fact that decides everything before it says anything.
        asks = any(s.text.endswith("?") for s in sentences) and not any(s.part == "gap" for s in sentences)
        return status if asks else Status.SILENT
    return Status.PARTIAL if any(s.part == "gap" for s in sentences) else status


def remarks(equipment: Equipment, retrieval: Retrieval, *, wrote: bool) -> tuple[str, ...]:
    """Return what the person should know about an answer; `wrote` tells whether a model wrote it."""
    said = list(retrieval.missing)
    model = equipment.model
    # Of the others, stepwise sends no notes at all: it quotes them.
    if wrote and model is not None and model.remote and equipment.composer.name == "free":
        kept = len(retrieval.evidence) - len(usable(retrieval.evidence, remote=True))
        if kept:
            lines = "private line was" if kept == 1 else "private lines were"
            said.append(f"{kept} {lines} left out: what is private never leaves this machine.")
    return tuple(said)


def usage(equipment: Equipment) -> Usage:
    """Return the tokens that the model has taken so far."""
    used = getattr(equipment.model, "usage", None)
    return used if isinstance(used, Usage) else Usage()


def accounted(answer: Answer, equipment: Equipment, before: Usage, seconds: float) -> Answer:
    """Return the answer with what it took: `before` are the tokens taken before it."""
    now = usage(equipment)
    took = Usage(now.prompt_tokens - before.prompt_tokens, now.completion_tokens - before.completion_tokens)
    return replace(answer, usage=took, timings={**answer.timings, "total": seconds})
