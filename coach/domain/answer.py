"""Answers: sentences with citations and verdicts, and what they cost."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from coach.domain.evidence import Evidence


class Status(StrEnum):
    """How an answer stands to its question."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    SILENT = "silent"
    REFERRED = "referred"


class Verdict(StrEnum):
    """What the checks say of one sentence."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    UNCITED = "uncited"
    NOT_A_CLAIM = "not a claim"


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer from a claim to a statement, and the content hash that the statement had then."""

    id: str
    hash: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer."""

    #: Without bracketed ids.
    text: str
    citations: tuple[Citation, ...] = ()
    verdict: Verdict = Verdict.NOT_A_CLAIM
    #: Probability of support, 0 to 1, as the checker sees it; None where nothing was checked.
    score: float | None = None
    #: Name of the checker that gave the verdict; empty where nothing was checked.
    checker: str = ""
    #: Why a claim is not supported, in plain words.
    reason: str = ""
    #: What it was before it was mended; empty where it was not.
    mended_from: str = ""
    #: Part of the page that it belongs to: "frame", "point", "how", "notes", "other side", "caution", "plan",
    #: "question", "gap", "referral".
    part: str = "point"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that an answer took, over all its calls; 0 where no model was asked."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """A delivered answer."""

    status: Status
    sentences: tuple[Sentence, ...]
    evidence: tuple[Evidence, ...]
    question: str = ""
    #: Name of the model that wrote, or ``none``.
    model: str = "none"
    composer: str = "quote"
    checker: str = ""
    #: Seconds by step, and ``total``.
    timings: dict[str, float] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    #: How many claims were mended (rewritten, or replaced by their statement), and how many dropped.
    mended: int = 0
    dropped: int = 0
    #: What the person should know about this answer: nothing was sent, a source was missing, and so on.
    remarks: tuple[str, ...] = ()
    #: Where it was kept; empty for an answer outside a conversation.
    session: str = ""

    @property
    def claims(self) -> tuple[Sentence, ...]:
        """The sentences that assert or advise something."""
        return tuple(s for s in self.sentences if s.verdict is not Verdict.NOT_A_CLAIM)

    @property
    def supported(self) -> int:
        """How many claims are supported."""
        return sum(s.verdict is Verdict.SUPPORTED for s in self.claims)

    @property
    def text(self) -> str:
        """The sentences with their ids in brackets, a paragraph for each part."""
        paragraphs: list[str] = []
        part = None
        for s in self.sentences:
            ids = f" [{', '.join(c.id for c in s.citations)}]" if s.citations else ""
            if s.part == part:
                paragraphs[-1] += f" {s.text}{ids}"
            else:
                paragraphs.append(s.text + ids)
            part = s.part
        return "\n\n".join(paragraphs)

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain JSON values, in the form that ``coach ask --json`` prints."""
        return {
            "status": self.status.value,
            "question": self.question,
            "answer": self.text,
            "sentences": [{**asdict(s), "verdict": s.verdict.value} for s in self.sentences],
            "evidence": [
                {"id": e.id, "text": e.statement.text, "score": round(e.score, 4), "why": e.why, "source": e.source_title}
                for e in self.evidence
            ],
            "model": self.model,
            "composer": self.composer,
            "checker": self.checker,
            "timings": {k: round(v, 4) for k, v in self.timings.items()},
            "usage": asdict(self.usage),
            "mended": self.mended,
            "dropped": self.dropped,
            "remarks": list(self.remarks),
            "session": self.session,
        }
