"""Preparing a conversation: what the person said of it, and the one-page brief that comes of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from coach.domain.answer import Citation, Verdict

#: Who said a line that the person typed. Lines of notes name the id of their statement instead.
YOU = "you"

#: Stands where the person is to write something.
BLANK = "…"

#: The parts of a brief, in the order of its page.
PARTS = (
    "purpose",
    "facts",
    "stories",
    "their view",
    "my part",
    "openings",
    "questions",
    "outcome",
    "reactions",
    "setting",
    "follow-up",
    "unknown",
)


class LineKind(StrEnum):
    """What a line of a brief is."""

    #: Said by the person, or written in a note; its source is named.
    FACT = "fact"
    #: What the person makes of the facts: labelled, since other stories may fit them as well.
    STORY = "story"
    #: Advice; rests on the statements that it cites, or is the person's own.
    SUGGESTION = "suggestion"
    #: An open question, or a field to fill in.
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Interview:
    """What the person said about the conversation, in their own words; empty where they did not say it."""

    #: With whom, in what role.
    who: str = ""
    #: What happened, with dates.
    happened: str = ""
    wanted: str = ""
    feared: str = ""
    #: What can be given up, and what cannot.
    concede: str = ""
    keep: str = ""
    #: When the conversation is to be held.
    when: str = ""
    #: A message that the person means to send, to be reviewed.
    draft: str = ""
    #: What they asked the coach beside: "help me prepare", "is he right?".
    asked: str = ""

    @property
    def said(self) -> str:
        """Everything that the person said, a paragraph for each answer; what stands in a longer one is not repeated."""
        texts = [text for text in dict.fromkeys(self.as_dict().values()) if text]
        return "\n\n".join(t for t in texts if not any(t in other and t != other for other in texts))

    def as_dict(self) -> dict[str, str]:
        """The answers by name, empty ones too."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Interview:
        """Return the interview that `as_dict` wrote; what is left out was not said.

        Raises:
            KeyError: it names an answer that there is not.
            TypeError: an answer is not text.
        """
        known = {f.name for f in fields(cls)}
        for name, text in data.items():
            if name not in known:
                raise KeyError(name)
            if not isinstance(text, str):
                raise TypeError(name)
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a brief."""

    #: Without ids.
    text: str
    kind: LineKind
    #: `YOU`, or the id of the note's statement that a fact was taken from; empty for what nobody said.
    said_by: str = ""
    citations: tuple[Citation, ...] = ()
    verdict: Verdict = Verdict.NOT_A_CLAIM
    #: Not for the counterpart of a rehearsal, and not for a model elsewhere.
    private: bool = False
    #: A word or two that stand before it: "gentle", "can be conceded"; empty where none is needed.
    label: str = ""
    #: Date and title of the note, or title of the practice, that it comes from.
    source: str = ""
    #: Whether a model wrote it, from the statements that it cites.
    written: bool = False

    @property
    def blank(self) -> bool:
        """Whether it is a field that the person is to fill in."""
        return self.kind is LineKind.QUESTION and not self.citations and BLANK in self.text

    def as_dict(self) -> dict[str, Any]:
        """The line as plain JSON values."""
        citations = [asdict(c) for c in self.citations]
        return {**asdict(self), "kind": self.kind.value, "citations": citations, "verdict": self.verdict.value}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Line:
        """Return the line that `as_dict` wrote. Raises KeyError, TypeError or ValueError where it has not that form."""
        return cls(
            **{
                **data,
                "kind": LineKind(data["kind"]),
                "citations": tuple(Citation(**c) for c in data.get("citations", ())),
                "verdict": Verdict(data.get("verdict", Verdict.NOT_A_CLAIM)),
            }
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page; its name is one of `PARTS`."""

    name: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What the review of a draft message found in one of its lines, or found missing."""

    #: The line, word for word as the draft has it; empty where something is missing.
    quote: str
    #: "trait word", "always or never", "mind-reading", "sharp tone", "no fact", "no request", "no date".
    what: str
    #: Which words it is about, in plain words.
    why: str
    #: How it may be read, and what to write instead: each cites the statement that says so. None where none does.
    reader: Line | None = None
    better: Line | None = None

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain JSON values."""
        lines = {"reader": self.reader, "better": self.better}
        return {
            **{name: getattr(self, name) for name in ("quote", "what", "why")},
            **{name: line.as_dict() if line else None for name, line in lines.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Finding:
        """Return the finding that `as_dict` wrote. Raises KeyError, TypeError or ValueError where it cannot."""
        lines = {name: Line.from_dict(data[name]) if data[name] else None for name in ("reader", "better")}
        return cls(data["quote"], data["what"], data["why"], **lines)


@dataclass(frozen=True, slots=True)
class Brief:
    """A preparation sheet of one page."""

    title: str
    interview: Interview
    #: Each of `PARTS` once, in that order; a part may have no lines.
    parts: tuple[Part, ...]
    #: What the review found, where the person gave a draft message.
    review: tuple[Finding, ...] = ()
    #: The matter that it was referred for, then it prepares the conversation with whom that belongs to; else empty.
    referred: str = ""
    #: Name of the model that wrote lines of it, or ``none``.
    model: str = "none"
    checker: str = ""
    #: What should be known about the page: who wrote, what was left out.
    remarks: tuple[str, ...] = ()
    #: Seconds that it took to make.
    seconds: float = 0.0
    #: Empty, 0 and empty while it is not kept. Versions count from 1; `created` is the version's, ISO 8601 in UTC.
    id: str = ""
    version: int = 0
    created: str = ""

    def part(self, name: str) -> tuple[Line, ...]:
        """Return the lines of one part; none where there is no such part."""
        return next((p.lines for p in self.parts if p.name == name), ())

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines, in the order of the page."""
        return tuple(line for p in self.parts for line in p.lines)

    def with_part(self, name: str, lines: Iterable[Line]) -> Brief:
        """Return the brief with other lines in one part."""
        return replace(self, parts=tuple(Part(name, tuple(lines)) if p.name == name else p for p in self.parts))

    def as_dict(self) -> dict[str, Any]:
        """The brief as plain JSON values."""
        return {
            "id": self.id,
            "version": self.version,
            "title": self.title,
            "created": self.created,
            "interview": self.interview.as_dict(),
            "referred": self.referred,
            "parts": [{"name": p.name, "lines": [line.as_dict() for line in p.lines]} for p in self.parts],
            "review": [f.as_dict() for f in self.review],
            "model": self.model,
            "checker": self.checker,
            "remarks": list(self.remarks),
            "seconds": round(self.seconds, 3),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Brief:
        """Return the brief that `as_dict` wrote.

        Raises:
            KeyError, TypeError, ValueError: it does not have that form.
        """
        parts = {p["name"]: tuple(Line.from_dict(line) for line in p["lines"]) for p in data["parts"]}
        if unknown := parts.keys() - set(PARTS):
            raise ValueError(f"no such part: {', '.join(sorted(unknown))}")
        return cls(
            interview=Interview.from_dict(data["interview"]),
            parts=in_order(parts),
            review=tuple(Finding.from_dict(f) for f in data["review"]),
            remarks=tuple(data["remarks"]),
            **{
                name: data[name]
                for name in ("title", "referred", "model", "checker", "seconds", "id", "version", "created")
            },
        )


def in_order(parts: Mapping[str, Iterable[Line]]) -> tuple[Part, ...]:
    """Return every part of a brief in the order of its page, empty where `parts` has no lines for it."""
    return tuple(Part(name, tuple(parts.get(name, ()))) for name in PARTS)
