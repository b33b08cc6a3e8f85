"""What of a question the sources cover: all, a part, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coach.agent.language import other_language
from coach.domain.answer import Status
from coach.grounding.words import content

#: Gives, for each text, the probability of "inside", "outside" and the matters to refer.
Gate = Callable[[Sequence[str]], list[dict[str, float]]]

#: A question is covered from this share of "inside" over "inside" and "outside" on.
COVERED = 0.60
#: A part of a question is named as not covered only where the gate is surer than that, and another part surely is.
_PART_UNCOVERED = 0.25
_PART_COVERED = 0.60
#: What only tells, and asks nothing, counts as the covered part where the whole leans inside so much; and one covered
#: question is then enough for an answer.
_WHOLE_LEANS = 0.20
_SHORTEST_PART = 4
#: What is pasted asks nothing, and an answer need not say it back.
_PASTED = re.compile(r"```.*?(?:```|\Z)|<[a-z/!][^<>\n]{0,300}>|`[^`\n]{1,300}`", re.DOTALL | re.IGNORECASE)
#: Of a link, its words are read.
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\([^()\s]{1,300}(?:\([^()]*\)[^()\s]*)?\)")
_ASKING = (
    r"(?:how|what|which|who|whom|when|where|why|should|shall|can|could|do|does|did|is|are|will|would|may|"
    r"(?:also )?asks?|"
    r"(?:also |and )?(?:please )?(?:tell me|give me|i(?:'d| would)? (?:also )?(?:need|like|want) to know))\b"
)
#: At the beginning, or behind a colon, a comma or a number: "our job is slow, how would you rewrite it".
_ASKED = re.compile(rf"(?:\A|[:,)]\s+)\(?{_ASKING}", re.IGNORECASE)
_SPLIT = re.compile(
    r"(?<=[?!.;])\s+|[,;]?\s+\b(?:and|but|or|plus|also)\b(?:,? (?:also|then|secondly|second|by the way|btw))?[,:]?\s+"
    rf"(?={_ASKING})"
    # "1) …, 2) …", "(a) …, (b) …"
    r"|\s+(?=\(?[1-9a-e]\)\s)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the sources cover a question."""

    status: Status
    #: The parts that are not covered, in the person's words.
    uncovered: tuple[str, ...] = ()


def share_inside(gate: dict[str, float]) -> float:
    """Return P(inside) over P(inside) + P(outside), 0 to 1; 1 where there is no gate."""
    inside, outside = gate.get("inside", 1.0), gate.get("outside", 0.0)
    return inside / (inside + outside) if inside + outside else 1.0


def parts_of(question: str) -> list[str]:
    """Split a question into the things that it asks: its sentences, and clauses like "and which cloud is cheapest?".

    Blocks of code are left out.
    """
    return [p.strip(" ,;") for p in _SPLIT.split(unpasted(question)) if len(p.split()) >= _SHORTEST_PART]


def unpasted(question: str) -> str:
    """Return `question` without blocks of code, tags and addresses; as it is where nothing else is left."""
    typed = " ".join(_LINK.sub(r"\1", _PASTED.sub(" ", question)).split())
    return typed if len(typed.split()) >= _SHORTEST_PART else question


def cover(question: str, whole: dict[str, float], gate: Gate) -> Coverage:
    """Return how far the sources cover `question`, whose own gate probabilities are `whole`.

    They cover nothing that is not asked in English: the gate has read no other language.
    """
    if other_language(question):
        return Coverage(Status.SILENT)
    typed = unpasted(question)
    if typed != " ".join(question.split()):
        [whole] = gate([typed])
    parts = parts_of(question)
    if len(parts) > 1 and any(_asks(p) for p in parts):
        shares = dict(zip(parts, (share_inside(g) for g in gate(parts)), strict=True))
        uncovered = tuple(p for p in parts if _asks(p) and _says_what(p) and shares[p] < _PART_UNCOVERED)
        covered = [p for p in parts if shares[p] >= _PART_COVERED]
        # "The shop is closed already" may stand anywhere.
        asked = any(_asks(p) and _says_what(p) for p in covered)
        if uncovered and (asked or (covered and share_inside(whole) >= _WHOLE_LEANS)):
            return Coverage(Status.PARTIAL, uncovered)
        if asked and share_inside(whole) >= _WHOLE_LEANS:
            return Coverage(Status.ANSWERED)
    return Coverage(Status.ANSWERED if share_inside(whole) >= COVERED else Status.SILENT)


def _asks(part: str) -> bool:
    return part.endswith("?") or _ASKED.search(part) is not None


def _says_what(part: str) -> bool:
    """Whether a question can be judged alone; "what would you do?" and "where is the middle?" cannot."""
    return len(content(part)) > 1
