"""Answers: sentences with citations and verdicts, and what they cost."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date as Date
from enum import StrEnum
from typing import Any

from coach.domain.evidence import Evidence
from coach.domain.source import SourceKind, Statement, StatementKind


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
    #: How it opens where a model wrote paragraphs and lists: "paragraph", or the marker of its list item, "-" or "3.";
    #: empty where it goes on behind the sentence before it.
    opens: str = ""


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
    #: Ids of the person's own sources that it may say something of, whether it cites them or not.
    drawn_from: tuple[str, ...] = ()

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

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Answer:
        """Return the answer that `as_dict` wrote. Of its evidence only what is written there comes back.

        Raises:
            KeyError, TypeError, ValueError: it does not have that form.
        """
        return cls(
            status=Status(data["status"]),
            sentences=tuple(
                Sentence(
                    **{**s, "citations": tuple(Citation(**c) for c in s["citations"]), "verdict": Verdict(s["verdict"])}
                )
                for s in data["sentences"]
            ),
            evidence=tuple(_evidence(e) for e in data["evidence"]),
            **{
                name: data[name]
                for name in ("question", "model", "composer", "checker", "timings", "mended", "dropped")
            },
            usage=Usage(**data["usage"]),
            remarks=tuple(data["remarks"]),
            session=data["session"],
            drawn_from=tuple(data.get("drawn_from", ())),
        )

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain JSON values, in the form that ``coach ask --json`` prints."""
        return {
            "status": self.status.value,
            "question": self.question,
            "answer": self.text,
            "sentences": [{**asdict(s), "verdict": s.verdict.value} for s in self.sentences],
            "evidence": [
                {
                    "id": e.id,
                    "text": e.statement.text,
                    "score": round(e.score, 4),
                    "why": e.why,
                    "source": e.source_title,
                    "date": e.date.isoformat() if e.date else None,
                    "private": e.private,
                }
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
            "drawn_from": list(self.drawn_from),
        }


def _evidence(row: dict[str, Any]) -> Evidence:
    kind = next(k for k in SourceKind if k.letter == row["id"][:1])
    # What a practice's statement is for is not written, and nothing that shows an answer asks for it.
    does = {SourceKind.PRINCIPLE: StatementKind.PRINCIPLE, SourceKind.NOTE: StatementKind.NOTE}
    statement = Statement(row["id"], row["text"], does.get(kind, StatementKind.ADVICE))
    dated = Date.fromisoformat(row["date"]) if row.get("date") else None
    # What was kept without the mark may be private.
    private = bool(row.get("private", kind is SourceKind.NOTE))
    return Evidence(statement, kind, row["source"], float(row["score"]), row["why"], dated, private)
