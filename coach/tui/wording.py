"""What the screens say in more than one place."""

from __future__ import annotations

from datetime import date as Date

from coach.domain.evidence import Evidence
from coach.domain.source import Source, SourceKind

STEPS = {
    "screen": "Reading the question",
    "refer": "Finding where this belongs",
    "retrieve": "Looking in the sources",
    "draft": "Writing",
    "check": "Checking each claim",
    "mend": "Mending what is not supported",
    "deliver": "Finishing",
}

#: Situations to begin with, in the words of the people that Coach is for.
EXAMPLES = (
    "Sales promised our model two weeks early and the team is tired. What do I say to the VP?",
    "My strongest engineer goes quiet when I give feedback. How do I say the next thing?",
    "I still review every pull request myself. How do I let go?",
)


def step(name: str) -> str:
    """Return what a step of a turn does, as a person would say it."""
    return STEPS.get(name, "Working")


def count(number: int, word: str) -> str:
    """Return ``1 claim`` or ``2 claims``."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def came_from(origin: str, title: str) -> str:
    """Return what something came of, such as ``From the brief “A talk”``; empty where it came of nothing.

    Args:
        origin: ``session:ID``, ``brief:ID``, ``rehearsal:ID``, or empty.
        title: of it; empty where it is gone.
    """
    if not origin:
        return ""
    kind = origin.partition(":")[0]
    what = "conversation" if kind == "session" else kind
    return f"From the {what} “{title}”" if title else f"From a {what} that is gone"


def source_line(source: Source) -> str:
    """Return kind, date and privacy of a source: ``note of 2026-10-01, private``."""
    return _about(source.kind, source.date, source.private)


def origin_line(evidence: Evidence) -> str:
    """Return the same of the source that a statement came from, as it was then."""
    return _about(evidence.source_kind, evidence.date, evidence.private)


def _about(kind: SourceKind, dated: Date | None, private: bool) -> str:
    of = f" of {dated.isoformat()}" if dated else ""
    return f"{kind.value}{of}{', private' if private else ''}"


def why_found(evidence: Evidence) -> str:
    """Return why a statement was found, with its relevance."""
    score = f" · relevance {evidence.score:.2f}" if evidence.score else ""
    return f"Found: {evidence.why}{score}" if evidence.why else f"Found{score}"


def bar(done: int, total: int, width: int = 24) -> str:
    """Return a line that is filled as far as the work is done: ``━━━━━━────── 50%``."""
    share = min(1.0, max(0.0, done / total)) if total > 0 else 0.0
    filled = round(share * width)
    return f"{'━' * filled}{'─' * (width - filled)} {share:.0%}"
