"""What came of asking one case once: the answer, what was found for it, or the error."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from coach.domain.answer import Answer


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case, asked once."""

    case: str
    #: Number of the repeat, from 0.
    repeat: int = 0
    #: The answer to the last turn; None where there was an error.
    answer: Answer | None = None
    #: Principles as the search ranked them for the last turn, best first.
    principles: tuple[str, ...] = ()
    #: Statements as the search ranked them for the last turn, best first.
    statements: tuple[str, ...] = ()
    #: For each claim of the answer, probability that its cited statements together support it, as the judge sees it.
    supported: tuple[float, ...] = ()
    #: For each claim, and for each of its citations, the same with this statement alone.
    alone: tuple[tuple[float, ...], ...] = ()
    #: For each claim, and for each of its citations, the same without this statement; 0 where it is the only one.
    without: tuple[tuple[float, ...], ...] = ()
    #: Who judged: names of checkers, without repetition.
    judges: tuple[str, ...] = ()
    #: Seconds that it took when it was asked.
    seconds: float = 0.0
    #: What went wrong, in plain words; empty where there is an answer.
    error: str = ""
    #: Whether it was read from the cache; not kept there.
    cached: bool = field(default=False, compare=False)

    def as_dict(self) -> dict[str, Any]:
        """The outcome as plain JSON values."""
        row = {name: value for name, value in asdict(self).items() if name not in ("answer", "cached")}
        return {**row, "answer": self.answer.as_dict() if self.answer else None}

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Outcome:
        """Return the outcome that `as_dict` wrote.

        Raises:
            KeyError, TypeError, ValueError: it does not have that form.
        """
        return cls(
            case=str(row["case"]),
            repeat=int(row["repeat"]),
            answer=Answer.from_dict(row["answer"]) if row["answer"] else None,
            principles=tuple(row["principles"]),
            statements=tuple(row["statements"]),
            supported=tuple(map(float, row["supported"])),
            alone=tuple(tuple(map(float, r)) for r in row["alone"]),
            without=tuple(tuple(map(float, r)) for r in row["without"]),
            judges=tuple(row["judges"]),
            seconds=float(row["seconds"]),
            error=str(row["error"]),
        )
