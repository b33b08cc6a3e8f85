"""What the router learns from: the corpus's situations, statements and boundary messages, with their classes.

A situation of a principle has that principle; one of a practice has that practice and, weakly, the principles that the
practice serves. Both are inside. A practice's statement names the principle statements that it serves. Situations of a
source about referral (C16) sound like the matters to refer, so the gate learns nothing from them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from coach.domain.ids import sort_key, source_of
from coach.domain.source import Draft, SourceKind
from coach.sources.boundaries import INSIDE, Boundaries

HEADS = ("principles", "practices", "gate")


@dataclass(frozen=True, slots=True)
class Example:
    """One text and what it is: by head, the weight of each class that fits; no class where nothing is known."""

    text: str
    #: "situation", "statement" or "boundary".
    origin: str
    principles: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    gate: str = ""
    #: Whether the principles are only those that the practice serves.
    weak: bool = False


def examples(drafts: list[Draft], boundaries: Boundaries) -> list[Example]:
    """Return every example once, in the corpus's order."""
    found: list[Example] = []
    for draft in drafts:
        source = f"{draft.kind.letter}{draft.number}"
        practice = draft.kind is SourceKind.PRACTICE
        principles = draft.serves if practice else (source,)
        practices = (source,) if practice else ()
        gate = "" if source in boundaries.referral_sources else INSIDE
        for text in draft.situations:
            found.append(Example(text, "situation", principles, practices, gate, weak=practice))
        for statement in draft.statements:
            serves = tuple(dict.fromkeys(source_of(s) for s in statement.serves)) if practice else principles
            found.append(Example(statement.text, "statement", serves, practices, gate))
    for name, texts in boundaries.examples.by_class.items():
        found += [Example(text, "boundary", gate=name) for text in texts]
    return list({e.text: e for e in reversed(found)}.values())[::-1]


def class_names(found: list[Example]) -> dict[str, tuple[str, ...]]:
    """Return the classes of each head in the order of its outputs."""
    gate = tuple(dict.fromkeys(e.gate for e in found if e.gate))
    return {
        "principles": tuple(sorted({p for e in found for p in e.principles}, key=sort_key)),
        "practices": tuple(sorted({p for e in found for p in e.practices}, key=sort_key)),
        "gate": gate,
    }


def digest(found: list[Example]) -> str:
    """Return a hash over all examples: 16 hex digits of SHA-256, the same whatever their order."""
    lines = sorted("\x1f".join((e.text, e.origin, *e.principles, *e.practices, e.gate, str(e.weak))) for e in found)
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()[:16]
