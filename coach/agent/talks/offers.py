"""The plans that an answer, a brief or a debrief offers: its if-then lines, in the first person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from coach.domain.answer import Answer, Citation, Verdict
from coach.domain.if_then import NotAPlanError, read_plan

#: More than these are no offer but a list.
_MOST = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan that a person may take on, or rewrite."""

    plan: str
    #: The statements that it was made from.
    citations: tuple[Citation, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The offer as plain JSON values."""
        return {"plan": self.plan, "citations": [{"id": c.id, "hash": c.hash} for c in self.citations]}


def offered_by_answer(answer: Answer) -> tuple[Offer, ...]:
    """Return the plans among an answer's sentences, those of its plan part first. What is unsupported is none."""
    sentences = [s for s in answer.sentences if s.verdict is not Verdict.UNSUPPORTED]
    sentences.sort(key=lambda s: s.part != "plan")
    return _offers((s.text, s.citations) for s in sentences)


def offered_by_talk(body: Mapping[str, Any]) -> tuple[Offer, ...]:
    """Return the plans among the lines of a brief or a debrief, as their JSON values; private lines too.

    Args:
        body: any JSON object. Its lines are the objects in it with a ``text``, and what stands under ``plan``.
    """
    return _offers(_lines(body))


def _lines(value: Any) -> Iterator[tuple[str, tuple[Citation, ...]]]:
    if isinstance(value, Mapping):
        citations = tuple(_citations(value.get("citations")))
        for name in ("plan", "text"):
            if isinstance(value.get(name), str):
                yield value[name], citations
        value = value.values()
    elif not isinstance(value, list | tuple):
        return
    for inner in value:
        yield from _lines(inner)


def _citations(value: Any) -> Iterator[Citation]:
    for row in value if isinstance(value, list | tuple) else ():
        if isinstance(row, Mapping) and isinstance(row.get("id"), str) and isinstance(row.get("hash"), str):
            yield Citation(row["id"], row["hash"])


def _offers(lines: Any) -> tuple[Offer, ...]:
    found: dict[str, Offer] = {}
    for text, citations in lines:
        try:
            plan = read_plan(text).text
        except NotAPlanError:
            continue
        # What is still to be filled in, also in what is to be said, is no plan yet.
        if "…" not in plan:
            found.setdefault(plan, Offer(plan, citations))
    return tuple(found.values())[:_MOST]
